"""代办: a relative with consent stops for a person; every event says so, both are told, and it ends at once."""

import secrets

import pytest
import time_machine
from django.test import Client

from insured.models import InsuredPerson
from insured.services import family
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from portal.notifications.models import Delivery, Message
from suspension.models import Application, ApplicationEvent
from suspension.services import cancel, desk, receipt, stop
from tests import factories
from tests.insured import families
from tests.suspension import cases
from tests.suspension.pages import check_page, confirm, hidden, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.fixture
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def mother(area: factories.PoolingArea) -> InsuredPerson:
    return factories.resident(area=area, name="周慧兰", phone="13800138077")


@pytest.fixture
def daughter(area: factories.PoolingArea, mother: InsuredPerson) -> InsuredPerson:
    """Who may act for her mother."""
    found = factories.resident(area=area)
    families.consented(actor=found, relative=mother)
    return found


@pytest.fixture
def visitor(daughter: InsuredPerson, mother: InsuredPerson) -> Client:
    """The daughter's browser, acting for her mother."""
    client = factories.client_of(factories.account_of(daughter))
    assert client.post("/me/family/act/", {"number": mother.number})["Location"] == "/stop/"
    return client


def stopped_by(visitor: Client) -> Application:
    confirm(visitor, check_page(visitor))
    return Application.objects.get(number__isnull=False)


def titles(user_id: int | None) -> list[str]:
    return list(Message.objects.filter(recipient=user_id).order_by("id").values_list("title", flat=True))


class TestActing:
    def test_stops_for_the_relative_and_says_so_on_every_page(
        self, visitor: Client, mother: InsuredPerson, daughter: InsuredPerson
    ) -> None:
        pages = [visitor.get(path).content.decode() for path in ("/stop/", "/stop/form/")]
        found = stopped_by(visitor)
        pages += [visitor.get(f"/applications/{found.number}/{more}").content.decode() for more in ("submitted/", "")]

        assert all("您正在为 周*兰 代办" in page for page in pages)
        assert (found.person, found.applicant) == (mother, factories.account_of(daughter))
        event = ApplicationEvent.objects.get(application=found)
        assert (event.actor, event.acted_for) == (factories.account_of(daughter), mother)
        assert "由家人代办" in pages[-1]
        form = receipt.printed_form(found, receipt.SHEETS[found.item], address="https://hall.example/")
        assert ("申办方式", "网厅，家人代办") in form.rows
        assert "代办" in visitor.get("/me/applications/").content.decode()

    def test_tells_both(self, visitor: Client, mother: InsuredPerson, daughter: InsuredPerson) -> None:
        Message.objects.all().delete()
        Delivery.objects.all().delete()

        found = stopped_by(visitor)

        assert titles(mother.user_id) == ["停缴申请已提交"]
        assert "由经您同意的家人代为提交" in Message.objects.get(recipient=mother.user_id).body
        assert titles(daughter.user_id) == ["代办申请有新进展"]
        sms = Delivery.objects.filter(channel="sms", subject_number=found.number)
        assert {row.address for row in sms} == {"13800138077", "13800138000"}

    def test_goes_back_to_oneself(self, visitor: Client, daughter: InsuredPerson) -> None:
        assert visitor.post("/me/family/act/")["Location"] == "/me/family/"

        assert "您正在为" not in visitor.get("/stop/").content.decode()
        assert stopped_by(visitor).person == daughter
        assert ApplicationEvent.objects.get().acted_for is None

    def test_keeps_the_drafts_of_the_two_apart(
        self, visitor: Client, mother: InsuredPerson, daughter: InsuredPerson
    ) -> None:
        own = stop.save_draft(
            cases.stop_request(note="女儿自己的"),
            enrollment_id=daughter.enrollments.get().pk,
            by=factories.account_of(daughter),
        )

        assert "女儿自己的" not in visitor.get("/stop/form/").content.decode()
        assert stopped_by(visitor).person == mother
        assert Application.objects.get(pk=own.pk).note == "女儿自己的"

    def test_ends_with_the_consent_in_the_middle_of_a_session(
        self, visitor: Client, mother: InsuredPerson, daughter: InsuredPerson
    ) -> None:
        found = stopped_by(visitor)
        assert visitor.get(f"/applications/{found.number}/").status_code == 200

        family.end(other_number=daughter.number, is_actor=False, by=factories.account_of(mother))

        assert visitor.get(f"/applications/{found.number}/").status_code == 404
        withdrawn = visitor.post(f"/applications/{found.number}/withdraw/", {"version": found.version})
        assert withdrawn.status_code == 404
        assert "您正在为" not in visitor.get("/stop/").content.decode()
        with pytest.raises(PermissionError):
            stop.withdraw(number=found.number or "", version=found.version, by=factories.account_of(daughter))

    def test_withdraws_for_the_relative(self, visitor: Client, daughter: InsuredPerson, mother: InsuredPerson) -> None:
        found = cases.filed(mother)

        visitor.post(f"/applications/{found.number}/withdraw/", {"version": found.version})

        event = ApplicationEvent.objects.get(application=found, action="withdraw")
        assert (event.actor, event.acted_for) == (factories.account_of(daughter), mother)

    def test_tells_the_person_where_the_person_said_when_a_relative_withdraws(
        self, visitor: Client, mother: InsuredPerson
    ) -> None:
        cases.prove("13900139009", by=factories.account_of(mother))
        found = cases.filed(mother, contact_phone="13900139009")
        Delivery.objects.all().delete()

        visitor.post(f"/applications/{found.number}/withdraw/", {"version": found.version})

        sms = Delivery.objects.filter(channel="sms")
        assert {(row.template, row.address) for row in sms} == {("stop_withdrawn", "13900139009")}

    def test_tells_the_relative_of_the_decision_no_more_after_the_consent_ended(
        self, visitor: Client, mother: InsuredPerson, daughter: InsuredPerson, caseworker: User
    ) -> None:
        found = cases.taken(stopped_by(visitor), by=caseworker)
        family.end(other_number=daughter.number, is_actor=False, by=factories.account_of(mother))

        cases.decided(found, by=caseworker)

        assert titles(mother.user_id)[-1] == "停缴申请已通过审核"
        assert "代办申请有新进展" not in titles(daughter.user_id)[-1:]

    def test_ends_with_the_log_out(self, visitor: Client, daughter: InsuredPerson) -> None:
        visitor.post("/accounts/logout/")
        visitor.force_login(factories.account_of(daughter))

        assert "您正在为" not in visitor.get("/stop/").content.decode()


class TestTwoWindows:
    """Whom one acts for is the session's: a page that was made for the other person must not be taken for this one."""

    def test_refuses_the_check_page_of_the_other_person(
        self, visitor: Client, mother: InsuredPerson, daughter: InsuredPerson
    ) -> None:
        stop.save_draft(
            cases.stop_request(), enrollment_id=daughter.enrollments.get().pk, by=factories.account_of(daughter)
        )
        page = check_page(visitor)
        visitor.post("/me/family/act/")

        sent = {name: hidden(page, name) for name in ("token", "revision", "person")}
        answer = visitor.post("/stop/check/", sent)

        assert sent["person"] == mother.number
        assert answer.status_code == 409
        assert not Application.objects.submitted().exists()

    def test_refuses_it_when_the_consent_ended(
        self, visitor: Client, mother: InsuredPerson, daughter: InsuredPerson
    ) -> None:
        page = visitor.get("/stop/form/").content.decode()
        family.end(other_number=daughter.number, is_actor=False, by=factories.account_of(mother))

        answer = visitor.post("/stop/form/", typed(person=hidden(page, "person")))

        assert answer.status_code == 409
        assert not Application.objects.exists()

    def test_throws_no_draft_of_the_other_person_away(self, visitor: Client, daughter: InsuredPerson) -> None:
        own = stop.save_draft(
            cases.stop_request(), enrollment_id=daughter.enrollments.get().pk, by=factories.account_of(daughter)
        )
        page = check_page(visitor)
        visitor.post("/me/family/act/")

        assert visitor.post("/stop/discard/", {"person": hidden(page, "person")}).status_code == 409
        assert Application.objects.get(pk=own.pk).state == "draft"


class TestNobodyElse:
    @pytest.mark.parametrize("who", ["stranger", "agent", "caseworker", "reviewer"])
    def test_acts_for_a_person(self, who: str, mother: InsuredPerson, request: pytest.FixtureRequest) -> None:
        somebody: User = request.getfixturevalue(who)

        with pytest.raises(PermissionError):
            stop.save_draft(cases.stop_request(), enrollment_id=mother.enrollments.get().pk, by=somebody)
        answer = factories.client_of(somebody).post("/me/family/act/", {"number": mother.number})
        assert answer.status_code == 404

    def test_sends_the_draft_of_a_person(self, mother: InsuredPerson, stranger: User) -> None:
        enrollment_id = mother.enrollments.get().pk
        draft = stop.save_draft(cases.stop_request(), enrollment_id=enrollment_id, by=factories.account_of(mother))

        with pytest.raises(PermissionError):
            stop.submit(
                enrollment_id=enrollment_id, revision=draft.revision, token=secrets.token_urlsafe(24), by=stranger
            )

    def test_acts_with_a_forged_session(self, mother: InsuredPerson, stranger: User) -> None:
        client = factories.client_of(stranger)
        session = client.session
        session["acting_for"] = mother.number
        session.save()

        assert "您正在为" not in client.get("/stop/").content.decode()


class TestConflictOfInterest:
    def test_keeps_the_spouse_of_whoever_applied_away(
        self, visitor: Client, daughter: InsuredPerson, area: factories.PoolingArea, caseworker: User
    ) -> None:
        found = stopped_by(visitor)
        factories.relation(person=daughter, relative=factories.person(area=area, user=caseworker))

        with pytest.raises(BusinessRuleError) as error:
            desk.take(number=found.number or "", version=found.version, by=caseworker)

        assert error.value.reasons[0].code == "desk.relatives-case"


def test_a_relative_takes_back_what_was_approved_and_the_paper_says_who_filed_it(
    daughter: InsuredPerson, mother: InsuredPerson, caseworker: User
) -> None:
    account = factories.account_of(daughter)
    stopped = cases.approved(mother, by=caseworker)

    own = cancel.file_cancel(number=stopped.number or "", note="先不停了", token=secrets.token_urlsafe(24), by=account)

    assert ApplicationEvent.objects.get(application=own).acted_for == mother
    assert (own.applicant, own.person) == (account, mother)
