"""Kinds of drafts that higher apps add: what holds now, why a draft may not be, and how it is put in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from insured.models import RuleDraft
from portal.errors import Reason

Values = dict[str, Any]
"""By name, and as JSON keeps it: numbers whole, shares and days as texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftKind:
    """What the drafts of an area's rules do by themselves, for rules that another app keeps.

    `now` is asked with the area and the draft's day; its answer and the draft's values have the same names.
    `put_in_force` is the owner's own writer, called in the transaction of the approval.
    """

    names: Mapping[str, str]
    now: Callable[[int, date], Values]
    refused: Callable[[RuleDraft], tuple[Reason, ...]]
    put_in_force: Callable[[RuleDraft], None]
    shown: Callable[[str, Any], str]


def find_kind(code: str) -> DraftKind | None:
    """One of settings.DRAFT_KINDS; None for the rules of an area and for holidays, which need no other app."""
    path = settings.DRAFT_KINDS.get(code)
    kind: DraftKind | None = import_string(path) if path else None
    return kind
