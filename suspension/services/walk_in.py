"""An application that staff enter for the person at the counter (channel 窗口); then the same states as any other."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from django.urls import reverse

from insured.services.coverage import lock_enrollment
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction
from suspension import items, labels
from suspension.items import NUMBER_PREFIX, Item
from suspension.models import Application
from suspension.policy.desk import SOURCE
from suspension.policy.transitions import Action, Role
from suspension.services.filing import FormRequest, Kind, draft_for, send_again, send_in, storable, take_back
from suspension.services.kinds import KINDS
from suspension.services.materials import Upload, record, stored
from suspension.services.one_open import one_open_application
from suspension.services.stop import WINDOW
from suspension.services.workflow import Actor, check_version, lock_application, move

CHANNEL = WINDOW


COUNTER_ITEMS = (items.STOP.code, items.RESUME.code, items.TRANSFER.code)
"""Codes of what is taken in at the counter."""


def enter(
    request: FormRequest,
    *,
    item: Item = items.STOP,
    enrollment_id: int,
    uploads: Iterable[tuple[str, Upload]] = (),
    is_identity_checked: bool,
    token: str,
    by: User,
) -> Application:
    """Enter and submit an application for the person at the counter; a draft of theirs is taken over.

    `uploads` are papers they brought, each with its slot; they are kept with the case or not at all.
    Whoever enters it is its applicant, so that somebody else decides. AlreadyDone when this form was sent before;
    ConflictError when another application was opened at the same moment; BusinessRuleError with the reasons why it
    cannot be.
    """
    with ExitStack() as folders:
        files = [(slot, upload, folders.enter_context(stored(upload))) for slot, upload in uploads]
        return _enter(
            request,
            kind=KINDS[item.code],
            enrollment_id=enrollment_id,
            files=files,
            is_identity_checked=is_identity_checked,
            token=token,
            by=by,
        )


@one_open_application()
@business_transaction
def _enter(
    request: FormRequest,
    *,
    kind: Kind[Any],
    enrollment_id: int,
    files: list[tuple[str, Upload, str]],
    is_identity_checked: bool,
    token: str,
    by: User,
) -> Application:
    if not is_identity_checked:
        raise BusinessRuleError(Reason("counter.identity"))
    request, today = storable(request), clock.today()
    number = public_number(prefix=NUMBER_PREFIX, on=today)
    use_form_token(token, address=reverse("admin:suspension_application_walk_in_receipt", args=[number]))
    enrollment = lock_enrollment(enrollment_id)
    if not duties_of(by).has(Role.CASEWORKER, area_id=enrollment.area_id):
        raise BusinessRuleError(Reason("desk.not-your-area", source=SOURCE))
    if enrollment.person.user_id == by.pk:
        raise BusinessRuleError(Reason("desk.own-case", source=SOURCE))
    draft = draft_for(kind, request, enrollment=enrollment, applicant=by, channel=CHANNEL)
    for slot, upload, public_id in files:
        record(upload, slot=slot, application=draft, public_id=public_id)
    send_in(kind, draft, number=number, by=Actor(by, Role.APPLICANT, acted_for=enrollment.person), today=today)
    return draft


def supplement(
    upload: Upload, *, slot: str, number: str, version: int, is_identity_checked: bool, by: User
) -> Application:
    """Keep a paper that the person brought to the counter, while the case waits or was returned."""
    with stored(upload) as public_id:
        return _supplement(
            upload,
            slot=slot,
            public_id=public_id,
            number=number,
            version=version,
            is_identity_checked=is_identity_checked,
            by=by,
        )


@business_transaction
def _supplement(
    upload: Upload, *, slot: str, public_id: str, number: str, version: int, is_identity_checked: bool, by: User
) -> Application:
    application, actor = _at_the_counter(number, is_identity_checked=is_identity_checked, by=by)
    check_version(application, version=version)
    record(upload, slot=slot, application=application, public_id=public_id)
    move(application, action=Action.SUPPLEMENT, by=actor, text=labels.MATERIALS[slot])
    return application


@business_transaction
def withdraw(*, number: str, version: int, is_identity_checked: bool, by: User) -> Application:
    """Take the application back for the person at the counter."""
    application, actor = _at_the_counter(number, is_identity_checked=is_identity_checked, by=by)
    take_back(application, version=version, by=actor)
    return application


@business_transaction
def resubmit(
    request: FormRequest, *, number: str, version: int, is_identity_checked: bool, token: str, by: User
) -> Application:
    """Enter the correction for the person at the counter; only the named fields change."""
    use_form_token(token, address=reverse("admin:suspension_application_counter", args=[number]))
    application, actor = _at_the_counter(number, is_identity_checked=is_identity_checked, by=by)
    send_again(KINDS[application.item], request, application, version=version, by=actor)
    return application


def _at_the_counter(number: str, *, is_identity_checked: bool, by: User) -> tuple[Application, Actor]:
    """Lock a case of the counter. BusinessRuleError when it was sent in by the person, or is one's own."""
    if not is_identity_checked:
        raise BusinessRuleError(Reason("counter.identity"))
    application = lock_application(number)
    if application.channel != CHANNEL or application.item not in COUNTER_ITEMS:
        raise BusinessRuleError(Reason("counter.not-window", source=SOURCE))
    if not duties_of(by).has(Role.CASEWORKER, area_id=application.area_id):
        raise BusinessRuleError(Reason("desk.not-your-area", source=SOURCE))
    if application.person.user_id == by.pk:
        raise BusinessRuleError(Reason("desk.own-case", source=SOURCE))
    return application, Actor(by, Role.COUNTER, acted_for=application.person)
