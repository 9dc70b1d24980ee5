"""Double clicks and double tabs at the application form: one application, and words that help for the rest."""

import secrets
from functools import partial

import pytest

from insured.models import InsuredPerson, PoolingArea
from portal.audit.models import FormToken
from portal.errors import AlreadyDone
from portal.labels import wording
from portal.notifications.models import Delivery, Message
from suspension.models import Application, ApplicationEvent, Revision
from suspension.policy.transitions import State
from suspension.services import stop
from tests import factories
from tests.races.crowd import Call, Outcome, at_most, crowd, shown
from tests.results import Report, size
from tests.suspension.cases import stop_request

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]


def sending(person: InsuredPerson, *, token: str, revision: int = 1) -> Call:
    return partial(
        stop.submit,
        enrollment_id=person.enrollments.get().pk,
        revision=revision,
        token=token,
        by=factories.account_of(person),
    )


def with_draft(area: PoolingArea) -> InsuredPerson:
    person = factories.resident(area=area)
    stop.save_draft(stop_request(), enrollment_id=person.enrollments.get().pk, by=factories.account_of(person))
    return person


@pytest.mark.parametrize("tokens", ["one token", "a token each"])
def test_64_submits_make_one_application(report: Report, area: PoolingArea, tokens: str) -> None:
    at_once, rounds, total = at_most(size(plain=16, full=64)), size(plain=3, full=10), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            person = with_draft(area)
            one = secrets.token_urlsafe(24)
            outcome = people.run(
                [
                    sending(person, token=one if tokens == "one token" else secrets.token_urlsafe(24))
                    for _ in range(at_once)
                ]
            )
            total.add(outcome)
            (winner,) = outcome.won
            application = Application.objects.get(person=person)
            assert isinstance(winner, Application)
            assert (application.number, application.state) == (winner.number, State.SUBMITTED)
            assert Revision.objects.filter(application=application).count() == 1
            if tokens == "one token":
                with pytest.raises(AlreadyDone) as found:
                    sending(person, token=one)()
                assert application.number in found.value.address

    shown(report, f"submit, {tokens}", at_once=at_once, rounds=rounds, outcome=total)
    counts = [model.objects.count() for model in (ApplicationEvent, Message, FormToken)]
    assert counts == [rounds] * 3
    assert Delivery.objects.count() == 2 * rounds
    assert set(total.refused) <= ({"AlreadyDone"} if tokens == "one token" else {"ConflictError", "BusinessRuleError"})
    assert all(wording(code) for code in total.reasons)


def test_a_draft_saved_in_two_windows_stays_one_draft(report: Report, area: PoolingArea) -> None:
    at_once, rounds, total = at_most(8), size(plain=3, full=20), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            person = factories.resident(area=area)
            saving = partial(
                stop.save_draft,
                stop_request(),
                enrollment_id=person.enrollments.get().pk,
                by=factories.account_of(person),
            )
            total.add(people.run([saving] * at_once))
            assert Application.objects.get(person=person).revision == at_once

    shown(report, "save a draft (all may win, one draft)", at_once=at_once, rounds=rounds, outcome=total)
    assert len(total.won) == at_once * rounds


def test_submit_against_another_save_sends_what_was_seen_or_nothing(report: Report, area: PoolingArea) -> None:
    """The other window changes the draft while this one sends it."""
    rounds, total = size(plain=10, full=100), Outcome()

    with crowd(2) as people:
        for _ in range(rounds):
            person = with_draft(area)
            enrollment = person.enrollments.get()
            saving = partial(
                stop.save_draft,
                stop_request(note="另一个窗口"),
                enrollment_id=enrollment.pk,
                by=factories.account_of(person),
            )
            outcome = people.run([sending(person, token=secrets.token_urlsafe(24)), saving])
            total.add(outcome)
            sent = Application.objects.filter(person=person, state=State.SUBMITTED)
            assert [one.note for one in sent] in ([], [""])

    shown(report, "submit against save", at_once=2, rounds=rounds, outcome=total)
