"""Shape of what the applicant types; whether it is allowed is asked of the rules by the service."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from insured.policy.dates import Month, months_between
from portal import labels as wording
from portal.errors import BusinessRuleError
from portal.identity import normalize_phone
from suspension import labels
from suspension.services.facts import StopCase
from suspension.services.stop import StopRequest

SOONEST = ""


def month_choices(case: StopCase) -> list[tuple[str, str]]:
    """The stop months that may be chosen, each with the last day it covers."""
    choices = [(SOONEST, "审核通过后尽快停")] if case.months.is_optional else []
    for month in months_between(case.months.earliest, case.months.latest):
        last = wording.shown("", case.effect(month).last_covered_on)
        choices.append((month.iso(), f"{month}底停（保到{last}）"))
    return choices


class StopForm(forms.Form):
    """停缴申请表: reason, month, contact and one document."""

    reason_code = forms.ChoiceField(
        label="停缴原因", choices=list(labels.STOP_REASONS.items()), widget=forms.RadioSelect
    )
    stop_month = forms.ChoiceField(label="停缴时间（最后一个参保月）", required=False)
    contact_phone = forms.CharField(
        label="联系电话",
        max_length=20,
        help_text="审核结果会发短信到这个号码。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    contact_email = forms.EmailField(
        label="电子邮箱",
        required=False,
        help_text="填写后，审核结果也会发到邮箱。",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label="补充说明",
        required=False,
        max_length=200,
        help_text="例如：将在哪里参保。最多200字。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    slot = forms.ChoiceField(
        label="材料名称", choices=list(labels.MATERIALS.items()), required=False, initial="id-card"
    )
    material = forms.FileField(
        label="上传材料",
        required=False,
        help_text="JPG、PNG 或 PDF，不超过 10 MB。没有材料可以先不传，需要时经办人员会通知您补交。",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, case: StopCase, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        month = self.fields["stop_month"]
        assert isinstance(month, forms.ChoiceField)  # noqa: S101 - tells the type
        month.choices = month_choices(case)
        month.required = not case.months.is_optional
        month.error_messages["invalid_choice"] = "请从列表中选择停缴时间。"

    def keep_open(self, names: tuple[str, ...]) -> None:
        """For a correction: only the named fields can be changed."""
        for name in [*self.fields]:
            if name not in names and not (name == "slot" and "material" in names):
                del self.fields[name]

    def clean_contact_phone(self) -> str:
        """The eleven digits."""
        try:
            return normalize_phone(self.cleaned_data["contact_phone"])
        except BusinessRuleError as error:
            raise forms.ValidationError([wording.say(reason) for reason in error.reasons]) from error

    def clean_stop_month(self) -> date | None:
        """The month's first day, or None for as soon as possible."""
        value = self.cleaned_data["stop_month"]
        return Month.parse(value).first_day if value else None

    def request(self, *, base: StopRequest | None = None) -> StopRequest:
        """The cleaned form; a field that was not open keeps the value of `base`."""
        values = {
            name: self.cleaned_data.get(name, getattr(base, name, "")) for name in StopRequest.__dataclass_fields__
        }
        return StopRequest(**values)
