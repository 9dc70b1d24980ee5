"""A case that is returned with named fields, corrected, and approved."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser
OPINION = "请改选停缴原因，并写明新单位的名称。"


def test_only_the_named_fields_are_corrected_and_the_desk_sees_the_difference(visit: Visit) -> None:
    applicant, desk = visit("罗景行"), visit("许知行")
    applicant.page.goto("/me/applications/")
    applicant.click_link(re.compile("待审核"))
    number = applicant.page.url.rstrip("/").rpartition("/")[2]

    desk.takes(number)
    desk.decides("退回补正", text=OPINION, fields=("停缴原因", "补充说明"))
    applicant.sees_state(number, "退回补正")
    expect(applicant.region(f"受理编号 {number}")).to_contain_text(OPINION)
    applicant.click_link("补正材料")
    expect(applicant.page.get_by_role("textbox", name=re.compile("联系电话"))).to_have_count(0)
    applicant.page.get_by_role("radio", name="其他", exact=True).check()
    applicant.page.get_by_role("textbox", name=re.compile("补充说明")).fill("新单位是澄江精密。")
    applicant.check_page(is_narrow=True)
    applicant.press("重新提交")
    applicant.sees_state(number, "待审核")
    desk.takes(number)
    expect(desk.page.get_by_role("heading", name="与上次提交相比")).to_be_visible()
    difference = desk.page.get_by_role("row").filter(has_text="停缴原因").inner_text()
    assert "参加职工医保" in difference
    assert "其他" in difference
    desk.check_page(is_narrow=True)
    desk.decides("审核通过")

    applicant.sees_state(number, "审核通过")
    applicant.check_page(is_narrow=True)
    assert applicant.complaints + desk.complaints == []
