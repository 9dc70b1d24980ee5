"""缴费凭证 of one record, 缴费证明 of some years, and the public answers to the QR codes on them.

Nothing is stored. The code of a proof says its years, its day and its sums, so that the paper cannot say others.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from insured.labels import SCHEMES
from insured.models import InsuredPerson
from payments.labels import CONTRIBUTION_KINDS, CONTRIBUTION_WAYS
from payments.models import ContributionRecord
from payments.models.records import ContributionRecordQuerySet
from payments.services.history import GIVEN_BACK, Line
from payments.services.refundable import gone_to
from portal import paper
from portal.errors import BusinessRuleError, Reason
from portal.identity import normalize_public_number
from portal.labels import shown
from portal.masking import mask_id
from portal.money import yuan

VOUCHER, PROOF = "voucher", "contribution-proof"
"""What the proofs in the codes are made for."""
TEMPLATE = "payments/voucher.typ"
MOST_ROWS = 1000
NO_PROOF = {"on-the-way": "voucher.on-the-way", "given-back": "voucher.given-back"}
"""Why a record of this status has no voucher."""
PROOF_CODE = re.compile(r"(([0-9A-Za-z-]{1,20})-([0-9]{4})([0-9]{4})-([0-9]{8})-([0-9]{1,4})-(-?[0-9]{1,15}))-(.{22})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """From the first through the last, both meant."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}年" if self.first == self.last else f"{self.first}年至{self.last}年"

    def among(self, records: ContributionRecordQuerySet) -> ContributionRecordQuerySet:
        """The records whose period begins in these years."""
        return records.filter(period_starts_on__range=(date(self.first, 1, 1), date(self.last, 12, 31)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A 缴费证明: whose, of which years, made on which day, with what sums."""

    person: InsuredPerson
    years: Years
    printed_on: date
    records: int
    personal_fen: int

    @property
    def number(self) -> str:
        """证明编号: everything that the proof in the code vouches for."""
        years = f"{self.years.first}{self.years.last}"
        return f"{self.person.number}-{years}-{self.printed_on:%Y%m%d}-{self.records}-{self.personal_fen}"

    @property
    def code(self) -> str:
        """What the QR code asks about."""
        return f"{self.number}-{paper.proof_of(self.number, purpose=PROOF)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A genuine voucher; `given_back` is the record of the money that went back since."""

    line: Line
    given_back: ContributionRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedProof:
    """A genuine 缴费证明, and how many of its payments went back on that day or since."""

    proof: Proof
    given_back: int


def voucher_code(record: ContributionRecord) -> str:
    """What the QR code of a voucher asks about."""
    return f"{record.number}-{paper.proof_of(record.number, purpose=VOUCHER)}"


def voucher(record: ContributionRecord, *, address: str) -> bytes:
    """缴费凭证 as PDF; `address` is that of the public page. BusinessRuleError for what proves no payment."""
    line = Line.of(record)
    if line.status != "received":
        raise BusinessRuleError(Reason(NO_PROOF[line.status], {"number": record.number}))
    person = record.person
    rows = [
        ("凭证号", record.number),
        ("参保人", person.name),
        ("身份证号", mask_id(person.id_number)),
        ("险种", line.scheme_name),
        ("费款所属期", line.period),
        ("参保地", record.area.name),
        ("参保单位", record.employer.name),
        ("缴费类型", CONTRIBUTION_KINDS[record.kind]),
        ("缴费方式", CONTRIBUTION_WAYS[record.way]),
        ("缴费日期", shown("", record.paid_on)),
        ("个人缴费", f"{yuan(record.personal_fen)} 元"),
        ("单位缴费", f"{yuan(record.unit_fen)} 元"),
        *((f"其中：{name}", f"{yuan(fen)} 元") for name, fen in line.by_item),
        ("财政补助", f"{yuan(record.fiscal_fen)} 元"),
        ("医疗救助资助", f"{yuan(record.aid_fen)} 元"),
        ("合计", f"{yuan(line.total_fen)} 元"),
        ("经办机构", record.area.agency_name),
    ]
    given_back = refund_of(record)
    if given_back is not None:
        rows.append(("退费", "，".join(["已退费", shown("", given_back.paid_on), *gone_to(record)])))
    return _pdf({"title": "基本医疗保险缴费凭证", "rows": rows, "columns": [], "lines": [], "address": address})


def proof(person: InsuredPerson, *, records: Iterable[ContributionRecord], years: Years, on: date) -> Proof:
    """What a 缴费证明 over these records says of them."""
    found = tuple(records)
    return Proof(
        person=person,
        years=years,
        printed_on=on,
        records=len(found),
        personal_fen=sum(one.personal_fen for one in found),
    )


def proven_records(records: ContributionRecordQuerySet, *, years: Years) -> list[ContributionRecord]:
    """What was received or given back in these years, oldest first; BusinessRuleError for none and for too many."""
    rows = years.among(records).filter(is_received=True).select_related("employer", "area")
    found = list(rows.order_by("period_starts_on", "id")[: MOST_ROWS + 1])
    if not found:
        raise BusinessRuleError(Reason("voucher.nothing", {"years": str(years)}))
    if len(found) > MOST_ROWS:
        raise BusinessRuleError(Reason("export.too-many", {"limit": MOST_ROWS}))
    return found


def proof_pdf(made: Proof, *, records: Sequence[ContributionRecord], address: str) -> bytes:
    """缴费证明 as PDF, over the records that it was made of; it names the areas that they are of."""
    person = made.person
    areas = dict.fromkeys(one.area.name for one in records)
    rows = [
        ("证明编号", made.number),
        ("参保人", person.name),
        ("身份证号", mask_id(person.id_number)),
        ("人员编号", person.number),
        ("参保地", "、".join(areas)),
        ("费款所属期", str(made.years)),
        ("缴费记录", f"{made.records}笔"),
        ("个人缴费合计", f"{yuan(made.personal_fen)} 元（已减去退费）"),
        ("出具日期", shown("", made.printed_on)),
    ]
    columns = ("费款所属期", "险种", "参保单位", "个人（元）", "单位（元）", "财政、救助（元）", "缴费日期", "状态")
    lines = [_cells(Line.of(one)) for one in records]
    return _pdf({"title": "基本医疗保险缴费证明", "rows": rows, "columns": columns, "lines": lines, "address": address})


def _cells(line: Line) -> tuple[str, ...]:
    record = line.record
    return (
        line.period,
        SCHEMES[record.scheme],
        record.employer.name,
        yuan(record.personal_fen),
        yuan(record.unit_fen),
        yuan(record.fiscal_fen + record.aid_fen),
        f"{record.paid_on:%Y-%m-%d}",
        line.status_name,
    )


def _pdf(data: Mapping[str, Any]) -> bytes:
    """BusinessRuleError for a character that the font lacks: no name is printed with a box."""
    texts = [text for group in ("rows", "lines") for row in data[group] for text in row]
    if missing := paper.lacking(texts):
        raise BusinessRuleError(Reason("voucher.no-glyph", {"characters": missing}))
    return paper.compiled(TEMPLATE, {**data, "qr": paper.qr_code(str(data["address"]))})


def refund_of(record: ContributionRecord) -> ContributionRecord | None:
    """The record of the money that went back, all or some of it, unless the same was paid again before."""
    same = Q(kind=record.kind, period_starts_on=record.period_starts_on, period_ends_on=record.period_ends_on)
    some = Q(
        kind__in=GIVEN_BACK,
        period_starts_on__gte=record.period_starts_on,
        period_ends_on__lte=record.period_ends_on,
    )
    later = ContributionRecord.objects.filter(same | some, enrollment=record.enrollment_id, pk__gt=record.pk)
    found = later.order_by("pk").first()
    return found if found is not None and found.kind in GIVEN_BACK else None


def find_voucher(code: str) -> Verified | None:
    """The payment of a printed voucher; None for a code that the hall never printed, whatever is wrong with it."""
    typed, _, given = code.partition("-")
    number = normalize_public_number(typed)
    if not paper.is_proof(given, subject=number, purpose=VOUCHER):
        return None
    record = ContributionRecord.objects.select_related("person", "area").filter(number=number).first()
    return Verified(line=Line.of(record), given_back=refund_of(record)) if record else None


def find_proof(code: str) -> VerifiedProof | None:
    """The 缴费证明 of a code, likewise."""
    match = PROOF_CODE.fullmatch(code)
    if match is None:
        return None
    number, whose, first, last, day, records, personal_fen, given = match.groups()
    if not paper.is_proof(given, subject=number, purpose=PROOF):
        return None
    person = InsuredPerson.objects.filter(number=whose).first()
    if person is None:
        return None
    found = Proof(
        person=person,
        years=Years(first=int(first), last=int(last)),
        printed_on=date(int(day[:4]), int(day[4:6]), int(day[6:])),
        records=int(records),
        personal_fen=int(personal_fen),
    )
    since = found.years.among(ContributionRecord.objects.filter(person=person, kind__in=GIVEN_BACK))
    return VerifiedProof(proof=found, given_back=since.filter(paid_on__gte=found.printed_on).count())
