"""缴费凭证 and 缴费证明 as paper, and what their codes prove."""

import time
from collections.abc import Callable
from datetime import date

import pypdfium2
import pytest
import time_machine

from insured.models import InsuredPerson, PoolingArea
from payments.models import ContributionRecord
from payments.services import vouchers
from payments.services.vouchers import Years
from portal.errors import BusinessRuleError
from tests import factories
from tests.payments.records import contribution, year_of

pytestmark = pytest.mark.django_db
ADDRESS = "https://hall.example/verify/voucher/code/"
NO_FONT_HAS = "\U0010fffd"
MARK = "模拟凭证，非财政/税务票据"
YEARS = Years(first=2025, last=2026)
Spoil = Callable[[str], str]


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)


def proof_of(person: InsuredPerson, *, years: Years = YEARS) -> tuple[vouchers.Proof, list[ContributionRecord]]:
    found = vouchers.proven_records(ContributionRecord.objects.filter(person=person), years=years)
    return vouchers.proof(person, records=found, years=years, on=date(2026, 3, 10)), found


def code_of(error: pytest.ExceptionInfo[BusinessRuleError]) -> str:
    return error.value.reasons[0].code


SPOILS = (
    lambda code: code[:-1] + ("A" if code[-1] != "A" else "B"),
    lambda code: code[:-23],
    lambda code: f"{code[:-22]}",
    lambda _code: "",
    lambda _code: "é" * 30,
    lambda code: f"X{code[1:]}",
    lambda code: f"{code}A",
    lambda code: code[:-22] + "é" * 22,
)


class TestVoucher:
    def test_says_what_was_paid_and_that_it_is_no_receipt_of_the_tax_office(self, resident: InsuredPerson) -> None:
        record = year_of(resident, year=2026, fiscal_fen=70_000, paid_on=date(2025, 10, 20))

        text = words(vouchers.voucher(record, address=ADDRESS))

        for expected in (
            record.number,
            "苏文岚",
            "2026年度",
            "400.00元",
            "700.00元",
            "1,100.00元",
            "2025年10月20日",
            MARK,
        ):
            assert expected in text
        assert resident.id_number not in text
        assert "退费" not in text.replace("是否已经退费", "")

    def test_prints_a_rare_name_right(self, area: PoolingArea) -> None:
        record = year_of(factories.resident(area=area, name="𰻝㛃"), year=2026)

        assert "𰻝㛃" in words(vouchers.voucher(record, address=ADDRESS))

    def test_is_refused_loudly_for_a_name_that_no_font_has(self, area: PoolingArea) -> None:
        record = year_of(factories.resident(area=area, name=f"苏{NO_FONT_HAS}"), year=2026)

        with pytest.raises(BusinessRuleError) as error:
            vouchers.voucher(record, address=ADDRESS)

        assert code_of(error) == "voucher.no-glyph"
        assert error.value.reasons[0].params["characters"] == "U+10FFFD"

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"is_received": False}, "voucher.on-the-way"),
            ({"kind": "991", "personal_fen": -40_000}, "voucher.given-back"),
            ({"kind": "20", "personal_fen": -40_000}, "voucher.given-back"),
        ],
    )
    def test_is_given_for_money_that_came_and_stayed_only(
        self, resident: InsuredPerson, values: dict[str, object], code: str
    ) -> None:
        with pytest.raises(BusinessRuleError) as error:
            vouchers.voucher(year_of(resident, year=2026, **values), address=ADDRESS)

        assert code_of(error) == code

    def test_says_on_the_paper_what_went_back_before_it_was_printed(self, resident: InsuredPerson) -> None:
        record = year_of(resident, year=2026)
        year_of(resident, year=2026, kind="991", personal_fen=-40_000, paid_on=date(2026, 2, 1))

        assert "已退费，2026年2月1日" in words(vouchers.voucher(record, address=ADDRESS))

    def test_is_made_in_a_tenth_of_a_second(self, resident: InsuredPerson) -> None:
        record = year_of(resident, year=2026)
        vouchers.voucher(record, address=ADDRESS)

        started = time.process_time()
        vouchers.voucher(record, address=ADDRESS)

        assert time.process_time() - started < 0.1


class TestCode:
    def test_finds_the_payment(self, resident: InsuredPerson) -> None:
        record = year_of(resident, year=2026)

        found = vouchers.find_voucher(vouchers.voucher_code(record))

        assert found is not None
        assert (found.line.record, found.given_back) == (record, None)

    @pytest.mark.parametrize("spoil", SPOILS)
    def test_finds_nothing_when_anything_of_it_is_wrong(self, resident: InsuredPerson, spoil: Spoil) -> None:
        assert vouchers.find_voucher(spoil(vouchers.voucher_code(year_of(resident, year=2026)))) is None

    def test_of_one_payment_proves_no_other(self, resident: InsuredPerson) -> None:
        one, other = year_of(resident, year=2025), year_of(resident, year=2026)

        assert vouchers.find_voucher(vouchers.voucher_code(one).replace(one.number, other.number)) is None

    def test_tells_of_a_refund_of_this_payment_and_not_of_the_next(self, resident: InsuredPerson) -> None:
        first, elsewhere = year_of(resident, year=2026), year_of(resident, year=2025)
        back = year_of(resident, year=2026, kind="991", personal_fen=-40_000)
        again = year_of(resident, year=2026)

        found = {one.pk: vouchers.find_voucher(vouchers.voucher_code(one)) for one in (first, elsewhere, again)}

        assert {pk: one.given_back if one else "lost" for pk, one in found.items()} == {
            first.pk: back,
            elsewhere.pk: None,
            again.pk: None,
        }


class TestProof:
    def test_lists_every_payment_of_the_years_oldest_first_with_their_sum(self, area: PoolingArea) -> None:
        person = factories.flexible(area=area)
        for year in (2024, 2025, 2026):
            for month in (1, 2):
                contribution(of=person, first=date(year, month, 1), personal_fen=44_330)
        contribution(of=person, first=date(2026, 3, 1), is_received=False)

        made, found = proof_of(person)
        text = words(vouchers.proof_pdf(made, records=found, address=ADDRESS))

        assert (made.records, made.personal_fen) == (4, 4 * 44_330)
        assert text.index("2025年1月") < text.index("2026年2月")
        assert "2024年1月" not in text
        assert "2026年3月" not in text.replace("2026年3月10日", "")
        for expected in ("2025年至2026年", "4笔", "1,773.20元", made.number, MARK):
            assert expected in text

    def test_goes_on_over_several_pages_with_the_head_of_the_table(self, area: PoolingArea) -> None:
        person = factories.flexible(area=area)
        for year in range(2017, 2027):
            for month in range(1, 13):
                contribution(of=person, first=date(year, month, 1), personal_fen=44_330)

        made, found = proof_of(person, years=Years(first=2017, last=2026))
        document = pypdfium2.PdfDocument(vouchers.proof_pdf(made, records=found, address=ADDRESS))

        assert len(document) > 2
        assert all("费款所属期" in page.get_textpage().get_text_bounded() for page in document)

    def test_subtracts_what_went_back_and_says_so(self, resident: InsuredPerson) -> None:
        year_of(resident, year=2025)
        year_of(resident, year=2026)
        year_of(resident, year=2026, kind="991", personal_fen=-40_000)

        made, found = proof_of(resident)

        assert (made.records, made.personal_fen) == (3, 40_000)
        assert "已退费" in words(vouchers.proof_pdf(made, records=found, address=ADDRESS))

    def test_is_refused_for_years_without_a_payment_and_for_a_name_that_no_font_has(self, area: PoolingArea) -> None:
        person = factories.resident(area=area, name=f"苏{NO_FONT_HAS}")
        with pytest.raises(BusinessRuleError) as nothing:
            proof_of(person)
        year_of(person, year=2026)
        made, found = proof_of(person)

        with pytest.raises(BusinessRuleError) as boxes:
            vouchers.proof_pdf(made, records=found, address=ADDRESS)

        assert (code_of(nothing), code_of(boxes)) == ("voucher.nothing", "voucher.no-glyph")

    def test_is_found_again_by_its_code_with_the_sums_of_the_paper(self, resident: InsuredPerson) -> None:
        year_of(resident, year=2026)
        made, _ = proof_of(resident)
        year_of(resident, year=2025)

        found = vouchers.find_proof(made.code)

        assert found is not None
        assert (found.proof, found.given_back) == (made, 0)

    @pytest.mark.parametrize(
        "spoil",
        [*SPOILS, lambda code: code.replace("-40000-", "-90000-"), lambda code: code.replace("20252026", "20202026")],
    )
    def test_is_not_found_when_anything_of_the_code_is_wrong(self, resident: InsuredPerson, spoil: Spoil) -> None:
        year_of(resident, year=2026)

        assert vouchers.find_proof(spoil(proof_of(resident)[0].code)) is None

    def test_tells_of_money_that_went_back_since(self, resident: InsuredPerson) -> None:
        year_of(resident, year=2026)
        made, _ = proof_of(resident)
        year_of(resident, year=2026, kind="991", personal_fen=-40_000, paid_on=date(2026, 3, 20))

        found = vouchers.find_proof(made.code)

        assert found is not None
        assert found.given_back == 1
