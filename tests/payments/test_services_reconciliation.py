"""A day's bill file is fetched once, every difference is a row, and only two persons and then a third step close it."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from payments.gateways.base import StatementLine
from payments.models import Bill, BillFile, BillFileLine, Difference, LedgerTransaction, PaymentOrder
from payments.services import reconciliation, refunds
from payments.services.results import apply_result
from payments.tasks import reconcile
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments import paying
from tests.payments.booth import PAID_AT, Booth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
DAY, NEXT = date(2026, 3, 10), date(2026, 3, 11)
NOON = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
Budget = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def finance(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="finance")


@pytest.fixture
def second(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="finance")


def token() -> str:
    return secrets.token_urlsafe(24)


def paid(area: factories.PoolingArea) -> PaymentOrder:
    """An order that was paid on DAY."""
    order = paying.at_cashier(factories.resident(area=area))
    apply_result(booths.paid(order, amount_fen=order.amount_fen), gateway="alipay")
    order.refresh_from_db()
    return order


def line_of(order: PaymentOrder, **changes: object) -> StatementLine:
    """As the gateway has it."""
    plain = StatementLine(
        trade_no=order.trade_no,
        order_number=order.number,
        kind="payment",
        amount_fen=order.amount_fen,
        at=PAID_AT,
    )
    return replace(plain, **changes)


def imported(day: date = DAY) -> BillFile:
    with time_machine.travel(NOON, tick=False):
        file = reconciliation.import_statement("alipay", day)
    assert file is not None
    return file


@pytest.fixture
def missing(booth: Booth, area: factories.PoolingArea) -> Difference:
    """The only difference of a day whose file leaves out the only payment."""
    paid(area)
    booth.files[DAY] = ()
    return imported().differences.get()


class TestImport:
    def test_a_file_that_fits_has_no_difference(self, booth: Booth, area: factories.PoolingArea) -> None:
        booth.files[DAY] = [line_of(paid(area)) for _ in range(3)]

        file = imported()

        assert (file.count, file.theirs_fen, file.ours_fen) == (3, 120_000, 120_000)
        assert not file.differences.exists()
        assert BillFileLine.objects.count() == 3

    def test_one_missing_extra_wrong_doubled_and_late_line_are_five_differences(
        self, booth: Booth, area: factories.PoolingArea
    ) -> None:
        """F23: and nothing is repaired behind anybody's back."""
        right, _missing, wrong, doubled, late = (paid(area) for _ in range(5))
        apply_result(booths.paid(late, amount_fen=late.amount_fen, trade_no="TLATE"), gateway="alipay")
        with time_machine.travel("2026-03-12T02:00:00Z", tick=False):
            refunds.send_due()
        refund = late.refunds.get()
        late_refund = line_of(late, kind="refund", trade_no="TLATE", refund_number=refund.number)
        booth.files[DAY] = [
            *(line_of(right), line_of(late), line_of(late, trade_no="TLATE"), late_refund),
            *(line_of(wrong, amount_fen=39_000), line_of(doubled), line_of(doubled)),
            line_of(right, trade_no="STRANGE", order_number="STRANGE0", amount_fen=100),
        ]
        states = list(PaymentOrder.objects.order_by("pk").values_list("state", flat=True))
        postings = LedgerTransaction.objects.count()

        file = imported()

        found = set(file.differences.values_list("kind", "trade_no"))
        assert found == {
            ("ours_only", _missing.trade_no),
            ("theirs_only", "STRANGE"),
            ("amount", wrong.trade_no),
            ("duplicate", doubled.trade_no),
            ("other_day", refund.number),
        }
        assert file.differences.count() == 5
        assert list(PaymentOrder.objects.order_by("pk").values_list("state", flat=True)) == states
        assert LedgerTransaction.objects.count() == postings

    def test_money_for_an_order_that_is_not_paid_here_is_a_difference_of_state(
        self, booth: Booth, area: factories.PoolingArea
    ) -> None:
        order = paying.at_cashier(factories.resident(area=area))
        booth.files[DAY] = [line_of(order, trade_no="T1")]

        assert imported().differences.get().kind == "state"

    def test_again_is_the_same_file(self, missing: Difference) -> None:
        assert imported() == missing.file
        assert (BillFile.objects.count(), Difference.objects.count()) == (1, 1)

    def test_another_content_is_refused(self, booth: Booth, missing: Difference) -> None:
        order = PaymentOrder.objects.get()
        booth.files[DAY] = [line_of(order)]

        with pytest.raises(ConflictError):
            imported()
        assert Difference.objects.get() == missing

    @pytest.mark.django_db(transaction=True)
    def test_asks_the_gateway_outside_of_a_transaction(self, booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
        depth: list[bool] = []
        booth.files[DAY] = ()
        plain = booth.statement
        monkeypatch.setattr(booth, "statement", lambda day: (depth.append(connection.in_atomic_block), plain(day))[1])

        imported()

        assert depth == [False]

    def test_a_day_without_payments_and_without_a_file_is_empty_from_noon(self) -> None:
        with time_machine.travel("2026-03-11T03:59:00Z", tick=False):
            assert reconciliation.import_statement("alipay", DAY) is None

        assert imported().count == 0

    def test_a_day_with_payments_waits_for_its_file(self, area: factories.PoolingArea) -> None:
        paid(area)

        with time_machine.travel(NOON, tick=False):
            assert reconciliation.import_statement("alipay", DAY) is None

    def test_a_silent_gateway_is_asked_again(self, booth: Booth) -> None:
        booth.is_silent = True

        with time_machine.travel(NOON, tick=False):
            assert reconciliation.import_statement("alipay", DAY) is None

    def test_the_task_imports_each_missing_day_of_each_gateway_once(self, booth: Booth) -> None:
        with time_machine.travel(NOON, tick=False):
            reconcile()
            asked = len(booth.asked)
            reconcile()

        assert BillFile.objects.count() == 2 * reconciliation.LOOKED_BACK_DAYS
        assert len(booth.asked) == asked

    def test_spends_as_many_statements_on_many_lines(
        self, booth: Booth, area: factories.PoolingArea, assert_statements: Budget
    ) -> None:
        booth.files[DAY] = [line_of(paid(area)) for _ in range(4)]

        with assert_statements(7):
            imported()


class TestClosing:
    def test_one_explains_another_closes_then_the_day(self, missing: Difference, finance: User, second: User) -> None:
        reconciliation.explain(missing.number, reason="平台次日补入账单。", version=1, token=token(), by=finance)
        closed = reconciliation.close_difference(missing.number, version=2, token=token(), by=second)
        file = reconciliation.close_day("alipay", DAY, token=token(), by=finance)

        assert (closed.owner, closed.closed_by) == (finance, second)
        assert (file.closed_by, file.closed_at is None) == (finance, False)

    def test_who_explained_does_not_close(self, missing: Difference, finance: User) -> None:
        reconciliation.explain(missing.number, reason="平台次日补入账单。", version=1, token=token(), by=finance)

        with pytest.raises(BusinessRuleError, match="second-person"):
            reconciliation.close_difference(missing.number, version=2, token=token(), by=finance)

    def test_what_nobody_explained_is_not_closed(self, missing: Difference, second: User) -> None:
        with pytest.raises(BusinessRuleError, match="reason-needed"):
            reconciliation.close_difference(missing.number, version=1, token=token(), by=second)

    @pytest.mark.parametrize("reason", ["", "  ", "不知道"])
    def test_an_explanation_says_something(self, missing: Difference, finance: User, reason: str) -> None:
        with pytest.raises(BusinessRuleError, match="reason-needed"):
            reconciliation.explain(missing.number, reason=reason, version=1, token=token(), by=finance)

    def test_an_explanation_that_changed_meanwhile_is_not_closed(
        self, missing: Difference, finance: User, second: User
    ) -> None:
        for version in (1, 2):
            reconciliation.explain(
                missing.number, reason=f"第{version}次说明。", version=version, token=token(), by=finance
            )

        with pytest.raises(ConflictError):
            reconciliation.close_difference(missing.number, version=2, token=token(), by=second)

    def test_a_form_sent_twice_counts_once(self, missing: Difference, finance: User) -> None:
        form = token()
        reconciliation.explain(missing.number, reason="平台次日补入账单。", version=1, token=form, by=finance)

        with pytest.raises(AlreadyDone):
            reconciliation.explain(missing.number, reason="平台次日补入账单。", version=2, token=form, by=finance)

    @pytest.mark.usefixtures("missing")
    def test_a_day_with_an_open_difference_stays_open(self, finance: User) -> None:
        with pytest.raises(BusinessRuleError, match="open-differences"):
            reconciliation.close_day("alipay", DAY, token=token(), by=finance)

    def test_a_day_whose_sums_are_not_explained_stays_open(self, booth: Booth, finance: User) -> None:
        booth.files[DAY] = ()
        file = imported()
        BillFile.objects.filter(pk=file.pk).update(theirs_fen=1)

        with pytest.raises(BusinessRuleError, match="unexplained"):
            reconciliation.close_day("alipay", DAY, token=token(), by=finance)

    def test_a_day_is_closed_once(self, booth: Booth, finance: User) -> None:
        booth.files[DAY] = ()
        imported()
        reconciliation.close_day("alipay", DAY, token=token(), by=finance)

        with pytest.raises(ConflictError, match="closed-already"):
            reconciliation.close_day("alipay", DAY, token=token(), by=finance)

    @pytest.mark.parametrize("role", ["caseworker", "reviewer", "supervisor", "auditor", "administrator"])
    def test_is_for_finance_only(self, missing: Difference, area: factories.PoolingArea, role: str) -> None:
        by = factories.staff(area=area, role=role)

        with pytest.raises(BusinessRuleError, match="not-yours"):
            reconciliation.explain(missing.number, reason="平台次日补入账单。", version=1, token=token(), by=by)
        assert not Difference.objects.in_charge_of(by).exists()

    def test_the_database_itself_wants_two_persons(self, missing: Difference, finance: User) -> None:
        now = missing.file.imported_at
        alone = {"owner": finance, "reason": "x", "explained_at": now, "closed_by": finance, "closed_at": now}

        with pytest.raises(IntegrityError), transaction.atomic():
            Difference.objects.filter(pk=missing.pk).update(**alone)


def test_the_lines_of_a_file_cannot_be_changed(booth: Booth, bill: Bill, area: factories.PoolingArea) -> None:
    booth.files[DAY] = [line_of(paid(area))]
    imported()

    with pytest.raises(IntegrityError), transaction.atomic():
        BillFileLine.objects.update(amount_fen=1)


def test_finance_hears_of_open_differences_once_a_day(booth: Booth, area: factories.PoolingArea) -> None:
    finance = factories.staff(area=area, role="finance")
    assert reconciliation.tell_differences() == 0
    reconciliation._store("alipay", day=paying.DAY, lines=[paying.strange()])

    assert [reconciliation.tell_differences() for _ in range(2)] == [1, 1]

    message = Message.objects.get(recipient=finance)
    assert "1 笔" in message.body
    assert "2026年3月9日" in message.body
