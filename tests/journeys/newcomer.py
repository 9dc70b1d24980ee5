"""What a person does who has never been here: register, and read the codes that come by SMS."""

import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import expect

from portal.demo.services.areas import HOME
from portal.demo.services.invented import invent
from tests.journeys.hall import Visitor

MINUTE = 60
NEWCOMER_PASSWORD = "Qing-hua-2026-yi"

READY = "3,000 位虚构的参保人都已就绪"
READY_SECONDS = 180


def newcomer(visitor: Visitor, *, nth: int, status: str = "1") -> "Newcomer":
    """One of the invented residents of 示例市 without an account, covered or stopped; waits for all of them."""
    plans = [
        one
        for one in invent(0, today=visitor.hall.today()).plans
        if one.phone and one.area == HOME and [(life.scheme, life.status) for life in one.lives] == [("390", status)]
    ]
    _wait_for_everybody(visitor)
    chosen = plans[nth]
    return Newcomer(visitor, name=chosen.name, id_number=chosen.id_number, phone=chosen.phone or "")


def _wait_for_everybody(visitor: Visitor) -> None:
    """Until the worker has written the 3,000."""
    until = time.monotonic() + READY_SECONDS
    while visitor.page.goto("/demo/") and READY not in visitor.page.content():
        assert time.monotonic() < until, "The invented people are not ready."
        time.sleep(1)


@dataclass
class Newcomer:
    """Somebody of the population register without an account; knows which codes were already used."""

    visitor: Visitor
    name: str
    id_number: str
    phone: str
    password: str = NEWCOMER_PASSWORD
    read: list[str] = field(default_factory=list)
    asked_at: float = 0.0

    def code(self) -> str:
        """The six digits of the newest SMS to this phone that were not read yet."""
        pattern = re.compile(rf'<h2>{self.phone}</h2><p class="body">([^<]*)</p>')
        for _ in range(100):
            bodies = pattern.findall(self.visitor.hall.phone_text())
            codes = [one[0] for one in (re.findall(r"\b\d{6}\b", body) for body in bodies) if one]
            fresh = [one for one in codes if one not in self.read]
            if fresh:
                self.read += fresh
                return fresh[0]
            time.sleep(0.2)
        raise AssertionError("No code came by SMS.")

    def ask_for_code(self) -> None:
        """获取验证码: one a minute and number."""
        time.sleep(max(0.0, self.asked_at + MINUTE + 1 - time.monotonic()))
        self.visitor.press("获取验证码")
        self.asked_at = time.monotonic()

    def type_code(self) -> None:
        """The code from the phone, and 确认."""
        self.visitor.page.get_by_role("textbox", name=re.compile("验证码")).fill(self.code())
        self.visitor.press("确认")

    def fill(self, label: str, text: str) -> None:
        """Type into the field whose name begins so."""
        name = re.compile("^" + label.replace("/", r"\/"))
        self.visitor.page.get_by_role("textbox", name=name).fill(text)

    def register(self) -> None:
        """From the page 注册: one's data, the phone, the password."""
        page = self.visitor.page
        self.visitor.sees_heading("注册")
        self.fill("姓名", self.name)
        self.fill("身份证号", self.id_number)
        page.get_by_role("checkbox", name=re.compile("我已阅读并同意")).check()
        self.visitor.press("下一步")
        self.visitor.sees_heading("手机验证")
        self.fill("手机号", self.phone)
        self.ask_for_code()
        self.type_code()
        self.visitor.sees_heading("设置密码")
        self.fill("登录密码", self.password)
        self.fill("再输入一次密码", self.password)
        self.visitor.press("完成注册")
        self.visitor.sees_heading("注册成功")

    def log_in(self, login: str) -> None:
        """From any page: 登录 at the top right, user name, password, 登录."""
        self.visitor.click_link("登录")
        self.fill("身份证号 / 手机号 / 邮箱", login)
        self.fill("密码", self.password)
        self.visitor.press("登录")
        self.visitor.sees_heading("个人中心")

    def log_out(self) -> None:
        """退出 at the top right."""
        self.visitor.press("退出")
        expect(self.visitor.page.get_by_role("link", name="登录", exact=True).first).to_be_visible()
