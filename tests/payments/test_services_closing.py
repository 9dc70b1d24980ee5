"""结账: every fen of a day by scheme, channel and part; closed by two people, and then it does not change."""

import secrets
from datetime import UTC, date, datetime

import pytest
import time_machine

from payments.models import Bill, Closing, ClosingLine, LedgerEntry
from payments.policy.amounts import resident_lines
from payments.services import bills, closing, closing_files, proposals
from payments.services.closing import Cell
from payments.services.ledger import Entry, Movement, post
from payments.services.results import apply_result
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests import factories
from tests.payments import booth as booths
from tests.payments import owed
from tests.payments.booth import Booth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
DAY = date(2026, 3, 10)
RESIDENT = Cell("390", "alipay", "payment")


@pytest.fixture
def pair(area: factories.PoolingArea) -> tuple[User, User]:
    """Two people of finance."""
    return factories.staff(area=area, role="finance"), factories.staff(area=area, role="finance")


@pytest.fixture
def paid(booth: Booth, bill: Bill, payer: User) -> Bill:
    """The resident's year, paid through Alipay; 70 of 400 and the fiscal 700."""
    order = booths.started(bill, by=payer)
    apply_result(booth.pay(order), gateway="alipay")
    bill.refresh_from_db()
    return bill


def propose_day(by: User, *, area_id: int, day: date = DAY, kind: str = "day") -> proposals.Proposal:
    sheet = closing.sheet_of(area_id, kind=kind, starts_on=day)
    new = proposals.NewProposal(
        kind=f"close-{kind}",
        area_id=area_id,
        subject=f"{area_id}:{day}",
        reason="当日对账无差异。",
        values={"starts_on": day.isoformat(), "digest": closing.digest_of(sheet)},
    )
    return proposals.propose(new, token=secrets.token_urlsafe(24), by=by)


def close_day(pair: tuple[User, User], *, area_id: int, day: date = DAY, kind: str = "day") -> None:
    made = propose_day(pair[0], area_id=area_id, day=day, kind=kind)
    proposals.decide(made.number, version=1, is_approved=True, text="", by=pair[1])


def test_a_payment_stands_under_its_scheme_channel_and_parts(paid: Bill) -> None:
    sheet = closing.sheet_of(paid.area_id, kind="day", starts_on=DAY)

    parts = sheet[RESIDENT].parts
    assert set(sheet) == {RESIDENT}
    assert (parts.personal_fen, parts.fiscal_fen, parts.received_fen) == (40_000, 70_000, 40_000)


def test_the_sums_are_those_of_the_ledger(booth: Booth, paid: Bill, payer: User) -> None:
    other = booths.bill_of(paid.enrollment, kind="30", personal_fen=12_345)
    late = booths.started(other, by=payer, key="l" * 24)
    bills.pay_bill(other, amount_fen=12_345, paid_on=DAY, way="11")
    apply_result(booth.pay(late), gateway="alipay")

    whole = closing.whole_of(closing.sheet_of(paid.area_id, kind="day", starts_on=DAY))

    held = sum(LedgerEntry.objects.filter(account="gateway").values_list("fen", flat=True))
    assert whole.parts.received_fen == held
    assert whole.parts.suspense_fen == 12_345


def test_a_bill_that_aid_pays_in_full_counts_without_money(area: factories.PoolingArea) -> None:
    person = factories.resident(area=area)
    lines = resident_lines(year=2026, personal_fen=40_000, fiscal_fen=70_000, aid_fen=40_000, category="特困人员")
    bill = bills.open_bill(owed.resident_year(person.enrollments.get(), lines=lines, year=2026))
    bills.confirm_free(bill.number, token=secrets.token_urlsafe(24), by=factories.account_of(person))

    sheet = closing.sheet_of(area.pk, kind="day", starts_on=DAY)
    [aided] = closing_files.aid_lines(area.pk, month=DAY.replace(day=1))

    parts = sheet[Cell("390", "none", "free")].parts
    assert (parts.aid_fen, parts.fiscal_fen, parts.received_fen) == (40_000, 70_000, 0)
    assert (aided.category, aided.aid_fen, aided.paid_on) == ("特困人员", 40_000, DAY)


def test_another_area_has_none_of_it(paid: Bill) -> None:
    other = factories.area(code="119902", name="邻州市")

    assert closing.sheet_of(other.pk, kind="day", starts_on=DAY) == {}


def test_a_day_is_closed_by_two_people_once_it_is_over(paid: Bill, pair: tuple[User, User]) -> None:
    with pytest.raises(BusinessRuleError, match=r"^closing\.not-over$"):
        propose_day(pair[0], area_id=paid.area_id)

    with time_machine.travel("2026-03-11T02:00:00Z", tick=False):
        close_day(pair, area_id=paid.area_id)
        with pytest.raises(BusinessRuleError, match=r"^closing\.closed-already$"):
            propose_day(pair[0], area_id=paid.area_id)

    found, line = Closing.objects.get(), ClosingLine.objects.get()
    assert (found.prepared_by, found.closed_by) == pair
    assert (line.scheme, line.channel, line.personal_fen, line.fiscal_fen) == ("390", "alipay", 40_000, 70_000)


def test_a_late_posting_does_not_change_a_closed_day(paid: Bill, pair: tuple[User, User]) -> None:
    with time_machine.travel("2026-03-11T02:00:00Z", tick=False):
        close_day(pair, area_id=paid.area_id)
        other = booths.bill_of(paid.enrollment, kind="30", personal_fen=100)
        _post(other, happened_at=datetime(2026, 3, 10, 4, 0, tzinfo=UTC))

    assert closing.changed_closings() == []
    [figures] = closing.sheet_of(paid.area_id, kind="day", starts_on=date(2026, 3, 11)).values()
    assert (figures.count, figures.late) == (1, 1)


def test_a_posting_that_slips_into_a_closed_day_is_found(paid: Bill, pair: tuple[User, User]) -> None:
    with time_machine.travel("2026-03-11T02:00:00Z", tick=False):
        close_day(pair, area_id=paid.area_id)
    _post(booths.bill_of(paid.enrollment, kind="30", personal_fen=100), happened_at=booths.PAID_AT)

    assert closing.changed_closings() == ["119901 2026-03-10"]


def test_what_changed_since_it_was_proposed_is_not_closed(paid: Bill, pair: tuple[User, User]) -> None:
    with time_machine.travel("2026-03-11T02:00:00Z", tick=False):
        made = propose_day(pair[0], area_id=paid.area_id)
    _post(booths.bill_of(paid.enrollment, kind="30", personal_fen=100), happened_at=booths.PAID_AT)

    with (
        time_machine.travel("2026-03-11T03:00:00Z", tick=False),
        pytest.raises(BusinessRuleError, match=r"^closing\.changed$"),
    ):
        proposals.decide(made.number, version=1, is_approved=True, text="", by=pair[1])

    assert not Closing.objects.exists()


def test_a_month_waits_for_its_days(paid: Bill, pair: tuple[User, User]) -> None:
    first = DAY.replace(day=1)
    with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
        with pytest.raises(BusinessRuleError, match=r"^closing\.days-open$"):
            propose_day(pair[0], area_id=paid.area_id, day=first, kind="month")
        close_day(pair, area_id=paid.area_id)
        close_day(pair, area_id=paid.area_id, day=first, kind="month")

    assert Closing.objects.get(kind="month").lines.get().personal_fen == 40_000


def _post(bill: Bill, *, happened_at: datetime) -> None:
    entries = [Entry(account="gateway", fen=100), Entry(account="contribution", fen=-100, bill_id=bill.pk)]
    post(Movement(kind="payment", channel="alipay", trade_no=bill.number, happened_at=happened_at, entries=entries))
