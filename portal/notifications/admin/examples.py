"""消息模板: every message with example values, to be read by staff."""

from itertools import groupby

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from portal.notifications import labels
from portal.notifications.adapters import MESSAGES, area_codes_of
from portal.notifications.services.examples import Example, examples


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """The wordings by what they belong to; nothing here is sent to anybody."""
    if not area_codes_of(request.user, right=MESSAGES):
        raise PermissionDenied
    families = [(family, list(rows)) for family, rows in groupby(sorted(examples(), key=_family), key=_family)]
    context = {
        **admin.site.each_context(request),
        "title": "消息模板",
        "section": "undelivered",
        "families": families,
        "count": sum(len(rows) for _, rows in families),
    }
    return TemplateResponse(request, "admin/notifications/delivery/templates.html", context)


def _family(one: Example) -> str:
    return labels.FAMILIES.get(one.family, "其他")
