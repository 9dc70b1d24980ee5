"""The hall as visitors of a browser meet it: where things are, and what a person does on its pages."""

import io
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

PASSWORD = "Demo-hall-2026"
CODE_SECONDS = 30
PHONE_WIDTH = {"width": 390, "height": 844}
DESKTOP = {"width": 1200, "height": 860}


@dataclass(frozen=True)
class Hall:
    """One running hall and the phone beside it."""

    url: str

    @cached_property
    def phone_url(self) -> str:
        """The simulated phone stands on the next port."""
        base, _, port = self.url.rpartition(":")
        return f"{base}:{int(port) + 1}/?refresh=off"

    def phone_text(self) -> str:
        """Everything the simulated phone shows."""
        return httpx.get(self.phone_url, timeout=5).text

    def today(self) -> date:
        """The real day in the hall's time zone."""
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def in_words(day: date) -> str:
    """As the hall writes a day."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass
class Visitor:
    """Somebody in front of a browser; `complaints` are what the pages wrote to the console."""

    hall: Hall
    page: Page
    complaints: list[str] = field(default_factory=list)

    def click_link(self, name: str | re.Pattern[str], *, inside: Locator | None = None) -> None:
        """Follow a link by what it is called."""
        (inside or self.page).get_by_role("link", name=name, exact=isinstance(name, str)).first.click()

    def press(self, name: str) -> None:
        """Press a button by what it is called."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def region(self, name: str) -> Locator:
        """A part of the page by its heading."""
        return self.page.get_by_role("region", name=name, exact=True)

    def sees_heading(self, name: str | re.Pattern[str]) -> None:
        """The page's own heading."""
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def enter_as(self, name: str) -> None:
        """The one-click log-in of the demo panel."""
        self.page.goto("/demo/")
        self.press(f"以{name}的身份登录")
        self.page.wait_for_url(re.compile(r"/(me|admin)/$"))

    def log_in(self, login: str) -> None:
        """From the home page through 登录, as one does it by hand."""
        self.page.goto("/")
        self.click_link("登录")
        self.page.get_by_role("textbox", name="身份证号 / 手机号 / 邮箱").fill(login)
        self.page.get_by_role("textbox", name="密码").fill(PASSWORD)
        self.press("登录")

    def code_of(self, name: str) -> str:
        """The six digits the demo panel shows for somebody, with time left to type them."""
        left = CODE_SECONDS - time.time() % CODE_SECONDS
        if left < 8:
            time.sleep(left + 0.2)
        self.page.goto("/demo/")
        row = self.page.get_by_role("listitem").filter(has_text=name).filter(has_text="验证码")
        return row.locator(".address").first.inner_text().strip()

    def fill_in_stop(self, *, month: str = "", reason: str, note: str) -> None:
        """From 个人中心 over 缴费管理, the notice and the form with one document to 核对信息."""
        self.page.goto("/me/")
        self.click_link("缴费管理", inside=self.page.get_by_role("navigation", name="左侧菜单"))
        self.click_link(re.compile("^停缴"), inside=self.region("缴费管理"))
        self.click_link("已阅读，开始办理")
        if month:
            self.page.get_by_role("combobox", name=re.compile("停缴起始月")).select_option(label=month)
        self.page.get_by_role("radio", name=reason, exact=True).check()
        self.page.get_by_role("textbox", name=re.compile("补充说明")).fill(note)
        self.page.get_by_label(re.compile("身份证复印件（正面）")).set_input_files(
            {"name": "身份证.png", "mimeType": "image/png", "buffer": id_card_picture()}
        )
        self.press("下一步，核对信息")
        self.sees_heading("核对停缴申请")

    def confirm_stop(self) -> str:
        """确认停缴; the number that is handed out."""
        self.press("确认停缴")
        self.sees_heading("停缴申请已提交")
        return self.page.locator("#public-number").inner_text().strip()

    def takes(self, number: str) -> None:
        """接办 from the queue."""
        self.page.goto("/admin/")
        self.click_link("办件队列", inside=self.page.get_by_role("navigation", name="工作台导航"))
        self.press(f"接办 {number}")

    def decides(self, conclusion: str, *, text: str = "", fields: Sequence[str] = ()) -> None:
        """Choose a conclusion on the review page and send it."""
        self.page.get_by_role("radio", name=conclusion, exact=True).check()
        for name in fields:
            self.page.get_by_role("checkbox", name=name, exact=True).check()
        if text:
            self.page.get_by_role("textbox", name=re.compile("审核意见")).fill(text)
        self.press("提交审核结论")
        expect(self.page.get_by_role("status").first).to_contain_text(conclusion)

    def sees_state(self, number: str, state: str) -> None:
        """The application's own page says where it stands."""
        self.page.goto(f"/applications/{number}/")
        expect(self.region(f"受理编号 {number}")).to_contain_text(state)

    def opens_message(self, title: str) -> str:
        """The text of the newest message with this title."""
        self.page.goto("/me/messages/")
        self.click_link(re.compile(title))
        return self.page.get_by_role("article").inner_text()

    def turn_elder_mode_on(self) -> None:
        """长者模式, by its button."""
        self.page.goto("/")
        self.press("长者模式")

    def check_page(self, *, is_narrow: bool) -> None:
        """No barrier that axe knows of; at the width of a phone nothing to scroll sideways for."""
        self.page.set_viewport_size(PHONE_WIDTH if is_narrow else DESKTOP)
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        if is_narrow:
            self.check_width()
        self.page.set_viewport_size(DESKTOP)

    def check_width(self) -> None:
        """The page as wide as a phone, or narrower."""
        self.page.set_viewport_size(PHONE_WIDTH)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE_WIDTH["width"], f"{self.page.url} is {width} px wide"

    def keep_picture(self, target: Path) -> None:
        """The screen as a small PNG."""
        target.parent.mkdir(parents=True, exist_ok=True)
        image = Image.open(io.BytesIO(self.page.screenshot()))
        image.convert("RGB").quantize(128).save(target, optimize=True)


def id_card_picture() -> bytes:
    """A document to upload: an empty card."""
    stream = io.BytesIO()
    Image.new("RGB", (856, 540), "#d9e6f2").save(stream, "PNG")
    return stream.getvalue()
