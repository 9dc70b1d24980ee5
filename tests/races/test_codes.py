"""At the door: 32 uses of one code let one in, 32 wishes for a code send one SMS, guesses beyond the fifth are lost."""

from functools import partial

import pytest

from portal.accounts.models import MOST_TRIES, OneTimeCode, Purpose, RateCounter, User
from portal.accounts.services.codes import Asker, Destination, Request, send_code, use_code
from portal.accounts.services.registration import Applicant, register
from portal.notifications.models import Delivery
from tests import factories
from tests.accounts import people
from tests.accounts.letters import last_code
from tests.races.crowd import Outcome, at_most, crowd, shown
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
AT_ONCE = 32


def wish(number: int, *, purpose: Purpose = Purpose.LOGIN, address: str = "198.51.100.7") -> Request:
    return Request(
        purpose=purpose, destination=Destination("sms", f"138{number:08d}"), asker=Asker(address, is_proven=True)
    )


def test_32_uses_of_one_code_let_one_in(report: Report) -> None:
    at_once, rounds, total = at_most(AT_ONCE), size(plain=3, full=50), Outcome()

    with crowd(at_once) as many:
        for number in range(rounds):
            token = send_code(wish(number, address=f"a{number}"))
            use = partial(use_code, last_code(), purpose=Purpose.LOGIN, token=token)
            outcome = many.run([use] * at_once)
            total.add(outcome)
            assert len(outcome.won) == 1
            assert OneTimeCode.objects.latest("pk").tries <= MOST_TRIES

    shown(report, "one code, used at once", at_once=at_once, rounds=rounds, outcome=total)


def test_32_wrong_guesses_count_as_five(report: Report) -> None:
    at_once, total = at_most(AT_ONCE), Outcome()
    token = send_code(wish(1))

    with crowd(at_once) as many:
        total.add(many.run([partial(use_code, "wrong", purpose=Purpose.LOGIN, token=token)] * at_once))

    shown(report, "one code, guessed at once", at_once=at_once, rounds=1, outcome=total)
    assert (OneTimeCode.objects.get().tries, total.won) == (MOST_TRIES, [])


@pytest.mark.parametrize(
    "asked", ["one number, one address", "one number, many addresses", "many numbers, one address"]
)
def test_32_wishes_at_once_keep_the_limits(report: Report, asked: str) -> None:
    """All purposes take part: they share the counters."""
    at_once, rounds, total = at_most(AT_ONCE), size(plain=3, full=50), Outcome()
    purposes = list(Purpose)

    with crowd(at_once) as many:
        for turn in range(rounds):
            calls = [
                partial(
                    send_code,
                    wish(
                        turn * 1000 + (place if asked.startswith("many") else 0),
                        purpose=purposes[place % len(purposes)],
                        address=f"a{turn}-{place if asked.endswith('addresses') else 0}",
                    ),
                )
                for place in range(at_once)
            ]
            outcome = many.run(calls)
            total.add(outcome)
            assert len(outcome.won) == (min(20, at_once) if asked.startswith("many") else 1)
            RateCounter.objects.filter(kind="code-hall-minute").delete()

    shown(report, f"codes asked for: {asked}", at_once=at_once, rounds=rounds, outcome=total)
    assert Delivery.objects.count() == OneTimeCode.objects.count() == len(total.won)
    assert total.reasons == {"account.too-often"}


@pytest.mark.parametrize("tokens", ["one form", "a form each"])
def test_32_registrations_of_one_person_open_one_account(report: Report, tokens: str) -> None:
    at_once, total = at_most(AT_ONCE), Outcome()
    area = factories.area()
    person = factories.person(area=area, name="陈新人", id_number=people.UNKNOWN_ID)
    applicant = Applicant("陈新人", people.UNKNOWN_ID, "13712345678", person.created_at)

    with crowd(at_once) as many:
        calls = [
            partial(register, applicant, password=people.PASSWORD, token=f"{'t' * 20}{place * (tokens != 'one form')}")
            for place in range(at_once)
        ]
        total.add(many.run(calls))

    shown(report, f"registrations, {tokens}", at_once=at_once, rounds=1, outcome=total)
    person.refresh_from_db()
    assert [person.user] == total.won == list(User.objects.all())
