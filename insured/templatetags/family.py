"""Says on every page whom one acts for."""

from django import template
from django.http import HttpRequest

from insured.adapters import acting_person
from insured.models import InsuredPerson

register = template.Library()


@register.simple_tag(takes_context=True)
def acting(context: template.Context) -> InsuredPerson | None:
    """The relative whom the session acts for; None for oneself, and on pages made without a request."""
    request = context.get("request")
    return acting_person(request) if isinstance(request, HttpRequest) and hasattr(request, "user") else None
