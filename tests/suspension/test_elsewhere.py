"""The ids of an area posted to every button of the desk by somebody else: nothing of the area changes or is shown."""

import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from insured.models import PoolingArea, RuleDraft, StaffAssignment
from insured.policy.roles import StaffRole
from portal.accounts.models import User
from portal.guarded import GUARDED
from portal.help.models import Consultation
from portal.notifications.models import Delivery
from suspension.models import Application, BulkApproval
from tests import factories
from tests.help import rows as help_rows
from tests.insured import rule_drafts
from tests.notifications.test_admin import delivery
from tests.suspension.cases import filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
Post = tuple[str, list[Any], dict[str, Any]]
OUTSIDERS = (*StaffRole, "superuser", "resident", "agent", "stranger")
MODELS: list[type[Model]] = [
    *(apps.get_model(label) for label in sorted(GUARDED)),
    RuleDraft,
    StaffAssignment,
    Delivery,
    BulkApproval,
]
SPARED = frozenset({"audit.AccessLog", "accounts.RateCounter"})
"""What a refused try may leave behind."""


@dataclass(frozen=True)
class Scene:
    """What lies on the desk of the area."""

    case: Application
    waiting: Application
    draft: RuleDraft
    message: Delivery
    question: Consultation
    post: StaffAssignment


@pytest.fixture
def scene(area: PoolingArea, caseworker: User) -> Scene:
    people = [factories.resident(area=area, name=name) for name in ("季念慈", "白清和")]
    return Scene(
        case=taken(filed(people[0]), by=caseworker),
        waiting=filed(people[1]),
        draft=rule_drafts.drafted(area=area),
        message=delivery(key="here", area_code=area.code),
        question=help_rows.asked(by=factories.account_of(people[0])),
        post=caseworker.assignments.get(),
    )


def outsider(role: str) -> Client:
    """Somebody of another area, of every area without a post, or of none."""
    elsewhere = factories.area(code="119902", name="邻市")
    if role in set(StaffRole):
        return factories.client_of(factories.staff(area=elsewhere, role=role))
    if role == "agent":
        return factories.client_of(factories.agent(area=elsewhere))
    account = factories.user(is_staff=role == "superuser")
    User.objects.filter(pk=account.pk).update(is_superuser=role == "superuser")
    return factories.client_of(account)


def posts(scene: Scene) -> list[Post]:
    """Every button: its address and what its form would send."""
    case, waiting = scene.case, scene.waiting
    picks = {"pick": [f"{one.number}:{one.version}" for one in (case, waiting)]}
    names = ("take", "release", "hand_over", "decide", "counter", "phone_note", "reveal", "preview")
    of_a_case: list[Post] = [
        (f"suspension_application_{name}", [one.number], {}) for name in names for one in (case, waiting)
    ]
    drafts: list[Post] = [
        (f"insured_ruledraft_{name}", [scene.draft.number], {})
        for name in ("decide", "draft_hand_in", "draft_withdraw")
    ]
    return [
        *of_a_case,
        ("suspension_application_bulk_take", [], picks),
        ("suspension_application_bulk_prepare", [], picks),
        *drafts,
        ("insured_staffassignment_end", [scene.post.pk], {}),
        ("help_consultation_reply", [scene.question.number], {}),
        ("help_consultation_act", [scene.question.number, "take"], {}),
        ("notifications_delivery_changelist", [], {"action": "send_again", "_selected_action": scene.message.pk}),
    ]


def send_all(client: Client, scene: Scene) -> None:
    """One after the other, each with a token of its own."""
    for name, args, more in posts(scene):
        common = {"version": scene.case.version, "action": "approve", "reason": "核对", "text": "同意", "to": ""}
        if name.endswith("_take"):
            common["version"] = scene.waiting.version
        typed = common | {"direction": "in", "token": secrets.token_urlsafe(24)} | more
        client.post(reverse(f"admin:{name}", args=args), typed)


def everything() -> dict[str, list[Any]]:
    """All rows that count."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in MODELS
        if model._meta.label not in SPARED
    }


@pytest.mark.parametrize("role", OUTSIDERS)
def test_posting_another_area_s_ids_changes_nothing(role: str, scene: Scene) -> None:
    client = outsider(role)
    before = everything()

    send_all(client, scene)

    assert everything() == before


@pytest.mark.parametrize("role", OUTSIDERS)
def test_lists_and_autocomplete_hold_nothing_of_another_area(role: str, scene: Scene) -> None:
    client = outsider(role)
    lists = ("suspension_application", "insured_ruledraft", "help_consultation", "notifications_delivery")
    asked = {"app_label": "suspension", "model_name": "application", "field_name": "person", "term": "季"}

    pages = [client.get(reverse(f"admin:{name}_changelist"), {"queue": "all"}).content.decode() for name in lists]
    completed = client.get(reverse("admin:autocomplete"), asked)

    ours = (scene.case.number, scene.waiting.number, scene.draft.number, scene.question.number, "季念慈")
    assert not [one for one in ours if any(str(one) in page for page in pages)]
    assert completed.status_code == 403


def test_the_same_posts_of_the_area_change_rows(scene: Scene, caseworker: User) -> None:
    before = everything()

    send_all(factories.client_of(caseworker), scene)

    changed = {label for label, rows in everything().items() if rows != before[label]}
    assert {"suspension.Application", "suspension.ApplicationEvent"} <= changed
