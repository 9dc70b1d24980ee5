"""Reading: the centre, a guide, questions, words, notices, and the pages that do not change."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal import directory
from portal.help import labels
from portal.help.adapters import area_names
from portal.help.models import Guide, Notice, Question, Term
from portal.help.services.content import related

PER_PAGE = 20
NEWEST = 5


@login_not_required
@require_safe
def centre(request: HttpRequest) -> HttpResponse:
    """帮助中心: guides, the first questions, the newest notices, and ways to a person."""
    context = {
        "guides": Guide.objects.published().order_by("id"),
        "questions": Question.objects.published().order_by("position", "id")[:NEWEST],
        "newest": Notice.objects.published().order_by("-published_at", "-id")[:NEWEST],
    }
    return render(request, "help/centre.html", context)


@login_not_required
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """办事指南: every element, when it was last changed, and what is related."""
    found = get_object_or_404(Guide.objects.published(), slug=slug)
    service = next((one for one in directory.SERVICES if one.code == found.service_code), None)
    context = {
        "guide": found,
        "service": service if service and service.is_built else None,
        "subject": service.name if service else "",
        "materials": [line.split("｜") for line in found.materials.splitlines()],
        "related": related(found.related),
    }
    return render(request, "help/guide.html", context)


@login_not_required
@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """常见问题 by topic."""
    rows = sorted(
        Question.objects.published().order_by("position", "id"), key=lambda one: list(labels.TOPICS).index(one.topic)
    )
    topics = [(labels.TOPICS[topic], list(ones)) for topic, ones in groupby(rows, key=lambda one: one.topic)]
    return render(request, "help/faq.html", {"topics": topics, "health_topic": labels.HEALTH_TOPIC})


@login_not_required
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """名词解释."""
    terms = list(Term.objects.published().order_by("position", "id"))
    return render(
        request, "help/glossary.html", {"terms": terms, "with_status": [one for one in terms if one.sets_status]}
    )


def _list(request: HttpRequest, *, kind: str) -> HttpResponse:
    rows = Notice.objects.published().filter(kind=kind).order_by("-published_at", "-id")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "help/notices.html", {"page": page, "title": labels.NOTICE_KINDS[kind]})


@login_not_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """通知公告."""
    return _list(request, kind="notice")


@login_not_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """政策解读."""
    return _list(request, kind="policy")


@login_not_required
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """新闻动态."""
    return _list(request, kind="news")


@login_not_required
@require_safe
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """One notice, interpretation or piece of news."""
    found = get_object_or_404(Notice.objects.published(), slug=slug)
    parent_url = {"notice": "notices", "policy": "policies", "news": "news"}[found.kind]
    area = area_names().get(found.area_code, "") if found.area_code else ""
    return render(request, "help/notice.html", {"notice": found, "parent_url": parent_url, "area": area})


@login_not_required
@require_safe
def hotline(request: HttpRequest) -> HttpResponse:
    """客服热线."""
    return render(request, "help/hotline.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """无障碍说明."""
    return render(request, "help/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """隐私政策."""
    return render(request, "help/privacy.html")


@login_not_required
@require_safe
def phishing(request: HttpRequest) -> HttpResponse:
    """谨防钓鱼网站."""
    return render(request, "help/phishing.html")
