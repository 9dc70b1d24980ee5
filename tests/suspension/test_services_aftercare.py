"""Urging, confirming, ticking off, beginning again; reminders and lapses."""

from datetime import date

import pytest
import time_machine

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.audit.models import JobRun
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Delivery, DeliveryState, Message
from suspension import tasks
from suspension.models import Application, Attachment
from suspension.policy.transitions import State
from suspension.services import aftercare, effect, materials, stop
from tests import factories
from tests.suspension.cases import approved, decided, filed, stop_request, taken
from tests.suspension.files import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


def returned(person: InsuredPerson, *, by: User) -> Application:
    return decided(taken(filed(person), by=by), by=by, action="return", fields=("note",), text="请补充说明")


def rejected(person: InsuredPerson, *, by: User, **more: object) -> Application:
    return decided(taken(filed(person, **more), by=by), by=by, action="reject", code="other", text="不符")


def with_files(person: InsuredPerson, *, count: int = 1) -> None:
    """A draft with pictures."""
    draft = stop.save_draft(stop_request(), enrollment_id=person.enrollments.get().pk, by=factories.account_of(person))
    for _ in range(count):
        materials.attach(materials.read_upload(picture()), slot="id-card", application_id=draft.pk)


class TestUrge:
    def urge(self, application: Application) -> None:
        aftercare.urge(number=application.number or "", by=factories.account_of(application.person))

    @pytest.mark.parametrize(("day", "is_possible"), [("2026-03-17", False), ("2026-03-18", True)])
    def test_is_possible_after_the_promised_day(self, resident: InsuredPerson, day: str, is_possible: bool) -> None:
        application = filed(resident)

        with time_machine.travel(f"{day}T02:00:00Z", tick=False):
            if is_possible:
                self.urge(application)
            else:
                with pytest.raises(BusinessRuleError):
                    self.urge(application)

        application.refresh_from_db()
        assert (application.urged_at is not None) == is_possible

    def test_is_possible_once_per_working_day(self, resident: InsuredPerson) -> None:
        """2026-03-20 is a Friday: not again on Saturday, again on Monday."""
        application = filed(resident)

        with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
            self.urge(application)
        for day in ("2026-03-20", "2026-03-21"):
            with time_machine.travel(f"{day}T09:00:00Z", tick=False), pytest.raises(ConflictError):
                self.urge(application)
        with time_machine.travel("2026-03-23T02:00:00Z", tick=False):
            self.urge(application)

    def test_is_told_to_who_holds_the_case(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)

        with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
            self.urge(application)

        message = Message.objects.get(recipient=caseworker)
        assert application.number in message.title
        assert not Delivery.objects.filter(template="case_urged").exists()

    def test_is_refused_to_a_stranger(self, resident: InsuredPerson, stranger: User) -> None:
        application = filed(resident)

        with pytest.raises(PermissionError):
            aftercare.urge(number=application.number or "", by=stranger)


class TestResult:
    def test_is_confirmed_once(self, resident: InsuredPerson, caseworker: User) -> None:
        application = approved(resident, by=caseworker)
        account = factories.account_of(resident)
        aftercare.confirm_result(number=application.number or "", by=account)
        with time_machine.travel("2026-03-12T02:00:00Z", tick=False):
            aftercare.confirm_result(number=application.number or "", by=account)

        application.refresh_from_db()
        assert application.confirmed_at is not None
        assert application.confirmed_at.date() == date(2026, 3, 10)

    def test_is_not_confirmed_before_it_is_there(self, resident: InsuredPerson) -> None:
        application = filed(resident)

        for call in (aftercare.confirm_result, lambda **who: aftercare.tick_steps(frozenset(), **who)):
            with pytest.raises(ConflictError):
                call(number=application.number or "", by=factories.account_of(resident))

    def test_steps_are_ticked_and_unticked(self, resident: InsuredPerson, caseworker: User) -> None:
        application = approved(resident, by=caseworker)
        who = {"number": application.number or "", "by": factories.account_of(resident)}

        aftercare.tick_steps(frozenset({"new-unit", "money", "transfer", "nonsense"}), **who)
        application.refresh_from_db()
        ticked = application.done_steps
        aftercare.tick_steps(frozenset({"money"}), **who)
        application.refresh_from_db()

        assert (ticked, application.done_steps) == (["new-unit", "money"], ["money"])

    def test_a_wished_transfer_is_a_step(self, resident: InsuredPerson, caseworker: User) -> None:
        application = approved(resident, by=caseworker)
        application.wants_transfer = True

        assert "transfer" in aftercare.follow_ups(application)

    @pytest.mark.parametrize(
        ("approved_at", "code"), [("2026-03-11", "stop.no-refund"), ("2025-12-15", "stop.refund-possible")]
    )
    def test_tells_whether_money_comes_back(
        self, area: factories.PoolingArea, caseworker: User, approved_at: str, code: str
    ) -> None:
        with time_machine.travel(f"{approved_at}T02:00:00Z", tick=False):
            application = decided(taken(filed(factories.resident(area=area)), by=caseworker), by=caseworker)

        assert aftercare.money_outlook(application).code == code

    def test_a_year_that_was_paid_ahead_is_named_until_somebody_comes_back(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = factories.resident(area=area)
        person.enrollments.update(last_paid_month=date(2027, 12, 1))
        with time_machine.travel("2026-11-23T02:00:00Z", tick=False):
            application = decided(taken(filed(person, stop_month=date(2026, 11, 1)), by=caseworker), by=caseworker)
            before = aftercare.money_outlook(application).code
        with time_machine.travel("2026-12-01T02:00:00Z", tick=False):
            effect.apply_due_effects()
            application = Application.objects.get(pk=application.pk)
            paused = aftercare.money_outlook(application).code
        application.enrollment.status = "1"

        assert (before, paused) == ("stop.refund-next-year", "stop.refund-next-year")
        assert aftercare.money_outlook(application).code == "stop.no-refund"


class TestBeginAgain:
    def test_starts_from_what_was_refused(self, resident: InsuredPerson, caseworker: User) -> None:
        old = rejected(resident, by=caseworker, reason_code="duplicate", note="两地都参加了")

        draft = aftercare.copy_to_draft(number=old.number or "", by=factories.account_of(resident))

        draft.refresh_from_db()
        assert (draft.state, draft.refers_to, draft.number) == (State.DRAFT, old, None)
        assert (draft.reason_code, draft.note) == ("duplicate", "两地都参加了")

    def test_brings_the_files_along_without_a_second_copy_of_their_bytes(
        self, resident: InsuredPerson, caseworker: User
    ) -> None:
        with_files(resident, count=2)
        materials.render_pending()
        old = rejected(resident, by=caseworker)
        gone, kept = Attachment.objects.filter(application=old).order_by("id")
        Attachment.objects.filter(pk=gone.pk).update(removed_at="2026-03-10T02:00:00Z")

        draft = aftercare.copy_to_draft(number=old.number or "", by=factories.account_of(resident))

        copy = Attachment.objects.get(application=draft)
        assert (copy.slot, copy.name, copy.sha256, copy.state, copy.pages) == (
            kept.slot,
            kept.name,
            kept.sha256,
            "ready",
            kept.pages,
        )
        assert copy.public_id != kept.public_id
        for name in ("original", "page-1.png"):
            mine, theirs = (materials.folder_of(one.public_id) / name for one in (copy, kept))
            assert mine.samefile(theirs)

    def test_leaves_the_old_case_its_files_when_the_draft_s_are_taken_out(
        self, resident: InsuredPerson, caseworker: User
    ) -> None:
        with_files(resident)
        old = rejected(resident, by=caseworker)
        draft = aftercare.copy_to_draft(number=old.number or "", by=factories.account_of(resident))

        materials.remove(Attachment.objects.get(application=draft).public_id, application_id=draft.pk)

        assert Attachment.objects.kept().filter(application=old).count() == 1

    @pytest.mark.parametrize("spoil", ["refused", "unreadable"])
    def test_brings_no_files_that_were_refused_or_cannot_be_read(
        self, spoil: str, resident: InsuredPerson, caseworker: User
    ) -> None:
        with_files(resident)
        old = rejected(resident, by=caseworker)
        if spoil == "refused":
            Application.objects.filter(pk=old.pk).update(decision_code="material-invalid")
        else:
            Attachment.objects.update(state="failed")

        draft = aftercare.copy_to_draft(number=old.number or "", by=factories.account_of(resident))

        assert not Attachment.objects.filter(application=draft).exists()

    def test_leaves_no_folder_and_no_draft_behind_when_a_file_cannot_be_shared(
        self, resident: InsuredPerson, caseworker: User
    ) -> None:
        with_files(resident, count=2)
        materials.render_pending()
        old = rejected(resident, by=caseworker)
        last = materials.folder_of(Attachment.objects.order_by("id")[1].public_id)
        (last / "page-2.png").mkdir()
        before = set(last.parent.iterdir())

        with pytest.raises(IsADirectoryError):
            aftercare.copy_to_draft(number=old.number or "", by=factories.account_of(resident))

        assert set(last.parent.iterdir()) == before
        assert not Application.objects.filter(state=State.DRAFT).exists()

    def test_keeps_a_draft_at_work(self, resident: InsuredPerson, caseworker: User) -> None:
        old = rejected(resident, by=caseworker)
        account = factories.account_of(resident)
        at_work = stop.save_draft(stop.request_of(old), enrollment_id=resident.enrollments.get().pk, by=account)

        assert aftercare.copy_to_draft(number=old.number or "", by=account).pk == at_work.pk

    def test_is_refused_while_the_case_goes_on(self, resident: InsuredPerson) -> None:
        with pytest.raises(ConflictError):
            aftercare.copy_to_draft(number=filed(resident).number or "", by=factories.account_of(resident))


class TestReminder:
    def test_comes_once_after_ten_working_days(self, resident: InsuredPerson, caseworker: User) -> None:
        application = returned(resident, by=caseworker)
        counts = []
        for day in ("2026-03-23", "2026-03-24", "2026-03-24", "2026-03-25"):
            with time_machine.travel(f"{day}T02:00:00Z", tick=False):
                counts.append(effect.warn_of_corrections())

        application.refresh_from_db()
        assert counts == [0, 1, 0, 0]
        assert application.warned_at is not None
        assert Delivery.objects.filter(template="stop_correction_reminder").count() == 2

    def test_comes_again_after_a_second_return(self, resident: InsuredPerson, caseworker: User) -> None:
        application = returned(resident, by=caseworker)
        with time_machine.travel("2026-03-24T02:00:00Z", tick=False):
            effect.warn_of_corrections()
            application.refresh_from_db()
            again = stop.resubmit(
                stop.request_of(application),
                number=application.number or "",
                version=application.version,
                token="t" * 20,
                by=factories.account_of(resident),
            )
            decided(taken(again, by=caseworker), by=caseworker, action="return", fields=("note",), text="还不清楚")

        application.refresh_from_db()
        assert application.warned_at is None

    def test_waits_to_be_sent_no_more_when_the_case_lapses(self, resident: InsuredPerson, caseworker: User) -> None:
        returned(resident, by=caseworker)
        with time_machine.travel("2026-03-24T02:00:00Z", tick=False):
            effect.warn_of_corrections()
        with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
            effect.close_overdue()

        states = set(Delivery.objects.filter(template="stop_correction_reminder").values_list("state", flat=True))
        assert states == {DeliveryState.CANCELLED}

    @pytest.mark.parametrize("job", ["warn_of_corrections", "close_overdue"])
    def test_the_clock_does_each_hour_once_and_a_hint_always(self, job: str, monkeypatch: pytest.MonkeyPatch) -> None:
        calls: list[int] = []
        monkeypatch.setattr(effect, job, lambda: calls.append(1) or 0)
        task = getattr(tasks, job)

        task(is_scheduled=True)
        task(is_scheduled=True)
        task()

        assert len(calls) == 2
        assert JobRun.objects.filter(job=job.replace("_", "-"), finished_at__isnull=False).count() == 1


def test_a_return_leaves_the_receipt_that_was_promised(resident: InsuredPerson, caseworker: User) -> None:
    returned(resident, by=caseworker)

    rows = dict(Delivery.objects.filter(channel="sms").values_list("template", "state"))
    assert rows == {"stop_submitted": DeliveryState.QUEUED, "stop_returned": DeliveryState.QUEUED}
