"""Says on the pages of the desk what one's posts allow, so that they show no way that is closed."""

from django import template
from django.http import HttpRequest

from insured.policy.roles import Right
from insured.services.staff import duties_of
from portal.accounts.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def rights(context: template.Context) -> frozenset[Right]:
    """The rights of whoever looks; none on pages made without a request."""
    request = context.get("request")
    user = getattr(request, "user", None) if isinstance(request, HttpRequest) else None
    return duties_of(user).rights if isinstance(user, User) else frozenset()
