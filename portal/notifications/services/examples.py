"""Every message with example values, rendered by the code that sends it: for whoever looks after the wording."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.notifications.services.rendering import EMAIL, HALL, SMS, Rendered, render

FOLDER = Path(settings.BASE_DIR) / "templates" / "notifications"
SHOWN = re.compile(r"{{ *(\w+)")
GIVEN = frozenset({"hotline", "hall", "agency", "site", "body"})
"""What `render` knows by itself."""
EXAMPLES: dict[str, str | int] = {
    "number": "TJ20260310ABCDEF7",
    "item": "城乡居民暂停参保登记",
    "effective_on": "2026-03-11",
    "last_covered_on": "2026-03-10",
    "starts_on": "2026-03-17",
    "ends_on": "2026-03-20",
    "due_on": "2026-03-17",
    "correction_due_on": "2026-03-31",
    "reason": "身份证复印件不清晰，请重新上传正反面。",
    "note": "国徽面看不清，请重新拍照上传。",
    "fields": "证明材料、停缴原因",
    "purpose": "登录",
    "code": "048213",
    "minutes": 10,
    "ending": "0001",
    "who": "苏*岚",
    "refers_to": "YB20260310ABCDEF9",
    "state": "审核中",
    "what": "查询缴费历史",
    "limit": 50,
    "place": "audit_accesslog 第778行",
    "count": 2,
    "happened_on": "2026-03-10",
    "month": "2026年3月",
    "unit": "示例市青禾软件有限公司",
    "amount": "400.00",
    "way": "支付宝",
    "left": "100.00",
    "next_on": "2026-03-20",
    "text": "请打电话核对",
    "payable_until_on": "2026-03-31",
    "reimbursed_from_on": "",
    "year": 2027,
    "opens_on": "2026-09-01",
    "closes_on": "2026-12-31",
    "consequence": "过了期限再缴，要等3个月才能报销。",
    "coming": "邻州市",
    "months": 26,
    "topic": "政策解读",
    "title": "2027年度居民医保集中缴费期开始",
    "published_on": "2026-09-01",
    "ends_it": "0123456789abcdef0123456789abcdef",
}
"""A value for every name that a template may show."""
SMS_ALONE, SMS_PART = 70, 67
"""Characters of one short message, and of each part of a long one (GSM 03.38, UCS-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One message as each channel shows it."""

    template: str
    hall: Rendered
    sms: Rendered
    email: Rendered

    @property
    def family(self) -> str:
        """What the message belongs to: the part before the first underscore."""
        return self.template.partition("_")[0]

    @property
    def sms_parts(self) -> int:
        """How many short messages are paid for."""
        length = len(self.sms.text)
        return 1 if length <= SMS_ALONE else -(-length // SMS_PART)


def rendered_example(template: str, **more: str) -> tuple[tuple[str, Rendered], ...]:
    """One message as each channel shows it, with the examples but for what is given."""
    names = {HALL: "站内消息", SMS: "短信", EMAIL: "电子邮件"}
    params = example_params() | more
    return tuple((name, render(template, channel=channel, params=params)) for channel, name in names.items())


def template_names() -> list[str]:
    """Every message there is, by the name that `tell` takes."""
    return sorted(file.name.removesuffix("_subject.txt") for file in FOLDER.glob("*_subject.txt"))


def examples() -> tuple[Example, ...]:
    """All of them; a name without an example stands for itself, so that one new message hides no other."""
    params = example_params()
    return tuple(
        Example(
            template=name,
            hall=render(name, channel=HALL, params=params),
            sms=render(name, channel=SMS, params=params),
            email=render(name, channel=EMAIL, params=params),
        )
        for name in template_names()
    )


def example_params() -> dict[str, str | int]:
    """A value for every name that some message shows."""
    params = {name: f"（{name}）" for name in names_shown() if not name.endswith("_on")} | EXAMPLES
    return params | {
        name: EXAMPLES["due_on"] for name in names_shown() if name.endswith("_on") and name not in EXAMPLES
    }


def names_shown() -> set[str]:
    """Every name that some message shows outside of a condition or in it."""
    texts = (file.read_text(encoding="utf-8") for file in FOLDER.glob("*.txt"))
    return {name for text in texts for name in SHOWN.findall(text)} - GIVEN
