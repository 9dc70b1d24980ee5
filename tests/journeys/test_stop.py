"""The whole job as a newcomer does it: a resident stops, a caseworker decides, the resident is told."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import PASSWORD, Hall, Visitor, in_words

pytestmark = pytest.mark.browser
SU, SU_PHONE, CASEWORKER_PHONE = "苏文岚", "199 0000 0001", "19900000031"


def test_a_resident_stops_a_caseworker_approves_and_the_resident_is_told(
    hall: Hall, visit: Visit, picture: Callable[[Visitor, str], None], wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    resident = visit()
    number = _file_a_stop(resident, picture=picture)
    relative = visit("沈修远")
    relative.takes(number)
    relative.sees_heading("按回避规定不能办理")
    picture(relative, "refused")
    assert [line for line in relative.complaints if "403" not in line] == []

    desk = visit()
    _log_in_with_two_factors(desk)
    picture(desk, "queue")
    desk.takes(number)
    wait_until(lambda: _shows_the_document(desk))
    _approve(desk, number=number, picture=picture)
    told_after = wait_until(lambda: number in hall.phone_text() and "已通过审核" in _sms_about(number, hall=hall))

    resident.sees_state(number, "已办结")
    today = in_words(hall.today())
    assert f"{today}起停保" in resident.opens_message("停缴申请已通过审核")
    picture(resident, "message")
    assert f"{today}起停保" in _sms_about(number, hall=hall)
    assert told_after < 5
    resident.page.goto("/me/")
    expect(resident.region("医保信息")).to_contain_text("暂停参保")
    assert resident.complaints + desk.complaints == []
    phone = visit()
    phone.page.goto(hall.phone_url)
    phone.page.set_viewport_size({"width": 560, "height": 620})
    picture(phone, "phone")


def _file_a_stop(resident: Visitor, *, picture: Callable[[Visitor, str], None]) -> str:
    resident.page.goto("/")
    picture(resident, "home")
    resident.log_in(SU_PHONE)
    resident.sees_heading("个人中心")
    expect(resident.region("医保信息")).to_contain_text("正常参保")
    picture(resident, "me")
    resident.page.goto("/stop/")
    picture(resident, "notice")
    resident.fill_in_stop(reason="参加职工医保", note="下个月由新单位参保。")
    picture(resident, "check")
    number = resident.confirm_stop()
    picture(resident, "submitted")
    resident.click_link("查看办理进度")
    expect(resident.region(f"受理编号 {number}")).to_contain_text("待审核")
    expect(resident.region("办理进度").get_by_role("listitem")).to_have_count(1)
    return number


def _log_in_with_two_factors(desk: Visitor) -> None:
    code = desk.code_of("许知行")
    desk.log_in(CASEWORKER_PHONE)
    desk.sees_heading("输入验证码")
    desk.page.get_by_role("textbox", name="验证码").fill(code)
    desk.press("确认登录")
    desk.page.wait_for_url(re.compile("/admin/$"))
    desk.page.goto("/admin/suspension/application/")


def _shows_the_document(desk: Visitor) -> bool:
    """The bulk worker draws the pages of what was uploaded; the caseworker loads the review page again."""
    desk.page.reload()
    return desk.page.get_by_role("img", name=re.compile("身份证复印件")).is_visible()


def _approve(desk: Visitor, *, number: str, picture: Callable[[Visitor, str], None]) -> None:
    desk.sees_heading(re.compile(number))
    expect(desk.region("自动核对")).to_contain_text("全部通过")
    desk.page.get_by_role("radio", name="审核通过", exact=True).check()
    picture(desk, "review")
    desk.decides("审核通过")
    expect(desk.region("办理结果")).to_contain_text("已办结")


def _sms_about(number: str, *, hall: Hall) -> str:
    """The newest SMS that names the application."""
    return next((text for text in re.findall(r'class="body">([^<]*)<', hall.phone_text()) if number in text), "")


def test_an_employed_person_is_told_to_go_through_the_unit(visit: Visit) -> None:
    employed = visit()

    employed.log_in("11990119900214042x")
    employed.sees_heading("个人中心")
    employed.page.goto("/stop/")

    expect(employed.page.get_by_role("heading", name="您现在不能在网上办理停缴")).to_be_visible()
    expect(employed.page.get_by_role("main")).to_contain_text("示例市青禾软件有限公司")
    expect(employed.page.get_by_role("link", name="已阅读，开始办理")).to_have_count(0)
    employed.check_page(is_narrow=True)
    assert employed.complaints == []


def test_a_wrong_password_says_what_to_do_and_keeps_what_was_typed(visit: Visit) -> None:
    guest = visit()
    guest.page.goto("/accounts/login/")
    guest.page.get_by_role("textbox", name="身份证号 / 手机号 / 邮箱").fill("19900000002")
    guest.page.get_by_role("textbox", name="密码").fill(PASSWORD[::-1])
    guest.press("登录")

    expect(guest.page.get_by_role("alert")).to_be_focused()
    expect(guest.page.get_by_role("textbox", name="身份证号 / 手机号 / 邮箱")).to_have_value("19900000002")
    guest.check_page(is_narrow=True)
