"""Filters of the queue behind the figures of supervision: they come by link and stand in no form."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from portal import clock
from portal.accounts.models import User
from suspension import items, labels
from suspension.models import Application
from suspension.policy.transitions import OPEN_STATES
from suspension.services.returns import naming, returns
from suspension.services.statistics import DECIDED, NOBODY, SUPERVISED, areas_of

Condition = Callable[[str], Q | None]
GROUPS = {"open": ("在办", OPEN_STATES), "decided": ("已审结", DECIDED)}


class LinkFilter(admin.SimpleListFilter):
    """A filter whose value comes by link; one that means nothing shows nothing."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(self.value() or "", "")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        value = self.value()
        if value is None:
            return queryset
        condition = self.condition(value)
        return queryset.none() if condition is None else queryset.filter(condition)

    def condition(self, value: str) -> Q | None:
        """What the value means; None when it means nothing."""
        raise NotImplementedError


class StateFilter(LinkFilter):
    """One state, all open ones or all decided ones."""

    title, parameter_name = "状态", "state"

    def condition(self, value: str) -> Q | None:
        if value in GROUPS:
            return Q(state__in=GROUPS[value][1])
        return Q(state=value) if value in labels.STATES else None


class ItemFilter(LinkFilter):
    """One service item; all of them where the box was left at that."""

    title, parameter_name = "事项", "item"

    def condition(self, value: str) -> Q | None:
        if not value:
            return Q()
        return Q(item=value) if value in items.ITEMS else None


class HolderFilter(LinkFilter):
    """Whose name stands on the case, by the handle of the account, or nobody's."""

    title, parameter_name = "经办人", "holder"

    def condition(self, value: str) -> Q | None:
        return Q(taken_by__isnull=True) if value == NOBODY else Q(taken_by__handle=value.replace("\0", ""))


class DecisionFilter(LinkFilter):
    """The reason of a rejection; empty where none was given."""

    title, parameter_name = "不通过的原因", "decision"

    def condition(self, value: str) -> Q | None:
        return Q(decision_code=value) if value in {"", *labels.REJECTIONS} else None


class CorrectionFilter(LinkFilter):
    """What a case was returned for from one day to another: `field:day..day`."""

    title, parameter_name = "退回补正的内容", "correct"

    def condition(self, value: str) -> Q | None:
        name, _, days = value.partition(":")
        if name not in labels.CORRECTABLE or (at := _within("at", days)) is None:
            return None
        return Q(Exists(returns().filter(at, naming(name), application=OuterRef("pk"))))


class SubmittedFilter(LinkFilter):
    """Submitted from one day to another, both included."""

    title, parameter_name = "提交日期", "submitted"

    def condition(self, value: str) -> Q | None:
        return _within("submitted_at", value)


class DecidedFilter(LinkFilter):
    """Decided from one day to another, both included."""

    title, parameter_name = "审结日期", "decided"

    def condition(self, value: str) -> Q | None:
        return _within("decided_at", value)


class AreasFilter(LinkFilter):
    """The areas one supervises, where another post opens more of them: a figure and its list are of the same cases."""

    title, parameter_name = "统筹区", "areas"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        if self.value() is None:
            return queryset
        if self.value() != SUPERVISED or not isinstance(request.user, User):
            return queryset.none()
        return queryset.filter(area_id__in=areas_of(request.user))


LINK_FILTERS = (
    *(AreasFilter, StateFilter, ItemFilter, HolderFilter, DecisionFilter),
    *(CorrectionFilter, SubmittedFilter, DecidedFilter),
)


def chosen_in_words(request: HttpRequest) -> list[str]:
    """What the link narrows the queue down to, for the head of the list."""
    given = request.GET
    words = []
    if state := given.get("state"):
        words.append(GROUPS[state][0] if state in GROUPS else labels.STATES.get(state, ""))
    if item := given.get("item"):
        words.append(items.ITEMS[item].title if item in items.ITEMS else "")
    if "decision" in given:
        words.append(labels.REJECTIONS.get(given["decision"], ""))
    if "correct" in given:
        name, _, days = given["correct"].partition(":")
        words.append(f"{days.replace('..', ' 至 ')[:24]} 退回补正{labels.CORRECTABLE.get(name, '')}".strip())
    for name, verb in (("submitted", "提交"), ("decided", "审结")):
        if name in given:
            words.append(f"{given[name].replace('..', ' 至 ')[:24]} {verb}")
    if "holder" in given:
        words.append("没有人接办" if given["holder"] == NOBODY else "一位经办人的")
    return [word for word in words if word]


def _within(name: str, value: str) -> Q | None:
    first, _, last = value.partition("..")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
        after = end + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return Q(**{f"{name}__gte": midnight(begin), f"{name}__lt": midnight(after)})


def midnight(day: date) -> datetime:
    """When that day begins."""
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)
