"""The ids of an area posted to every address of money at the desk by somebody else: nothing changes or is shown."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client

from insured.models import Employer, InsuredPerson, PoolingArea
from insured.policy.dates import Month
from insured.policy.roles import StaffRole
from payments.gateways.base import Outcome, RefundState
from payments.models import AssessmentRun, FundingRecognition, OfflinePayment, OrderDoubt, Proposal, Refund
from payments.services import assessment, bills, funding, refunds
from payments.services.proposals import NewProposal, propose
from payments.services.results import apply_result
from payments.services.standards import Standard, set_standard
from portal.accounts.models import User
from portal.guarded import GUARDED
from tests import factories
from tests.house_rules.addresses import Address, all_addresses
from tests.payments import booth as booths
from tests.payments import owed, receipts, refunding
from tests.payments.records import year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
OUTSIDERS = (*StaffRole, "superuser", "resident", "agent", "stranger")
ONE_FOR_THE_HALL = "admin:payments_billfile_"
"""The merchant's account, and with it the bill files, belong to the finance of every area (decision 0031)."""
VALUES = {"name": "特困人员", "is_full": True, "first_year": 2026, "last_year": None, "aid_fen": 0, "category": None}
NAME, UNIT, DAY = "季念慈", "示例市长河织造有限公司", "2026-03-10"
REFUSED = {302, 403, 404, 405}
SPARED = frozenset({"audit.AccessLog", "accounts.RateCounter"})
"""What a refused try may leave behind."""
MODELS: list[type[Model]] = [
    *{
        *(apps.get_model(label) for label in GUARDED if label not in SPARED),
        *apps.get_app_config("payments").get_models(),
    }
]


@dataclass(frozen=True)
class Scene:
    """What lies on the desk of the area's finance."""

    person: InsuredPerson
    unit: Employer
    refunds: tuple[Refund, ...]
    run: AssessmentRun
    receipt: OfflinePayment
    doubt: OrderDoubt
    proposal: Proposal
    recognition: FundingRecognition
    order_number: str
    bill_number: str


def refunds_in_every_state(area: PoolingArea, *, makers: tuple[User, User]) -> Iterator[Refund]:
    """Each button finds one on which it would do something."""
    for no in range(5):
        person = factories.resident(area=area, name=NAME)
        bill = booths.bill_of(person.enrollments.get())
        order = booths.started(bill, by=factories.account_of(person), key=f"{no}" * 24)
        apply_result(booths.paid(order, amount_fen=order.amount_fen), gateway="alipay")
        refund = refunding.asked(bill, basis=f"YB{no}")[0]
        if no > 0:
            refund = refunding.made(refund, by=makers[0])
        if no > 1:
            refund = refunding.released(refund, makers=makers)
        if no > 2:
            closed = RefundState(outcome=Outcome.CLOSED, refund_number=refund.number)
            refunds.apply_refund(closed, gateway="alipay")
            refund.refresh_from_db()
        if no > 3:
            given: dict[str, Any] = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
            refund = refunds.take_return(refund.number, text="账户已经注销", **given)
        yield refund


@pytest.fixture
def scene(area: PoolingArea) -> Scene:
    makers = factories.staff(area=area, role="finance", name="钱一"), factories.staff(area=area, role="finance")
    set_standard(Standard(area.pk, "390", 2026, 40_000, 70_000, source="演示"))
    person = factories.resident(area=area, name=NAME)
    year_of(person, year=2025)
    unit = factories.employer(area=area, name=UNIT)
    month = owed.unit_month(unit, people=[factories.employee(of=unit, name=NAME)], month=Month(2026, 2))
    bills.open_bill(month)
    bill = booths.bill_of(person.enrollments.get())
    order = booths.started(bill, by=factories.account_of(person))
    apply_result(booths.paid(order, amount_fen=1), gateway="alipay")
    row = funding.CategoryRow(area_id=area.pk, name="低保对象", first_year=2026, source="演示", aid_fen=34_500)
    category = funding.save_category(row)
    return Scene(
        person=person,
        unit=unit,
        refunds=tuple(refunds_in_every_state(area, makers=makers)),
        run=assessment.start_run(kind="resident", area=area, period=date(2026, 1, 1), by=makers[0]),
        receipt=receipts.entered(None, area=area, by=makers[0]),
        doubt=OrderDoubt.objects.get(),
        proposal=propose(
            NewProposal(kind="category", area_id=area.pk, subject="特困", reason="按文件新增类别", values=VALUES),
            token=secrets.token_urlsafe(24),
            by=makers[0],
        ),
        recognition=funding.recognise(person, category=category, on=date(2026, 1, 5)),
        order_number=order.number,
        bill_number=bill.number,
    )


def outsider(role: str) -> Client:
    """Somebody of another area, of every area without a post, or of none."""
    elsewhere = factories.area(code="119902", name="邻市")
    if role in set(StaffRole):
        return factories.client_of(factories.staff(area=elsewhere, role=role))
    if role == "agent":
        return factories.client_of(factories.agent(area=elsewhere))
    account = factories.user(is_staff=role == "superuser")
    User.objects.filter(pk=account.pk).update(is_superuser=role == "superuser")
    return factories.client_of(account)


def numbers(address: Address, *, scene: Scene) -> list[str]:
    """What an address with a number may be about."""
    kind, last = address.name.removeprefix("admin:payments_").split("_", 1)
    if kind == "refund":
        return [one.number for one in scene.refunds]
    if kind == "proposal":
        return [scene.doubt.number if "doubts" in address.route else scene.proposal.number]
    if last.endswith("unit"):
        return [scene.unit.number]
    of_kind = {"assessmentrun": scene.run.number, "contributionrecord": scene.person.number}
    return [scene.person.number if last == "person" else of_kind.get(kind, scene.receipt.number)]


def filled(address: Address, *, scene: Scene) -> Iterator[str]:
    """The address with the ids of the area."""
    pk = scene.recognition.pk if "recognition" in address.route else scene.recognition.category_id
    code = "119901" if "suspense" in address.route else "csv"
    plain: Mapping[str, object] = {"code": code, "day": DAY, "kind": "day", "pk": pk}
    for number in numbers(address, scene=scene) if "number" in address.parameters else [""]:
        yield address.filled({**plain, "number": number}) + "?area=119901"


def desk() -> list[Address]:
    """Every address of money at the desk; a new one is in it by itself."""
    found = [one for one in all_addresses() if one.name.startswith("admin:payments_")]
    return [one for one in found if not one.name.startswith(ONE_FOR_THE_HALL)]


def typed(scene: Scene, *, version: int) -> dict[str, object]:
    """What the forms would send."""
    return {
        "version": version,
        "token": secrets.token_urlsafe(24),
        "text": "核对无误，同意办理",
        "reason": "核对无误，同意办理",
        "purpose": "complaint",
        "action": "approve",
        "area": "119901",
        "kind": "resident",
        "year": 2026,
        "first_year": 2026,
        "bill": scene.bill_number,
        "order": scene.order_number,
        "amount_fen": "1.00",
        "typed": scene.person.number,
        "person": scene.person.number,
        "category": scene.recognition.category_id,
        "employer": scene.unit.number,
        "month": "2026-02-01",
        "holder": "钱某",
        "bank": "示例银行",
        "number": "6222021199010012345",
        "format": "csv",
    }


def everything() -> dict[str, list[Any]]:
    """All rows that count."""
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in MODELS}


def asked(client: Client, scene: Scene, *, method: str) -> Iterator[tuple[Address, HttpResponse]]:
    """Each address in turn, with a token of its own."""
    versions = {one.number: one.version for one in (*scene.refunds, scene.receipt, scene.proposal)}
    for address in desk():
        for path in filled(address, scene=scene):
            version = next((known for number, known in versions.items() if number in path), 1)
            data = typed(scene, version=version) if method == "post" else {}
            yield address, getattr(client, method)(path, data or None)


@pytest.mark.parametrize("role", OUTSIDERS)
def test_posting_another_area_s_ids_changes_nothing(role: str, scene: Scene) -> None:
    client, before = outsider(role), everything()

    answers = [(address.name, answer.status_code) for address, answer in asked(client, scene, method="post")]

    assert everything() == before
    with_ids = {one.name for one in desk() if {"number", "pk"} & set(one.parameters)}
    assert [one for one in answers if one[0] in with_ids and one[1] not in REFUSED] == []


@pytest.mark.parametrize("role", OUTSIDERS)
def test_pages_and_files_hold_nothing_of_another_area(role: str, scene: Scene) -> None:
    client = outsider(role)
    ours = (NAME, UNIT, scene.run.number, scene.receipt.number, scene.doubt.number, scene.proposal.number)

    for address, answer in asked(client, scene, method="get"):
        if {"number", "pk"} & set(address.parameters):
            assert answer.status_code in REFUSED, address.name
        elif answer.status_code == 200:
            content = answer.getvalue().decode("utf-8-sig")
            assert not [one for one in ours if one in content], address.name
            assert not [one for one in scene.refunds if one.number in content], address.name


def test_the_same_posts_of_the_area_change_rows(scene: Scene, area: PoolingArea) -> None:
    client = factories.client_of(factories.staff(area=area, role="finance", name="钱三"))
    before = everything()

    for _ in asked(client, scene, method="post"):
        pass

    changed = {label for label, rows in everything().items() if rows != before[label]}
    assert {
        "payments.AssessmentRun",
        "payments.OfflinePayment",
        "payments.Proposal",
        "payments.Refund",
        "payments.RefundEvent",
    } <= changed
