"""Search and its suggestions: every name of stopping leads to the page and to its guide."""

import pytest
from django.test import Client
from django.urls import reverse

from portal import directory
from portal.directory.service import ARROW
from portal.help.services.content import find, load
from tests.help import rows

pytestmark = pytest.mark.django_db
STOP = directory.by_code("stop")
NAMES = (STOP.name, *STOP.aliases)
PATHS = tuple(ARROW.join(path) for path in STOP.paths)


@pytest.fixture
def loaded() -> None:
    load()


@pytest.mark.parametrize("name", [*NAMES, *PATHS])
def test_every_name_of_stopping_finds_the_page_and_its_guide(name: str, client: Client, loaded: None) -> None:
    response = client.get(reverse("search"), {"q": name})
    page = response.content.decode()

    assert response.context["found"][0].code == "stop"
    assert f'href="{reverse("stop")}"' in page
    assert f'href="{reverse("guide", args=["stop"])}"' in page


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_stopping_is_offered_while_typing(name: str, client: Client, loaded: None) -> None:
    answer = client.get(reverse("search_suggest"), {"q": name}).json()

    addresses = [one["address"] for one in answer["suggestions"]]
    assert addresses[0] == reverse("stop")
    assert next(one for one in addresses if "guides" in one) == reverse("guide", args=["stop"])


@pytest.mark.parametrize(
    ("query", "slug"),
    [("续保", "resume"), ("取消暂停参保", "resume"), ("在线缴费", "payment"), ("人员减少", "unit-reduction")],
)
def test_other_items_find_their_guides_too(query: str, slug: str, client: Client, loaded: None) -> None:
    page = client.get(reverse("search"), {"q": query}).content.decode()

    assert f'href="{reverse("guide", args=[slug])}"' in page


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("个人续医保怎么交", "renewal-rules"),
        ("续保条件", "renewal-rules"),
        ("线下缴费", "agencies"),
        ("社保局窗口", "agencies"),
        ("银行转账", "agencies"),
        ("银行代缴", "bank-debit"),
        ("续保通知", "messages"),
        ("政策变化", "policies"),
        ("政策动态", "news"),
        ("医保热线", "hotline"),
    ],
)
def test_the_words_of_the_guide_to_renewing_lead_where_they_say(
    words: str, code: str, client: Client, loaded: None
) -> None:
    found = client.get(reverse("search"), {"q": words}).context["found"]

    assert code in [one.code for one in found[:4]]


@pytest.mark.parametrize("query", ["网厅怎么停缴", "停缴能撤销吗", "城职保", "医保卡的密码我忘了怎么办"])
def test_whole_sentences_and_other_words_find_something(query: str, client: Client, loaded: None) -> None:
    assert client.get(reverse("search"), {"q": query}).context["helpful"]


@pytest.mark.parametrize("query", ["", " ", "火星探测", "\x00", "%", "→→→", "<b>", "a" * 500])
def test_nothing_found_says_what_to_do(query: str, client: Client, loaded: None) -> None:
    response = client.get(reverse("search"), {"q": query})

    assert response.status_code == 200
    assert ("没有找到" in response.content.decode()) == bool(query.replace("\x00", "").strip())
    assert client.get(reverse("search_suggest"), {"q": query}).json()["suggestions"] == []


def test_a_search_asks_the_database_four_times(client: Client, assert_statements: object) -> None:
    rows.guide()

    with assert_statements(4):
        client.get(reverse("search"), {"q": "停缴"})


def test_suggestions_are_few(client: Client, loaded: None) -> None:
    assert 1 <= len(client.get(reverse("search_suggest"), {"q": "缴"}).json()["suggestions"]) <= 8


@pytest.mark.parametrize("query", ["停缴", "停缴办事指南", "续保", "缴费"])
def test_a_suggestion_stands_once(query: str, client: Client, loaded: None) -> None:
    answer = client.get(reverse("search_suggest"), {"q": query}).json()

    addresses = [one["address"] for one in answer["suggestions"]]
    assert len(addresses) == len(set(addresses)) > 0


def test_suggestions_are_only_to_be_read(client: Client) -> None:
    assert client.post(reverse("search_suggest")).status_code == 405


def test_a_draft_is_not_found() -> None:
    rows.guide(published_at=None)

    assert not find("停缴", service_codes=["stop"])
