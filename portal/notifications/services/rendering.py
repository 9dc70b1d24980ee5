"""One wording for the sender, the hall and the preview of staff: a template, a channel, parameters → text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.base import Template, VariableNode

HALL, SMS, EMAIL = "hall", "sms", "email"
VALUE_LIMIT = 200
TITLE_LIMIT = 100
LABEL = r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９_-]+"
LINK = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*\s*[:：]\s*[/／]{{2}}\S*"
    rf"|(?:{LABEL}[.．｡])+[A-Za-zＡ-Ｚａ-ｚ]{{2,}}(?:[:：]\d+)?(?:[/／][^\s，。；、）]*)?"
    rf"|\S*[.．｡](?:中国|公司|网络|网址|手机|香港)(?:[/／][^\s，。；、）]*)?"
    rf"|(?:javascript|data|tel|sms|mailto)\s*[:：]\S*",
    re.IGNORECASE,
)
LINK_GONE = "（网址略）"
MARKUP = re.compile(r"[<>\[\]{}【】`\\\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Tags, the brackets of an SMS signature, control characters and what turns the direction of a text."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one person reads on one channel, as plain text."""

    title: str
    text: str


def render(template: str, *, channel: str, params: Mapping[str, str | int]) -> Rendered:
    """The message as it is read on a channel ("hall", "sms" or "email").

    Names ending in `_on` are dates in ISO form. Typed text is cut, and loses markup and links (T30). KeyError when a
    parameter or a date is missing that the template always shows; TemplateDoesNotExist for an unknown template.
    """
    values = {name: _shown(name, value) for name, value in params.items()}
    body = _filled(f"{template}.txt", values=values)
    if channel == SMS:
        otherwise = "".join(body.splitlines())
        text = _filled_or(f"{template}_sms.txt", values=values, otherwise=otherwise)
        return Rendered(title="", text=f"【{settings.SMS_SIGN}】{text}")
    title = _filled(f"{template}_subject.txt", values=values)[:TITLE_LIMIT]
    if channel == EMAIL:
        more = _filled_or(f"{template}_email.txt", values=values, otherwise="")
        return Rendered(title=title, text=_filled("email_frame.txt", values={"body": f"{body}\n{more}".strip()}))
    return Rendered(title=title, text=body)


def plain(text: str) -> str:
    """Typed text without markup and links, on one line and of bounded length."""
    bare = LINK.sub(LINK_GONE, " ".join(MARKUP.sub(" ", text).split()))
    return bare if len(bare) <= VALUE_LIMIT else f"{bare[: VALUE_LIMIT - 1]}…"


def _shown(name: str, value: str | int) -> str | int | date | None:
    if name.endswith("_on"):
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    return plain(value) if isinstance(value, str) else value


def _filled_or(name: str, *, values: Mapping[str, Any], otherwise: str) -> str:
    """The text that one channel has of its own, or the one of all."""
    try:
        return _filled(name, values=values)
    except TemplateDoesNotExist:
        return otherwise


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(settings.BASE_DIR / "templates" / "notifications")],
        autoescape=False,
        builtins=["portal.templatetags.hall"],
        loaders=[
            (
                "django.template.loaders.cached.Loader",
                ["django.template.loaders.filesystem.Loader"],
            )
        ],
    )


def _filled(name: str, *, values: Mapping[str, Any]) -> str:
    found = _engine().get_template(name)
    given: dict[str, Any] = {
        "hotline": settings.HOTLINE,
        "hall": settings.HALL_NAME,
        "agency": settings.AGENCY_NAME,
        "site": settings.BASE_URL,
    }
    known = {**given, **values}
    if missing := {needed for needed in _needed(found) if known.get(needed) is None}:
        raise KeyError(f"{name} needs {', '.join(sorted(missing))}")
    return found.render(Context(known, autoescape=False)).strip()


def _needed(found: Template) -> set[str]:
    """Names that the template shows whatever happens; those inside an {% if %} are optional."""
    return {
        str(node.filter_expression.var).split(".", maxsplit=1)[0]
        for node in found.nodelist
        if isinstance(node, VariableNode)
    }
