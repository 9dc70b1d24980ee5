"""停缴: the self-check, what the notice is calculated for, the application, its cancellation."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from django import forms

from insured.policy.dates import Month, months_between
from portal import labels as wording
from suspension import labels
from suspension.forms.applying import ApplicationForm, choice, credential_field, materials_field, note_field
from suspension.policy.stop import resume_months
from suspension.services.facts import StopCase
from suspension.services.stop import StopRequest

SOONEST = ""
WHAT_MONTH = "停缴起始月就是最后一个参保月：保障到这个月的最后一天，下个月1日起停缴。"
Groups = list[tuple[str, list[tuple[str, str]]]]


def month_choices(case: StopCase) -> list[tuple[str, str]]:
    """The stop months that may be chosen, each with the last day it covers."""
    choices = [(SOONEST, "审核通过后尽快停")] if case.months.is_optional else []
    for month in months_between(case.months.earliest, case.months.latest):
        last = wording.shown("", case.effect(month).last_covered_on)
        choices.append((month.iso(), f"{month}底停（保到{last}）"))
    return choices


class CancelForm(forms.Form):
    """生效前取消: why the approved stop is no longer wanted."""

    note = forms.CharField(
        label="取消的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：单位推迟入职。最多200个字。",
        error_messages={
            "required": "请写明为什么要取消停缴。",
            "max_length": "取消的原因最多200个字，请缩短后再提交。",
        },
    )


def resume_choices(case: StopCase, *, month: Month | None = None) -> Groups:
    """The months of a return, by years."""
    grouped: dict[int, list[tuple[str, str]]] = {}
    for one in months_between(*resume_months(case.facts, month=month)):
        grouped.setdefault(one.year, []).append((one.iso(), str(one)))
    return [(f"{year}年", choices) for year, choices in grouped.items()]


def month_of(value: str) -> Month | None:
    """A chosen month; None for none."""
    return Month.parse(value) if value else None


class NeedForm(forms.Form):
    """是否真的需要停缴？ One question, sent by GET."""

    why = forms.ChoiceField(
        label="您为什么想停缴？",
        choices=list(labels.NEEDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个最接近的原因。", "invalid_choice": "请从列表中选一个原因。"},
    )


class OutlookForm(forms.Form):
    """What the notice is calculated for: a stop month and a return. It is sent by GET and changes nothing."""

    stop_month = forms.ChoiceField(label="停缴起始月（最后一个参保月）", required=False)
    resume_month = forms.ChoiceField(label="预计恢复月", required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, case: StopCase, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        choice(self.fields["stop_month"], month_choices(case), error="请从列表中选择停缴起始月。")
        choice(self.fields["resume_month"], resume_choices(case), error="请从列表中选择预计恢复月。")
        if case.facts.is_through_unit:
            del self.fields["stop_month"]


class StopForm(ApplicationForm):
    """停缴申请表: reason, months, transfer, contact and documents."""

    reason_code = forms.ChoiceField(
        label="停缴原因", choices=list(labels.STOP_REASONS.items()), widget=forms.RadioSelect
    )
    stop_month = forms.ChoiceField(label="停缴起始月（停缴时间，最后一个参保月）", required=False, help_text=WHAT_MONTH)
    resume_month = forms.ChoiceField(
        label="预计恢复月",
        required=False,
        help_text="打算什么时候恢复参保，要晚于停缴起始月，最远5年。只是估计，到时候不会自动恢复，要您自己来办。",
    )
    wants_transfer = forms.BooleanField(label="需要转移接续（到新单位或外地参保，把缴费年限接过去）", required=False)
    transfer_target = forms.CharField(
        label="转往的单位或地区",
        required=False,
        max_length=100,
        help_text="勾选了“需要转移接续”才填，例如：邻州市，或者新单位的全称。",
    )
    note = note_field("例如：将在哪里参保。最多200字。")
    uses_credential = credential_field("身份证复印件")
    file_id_card = materials_field("id-card")
    file_id_card_back = materials_field("id-card-back")
    file_household = materials_field("household")
    file_leave_proof = materials_field("leave-proof")
    file_other = materials_field("other")

    field_order = ("reason_code", "stop_month", "resume_month", "wants_transfer", "transfer_target")

    def __init__(self, *args: Any, case: StopCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice(self.fields["stop_month"], month_choices(case), error="请从列表中选择停缴起始月。")
        later: list[Any] = [("", "还没有打算"), *resume_choices(case)]
        choice(self.fields["resume_month"], later, error="请从列表中选择预计恢复月。")
        self.fields["stop_month"].required = not case.months.is_optional
        reasons = list(case.offer.reasons.items())
        choice(self.fields["reason_code"], reasons, error="请从列表中选一个停缴原因。")
        self.ask_for(case.offer)
        self.leave_gaps()

    def clean_stop_month(self) -> date | None:
        """The month's first day, or None for as soon as possible."""
        month = month_of(self.cleaned_data["stop_month"])
        return month.first_day if month else None

    def clean_resume_month(self) -> date | None:
        """The month's first day, or None."""
        month = month_of(self.cleaned_data["resume_month"])
        return month.first_day if month else None

    def clean(self) -> dict[str, Any]:
        """Where to, for whoever asks for a transfer; nothing for everybody else."""
        given = super().clean() or self.cleaned_data
        if "wants_transfer" not in self.fields:
            return given
        if not given.get("wants_transfer"):
            given["transfer_target"] = ""
        elif not (given.get("transfer_target") or self.is_put_aside or "transfer_target" in self.errors):
            self.add_error("transfer_target", "请填写转往的单位或地区，不清楚的可以写城市名。")
        return given

    def request(self, *, base: StopRequest | None = None) -> StopRequest:
        """The cleaned form; a field that was not open keeps the value of `base`."""
        values = {
            field.name: self.cleaned_data.get(field.name, getattr(base, field.name, _default(field)))
            for field in fields(StopRequest)
        }
        return StopRequest(**values)


def _default(field: Any) -> Any:
    return "" if field.default is MISSING else field.default
