"""Every breach of an invariant, made by hand in the database, is found and named; an untouched hall has none."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from payments.models import Bill, Closing, ClosingLine, LedgerEntry, LedgerTransaction, OrderLine, PaymentOrder, Refund
from payments.services import closing
from payments.services.results import apply_result
from portal import clock, triggers
from portal.accounts.models import User
from portal.audit.services import seal_all
from portal.notifications.models import Delivery, Message
from suspension.labels import INVARIANTS as WORDS
from suspension.models import Application, ApplicationEvent, Attachment
from suspension.services import materials
from suspension.services.invariants import INVARIANTS
from suspension.services.materials import folder_of
from tests import factories
from tests.payments import booth as booths
from tests.payments import paying
from tests.suspension import cases, files

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
Breach = Callable[[], str]
Budget = Callable[[int], AbstractContextManager[object]]


@pytest.fixture(autouse=True)
def hall(march_10: object, area: factories.PoolingArea, caseworker: User) -> None:
    """A small hall in which everything has happened: decisions, returns, files, payments, a refund, a sealed chain."""
    cases.decided(cases.taken(cases.filed(factories.resident(area=area)), by=caseworker), by=caseworker)
    returned = cases.taken(cases.filed(factories.resident(area=area)), by=caseworker)
    cases.decided(returned, by=caseworker, action="return", fields=("contact_phone",), text="请核对联系电话。")
    paid = paying.at_cashier(factories.resident(area=area))
    for trade_no in ("T1", "T2"):
        apply_result(booths.paid(paid, amount_fen=paid.amount_fen, trade_no=trade_no), gateway="alipay")
    seal_all()


@contextmanager
def by_hand(*, table: str = "", check: str = "") -> Iterator[None]:
    """As somebody who may do anything in the database; `check` is a constraint that is not looked at."""
    with triggers.suspended(connection), connection.cursor() as cursor:
        if check and connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}")
        elif check:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        if check and connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def decision_without_message() -> str:
    event = ApplicationEvent.objects.get(action="approve")
    number = event.application.number or ""
    Delivery.objects.filter(subject_number=number).delete()
    Message.objects.filter(dedupe_key=f"application:{number}:{event.version}:hall").delete()
    return f"{number} v{event.version}"


def waiting_delivery() -> str:
    one = Delivery.objects.filter(state="queued").earliest("pk")
    Delivery.objects.filter(pk=one.pk).update(deadline_at=LONG_AGO)
    return one.dedupe_key


def one_sided_posting() -> str:
    posting = LedgerTransaction.objects.earliest("pk")
    with by_hand():
        LedgerEntry.objects.filter(transaction=posting, account="gateway").update(fen=1)
    return posting.key


def empty_posting() -> str:
    now = clock.now()
    LedgerTransaction.objects.create(
        key="payment:bank:X", kind="payment", channel="bank", trade_no="X", happened_at=now, posted_at=now
    )
    return "payment:bank:X"


def renamed_posting() -> str:
    with by_hand():
        LedgerTransaction.objects.filter(trade_no="T1").update(key="payment:alipay:T9")
    return "payment:alipay:T9"


def paid_order_without_posting() -> str:
    with by_hand():
        LedgerTransaction.objects.filter(trade_no="T1").update(order=None)
    return PaymentOrder.objects.get().number


def refund_without_posting() -> str:
    Refund.objects.update(state=Refund.DONE, next_try_at=None)
    return Refund.objects.get().number


def payment_posted_twice() -> str:
    first = LedgerTransaction.objects.get(trade_no="T1")
    again = LedgerTransaction.objects.create(
        key="payment:alipay:T3",
        kind="payment",
        channel="alipay",
        trade_no="T3",
        order=first.order,
        happened_at=first.happened_at,
        posted_at=first.posted_at,
    )
    LedgerEntry.objects.create(transaction=again, account="gateway", fen=40_000)
    LedgerEntry.objects.create(transaction=again, account="suspense", fen=-40_000)
    return again.key


def channel_with_too_much() -> str:
    payment_posted_twice()
    return "alipay 120000≠80000"


def live_line_of_an_ended_order() -> str:
    OrderLine.objects.update(is_live=True)
    return Bill.objects.get().number


def overpaid_bill() -> str:
    with by_hand(table="payments_bill", check="bill_not_overpaid"):
        Bill.objects.update(paid_fen=40_001)
    return Bill.objects.get().number


def bill_that_forgot_a_payment() -> str:
    Bill.objects.update(paid_fen=39_999)
    return Bill.objects.get().number


def order_dearer_than_its_lines() -> str:
    OrderLine.objects.update(amount_fen=39_999)
    return PaymentOrder.objects.get().number


def skipped_version() -> str:
    with by_hand():
        event = ApplicationEvent.objects.get(action="approve")
        ApplicationEvent.objects.filter(pk=event.pk).update(version=40)
    return event.application.number or ""


def event_from_elsewhere() -> str:
    with by_hand():
        event = ApplicationEvent.objects.get(action="return")
        ApplicationEvent.objects.filter(pk=event.pk).update(from_state="rejected")
    return event.application.number or ""


def state_without_event() -> str:
    one = Application.objects.get(state="returned")
    Application.objects.filter(pk=one.pk).update(state="withdrawn")
    return one.number or ""


def version_without_event() -> str:
    one = Application.objects.get(state="returned")
    Application.objects.filter(pk=one.pk).update(version=9)
    return one.number or ""


def changed_event() -> str:
    with by_hand():
        event = ApplicationEvent.objects.get(action="return")
        ApplicationEvent.objects.filter(pk=event.pk).update(text="另一个意见")
    return f"suspension_applicationevent 第{event.pk}行"


def movement_on_a_closed_day() -> str:
    bill = Bill.objects.get()
    given = {"area": bill.area, "prepared_by": factories.user(), "closed_by": factories.user()}
    day, digest = date(2026, 3, 9), closing.digest_of({})
    Closing.objects.create(kind="day", starts_on=day, digest=digest, closed_at=clock.now(), **given)
    assert INVARIANTS["I11"]() == []
    at = datetime(2026, 3, 9, 4, tzinfo=UTC)
    with by_hand():
        LedgerTransaction.objects.filter(trade_no="T1").update(posted_at=at)
    return "119901 2026-03-09"


def closed_line_that_was_changed() -> str:
    bill, month = Bill.objects.get(), date(2026, 2, 1)
    given = {"area": bill.area, "prepared_by": factories.user(), "closed_by": factories.user()}
    digest = closing.digest_of({})
    row = Closing.objects.create(kind="month", starts_on=month, digest=digest, closed_at=clock.now(), **given)
    ClosingLine.objects.create(closing=row, scheme="390", channel="alipay", kind="payment", count=1)
    return "119901 2026年2月"


def held_delivery() -> str:
    one = Delivery.objects.filter(state="queued").earliest("pk")
    Delivery.objects.filter(pk=one.pk).update(state="sending", lease_until=LONG_AGO)
    return one.dedupe_key


def kept_file() -> Attachment:
    application = Application.objects.get(state="returned")
    upload = materials.read_upload(files.picture())
    return materials.attach(upload, slot="id-card", application_id=application.pk)


def file_with_other_bytes() -> str:
    public_id = kept_file().public_id
    (folder_of(public_id) / "original").write_bytes(b"other")
    return public_id


def file_that_is_gone() -> str:
    public_id = kept_file().public_id
    (folder_of(public_id) / "original").unlink()
    return public_id


def file_without_a_row() -> str:
    folder_of("stray").mkdir(parents=True)
    os.utime(folder_of("stray"), (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    return "stray"


BREACHES: list[tuple[str, Breach]] = [
    ("I1", decision_without_message),
    ("I2", waiting_delivery),
    ("I3", one_sided_posting),
    ("I3", empty_posting),
    ("I4", renamed_posting),
    ("I4", paid_order_without_posting),
    ("I4", refund_without_posting),
    ("I4", payment_posted_twice),
    ("I5", channel_with_too_much),
    ("I6", live_line_of_an_ended_order),
    ("I6", overpaid_bill),
    ("I6", bill_that_forgot_a_payment),
    ("I6", order_dearer_than_its_lines),
    ("I7", skipped_version),
    ("I7", event_from_elsewhere),
    ("I7", state_without_event),
    ("I7", version_without_event),
    ("I8", changed_event),
    ("I9", file_with_other_bytes),
    ("I9", file_that_is_gone),
    ("I9", file_without_a_row),
    ("I10", held_delivery),
    ("I11", movement_on_a_closed_day),
    ("I11", closed_line_that_was_changed),
]


@pytest.mark.parametrize(("code", "breach"), BREACHES, ids=lambda value: getattr(value, "__name__", value))
def test_a_breach_is_found_and_named(code: str, breach: Breach) -> None:
    assert INVARIANTS[code]() == []

    place = breach()

    assert INVARIANTS[code]() == [place]


def test_a_young_file_without_a_row_may_still_get_it() -> None:
    folder_of("young").mkdir(parents=True)
    os.utime(folder_of("young"), (clock.now().timestamp(), clock.now().timestamp()))

    assert INVARIANTS["I9"]() == []


def test_every_invariant_has_words_and_a_breach() -> None:
    assert list(WORDS) == list(INVARIANTS) == list(dict.fromkeys(code for code, _ in BREACHES))


def test_the_command_shows_a_sound_hall_with_few_statements(assert_statements: Budget) -> None:
    out = StringIO()

    with assert_statements(85):
        call_command("check_invariants", stdout=out)

    assert out.getvalue().count("成立") == len(INVARIANTS)


def test_the_command_fails_and_names_what_is_broken() -> None:
    out, place = StringIO(), overpaid_bill()

    with pytest.raises(CommandError, match="1 处不成立"):
        call_command("check_invariants", only=["I3", "I6"], stdout=out)

    assert place in out.getvalue()
    assert "I3" in out.getvalue()
    assert "I7" not in out.getvalue()
