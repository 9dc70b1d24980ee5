"""Whatever is sent to the stop journey's forms, addresses and services: an answer, never a failure."""

import contextlib
import secrets
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insured.models import InsuredPerson
from portal.errors import AlreadyDone, BusinessRuleError
from portal.identity import normalize_phone
from suspension import labels
from suspension.models import Application
from suspension.services import materials, stop
from tests import factories
from tests.suspension import files
from tests.suspension.cases import decided, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
bounded = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ANSWERS = {200, 302, 303, 400, 404, 405, 409, 422}
WORDS = st.one_of(
    st.text(max_size=300),
    st.sampled_from(["", "\x00", "2026-03", "2026-06", "2026-13", "9999-12", "0000-00", "x" * 5000, "1", "on", "-1"]),
    st.sampled_from([*labels.STOP_REASONS, *labels.NEEDS]),
)
FORM = st.fixed_dictionaries(
    {},
    optional={
        "reason_code": st.one_of(st.sampled_from([*labels.STOP_REASONS]), WORDS),
        "stop_month": WORDS,
        "resume_month": WORDS,
        "wants_transfer": WORDS,
        "transfer_target": WORDS,
        "contact_phone": st.one_of(st.just("13800138000"), WORDS),
        "contact_email": st.one_of(st.just("a@example.invalid"), WORDS),
        "note": WORDS,
        "uses_credential": WORDS,
        "save": st.just("1"),
        "upload": st.just("1"),
        "file_id_card": st.one_of(WORDS, st.binary(max_size=64)),
        "file_other": st.lists(st.binary(max_size=64), max_size=3),
    },
)
MONTHS = st.one_of(
    st.none(),
    st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)).map(lambda day: day.replace(day=1)),
)
REQUESTS = st.builds(
    stop.StopRequest,
    reason_code=st.sampled_from(["", *labels.STOP_REASONS]),
    stop_month=MONTHS,
    contact_phone=st.sampled_from(["", "13800138000"]),
    contact_email=st.sampled_from(["", "a@example.invalid"]),
    note=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200),
    resume_month=MONTHS,
    wants_transfer=st.booleans(),
    transfer_target=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=100),
    uses_credential=st.booleans(),
)
TOKENS = st.one_of(st.builds(secrets.token_urlsafe), WORDS)


def upload(value: Any) -> Any:
    """Bytes become files with a name; everything else stays as it was typed."""
    if isinstance(value, bytes):
        return files.text("x.jpg", value)
    return [upload(one) for one in value] if isinstance(value, list) else value


@given(typed=FORM)
@bounded
def test_the_form_answers_whatever_is_typed(resident: InsuredPerson, typed: dict[str, Any]) -> None:
    visitor = factories.client_of(factories.account_of(resident))

    answers = [visitor.post("/stop/form/", {name: upload(value) for name, value in typed.items()})]
    answers += [visitor.get("/stop/form/"), visitor.get("/stop/check/")]

    assert {answer.status_code for answer in answers} <= ANSWERS


@given(typed=FORM)
@bounded
def test_the_form_of_somebody_who_pays_by_the_month_answers_too(monthly: InsuredPerson, typed: dict[str, Any]) -> None:
    visitor = factories.client_of(factories.account_of(monthly))

    answers = [visitor.post("/stop/form/", {name: upload(value) for name, value in typed.items()})]
    answers += [visitor.get("/stop/form/"), visitor.get("/stop/check/")]

    assert {answer.status_code for answer in answers} <= ANSWERS


@pytest.fixture
def monthly(area: factories.PoolingArea) -> InsuredPerson:
    return factories.flexible(area=area)


@given(why=WORDS, month=WORDS, returning=WORDS)
@bounded
def test_the_pages_before_the_form_answer_any_address(
    resident: InsuredPerson, monthly: InsuredPerson, why: str, month: str, returning: str
) -> None:
    for person in (resident, monthly):
        visitor = factories.client_of(factories.account_of(person))
        chosen = {"stop_month": month, "resume_month": returning}
        answers = [visitor.get("/stop/need/", {"why": why}), visitor.get("/stop/", chosen)]
        answers.append(visitor.get("/stop/form/", chosen))

        assert {answer.status_code for answer in answers} <= ANSWERS


@given(revision=WORDS, token=WORDS, material=st.from_regex(r"[-a-zA-Z0-9_]{1,40}", fullmatch=True))
@bounded
def test_check_discard_and_removal_answer_any_post(
    resident: InsuredPerson, revision: str, token: str, material: str
) -> None:
    account = factories.account_of(resident)
    visitor = factories.client_of(account)
    stop.save_draft(factory_request(), enrollment_id=resident.enrollments.get().pk, by=account)

    answers = [
        visitor.post("/stop/check/", {"revision": revision, "token": token}),
        visitor.post(f"/stop/materials/{material}/remove/"),
        visitor.post("/stop/discard/", {"anything": token}),
    ]

    assert {answer.status_code for answer in answers} <= ANSWERS


def factory_request() -> stop.StopRequest:
    """A complete request."""
    return stop.StopRequest(
        reason_code="other", stop_month=None, contact_phone="13800138000", contact_email="", note=""
    )


@given(typed=FORM, version=st.one_of(st.sampled_from(["1", "2", "3", "4", "5"]), WORDS))
@bounded
def test_a_correction_answers_whatever_is_typed(
    resident: InsuredPerson, caseworker: Any, typed: dict[str, Any], version: str
) -> None:
    found = Application.objects.filter(person=resident).first() or _returned(resident, caseworker)
    visitor = factories.client_of(factories.account_of(resident))
    body = {name: upload(value) for name, value in typed.items()} | {
        "version": version,
        "token": secrets.token_urlsafe(24),
    }

    answer = visitor.post(f"/applications/{found.number}/correct/", body)

    assert answer.status_code in ANSWERS


def _returned(resident: InsuredPerson, caseworker: Any) -> Application:
    everything = tuple(labels.CORRECTABLE_IN["stop"])
    application = taken(filed(resident), by=caseworker)
    return decided(application, by=caseworker, action="return", fields=everything, text="请补正")


@given(request=REQUESTS, revision=st.integers(-(2**31), 2**31 - 1), token=TOKENS, is_current=st.booleans())
@bounded
def test_the_services_give_a_result_or_a_reason(
    resident: InsuredPerson,
    monthly: InsuredPerson,
    request: stop.StopRequest,
    revision: int,
    token: str,
    is_current: bool,
) -> None:
    for person in (resident, monthly):
        account, enrollment = factories.account_of(person), person.enrollments.get()
        draft = stop.save_draft(request, enrollment_id=enrollment.pk, by=account)
        try:
            sent = stop.submit(
                enrollment_id=enrollment.pk,
                revision=draft.revision if is_current else revision,
                token=token,
                by=account,
            )
            stop.withdraw(number=sent.number or "", version=sent.version, by=account)
        except (BusinessRuleError, AlreadyDone):
            pass
        assert person.enrollments.get().status == "1"


@given(
    data=st.binary(max_size=400),
    name=st.text(max_size=120).filter(str.isprintable),
    slot=st.sampled_from([*labels.MATERIALS]),
)
@bounded
def test_an_upload_is_taken_in_or_refused_with_a_reason(
    resident: InsuredPerson, data: bytes, name: str, slot: str
) -> None:
    account = factories.account_of(resident)
    draft = stop.save_draft(factory_request(), enrollment_id=resident.enrollments.get().pk, by=account)
    with contextlib.suppress(BusinessRuleError):
        materials.attach(
            materials.read_upload(files.text(f"a{name.replace('/', '')}", data)), slot=slot, application_id=draft.pk
        )


@given(text=WORDS)
@bounded
def test_a_phone_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BusinessRuleError):
        assert len(normalize_phone(text)) == 11
