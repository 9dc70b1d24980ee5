"""Finding one's way in a browser: suggestions by keyboard, the same without scripts, a question and its answer."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["停缴", "终止缴费"])
def test_suggestions_lead_to_the_page_and_to_its_guide_by_keyboard(name: str, visit: Visit) -> None:
    guest = visit()
    guest.page.goto("/")
    box = guest.page.get_by_role("combobox", name="搜索服务事项")

    box.press_sequentially(name)
    offered = guest.page.get_by_role("listbox", name="搜索建议").get_by_role("option")
    expect(offered.first).to_contain_text("停缴")
    expect(offered.last).to_contain_text("办事指南")
    expect(box).to_have_attribute("aria-expanded", "true")
    guest.check_page(is_narrow=False)
    box.press("Escape")
    expect(offered.first).to_be_hidden()
    box.press_sequentially(" ")
    expect(offered.first).to_be_visible()
    box.press("ArrowUp")
    box.press("Enter")

    guest.sees_heading("停缴（停保）办事指南")
    assert guest.complaints == []


def test_enter_without_a_choice_searches_as_ever(visit: Visit) -> None:
    guest = visit()
    guest.page.goto("/")
    box = guest.page.get_by_role("combobox", name="搜索服务事项")

    box.press_sequentially("终止缴费")
    expect(guest.page.get_by_role("option").first).to_be_visible()
    box.press("Enter")

    guest.sees_heading("搜索")
    expect(guest.region("办事指南")).to_contain_text("停缴（停保）办事指南")


def test_the_search_finds_page_and_guide_without_javascript(visit: Visit) -> None:
    guest = visit(is_scripted=False)
    guest.page.goto("/")

    guest.page.get_by_label("搜索服务事项").fill("终止缴费")
    guest.press("搜索")

    expect(guest.region("办事指南").get_by_role("link", name=re.compile("停缴（停保）办事指南"))).to_be_visible()
    guest.click_link(re.compile("^停缴"), inside=guest.page.get_by_role("main"))
    expect(guest.page).to_have_url(re.compile("/accounts/login/"))


def test_a_question_is_asked_from_the_notice_and_answered_by_one_person(visit: Visit) -> None:
    resident = visit("罗景行")
    resident.page.goto("/help/consult/?subject=停缴")
    resident.page.get_by_role("textbox", name=re.compile("想问什么")).fill("停缴以后多久能恢复？")
    resident.page.get_by_role("checkbox", name="请给我回电话").check()
    resident.page.get_by_role("textbox", name=re.compile("回电号码")).fill("138 0013 8000")
    resident.press("提交问题")
    resident.sees_heading("停缴以后多久能恢复？")
    thread = resident.page.url

    staff = visit("许知行")
    staff.click_link(re.compile("^在线咨询"))
    staff.click_link("停缴以后多久能恢复？")
    staff.press("接办")
    staff.press("身份已核实")
    staff.page.get_by_role("textbox", name=re.compile("回复内容")).fill("下一个集中缴费期缴费就可以恢复。")
    staff.press("发送回复")
    staff.check_page(is_narrow=True)

    assert "有新回复" in resident.opens_message("在线客服有新回复")
    resident.page.goto(thread)
    expect(resident.region("咨询内容")).to_contain_text("下一个集中缴费期缴费就可以恢复。")
    expect(resident.region("咨询情况")).to_contain_text("身份已核实")
    resident.check_page(is_narrow=True)
    assert resident.complaints == staff.complaints == []
