"""When the open session ends, for the notice before it."""

from typing import Any

from django import template

from portal.accounts.middleware import seconds_left

register = template.Library()


@register.simple_tag(takes_context=True)
def session_seconds(context: dict[str, Any]) -> int:
    """Seconds without a click until the log-in is over."""
    return seconds_left(context["request"])
