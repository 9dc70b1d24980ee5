"""窗口代录: staff enter an application for the person at the counter, and somebody else decides it."""

from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.errors import AlreadyDone, BusinessRuleError
from portal.notifications.models import Message
from suspension.models import Application, ApplicationEvent, Attachment
from suspension.services import desk, materials, stop, walk_in
from tests import factories
from tests.suspension import cases, files
from tests.suspension.pages import hidden, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
FIND, FORM = "/admin/suspension/application/walk-in/", "/admin/suspension/application/walk-in/form/"


@pytest.fixture
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


def code_of(error: pytest.ExceptionInfo[BusinessRuleError]) -> str:
    return error.value.reasons[0].code


class TestEnter:
    def test_submits_for_the_person_and_names_who_entered_it(self, resident: InsuredPerson, caseworker: User) -> None:
        found = cases.entered(resident, by=caseworker)

        event = ApplicationEvent.objects.get(application=found)
        assert (found.state, found.channel, found.applicant, found.person) == (
            "submitted",
            "window",
            caseworker,
            resident,
        )
        assert (event.actor, event.acted_for) == (caseworker, resident)
        assert list(Message.objects.values_list("recipient", flat=True)) == [resident.user_id]

    def test_serves_a_person_without_an_account(self, area: factories.PoolingArea, caseworker: User) -> None:
        person = factories.person(area=area)
        factories.period(of=factories.enrollment(of=person))

        assert cases.entered(person, by=caseworker).state == "submitted"

    def test_cannot_be_decided_by_whoever_entered_it(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        found = cases.entered(resident, by=caseworker)

        with pytest.raises(BusinessRuleError) as error:
            desk.take(number=found.number or "", version=found.version, by=caseworker)

        assert code_of(error) == "desk.own-case"
        other = factories.staff(area=area, name="许知行")
        assert cases.decided(cases.taken(found, by=other), by=other).state == "completed"

    def test_takes_over_a_draft(self, resident: InsuredPerson, caseworker: User) -> None:
        own = stop.save_draft(
            cases.stop_request(), enrollment_id=resident.enrollments.get().pk, by=factories.account_of(resident)
        )

        assert cases.entered(resident, by=caseworker).pk == own.pk

    def test_asks_for_the_tick(self, resident: InsuredPerson, caseworker: User) -> None:
        with pytest.raises(BusinessRuleError) as error:
            cases.entered(resident, by=caseworker, is_identity_checked=False)

        assert code_of(error) == "counter.identity"

    def test_sent_twice_leads_to_the_first(self, resident: InsuredPerson, caseworker: User) -> None:
        found = cases.entered(resident, by=caseworker, token="t" * 24)

        with pytest.raises(AlreadyDone) as done:
            cases.entered(resident, by=caseworker, token="t" * 24)

        assert (found.number or "-") in done.value.address

    @pytest.mark.parametrize("who", ["stranger", "agent", "reviewer"])
    def test_is_for_caseworkers_of_the_area(
        self, who: str, resident: InsuredPerson, request: pytest.FixtureRequest
    ) -> None:
        with pytest.raises(BusinessRuleError) as error:
            cases.entered(resident, by=request.getfixturevalue(who))

        assert code_of(error) == "desk.not-your-area"


class TestPages:
    def test_lead_from_the_card_to_the_receipt(self, resident: InsuredPerson, caseworker: User) -> None:
        desk_of = factories.client_of(caseworker)

        found = desk_of.post(FIND, {"resident_id": resident.id_number, "reason": "本人到窗口", "item": "stop"})
        assert found["Location"] == FORM
        page = desk_of.get(FORM).content.decode()
        assert resident.id_number not in page
        filled = typed(token=hidden(page, "token"))
        assert desk_of.post(FORM, filled).status_code == 422
        done = desk_of.post(FORM, filled | {"is_checked": "on"})

        number = Application.objects.get().number or "-"
        assert done["Location"].endswith(f"/{number}/receipt/")
        receipt = desk_of.get(done["Location"]).content.decode()
        assert number in receipt
        assert "窗口" in receipt
        log = AccessLog.objects.get(action="find-person")
        assert (log.user, log.subject_id, log.reason) == (caseworker, resident.pk, "本人到窗口")

    def test_refuse_the_form_of_the_person_before(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        desk_of, after = factories.client_of(caseworker), factories.resident(area=area, name="周慧兰")
        desk_of.post(FIND, {"resident_id": resident.id_number, "reason": "本人到窗口", "item": "stop"})
        page = desk_of.get(FORM).content.decode()
        desk_of.post(FIND, {"resident_id": after.id_number, "reason": "本人到窗口", "item": "stop"})

        sent = typed(token=hidden(page, "token"), person=hidden(page, "person"), is_checked="on")

        assert desk_of.post(FORM, sent).status_code == 409
        assert not Application.objects.exists()

    def test_say_why_somebody_without_cover_has_nothing_to_stop_and_what_to_do(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person, desk_of = factories.person(area=area, name="周慧兰"), factories.client_of(caseworker)

        found = desk_of.post(
            FIND, {"resident_id": person.id_number, "reason": "本人到窗口", "item": "stop"}, follow=True
        )

        page = found.content.decode()
        assert "周慧兰没有可以停缴的参保" in page
        assert reverse("admin:suspension_application_walk_in_family") in page
        assert person.id_number not in page
        assert desk_of.post(FORM, {}).status_code == 422

    def test_find_nobody_of_another_area(self, caseworker: User) -> None:
        elsewhere = factories.resident(area=factories.area(code="119902", name="邻市"))

        answer = factories.client_of(caseworker).post(
            FIND, {"resident_id": elsewhere.id_number, "reason": "到窗口", "item": "stop"}
        )

        assert answer.status_code == 422
        assert not AccessLog.objects.filter(action="find-person").exists()

    def test_know_no_enrollment_of_another_area(self, resident: InsuredPerson, caseworker: User) -> None:
        desk_of = factories.client_of(caseworker)
        desk_of.post(FIND, {"resident_id": resident.id_number, "reason": "本人到窗口", "item": "stop"})
        resident.enrollments.update(area=factories.area(code="119902", name="邻市"))

        assert desk_of.get(FORM).status_code == 404
        assert desk_of.post(FORM, typed(is_checked="on")).status_code == 404

    def test_find_nobody_for_who_is_no_caseworker(self, resident: InsuredPerson, reviewer: User) -> None:
        answer = factories.client_of(reviewer).post(
            FIND, {"resident_id": resident.id_number, "reason": "到窗口", "item": "stop"}
        )

        assert answer.status_code == 403
        assert not AccessLog.objects.filter(action="find-person").exists()

    def test_begin_with_the_card(self, caseworker: User) -> None:
        assert factories.client_of(caseworker).get(FORM)["Location"] == FIND

    def test_are_not_for_the_insured(self, resident: InsuredPerson) -> None:
        mine = factories.client_of(factories.account_of(resident))

        assert [mine.get(path).status_code for path in (FIND, FORM)] == [403, 403]
        assert Client().get(FIND).status_code == 302


class TestPapers:
    """What the person brought is scanned into its slot while the application is entered."""

    def entering(self, resident: InsuredPerson, caseworker: User) -> tuple[Client, dict[str, object]]:
        desk_of = factories.client_of(caseworker)
        desk_of.post(FIND, {"resident_id": resident.id_number, "reason": "本人到窗口", "item": "stop"})
        page = desk_of.get(FORM).content.decode()
        return desk_of, typed(token=hidden(page, "token"), person=hidden(page, "person"), is_checked="on")

    def test_lie_in_their_slots_when_the_case_is_looked_at(self, resident: InsuredPerson, caseworker: User) -> None:
        desk_of, sent = self.entering(resident, caseworker)

        done = desk_of.post(FORM, sent | {"file_id_card": files.picture(), "file_leave_proof": files.pdf()})

        assert done.status_code == 302
        found = Attachment.objects.order_by("slot").values_list("slot", "content_type", "application__state")
        assert list(found) == [("id-card", "image/jpeg", "submitted"), ("leave-proof", "application/pdf", "submitted")]

    def test_that_are_none_are_refused_and_nothing_is_entered(self, resident: InsuredPerson, caseworker: User) -> None:
        desk_of, sent = self.entering(resident, caseworker)

        done = desk_of.post(FORM, sent | {"file_id_card": files.text("a.jpg", b"MZ not a picture")})

        assert done.status_code == 422
        assert not Application.objects.exists()
        assert not Attachment.objects.exists()

    def test_leave_no_file_behind_when_the_case_is_refused(
        self, resident: InsuredPerson, reviewer: User, settings: Settings
    ) -> None:
        upload = materials.read_upload(files.picture())

        with pytest.raises(BusinessRuleError):
            walk_in.enter(
                cases.stop_request(),
                enrollment_id=resident.enrollments.get().pk,
                uploads=[("id-card", upload)],
                is_identity_checked=True,
                token="t" * 24,
                by=reviewer,
            )

        folder = Path(settings.MEDIA_ROOT) / "materials"
        assert not list(folder.glob("*/original")) if folder.exists() else True

    def test_are_not_asked_for(self, resident: InsuredPerson, caseworker: User) -> None:
        desk_of, sent = self.entering(resident, caseworker)

        assert desk_of.post(FORM, sent).status_code == 302
        assert not Attachment.objects.exists()
