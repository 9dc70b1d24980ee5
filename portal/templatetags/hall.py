"""Builtin template tags and filters: wording of values, the frame's links, and form fields with their errors."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import directory, labels, masking, money
from portal.errors import Reason

register = template.Library()

ELDER_COOKIE, TEXT_COOKIE, CONTRAST_COOKIE = "elder", "text", "contrast"


@dataclass(frozen=True, slots=True)
class Hall:
    """What the frame says about the hall itself."""

    name: str
    agency: str
    hotline: str
    hotline_hours: str
    address: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu."""

    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Entries of the left menu under a heading that is a link itself."""

    heading: Link
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a journey; state is "done", "now" or "" (still to come)."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """A sentence of the error summary and the id of the field it belongs to ("" when it belongs to none)."""

    text: str
    anchor: str


MAIN_NAV = ("首页", "个人中心", "个人服务", "单位服务", "缴费管理", "账户设置", "办事进度查询", "帮助中心")
SIDE_MENU = (
    ("个人中心", ("我的医保", "我的申请", "消息")),
    ("缴费管理", ("停缴", "终止缴费", "在线缴费", "缴费记录")),
    ("账户设置", ("停缴", "恢复参保", "实名认证", "亲情账户")),
)
"""Headings and entries of the left menu, by names of the directory."""
AUDIENCES = {"个人服务": "personal", "单位服务": "unit"}
"""Entries that show one audience's part of the directory."""


def address_of(service: directory.Service) -> str:
    """Where a service item begins: its own page, or the page that says it is not online (yet)."""
    return reverse(service.url_name, args=service.address_args)


@functools.cache
def find_service(name: str) -> directory.Service:
    """The item that goes by exactly this name. LookupError when the directory has none."""
    found = directory.find(name)
    if not found:
        raise LookupError(f"The directory knows no {name}.")
    return found[0]


@register.filter
def reason(value: Reason) -> str:
    """The sentence of a reason."""
    return labels.say(value)


@register.filter
def yuan(fen: int) -> str:
    """1,329.90 for 132990 fen."""
    return money.yuan(fen)


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """2026年3月11日; a moment is first brought to the hall's time zone; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def masked_id(value: str | None) -> str:
    return masking.mask_id(value) if value else ""


@register.filter
def masked_phone(value: str | None) -> str:
    return masking.mask_phone(value) if value else ""


@register.filter
def masked_name(value: str | None) -> str:
    return masking.mask_name(value) if value else ""


@register.filter
def masked_account(value: str | None) -> str:
    """银行账号: the last four digits."""
    return f"****{value[-4:]}" if value else "未填写"


@register.filter(name="address_of")
def address_of_filter(service: directory.Service) -> str:
    """Where a service item begins."""
    return address_of(service)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite; the text beside it carries the meaning."""
    return format_html('<svg class="ico" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def hall() -> Hall:
    """What the frame says about the hall itself."""
    return Hall(
        name=settings.HALL_NAME,
        agency=settings.AGENCY_NAME,
        hotline=settings.HOTLINE,
        hotline_hours="工作日 9:00–12:00、13:00–17:00",
        address=settings.BASE_URL,
        is_demo=settings.DEMO,
    )


@register.simple_tag(takes_context=True)
def elder(context: template.Context) -> bool:
    """Whether this browser asked for 长者模式."""
    request: HttpRequest | None = context.get("request")
    return request is not None and request.COOKIES.get(ELDER_COOKIE) == "1"


@register.simple_tag(takes_context=True)
def text_size(context: template.Context) -> str:
    """How much larger this browser wants its text: "" or "1" to "3"."""
    request: HttpRequest | None = context.get("request")
    wanted = request.COOKIES.get(TEXT_COOKIE, "") if request else ""
    return wanted if wanted in {"1", "2", "3"} else ""


@register.simple_tag(takes_context=True)
def high_contrast(context: template.Context) -> bool:
    """Whether this browser asked for 高对比度."""
    request: HttpRequest | None = context.get("request")
    return request is not None and request.COOKIES.get(CONTRAST_COOKIE) == "1"


@register.simple_tag(takes_context=True)
def here(context: template.Context) -> str:
    """Path and query of this page, to come back to."""
    request: HttpRequest | None = context.get("request")
    return request.get_full_path() if request else "/"


@register.simple_tag
def service_address(name: str) -> str:
    """Address of the service item, or the part of the directory, that goes by this name."""
    if name in AUDIENCES:
        return f"{reverse('services')}?audience={AUDIENCES[name]}"
    return address_of(find_service(name))


@register.simple_tag(takes_context=True)
def main_nav(context: template.Context) -> tuple[Link, ...]:
    """The entries under the banner."""
    request: HttpRequest | None = context.get("request")
    return tuple(Link(name, address, _is_here(request, address)) for name, address in _addresses(MAIN_NAV))


@register.simple_tag(takes_context=True)
def side_menu(context: template.Context) -> tuple[LinkGroup, ...]:
    """The groups of the left menu. Of entries with one address only the first is marked.

    A page that is no entry itself marks the one it `belongs_to` (a url name).
    """
    request: HttpRequest | None = context.get("request")
    owner = context.get("belongs_to")
    marked = reverse(owner) if owner else ""
    seen: set[str] = set()
    groups = []
    for heading, names in SIDE_MENU:
        links = []
        for name, address in _addresses((heading, *names)):
            is_current = address not in seen and (address == marked or _is_here(request, address))
            links.append(Link(name, address, is_current))
            seen.add(address)
        groups.append(LinkGroup(links[0], tuple(links[1:])))
    return tuple(groups)


def _addresses(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, service_address(name)) for name in names]


def _is_here(request: HttpRequest | None, address: str) -> bool:
    return request is not None and address in {request.path, request.get_full_path()}


def _kind(bound: BoundField) -> str:
    if bound.is_hidden:
        return "hidden"
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "group"
    return "tick" if isinstance(widget, CheckboxInput) else "line"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, label: str = "", hint: str = "") -> dict[str, Any]:
    """A form field with label, hint and errors; label and hint default to the form's own."""
    hint = hint or str(bound.help_text)
    described_by = [f"{bound.auto_id}-hint"] if hint else []
    described_by += [f"{bound.auto_id}-error"] if bound.errors else []
    kind = _kind(bound)
    attrs: dict[str, Any] = {}
    if described_by and kind != "group":
        attrs["aria-describedby"] = " ".join(described_by)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "kind": kind,
        "id": bound.auto_id,
        "label": label or bound.label,
        "hint": hint,
        "errors": bound.errors,
        "described_by": " ".join(described_by),
        "is_required": bound.field.required,
        "input": bound.as_widget(attrs=attrs),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm | None = None, *, reasons: Iterable[Reason] = ()) -> dict[str, Any]:
    """All that stands between the user and success, with links to the fields."""
    errors = []
    if form is not None:
        errors = [FieldError(str(text), "") for text in form.non_field_errors()]
        for bound in form:
            errors += [FieldError(f"{bound.label}：{text}", bound.auto_id) for text in bound.errors]
    return {"errors": errors, "reasons": tuple(reasons)}


@register.inclusion_tag("components/steps.html")
def steps(*names: str, now: int) -> dict[str, tuple[Step, ...]]:
    """Numbered steps; those before `now` are done."""
    return {
        "steps": tuple(
            Step(name, "done" if number < now else "now" if number == now else "")
            for number, name in enumerate(names, start=1)
        )
    }
