"""The pages of the help centre, what they come with, and who may change them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from insured.models import PoolingArea
from portal.accounts.models import User
from portal.help.models import Guide, Notice, Question, Term
from portal.help.services.content import FOLDER, find, load
from portal.help.templatetags.help_text import Block, blocks
from suspension.services.receipt import SHEETS
from tests import factories
from tests.help import rows
from tests.house_rules.source import files, text

pytestmark = pytest.mark.django_db
PAGES = (
    "help",
    "faq",
    "glossary",
    "notices",
    "policies",
    "news",
    "hotline",
    "agencies",
    "accessibility",
    "privacy",
    "phishing",
    "feedback",
)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
MODELS = (Guide, Question, Term, Notice)


@pytest.fixture
def loaded() -> None:
    load()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody_and_only_to_be_read(
    name: str, client: Client, loaded: None, area: PoolingArea
) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    if name != "feedback":
        assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_without_any_content(name: str, client: Client) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_every_guide_has_all_its_elements_and_says_when_it_changed(client: Client, loaded: None) -> None:
    for guide in Guide.objects.all():
        page = client.get(reverse("guide", args=[guide.slug])).content.decode()

        for words in ("办理流程", "受理条件", "申报材料", "基本信息", "办理时限", "收费标准", "到现场次数", "办理结果"):
            assert words in page
        for words in ("办理地点和时间", "设定依据", "咨询方式", "监督投诉", "更新时间", guide.title):
            assert words in page
        assert all(guide.steps.splitlines())


def test_every_label_that_the_stop_guide_quotes_stands_on_our_pages(loaded: None) -> None:
    quoted = set(re.findall("“([^”]+)”", Guide.objects.get(slug="stop").steps))
    wordings = {"labels.py", "forms.py", "labels", "forms"}
    sources = [path for path in files() if path.parts[0] == "templates" or wordings & set(path.parts)]
    sources += [path for path in files() if path.as_posix().startswith(("portal/directory/", "portal/settings"))]
    words = "".join(text(path) for path in sources) + "".join(f"下载{sheet.name}（PDF）" for sheet in SHEETS.values())

    assert {"登录", "注册", "忘记密码", "个人中心", "缴费管理", "账户设置", "停缴", "终止缴费"} <= quoted
    assert {"已阅读，开始办理", "下一步，核对信息", "确认停缴", "我的申请", "办事进度查询", "重新提交"} <= quoted
    assert {label for label in quoted if label not in words} == set()


def test_a_guide_of_something_online_leads_there_and_another_says_so(client: Client, loaded: None) -> None:
    online = client.get(reverse("guide", args=["stop"])).content.decode()
    counter = client.get(reverse("guide", args=["unit-reduction"])).content.decode()

    assert f'href="{reverse("stop")}"' in online
    assert "网上办理正在准备" in counter


def test_related_guides_exist(loaded: None) -> None:
    slugs = set(Guide.objects.values_list("slug", flat=True))
    named = [*Guide.objects.values_list("related", flat=True), *Question.objects.values_list("related", flat=True)]

    assert {slug for line in named for slug in line.split()} - slugs == set()


@pytest.mark.parametrize(
    ("slug", "right"),
    [
        ("turns-into-resident", "不会自动"),
        ("april-and-october", "9 月至 12 月"),
        ("premium-factors", "商业保险"),
        ("age-limit", "新生儿"),
        ("whole-family", "按个人参保"),
        ("refund", "不退费"),
        ("can-i-undo", "待审核"),
        ("interruption-three-months", "最长不超过 6 个月"),
    ],
)
def test_a_wrong_sentence_is_answered_with_the_rule_and_its_source(slug: str, right: str, loaded: None) -> None:
    found = Question.objects.get(slug=slug)

    assert found.claim
    assert right in found.answer
    assert found.source


@pytest.mark.parametrize(
    ("name", "status"),
    [("停缴", "2"), ("停保", "2"), ("暂停参保", "2"), ("终止缴费", "2"), ("终止参保", "4")],
)
def test_the_glossary_says_which_code_a_word_sets(name: str, status: str, loaded: None, client: Client) -> None:
    assert Term.objects.get(name=name).sets_status.startswith(status)
    assert Term.objects.get(name=name).sets_status in client.get(reverse("glossary")).content.decode()


@pytest.mark.parametrize("name", ["恢复参保", "停缴", "在线缴费", "退费"])
def test_nothing_sends_people_to_the_counter_for_what_the_hall_does(name: str) -> None:
    lines = [line for path in Path(FOLDER).glob("*.toml") for line in path.read_text(encoding="utf-8").splitlines()]

    assert [line for line in lines if name in line and re.search(r"目前在窗口|正在准备", line)] == []


def test_no_content_carries_an_advertisement_or_a_link() -> None:
    words = "".join(path.read_text(encoding="utf-8") for path in Path(FOLDER).glob("*.toml"))

    assert not re.search(r"https?://|免费预约|专业顾问|扫码添加", words)


def test_loading_twice_changes_nothing_and_keeps_what_staff_wrote(loaded: None) -> None:
    Guide.objects.filter(slug="stop").update(title="改过的标题")
    count = [model.objects.count() for model in MODELS]

    again = load()

    assert again.written == 0
    assert [model.objects.count() for model in MODELS] == count
    assert Guide.objects.get(slug="stop").title == "改过的标题"


def test_loading_overwrites_when_told_to(loaded: None) -> None:
    Guide.objects.filter(slug="stop").update(title="改过的标题")

    call_command("load_help", "--overwrite", verbosity=0)

    assert Guide.objects.get(slug="stop").title == "停缴（停保）办事指南"


@pytest.mark.parametrize("published_at", [None, LATER])
def test_a_draft_is_not_there(client: Client, published_at: datetime | None) -> None:
    rows.guide(published_at=published_at)
    rows.notice(published_at=published_at)

    assert client.get(reverse("guide", args=["stop"])).status_code == 404
    assert client.get(reverse("notice", args=["stop"])).status_code == 404
    assert "停缴办事指南" not in client.get(reverse("help")).content.decode()


def test_what_staff_type_is_shown_as_text(client: Client) -> None:
    rows.notice(body="<script>alert(1)</script>\n- 一\n- 二")

    page = client.get(reverse("notice", args=["stop"])).content.decode()

    assert "&lt;script&gt;" in page
    assert "<li>一</li><li>二</li>" in page


def test_lines_become_paragraphs_and_lists() -> None:
    assert blocks("甲\n\n- 一\n- 二\n乙") == [
        Block(is_list=False, lines=("甲",)),
        Block(is_list=True, lines=("一", "二")),
        Block(is_list=False, lines=("乙",)),
    ]


@pytest.mark.parametrize(
    ("role", "can_change"),
    [("supervisor", True), ("administrator", True), ("caseworker", False), ("reviewer", False), ("auditor", False)],
)
def test_supervisors_and_administrators_edit_content(role: str, can_change: bool, area: PoolingArea) -> None:
    found = rows.question()
    staff = factories.client_of(factories.staff(area=area, role=role))
    address = reverse("admin:help_question_change", args=[found.pk])
    values = {"slug": "stop", "question": "新的问题？", "topic": "stop", "answer": "新的回答", "position": "1"}

    assert staff.get(address).status_code == 200
    response = staff.post(address, values | {"published_at_0": "2026-01-01", "published_at_1": "00:00:00"})

    assert response.status_code == (302 if can_change else 403)
    assert (Question.objects.get().question == "新的问题？") is can_change


@pytest.mark.parametrize("who", ["resident", "agent", "stranger"])
def test_nobody_else_sees_the_content_desk(
    who: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    somebody = request.getfixturevalue(who)
    account = factories.account_of(somebody) if who == "resident" else somebody

    assert client_of(account).get(reverse("admin:help_guide_changelist")).status_code == 403


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("停缴后是否会影响续保", "effect-on-renewal"),
        ("新农合跟社保卡有什么区别", "rural-and-card"),
        ("新农合是同一张卡吗", "rural-and-card"),
        ("三甲医院农合医疗报销比例", "rural-reimbursement"),
        ("新农合断交续交后", "waiting-after-gap"),
        ("断交可以买城乡医保", "both-at-once"),
        ("职工身份自动转为居民身份", "turns-into-resident"),
        ("需以家庭为单位整户参加", "whole-family"),
        ("职工医保停保", "employee-stop"),
        ("重新参保", "restore"),
        ("停保后自费", "after-stop-self-pay"),
        ("忘记医保卡密码", "card-password"),
        ("网上缴费是否有时间限制", "payment-time-limit"),
        ("是否支持所有医保项目", "all-kinds"),
        ("网上缴费是否安全", "payment-safe"),
        ("年满16周岁", "age-limit"),
        ("续保时间为每年的4月和10月", "april-and-october"),
        ("保费金额根据您的年龄、性别、职业等因素而定", "premium-factors"),
        ("通常无法撤销", "can-i-undo"),
    ],
)
def test_a_question_of_the_seed_texts_finds_its_answer(question: str, slug: str, client: Client, loaded: None) -> None:
    found = Question.objects.get(slug=slug)

    assert slug in [one.slug for one in find(question).questions]
    page = client.get(reverse("faq")).content.decode()
    assert f'id="{slug}"' in page
    assert found.answer.strip().splitlines()[0].removeprefix("- ") in page


def test_help_pages_show_related_guides(client: Client, loaded: None) -> None:
    page = client.get(reverse("guide", args=["stop"])).content.decode()

    assert "相关指南" in page
    assert reverse("guide", args=["resume"]) in page


def test_policies_and_news_have_sections_of_their_own(client: Client, loaded: None) -> None:
    policies, news = (client.get(reverse(name)).content.decode() for name in ("policies", "news"))

    assert "在两个地方、两种医保里重复参保，怎么处理" in policies
    assert "网厅上线长者模式" in news
    assert "网厅上线长者模式" not in policies


def test_the_agencies_have_address_phone_hours_and_account(client: Client, area: PoolingArea) -> None:
    PoolingArea.objects.update(agency_account="演示银行 1199 0100 0000 0001")
    page = client.get(reverse("agencies")).content.decode()

    for words in (area.agency_name, area.agency_address, area.agency_phone, area.office_hours, "1199 0100"):
        assert words in page


def test_health_answers_say_that_they_replace_no_doctor(client: Client) -> None:
    call_command("load_help")

    page = client.get(reverse("faq")).content.decode()

    assert page.count("不能代替面诊") == 1
    assert page.index("健康和就医</h2>") < page.index("不能代替面诊") < page.index("停缴期间怎样做好健康管理？")


def test_pages_without_health_answers_do_not_say_so(client: Client) -> None:
    rows.question(topic="stop")

    assert "不能代替面诊" not in client.get(reverse("faq")).content.decode()
