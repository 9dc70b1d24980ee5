"""A caseworker's hour: take, return, see the difference, approve, go on by keys, approve together, lose a race."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Visitor
from tests.journeys.newcomer import Newcomer, newcomer

pytestmark = pytest.mark.browser
QUEUE = "/admin/suspension/application/"


def enters(clerk: Visitor, person: Newcomer) -> str:
    """A stop for the person at the counter; the number on the receipt."""
    page = clerk.page
    page.goto(f"{QUEUE}walk-in/")
    page.get_by_role("textbox", name=re.compile("身份证号")).fill(person.id_number)
    page.get_by_role("textbox", name=re.compile("办理原因")).fill("本人到窗口办理停缴")
    clerk.press("查找参保人")
    page.get_by_role("textbox", name=re.compile("联系电话")).fill(person.phone)
    page.get_by_role("radio", name="其他", exact=True).check()
    page.get_by_role("textbox", name=re.compile("补充说明")).fill("换了参保的地方。")
    page.get_by_role("checkbox", name=re.compile("已核对身份证原件")).check()
    clerk.press("提交并打印回执")
    return page.locator(".big-number").inner_text().strip()


def review_of(desk: Visitor, number: str) -> None:
    desk.page.goto(f"{QUEUE}{number}/review/")


def ticks(desk: Visitor, numbers: list[str]) -> None:
    for number in numbers:
        desk.page.get_by_role("checkbox", name=f"勾选 {number}", exact=True).check()


def test_a_caseworker_s_hour(visit: Visit) -> None:
    clerk = visit("沈修远")
    people = [newcomer(clerk, nth=nth) for nth in range(40, 44)]
    number, *more = [enters(clerk, person) for person in people[:3]]
    desk = visit("许知行")
    page = desk.page

    # Taken and returned; the person comes to the counter again; the desk sees the difference.
    review_of(desk, number)
    desk.check_page(is_narrow=True)
    page.keyboard.press("?")
    expect(page.get_by_role("rowheader", name="t", exact=True)).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_role("status").first).to_contain_text("接办成功")
    page.keyboard.press("r")
    page.get_by_role("checkbox", name="补充说明").check()
    page.get_by_role("textbox", name=re.compile("审核意见")).fill("请写明新的参保地。")
    expect(page.locator("#preview")).to_contain_text("原因：请写明新的参保地")
    desk.decides("退回补正", text="请写明新的参保地。", fields=("补充说明",))
    clerk.page.goto(f"{QUEUE}{number}/counter/")
    clerk.check_page(is_narrow=True)
    correction = clerk.page.get_by_role("form", name="录入补正")
    correction.get_by_role("textbox", name=re.compile("补充说明")).fill("换到邻州市参保。")
    correction.get_by_role("checkbox").check()
    clerk.press("重新提交")
    expect(clerk.page.get_by_role("status").first).to_contain_text(number)

    # All three at once, then the first one by its keys, which opens the next.
    page.goto(f"{QUEUE}?queue=unassigned")
    ticks(desk, [number, *more])
    desk.check_page(is_narrow=True)
    desk.press("接办勾选的")
    expect(page.get_by_role("status").first).to_contain_text("接办成功：3件")
    review_of(desk, number)
    expect(page.get_by_role("heading", name="与上次提交相比")).to_be_visible()
    stale = visit("许知行")
    review_of(stale, number)
    page.keyboard.press("a")
    expect(page.get_by_role("radio", name="审核通过", exact=True)).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"审核通过：{number}")
    assert number not in page.url

    # The other tab is stale: refused with who decided, and what was typed is kept.
    stale.page.get_by_role("radio", name="审核不通过", exact=True).check()
    stale.page.get_by_role("combobox", name=re.compile("不通过的原因")).select_option(label="其他原因")
    stale.page.get_by_role("textbox", name=re.compile("审核意见")).fill("材料要再看一下。")
    stale.press("提交审核结论")
    expect(stale.page.get_by_role("alert")).to_contain_text("这次操作没有生效")
    expect(stale.page.get_by_text("材料要再看一下。").first).to_be_visible()
    expect(stale.page.get_by_role("link", name="办理下一件").first).to_be_visible()
    stale.check_page(is_narrow=True)

    # The two others together: one goes through, one is kept back.
    page.goto(f"{QUEUE}?queue=mine&channel=window")
    expect(page.locator(".notice").filter(has_text="只看：窗口").first).to_be_visible()
    page.goto(f"{QUEUE}?queue=mine")
    ticks(desk, more)
    desk.press("批量审核勾选的")
    expect(page.get_by_role("heading", name="可以批量通过 2 件")).to_be_visible()
    desk.check_page(is_narrow=True)
    desk.press("批量审核通过")
    expect(page.get_by_role("heading", name="这一批已经办完")).to_be_visible()
    results = page.get_by_role("table").inner_text()
    assert ("抽查保留" in results, "审核通过" in results) == (True, True)
    desk.check_page(is_narrow=True)
    page.get_by_role("row").filter(has_text="抽查保留").get_by_role("link").click()
    expect(page.get_by_text("抽出来单独核对的一件")).to_be_visible()
    desk.decides("审核通过")

    # A race is lost before the button is pressed: the case is withdrawn at the counter while the list still shows it.
    last = enters(clerk, people[3])
    page.goto(f"{QUEUE}?queue=unassigned")
    clerk.page.goto(f"{QUEUE}{last}/counter/")
    withdrawal = clerk.page.get_by_role("form", name="撤销申请")
    withdrawal.get_by_role("checkbox").check()
    withdrawal.get_by_role("button", name="撤销申请").click()
    expect(clerk.page.get_by_role("status").first).to_contain_text("撤销申请")
    desk.press(f"接办 {last}")
    expect(page.get_by_role("alert")).to_contain_text("已撤销")
    for visitor in (clerk, desk, stale):
        assert [one for one in visitor.complaints if "409" not in one] == []


def test_a_call_noted_beside_a_decision_loses_neither(visit: Visit) -> None:
    clerk = visit("沈修远")
    number = enters(clerk, newcomer(clerk, nth=44))
    desk = visit("许知行")
    page = desk.page
    review_of(desk, number)
    page.keyboard.press("t")
    page.get_by_role("radio", name="退回补正", exact=True).check()
    page.get_by_role("checkbox", name="补充说明").check()
    opinion = page.get_by_role("textbox", name=re.compile("审核意见"))
    opinion.fill("请写明新的参保地。")

    # The key that sends the decision does not send it from the note of a call.
    page.get_by_text("记一次电话", exact=True).click()
    page.get_by_role("radio", name="来电", exact=True).check()
    note = page.get_by_role("textbox", name=re.compile("通话内容"))
    note.fill("本人来电，说下周再来。")
    page.keyboard.press("Control+Enter")
    expect(note).to_have_value("本人来电，说下周再来。")
    desk.press("保存电话记录")
    expect(page.get_by_role("status").first).to_contain_text("电话记录已保存")
    expect(opinion).to_have_value("请写明新的参保地。")
    expect(page.get_by_role("radio", name="退回补正", exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name="补充说明")).to_be_checked()
    expect(page.locator("#preview")).to_contain_text("原因：请写明新的参保地")

    # Nor does a look at the number lose it; what was kept comes back once.
    page.get_by_text("查看完整证件号", exact=True).first.click()
    page.get_by_role("textbox", name=re.compile("查看原因")).fill("核对身份证件")
    desk.press("查看完整证件号")
    expect(opinion).to_have_value("请写明新的参保地。")
    review_of(desk, number)
    expect(opinion).to_have_value("")
    page.keyboard.press("q")
    page.wait_for_url(re.compile("/admin/suspension/application/$"))
    assert (clerk.complaints, desk.complaints) == ([], [])
