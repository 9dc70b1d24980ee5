"""Rows of the help centre, the plainest valid of each kind."""

import secrets
from datetime import UTC, datetime
from typing import Any

from portal.accounts.models import User
from portal.help.models import Consultation, Feedback, Guide, Notice, Question, Term
from portal.help.services import consultations, feedback
from portal.help.services.consultations import NewConsultation
from portal.help.services.feedback import NewFeedback

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def guide(*, slug: str = "stop", **more: Any) -> Guide:
    """A published guide of the stop item."""
    texts = ("basics", "conditions", "steps", "time_limit", "result", "place", "basis", "contact", "complaint")
    fields: dict[str, Any] = dict.fromkeys(texts, "说明") | {
        "title": "停缴办事指南",
        "summary": "一步一步照着做。",
        "materials": "身份证｜复印件｜1｜都需要",
        "service_code": "stop",
        "published_at": LONG_AGO,
    }
    return Guide.objects.create(slug=slug, **fields | more)


def question(*, slug: str = "stop", **more: Any) -> Question:
    """A published question about stopping."""
    fields = {"question": "停缴能撤销吗？", "topic": "stop", "answer": "待审核时可以。", "published_at": LONG_AGO}
    return Question.objects.create(slug=slug, **fields | more)


def term(*, slug: str = "stop", **more: Any) -> Term:
    """A published word."""
    fields = {"name": "停缴", "meaning": "暂停。", "sets_status": "2 暂停参保", "published_at": LONG_AGO}
    return Term.objects.create(slug=slug, **fields | more)


def notice(*, slug: str = "stop", **more: Any) -> Notice:
    """A published notice."""
    fields = {"kind": "notice", "title": "停缴通知", "body": "正文。", "published_at": LONG_AGO}
    return Notice.objects.create(slug=slug, **fields | more)


def asked(*, by: User, area_code: str = "119901", text: str = "我的申请到哪一步了？", **more: Any) -> Consultation:
    """A question that waits."""
    values = {"subject": "", "call_phone": None, "call_time": "any"} | more
    return consultations.ask(
        NewConsultation(text=text, **values), area_code=area_code, token=secrets.token_urlsafe(24), by=by
    )


def left(*, visitor: str = "192.0.2.1", **more: Any) -> Feedback:
    """Feedback that waits."""
    values = {"kind": "mistake", "page": "停缴须知", "text": "有错字。", "contact": ""} | more
    return feedback.leave(NewFeedback(**values), visitor=visitor, token=secrets.token_urlsafe(24))


def build(*, asked_by: User, answered_by: User) -> None:
    """One of each, and a thread that somebody answers."""
    guide()
    question()
    term()
    notice()
    left()
    found = asked(by=asked_by, call_phone="13800138000", subject="YB1")
    consultations.take(found.number, by=answered_by)
    consultations.reply(found.number, text="正在审核。", token=secrets.token_urlsafe(24), by=answered_by)
