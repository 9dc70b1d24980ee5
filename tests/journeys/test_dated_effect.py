"""A stop that takes effect later: approved today, in force when the day comes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, Visitor, in_words

pytestmark = pytest.mark.browser


def first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def test_coverage_stops_when_the_day_comes_and_not_before(
    hall: Hall, visit: Visit, picture: Callable[[Visitor, str], None], wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    flexible, desk = visit("陆知遥"), visit("许知行")
    today = hall.today()
    day = first_of_next_month(today)
    last = day - timedelta(days=1)
    flexible.fill_in_stop(
        month=f"{today.year}年{today.month}月底停（保到{in_words(last)}）", reason="离职", note="换城市生活。"
    )
    number = flexible.confirm_stop()
    desk.takes(number)
    desk.decides("审核通过")

    flexible.sees_state(number, "审核通过")
    flexible.page.goto("/me/")
    expect(flexible.region("医保信息")).to_contain_text("正常参保")
    desk.page.goto("/demo/date/")
    try:
        picture(desk, "date")
        desk.press(f"调到{in_words(day)}")
        wait_until(lambda: _is_completed(flexible, number=number))
        assert f"停保自 {in_words(day)}起生效" in flexible.opens_message("停保已生效")
        flexible.page.goto("/me/")
        expect(flexible.region("医保信息")).to_contain_text("暂停参保")
        expect(flexible.region("医保信息")).to_contain_text("今天不能享受")
    finally:
        desk.page.goto("/demo/date/")
        desk.press("回到真实日期")
    expect(desk.page.get_by_role("status")).to_contain_text("已回到真实日期")
    assert flexible.complaints + desk.complaints == []


def _is_completed(visitor: Visitor, *, number: str) -> bool:
    visitor.page.goto(f"/applications/{number}/")
    return "已办结" in visitor.region(f"受理编号 {number}").inner_text()
