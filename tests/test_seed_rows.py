"""What the texts tell people to do: which of their 233 steps can be followed here word for word, and who proves it."""

import os
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from portal.notifications.models import Delivery, Message
from portal.notifications.services import render
from suspension.models import Application
from suspension.policy.transitions import Action
from suspension.services import desk
from tests import factories
from tests.accounts import people
from tests.suspension import cases

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("seed_rows.toml")
PAGE = ROOT / "docs" / "seed-rows.md"
WRITE = "HALL_WRITE_DOCS"
ROWS = range(1, 234)
OPEN = "open"


def rows() -> dict[int, list[str]]:
    """Row → the tests that prove it; nothing while it is open."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["rows"]
    return {int(number): [] if tests == OPEN else tests for number, tests in listed.items()}


def elsewhere() -> set[int]:
    """Rows of what is done outside of this hall; their pages say where."""
    return set(tomllib.loads(LIST.read_text(encoding="utf-8"))["elsewhere"])


def is_test(name: str) -> bool:
    """`file::Class::function` stands in the file."""
    path, *parts = name.split("::")
    if not parts or not (ROOT / path).exists():
        return False
    text = (ROOT / path).read_text(encoding="utf-8")
    *classes, function = parts
    return f"def {function}(" in text and all(re.search(rf"^class {name}\b", text, re.MULTILINE) for name in classes)


def as_page(found: dict[int, list[str]]) -> str:
    """The counts, and the rows that can be followed."""
    counts = Counter("done" if tests else OPEN for tests in found.values())
    lines = [
        f"| {number}{'（在别处办理）' if number in elsewhere() else ''} | {'、'.join(f'`{test}`' for test in tests)} |"
        for number, tests in found.items()
        if tests
    ]
    head = (
        "# 说明文字能否照做\n\n"
        f"由 `{WRITE}=1 ./test tests/test_seed_rows.py` 从 `tests/seed_rows.toml` 生成，请不要手工修改。\n"
        "行号是五篇说明文字的逐句清单；只有在现有页面上可以逐字照做、并有测试证明的，才算完成。\n"
        f"其中 {len(elsewhere())} 行说的事不归本网厅办，照做会找到说明在哪里办的页面，表中注明“在别处办理”。\n\n"
        f"共 {len(found)} 行：可以照做 {counts['done']} 行，尚未 {counts[OPEN]} 行。\n\n"
        "| 行 | 由什么证明 |\n|---|---|\n"
    )
    return head + "\n".join(lines) + "\n"


def test_every_row_is_listed_once_and_names_tests_that_exist() -> None:
    found = rows()

    assert list(found) == list(ROWS)
    assert [test for tests in found.values() for test in tests if not is_test(test)] == []
    assert [number for number in elsewhere() if not found[number]] == []


def test_the_page_says_the_same_as_the_list() -> None:
    page = as_page(rows())
    if os.environ.get(WRITE):
        PAGE.write_text(page, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == page, f"Run it with {WRITE}=1."


@pytest.mark.parametrize(
    "name", ["tests/nothing.py::test_a", "tests/test_seed_rows.py::test_nothing", "tests/factories.py"]
)
def test_a_test_that_does_not_exist_is_noticed(name: str) -> None:
    assert not is_test(name)


@pytest.fixture
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.mark.django_db
def test_the_frame_has_name_log_in_and_hotline() -> None:
    for path in ("/", "/services/", "/accounts/login/", "/payment-management/"):
        page = Client().get(path).content.decode()

        assert "<b>医疗保障单位网厅</b>" in page
        assert re.search(r'<a class="in" href="/accounts/login/">登录</a>', page)
        assert 'href="tel:12393"' in page


@pytest.mark.django_db
def test_log_in_leads_to_the_personal_centre() -> None:
    people.resident()
    client = Client()
    form = client.get("/accounts/login/").content.decode()

    answer = people.send_login(client, people.RESIDENT_ID)

    assert '<button class="btn">登录</button>' in form
    assert answer["Location"] == "/me/"
    assert "<h1>个人中心</h1>" in client.get("/me/").content.decode()


@pytest.mark.django_db
def test_menus_carry_both_hubs_above_and_at_the_left(march_10: object) -> None:
    person = factories.resident(area=factories.area())

    page = factories.client_of(factories.account_of(person)).get("/me/").content.decode()

    for name, address in (("缴费管理", "/payment-management/"), ("账户设置", "/account-settings/")):
        assert len(re.findall(rf'<a href="{address}"[^>]*>(?:<[^>]+>|\s)*{name}', page)) >= 2


@pytest.mark.django_db
def test_contribution_records_are_linked_where_one_pays_and_in_the_personal_centre(march_10: object) -> None:
    client = factories.client_of(factories.account_of(factories.resident(area=factories.area())))

    for path in ("/me/", "/payment-management/"):
        page = client.get(path).content.decode()

        assert re.search(r'href="/me/contributions/"(?:(?!</a>).)*缴费记录', page, re.DOTALL)


@pytest.mark.django_db
def test_the_notice_warns_and_has_the_literal_button(march_10: object) -> None:
    client = factories.client_of(factories.account_of(factories.resident(area=factories.area())))

    page = client.get("/stop/").content.decode()

    for words in ("提交后通常无法撤销", "全部自费", "参保状态和待遇都不变", "个工作日", "城乡居民暂停参保登记"):
        assert words in page
    assert re.search(r'<a class="btn" href="/stop/form/">已阅读，开始办理</a>', page)


@pytest.mark.django_db
def test_the_check_page_has_the_literal_button_and_is_read_only(march_10: object) -> None:
    person = factories.resident(area=factories.area())
    client = factories.client_of(factories.account_of(person))
    client.post("/stop/form/", {"reason_code": "leave", "stop_month": "", "contact_phone": "13800138000"})

    page = client.get("/stop/check/").content.decode()

    assert '<button class="btn">确认停缴</button>' in page
    inputs = re.findall(r"<(?:input|select|textarea)[^>]*>", page.partition("<main")[2].partition("</main")[0])
    assert [one for one in inputs if 'type="hidden"' not in one] == []


@pytest.mark.django_db
def test_a_wrong_reason_is_rejected_and_the_applicant_sees_why(march_10: object) -> None:
    area = factories.area()
    person, caseworker = factories.resident(area=area), factories.staff(area=area)
    found = cases.taken(cases.filed(person), by=caseworker)
    cases.decided(found, by=caseworker, action=Action.REJECT, code="reason-mismatch", text="与登记不符。")

    page = factories.client_of(factories.account_of(person)).get(f"/applications/{found.number}/").content.decode()

    assert "审核不通过" in page
    assert "原因不符" in page


@pytest.mark.django_db
def test_a_return_is_told_in_the_hall_by_sms_and_by_mail(march_10: object) -> None:
    area = factories.area()
    person, caseworker = factories.resident(area=area), factories.staff(area=area)
    found = cases.taken(cases.filed(person), by=caseworker)

    cases.decided(found, by=caseworker, action=Action.RETURN, fields=("material",), text="请上传证明。")

    told = Delivery.objects.filter(template="stop_returned").order_by("channel")
    assert [row.channel for row in told] == ["email", "sms"]
    assert Message.objects.filter(recipient=person.user, body__contains="请上传证明").count() == 1


@pytest.mark.django_db
def test_an_approval_is_told_with_its_day_in_the_hall_and_by_sms(march_10: object) -> None:
    area = factories.area()
    person, caseworker = factories.resident(area=area), factories.staff(area=area)
    found = cases.taken(cases.filed(person), by=caseworker)

    decided = desk.decide(
        desk.Decision(action=Action.APPROVE),
        number=found.number or "",
        version=found.version,
        token="approve-once-0001",
        by=caseworker,
    )

    day = Application.objects.get(pk=decided.pk).effective_on
    assert day is not None
    words = f"{day.year}年{day.month}月{day.day}日"
    sms = Delivery.objects.get(template="stop_approved", channel="sms")
    assert words in Message.objects.get(recipient=person.user, title__contains="通过").body
    assert words in render(sms.template, channel="sms", params=sms.params).text
