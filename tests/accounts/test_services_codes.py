"""A code works once, for one purpose, in one session, for ten minutes and five tries, and is kept only as an HMAC."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django import Settings

from portal.accounts.models import MOST_TRIES, OneTimeCode, Purpose, RateCounter
from portal.accounts.services import codes
from portal.accounts.services.codes import Asker, Destination, Request, send_code, use_code
from portal.accounts.services.limits import Limit, TooOften, hidden, in_words, spend
from portal.errors import BusinessRuleError
from portal.labels import say
from portal.notifications.models import Delivery
from tests.accounts import people
from tests.accounts.letters import last, last_code, text_of
from tests.notifications import Counted

pytestmark = pytest.mark.django_db
NOW = "2026-03-10T02:00:00Z"
PHONE = Destination("sms", people.PHONE)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def send(
    purpose: Purpose = Purpose.LOGIN, *, to: Destination = PHONE, address: str = "198.51.100.7", **more: str
) -> str:
    return send_code(Request(purpose=purpose, destination=to, asker=Asker(address, is_proven=True), **more))


def works(code: str, *, token: str, purpose: Purpose = Purpose.LOGIN) -> bool:
    try:
        use_code(code, purpose=purpose, token=token)
    except BusinessRuleError:
        return False
    return True


def numbered(count: int) -> list[Destination]:
    return [Destination("sms", f"138{number:08d}") for number in range(count)]


def test_a_code_works_once() -> None:
    token = send()

    assert [works(last_code(), token=token) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("typed", [" {} ", "{}\n", "full width"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    token = send()
    code = last_code()
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)

    assert works(wide if typed == "full width" else typed.format(code), token=token)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one != Purpose.LOGIN])
def test_a_code_for_log_in_opens_nothing_else(purpose: Purpose) -> None:
    token = send(Purpose.LOGIN)

    assert not works(last_code(), token=token, purpose=purpose)
    assert works(last_code(), token=token)


def test_a_code_of_one_session_is_refused_in_another() -> None:
    first, first_code = send(), last_code()
    second = send(to=Destination("sms", "13900000001"))

    assert not works(first_code, token=second)
    assert not works(first_code, token="another session")
    assert works(first_code, token=first)


@pytest.mark.parametrize(("minutes", "seconds", "is_good"), [(9, 59, True), (10, 0, False)])
def test_a_code_lives_ten_minutes(minutes: int, seconds: int, is_good: bool) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        token = send()
        traveller.shift(timedelta(minutes=minutes, seconds=seconds))

        assert works(last_code(), token=token) is is_good


@pytest.mark.parametrize(("wrong", "is_good"), [(4, True), (5, False)])
def test_the_fifth_wrong_try_ends_a_code(wrong: int, is_good: bool) -> None:
    token = send()
    for _ in range(wrong):
        assert not works("nothing", token=token)

    assert works(last_code(), token=token) is is_good


def test_the_database_counts_no_sixth_try() -> None:
    send()

    with pytest.raises(IntegrityError), transaction.atomic():
        OneTimeCode.objects.update(tries=MOST_TRIES + 1)


def test_a_refusal_does_the_same_work_but_no_code_opens_it() -> None:
    token = send(refusal="account_none")

    row, message = OneTimeCode.objects.get(), last()
    assert message.code
    assert message.code not in text_of(message)
    assert not works(message.code, token=token)
    assert row.user is None


def test_the_code_stands_nowhere_in_clear() -> None:
    token = send()
    code, row = last_code(), OneTimeCode.objects.get()

    kept = [str(value) for value in OneTimeCode.objects.values_list("binding", "code_hash", "purpose")[0]]
    told = Delivery.objects.values_list("params", "template", "dedupe_key", "last_error")[0]
    assert code not in "".join(kept)
    assert code not in str(told)
    assert token not in kept
    assert row.destination == people.PHONE


def test_codes_are_six_digits_and_differ() -> None:
    found = set()
    for number in numbered(12):
        send(to=number, address=number.value)
        found.add(last_code())

    assert all(len(code) == 6 and code.isdigit() for code in found)
    assert len(found) > 10


def test_the_message_is_given_up_after_five_minutes() -> None:
    send()

    message = last()
    assert message.deadline_at - message.next_at == timedelta(minutes=5)
    assert not message.can_be_resent


@pytest.mark.parametrize(
    ("after", "is_sent"),
    [(timedelta(seconds=59), False), (timedelta(seconds=60), True)],
)
def test_a_number_gets_one_code_a_minute(after: timedelta, is_sent: bool) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        send()
        traveller.shift(after)

        assert can_send() is is_sent


def can_send(to: Destination = PHONE, *, address: str = "198.51.100.7", purpose: Purpose = Purpose.LOGIN) -> bool:
    before = Delivery.objects.count()
    try:
        send(purpose, to=to, address=address)
    except TooOften:
        assert Delivery.objects.count() == before
        return False
    return True


@pytest.mark.parametrize(
    ("step", "sent", "rest"), [(timedelta(minutes=1), 5, AN_HOUR), (timedelta(minutes=61), 10, A_DAY)]
)
def test_a_number_gets_five_codes_an_hour_and_ten_a_day(step: timedelta, sent: int, rest: timedelta) -> None:
    """The hour is over after 61 minutes, so only the day counts in the second case."""
    with time_machine.travel(NOW, tick=False) as traveller:
        answers = []
        for _ in range(sent + 1):
            answers.append(can_send())
            traveller.shift(step)
        traveller.shift(rest)

        assert answers == [True] * sent + [False]
        assert can_send()


def test_all_purposes_share_one_counter() -> None:
    with time_machine.travel(NOW, tick=False):
        send(Purpose.REGISTER)

        assert not any(can_send(purpose=purpose) for purpose in Purpose)


def test_an_address_gets_twenty_codes_an_hour_for_all_numbers() -> None:
    with time_machine.travel(NOW, tick=False):
        answers = [can_send(number) for number in numbered(21)]

        assert answers == [True] * 20 + [False]
        assert can_send(address="203.0.113.9")


def test_the_whole_hall_has_a_budget_a_minute(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CODE_LIMITS = settings.CODE_LIMITS | {"hall_minute": 3}
    with time_machine.travel(NOW, tick=False) as traveller:
        answers = [can_send(number, address=number.value) for number in numbered(4)]
        traveller.shift(timedelta(minutes=1))

        assert answers == [True, True, True, False]
        assert can_send()
    assert "budget_used_up" in caplog.text


def test_what_was_refused_is_not_counted() -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        send()
        for _ in range(30):
            can_send()
        traveller.shift(timedelta(seconds=60))

        assert can_send()
        assert set(RateCounter.objects.filter(kind="code-number-hour").values_list("count", flat=True)) == {2}


def test_the_refusal_says_how_long_to_wait() -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        send()
        traveller.shift(timedelta(seconds=20))
        with pytest.raises(TooOften) as refusal:
            send()

    assert "请40秒后再试" in say(refusal.value.reasons[0])


def test_no_number_and_no_address_is_a_subject_in_clear() -> None:
    send()

    kept = " ".join(RateCounter.objects.values_list("subject", flat=True))
    assert people.PHONE not in kept
    assert "198.51.100.7" not in kept


def test_all_limits_are_counted_or_none() -> None:
    narrow, wide = Limit("narrow", hidden("x"), 1, 60), Limit("wide", hidden("x"), 9, 60)
    spend(narrow, wide)

    for _ in range(3):
        with pytest.raises(TooOften):
            spend(wide, narrow)

    assert dict(RateCounter.objects.values_list("kind", "count")) == {"narrow": 1, "wide": 1}


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(milliseconds=1), "1秒"),
        (timedelta(seconds=90), "90秒"),
        (timedelta(seconds=91), "2分钟"),
        (timedelta(minutes=90), "90分钟"),
        (timedelta(minutes=91), "2小时"),
        (timedelta(hours=23, minutes=1), "24小时"),
    ],
)
def test_a_wait_is_rounded_up(wait: timedelta, words: str) -> None:
    assert in_words(wait) == words


def test_sending_is_cheap(assert_statements: Counted) -> None:
    with assert_statements(4):
        send()


def test_the_refusal_of_a_code_says_no_more_than_that() -> None:
    with pytest.raises(BusinessRuleError) as refusal:
        use_code("000000", purpose=Purpose.LOGIN, token=send())

    assert [reason.code for reason in refusal.value.reasons] == ["account.code-wrong"]


@pytest.mark.parametrize("length", [codes.COUNTER_LENGTH])
def test_a_counter_code_replaces_the_one_before(length: int) -> None:
    user = people.resident()
    first, second = codes.issue_counter_code(user), codes.issue_counter_code(user)

    with pytest.raises(BusinessRuleError):
        codes.use_counter_code(first, user=user)

    assert len(second) == length
    assert codes.use_counter_code(second.lower(), user=user).user == user
    with pytest.raises(BusinessRuleError):
        codes.use_counter_code(second, user=user)


def test_a_counter_code_is_nobody_elses() -> None:
    user = people.resident()
    other = people.resident(resident_id=people.UNKNOWN_ID, phone="13900000001", email="b@example.com")
    code = codes.issue_counter_code(user)

    for wrong in (other, None):
        with pytest.raises(BusinessRuleError):
            codes.use_counter_code(code, user=wrong)
