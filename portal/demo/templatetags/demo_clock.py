"""The business day for the bar on top of every demo page."""

from datetime import date

from django import template

from portal import clock

register = template.Library()


@register.simple_tag
def business_day() -> date:
    """Today as the hall sees it."""
    return clock.today()
