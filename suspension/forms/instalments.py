"""分期缴费申请: in how many parts; it checks shape only."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.money import yuan
from suspension.forms.applying import choice
from suspension.policy.instalments import Part


class InstalmentForm(forms.Form):
    """The possible plans side by side."""

    count = forms.TypedChoiceField(
        label="分几期",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择分几期。"},
    )
    note = forms.CharField(
        label="困难说明",
        max_length=200,
        help_text="为什么需要分期，例如生病、收入减少。最多200字。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请说明为什么需要分期。"},
    )
    has_agreed = forms.BooleanField(
        label="我知道：每期要在最迟缴费日以前缴清，当月的费用照常要缴",
        error_messages={"required": "请阅读并勾选。"},
    )

    def __init__(self, *args: Any, plans: Sequence[tuple[Part, ...]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (len(plan), f"分{len(plan)}期，每期{'、'.join(f'{yuan(part.amount_fen)}元' for part in plan)}")
            for plan in plans
        ]
        choice(self.fields["count"], named, error="不能分成这么多期，请重新选择。")
