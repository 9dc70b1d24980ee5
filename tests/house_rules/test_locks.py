"""One lock order everywhere: every service locks from the top, and none is left out of this comparison."""

import ast
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from insured.models import Enrollment, InsuredPerson
from payments.models import Bill
from payments.services.bills import lock_bills, pay_bill
from portal.accounts.models import User
from portal.help.models import Consultation
from portal.help.services import consultations, feedback
from suspension.models import Application
from suspension.services import aftercare, desk, effect, materials, reveal, stop
from tests import factories
from tests.accounts import locking
from tests.audit import locking as audit_locking
from tests.help import locking as help_locking
from tests.help import rows as help_rows
from tests.house_rules.source import dotted, python_files, tree
from tests.house_rules.world import png
from tests.insured import locking as insured_locking
from tests.payments import locking as payments_locking
from tests.payments import locking_finance
from tests.suspension import cases, desk_locking, unit_locking
from tests.suspension import locking as suspension_locking

ORDER = [
    "insured_poolingarea",
    "payments_bankaccount",
    "insured_employer",
    "insured_enrollment",
    "suspension_application",
    "payments_bill",
    "payments_offlinepayment",
    "payments_paymentorder",
    "payments_ledger",
    "payments_accountentry",
    "help_consultation",
    "accounts_user",
]
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Scene:
    """A resident, their account and a caseworker."""

    person: InsuredPerson
    by: User

    @property
    def account(self) -> User:
        return factories.account_of(self.person)

    @property
    def enrollment_id(self) -> int:
        return self.person.enrollments.get().pk

    def draft(self) -> Application:
        return stop.save_draft(cases.stop_request(), enrollment_id=self.enrollment_id, by=self.account)

    def taken(self) -> Application:
        return cases.taken(cases.filed(self.person), by=self.by)

    def returned(self) -> Application:
        return cases.decided(self.taken(), by=self.by, action="return", fields=("note",), text="请补充。")


Arrange = Callable[[Scene], Callable[[], object]]


def _case(found: Application) -> dict[str, Any]:
    return {"number": found.number, "version": found.version}


def _take(scene: Scene) -> Callable[[], object]:
    found = cases.filed(scene.person)
    return lambda: desk.take(**_case(found), by=scene.by)


def _release(scene: Scene) -> Callable[[], object]:
    found = scene.taken()
    return lambda: desk.release(**_case(found), by=scene.by)


def _decide(scene: Scene) -> Callable[[], object]:
    found = scene.taken()
    return lambda: cases.decided(found, by=scene.by)


def _apply_effect(scene: Scene) -> Callable[[], object]:
    found = cases.decided(scene.taken(), by=scene.by)
    return lambda: effect.apply_effect(found.number or "")


def _lapse(scene: Scene) -> Callable[[], object]:
    found = scene.returned()
    return lambda: effect.lapse(found.number or "")


def _warn(scene: Scene) -> Callable[[], object]:
    found = scene.returned()
    return lambda: effect.warn(found.number or "")


def _urge(scene: Scene) -> Callable[[], object]:
    found = cases.filed(scene.person)

    def urged() -> None:
        with time_machine.travel("2026-04-10T02:00:00Z", tick=False):
            aftercare.urge(number=found.number or "", by=scene.account)

    return urged


def _confirm(scene: Scene) -> Callable[[], object]:
    found = cases.decided(scene.taken(), by=scene.by)
    return lambda: aftercare.confirm_result(number=found.number or "", by=scene.account)


def _tick(scene: Scene) -> Callable[[], object]:
    found = cases.decided(scene.taken(), by=scene.by)
    return lambda: aftercare.tick_steps(frozenset({"money"}), number=found.number or "", by=scene.account)


def _copy(scene: Scene) -> Callable[[], object]:
    found = cases.decided(scene.taken(), by=scene.by, action="reject", code="other", text="不符。")
    return lambda: aftercare.copy_to_draft(number=found.number or "", by=scene.account)


def _file_cancel(scene: Scene) -> Callable[[], object]:
    found = cases.approved(scene.person, by=scene.by)
    return lambda: cases.cancel_filed(found)


def _approve_cancel(scene: Scene) -> Callable[[], object]:
    found = cases.taken(cases.cancel_filed(cases.approved(scene.person, by=scene.by)), by=scene.by)
    return lambda: cases.decided(found, by=scene.by)


def _save_draft(scene: Scene) -> Callable[[], object]:
    return scene.draft


def _discard_draft(scene: Scene) -> Callable[[], object]:
    scene.draft()
    return lambda: stop.discard_draft(enrollment_id=scene.enrollment_id, by=scene.account)


def _discard_old_draft(scene: Scene) -> Callable[[], object]:
    draft = scene.draft()

    def discarded() -> None:
        with time_machine.travel(draft.created_at + timedelta(days=91), tick=False):
            assert effect.discard_old_draft(draft.pk)

    return discarded


def _submit(scene: Scene) -> Callable[[], object]:
    draft = scene.draft()
    return lambda: stop.submit(
        enrollment_id=scene.enrollment_id,
        revision=draft.revision,
        token=secrets.token_urlsafe(24),
        by=scene.account,
    )


def _withdraw(scene: Scene) -> Callable[[], object]:
    found = cases.filed(scene.person)
    return lambda: stop.withdraw(**_case(found), by=scene.account)


def _resubmit(scene: Scene) -> Callable[[], object]:
    found = scene.returned()
    return lambda: stop.resubmit(
        cases.stop_request(note="补充"), **_case(found), token=secrets.token_urlsafe(24), by=scene.account
    )


def _attach(scene: Scene) -> Callable[[], object]:
    draft = scene.draft()
    return lambda: materials.attach(materials.read_upload(png()), slot="id-card", application_id=draft.pk)


def _remove(scene: Scene) -> Callable[[], object]:
    draft = scene.draft()
    return lambda: materials.remove("none", application_id=draft.pk)


def _reveal(scene: Scene) -> Callable[[], object]:
    found = scene.taken()
    return lambda: reveal.reveal_id(found, reason="核对", by=scene.by)


def _new_question(scene: Scene) -> Callable[[], object]:
    return lambda: help_rows.asked(by=scene.account)


def _thread(call: Callable[[Consultation, Scene], object], *, is_taken: bool = True) -> Arrange:
    """A service of 在线客服 on a thread that was just asked, and taken."""

    def arrange(scene: Scene) -> Callable[[], object]:
        found = help_rows.asked(by=scene.account, call_phone="13800138000")
        if is_taken:
            consultations.take(found.number, by=scene.by)
        return lambda: call(found, scene)

    return arrange


def _says(found: Consultation, scene: Scene) -> object:
    return consultations.add(found.number, text="补充", token=secrets.token_urlsafe(24), by=scene.account)


def _answers(found: Consultation, scene: Scene) -> object:
    return consultations.reply(found.number, text="回复", token=secrets.token_urlsafe(24), by=scene.by)


def _leave(_scene: Scene) -> Callable[[], object]:
    return help_rows.left


def _handle(scene: Scene) -> Callable[[], object]:
    found = help_rows.left()
    return lambda: feedback.handle(found.number, answer="已改", by=scene.by)


E, A, C = "insured_enrollment", "suspension_application", "help_consultation"
CONSULTATIONS = "portal.help.services.consultations"
SERVICES: dict[str, tuple[Arrange, list[str]]] = {
    **locking.SERVICES,
    **audit_locking.SERVICES,
    **payments_locking.SERVICES,
    **help_locking.SERVICES,
    **suspension_locking.SERVICES,
    **desk_locking.SERVICES,
    f"{CONSULTATIONS}.ask": (_new_question, []),
    f"{CONSULTATIONS}.add": (_thread(_says), [C]),
    f"{CONSULTATIONS}.take": (
        _thread(lambda found, scene: consultations.take(found.number, by=scene.by), is_taken=False),
        [C],
    ),
    f"{CONSULTATIONS}.release": (
        _thread(lambda found, scene: consultations.release(found.number, is_supervisor=False, by=scene.by)),
        [C],
    ),
    f"{CONSULTATIONS}.reply": (_thread(_answers), [C]),
    f"{CONSULTATIONS}.verify_identity": (
        _thread(lambda found, scene: consultations.verify_identity(found.number, by=scene.by)),
        [C],
    ),
    f"{CONSULTATIONS}.reveal_phone": (
        _thread(lambda found, scene: consultations.reveal_phone(found.number, by=scene.by)),
        [C],
    ),
    f"{CONSULTATIONS}.close": (
        _thread(lambda found, scene: consultations.close(found.number, by=scene.account)),
        [C],
    ),
    **insured_locking.SERVICES,
    **locking_finance.SERVICES,
    **unit_locking.SERVICES,
    "portal.help.services.feedback.leave": (_leave, []),
    "portal.help.services.feedback.handle": (_handle, []),
    "suspension.services.aftercare.urge": (_urge, [E, A]),
    "suspension.services.aftercare.confirm_result": (_confirm, [E, A]),
    "suspension.services.aftercare.tick_steps": (_tick, [E, A]),
    "suspension.services.aftercare._copy": (_copy, [E]),
    "suspension.services.cancel.file_cancel": (_file_cancel, [E, A]),
    "suspension.services.desk.take": (_take, [E, A]),
    "suspension.services.desk.release": (_release, [E, A]),
    "suspension.services.desk.decide": (_decide, [E, A]),
    "suspension.services.effect.apply_effect": (_apply_effect, [E, A]),
    "suspension.services.effect.discard_old_draft": (_discard_old_draft, [E, A]),
    "suspension.services.effect.lapse": (_lapse, [E, A]),
    "suspension.services.effect.warn": (_warn, [E, A]),
    "suspension.services.materials._attach": (_attach, [E, A]),
    "suspension.services.materials.remove": (_remove, [E, A]),
    "suspension.services.reveal.reveal_id": (_reveal, []),
    "suspension.services.filing.submit": (_submit, [E, A]),
    "suspension.services.filing.discard_draft": (_discard_draft, [E]),
    "suspension.services.filing.resubmit": (_resubmit, [E, A]),
    "suspension.services.filing.save_draft": (_save_draft, [E]),
    "suspension.services.filing.withdraw": (_withdraw, [E, A]),
}
"""Service → how it is called, and the tables it locks, in their order."""


def business_services() -> set[str]:
    """Every function that opens a business transaction."""
    return {
        f"{'.'.join(path.with_suffix('').parts)}.{node.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and any(dotted(decorator).endswith("business_transaction") for decorator in node.decorator_list)
    }


def is_in_order(tables: list[str]) -> bool:
    """No table is locked after one that stands below it; locking the same again is harmless."""
    places = [ORDER.index(table) for table in tables]
    return places == sorted(places)


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tables in the order in which the code asked for locks; SQLite gives none, so the question is recorded."""
    tables: list[str] = []
    ask = models.QuerySet.select_for_update

    def recorded(self: models.QuerySet[Any], *args: Any, **kwargs: Any) -> models.QuerySet[Any]:
        tables.append(self.model._meta.db_table)
        return ask(self, *args, **kwargs)

    monkeypatch.setattr(models.QuerySet, "select_for_update", recorded)
    return tables


@pytest.fixture
def scene() -> Iterator[Scene]:
    area = factories.area()
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield Scene(factories.resident(area=area), factories.staff(area=area))


def test_no_service_is_left_out() -> None:
    assert set(SERVICES) == business_services()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_locks_from_the_top(name: str, scene: Scene, locked: list[str]) -> None:
    arrange, expected = SERVICES[name]
    call = arrange(scene)
    locked.clear()

    with CaptureQueriesContext(connection) as sent:
        call()

    assert locked == expected
    assert is_in_order(locked)
    if connection.vendor == "postgresql":
        found = [query["sql"] for query in sent.captured_queries if " FOR NO KEY UPDATE" in query["sql"]]
        assert [sql.rpartition(' OF "')[2].rstrip('"') for sql in found] == expected


def test_the_approval_of_a_cancellation_locks_both_cases_by_pk(scene: Scene, locked: list[str]) -> None:
    call = _approve_cancel(scene)
    locked.clear()

    with CaptureQueriesContext(connection) as sent:
        call()

    assert locked == [E, A]
    both = [
        query["sql"]
        for query in sent.captured_queries
        if "IN (" in query["sql"] and 'BY "suspension_app' in query["sql"]
    ]
    assert len(both) == 1


def test_a_unit_s_month_locks_the_people_on_it_before_the_bill(scene: Scene, locked: list[str]) -> None:
    bill = payments_locking.unit_bill(scene)
    locked.clear()

    with CaptureQueriesContext(connection) as sent:
        [found] = lock_bills(Bill.objects.filter(pk=bill.pk))
        pay_bill(found, amount_fen=found.left_fen, paid_on=date(2026, 3, 10), way="02")

    assert locked == ["insured_employer", E, "payments_bill", "payments_accountentry"]
    queries = [query["sql"] for query in sent.captured_queries]
    asked = next(sql for sql in queries if sql.startswith('SELECT "insured_enrollment"') and "EXISTS" not in sql)
    written = [sql for sql in queries if sql.startswith('UPDATE "insured_enrollment"')]
    assert len(written) == 1
    assert str(Enrollment.objects.get(employer=bill.employer).pk) in asked


def test_an_order_from_below_is_noticed() -> None:
    assert not is_in_order([A, E])
    assert is_in_order([E, E, A])
