"""Every address: who gets in without log-in, that looking writes nothing, and that no template names the unknown."""

import sys
from pathlib import Path
from typing import NoReturn

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Template, engines
from django.test import Client
from django.urls import resolve, reverse

from tests import factories, writers
from tests.house_rules import world as hall
from tests.house_rules.addresses import Address, all_addresses
from tests.house_rules.source import ROOT

PUBLIC = {
    "home",
    "standards",
    "stop_form_blank",
    "resume_blank_form",
    "transfer_blank_form",
    "refund_blank_form",
    "renewal_rules",
    "waiting_rules",
    "certificate_verify",
    "voucher_verify",
    "contribution_proof_verify",
    "search",
    "services",
    "service",
    "payment_management",
    "account_settings",
    "zone",
    "regions",
    "region",
    "pay_channels",
    "search_suggest",
    "help",
    "guide",
    "faq",
    "glossary",
    "notices",
    "unsubscribe",
    "policies",
    "news",
    "notice",
    "hotline",
    "agencies",
    "accessibility",
    "privacy",
    "phishing",
    "feedback",
    "feedback_received",
    "elder_mode",
    "display",
    "payment_notice",
    "payment_return",
    "progress",
    "healthz",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "register_without_id",
    "account_reset_password",
    "code_login",
    "code_login_check",
    "face_login",
    "alipay_login",
    "terms",
    "register_phone",
    "register_code",
    "register_password",
    "reset_code",
    "reset_at_counter",
    "reset_password",
    "mfa_authenticate",
    "verify",
    "admin:login",
}
"""The short list of what needs no log-in; the second step of a log-in comes before it."""
MAY_BE_WRITTEN = frozenset({"django_session", "portal_cache", "audit_accesslog", "accounts_ratecounter"})
OF_NOTHING = {
    "object_id": 1,
    "content_type_id": 1,
    "page": 1,
    "pk": 1,
    "number": "YB1",
    "public_id": "x",
    "code": "stop",
}
OF_NOTHING |= {"slug": "stop", "action": "take", "app_label": "suspension", "url": "nowhere", "gateway": "alipay"}
OF_NOTHING |= {"day": "2026-03-09", "kind": "resident", "pk": 1}
"""Values for the parameters of addresses, of the right shape and belonging to nobody."""
LOOKS = [address for address in all_addresses() if address.name != "admin:jsi18n"]
"""The message catalogue of the admin is no page."""
pytestmark = pytest.mark.django_db


class Unknown(str):
    """Stands for a variable that a template of ours names and nobody gave; Django's own templates may do so."""

    __slots__ = ()

    def __contains__(self, _part: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        place = template_at_work()
        if place.startswith(str(ROOT / "templates")):
            refuse(f"{Path(place).relative_to(ROOT)} names {name}, which is unknown")
        return ""


def refuse(sentence: str) -> NoReturn:
    raise AssertionError(sentence)


def template_at_work() -> str:
    """The file of the innermost template node on the stack."""
    frame = sys._getframe(1)
    while frame is not None:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if origin is not None and hasattr(origin, "template_name"):
            return str(origin.name)
        frame = frame.f_back
    return ""


@pytest.fixture
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(march_10: object) -> hall.World:
    return hall.build()


@pytest.fixture
def no_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Unknown("%s"))


def asks_for_login(response: HttpResponse) -> bool:
    """Sent to the log-in page (the hall's or the desk's), or refused; a wrong method tells nothing either."""
    if response.status_code in {301, 302}:
        return response["Location"].startswith((reverse(settings.LOGIN_URL), "/admin/login/"))
    return response.status_code in {401, 403, 404, 405}


def look(client: Client, path: str) -> tuple[int, str]:
    """The status of a GET, and what went wrong."""
    try:
        response = client.get(path)
        if response.status_code == 200 and response.streaming:
            b"".join(response.streaming_content)
    except AssertionError as error:
        return 500, str(error)
    return response.status_code, ""


@pytest.mark.parametrize("address", all_addresses(), ids=lambda address: address.route or "/")
def test_an_address_asks_for_log_in_or_is_on_the_short_list(address: Address) -> None:
    path = address.filled(OF_NOTHING)

    for response in (Client().get(path), Client().post(path)):
        assert asks_for_login(response) or address.name in PUBLIC


def test_only_gateways_may_send_a_form_without_our_token() -> None:
    """The API asks for the token itself; nothing else is let off."""
    let_off = {address.name for address in all_addresses() if is_let_off(address)}

    assert let_off == {"payment_notice", "payment_return"}


def is_let_off(address: Address) -> bool:
    """The view needs no token, and no class of the API checks it instead."""
    view = resolve(address.filled(OF_NOTHING)).func
    return getattr(view, "csrf_exempt", False) and not hasattr(view, "cls")


def test_the_short_list_names_nothing_that_is_gone() -> None:
    assert PUBLIC - {address.name for address in all_addresses()} == set()


def test_a_page_that_lets_everybody_in_is_noticed() -> None:
    assert not asks_for_login(Client().get("/"))
    assert asks_for_login(Client().get("/me/"))


def test_an_unknown_variable_is_noticed(no_unknown: None) -> None:
    template = Template("{{ nobody.gave }}")
    for node in template.nodelist:
        node.origin.name = str(ROOT / "templates" / "planted.html")

    with pytest.raises(AssertionError, match="names nobody"):
        template.render(Context())


def test_looking_writes_nothing_and_shows_nothing_unknown_to_the_insured(world: hall.World, no_unknown: None) -> None:
    wrong: dict[str, str] = {}
    browsers = {name: factories.client_of(factories.account_of(person)) for name, person in world.people.items()}
    with writers.nothing_written(besides=MAY_BE_WRITTEN) as breaches:
        for situation, client in browsers.items():
            for address in (one for one in LOOKS if not one.route.startswith("admin/")):
                path = address.filled(world.values(address, situation=situation))
                status, words = look(client, path)
                if status >= 500:
                    wrong[f"{situation} {path}"] = words

    assert wrong == {}
    assert breaches == []


@pytest.mark.parametrize(
    "role",
    [
        *("caseworker", "caseworker_elsewhere", "reviewer", "supervisor", "finance", "auditor", "administrator"),
        "no_factor",
    ],
)
def test_looking_writes_nothing_and_shows_nothing_unknown_to_staff(
    role: str, world: hall.World, no_unknown: None
) -> None:
    client = hall.clients(world)[role]
    wrong: dict[str, str] = {}
    with writers.nothing_written(besides=MAY_BE_WRITTEN) as breaches:
        for address in LOOKS:
            of_a_case = {"number", "object_id"} & set(address.parameters)
            for situation in ("submitted", "under_review", "returned", "completed") if of_a_case else ("submitted",):
                path = address.filled(world.values(address, situation=situation))
                status, words = look(client, path)
                if status >= 500:
                    wrong[path] = words

    assert wrong == {}
    assert breaches == []
