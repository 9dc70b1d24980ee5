"""退费: what the conditions are asked for, and the application."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from payments.labels import period_text
from portal.money import yuan
from suspension.forms.applying import choice
from suspension.labels import refund as wording_of
from suspension.policy.refund import FLEXIBLE_CAUSES, RESIDENT_CAUSES
from suspension.services.refund import Claim


def claim_label(claim: Claim) -> str:
    """What was paid, where, and how much."""
    first, last = claim.records[0], claim.records[-1]
    period = period_text(first=first.period_starts_on, last=last.period_ends_on)
    scheme = "城乡居民医保" if claim.facts.scheme == "390" else "职工医保（灵活就业）"
    return f"{period}{scheme}，{claim.enrollment.area.name}，个人缴费 {yuan(claim.paid_fen)} 元"


def causes_of(claim: Claim) -> list[tuple[str, str]]:
    """The causes that may be chosen for it."""
    codes = RESIDENT_CAUSES if claim.facts.scheme == "390" else FLEXIBLE_CAUSES
    return [(code, wording_of.CAUSES[code]) for code in codes]


class LookForm(forms.Form):
    """Which payment, and why: sent by GET, changes nothing."""

    paid = forms.ChoiceField(
        label="要退哪一笔",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择要退的缴费。"},
    )
    cause = forms.ChoiceField(
        label="为什么退",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择退费原因。"},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *args: Any, claims: Sequence[Claim], **kwargs: Any
    ) -> None:
        super().__init__(data, *args, **kwargs)
        choice(
            self.fields["paid"],
            [(one.code, claim_label(one)) for one in claims],
            error="这笔缴费现在不能申请退费，请从列表中重新选择。",
        )
        causes = dict.fromkeys(pair for one in claims for pair in causes_of(one))
        choice(self.fields["cause"], list(causes), error="请从列表中选一个退费原因。")
