"""停缴: the self-check, what the notice is calculated for, the application, its cancellation."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from insured.policy.dates import Month, months_between
from portal import labels as wording
from portal.errors import BusinessRuleError
from portal.identity import normalize_phone
from suspension import labels
from suspension.policy.offer import Offer
from suspension.policy.stop import resume_months
from suspension.services.facts import StopCase
from suspension.services.stop import StopRequest

SOONEST = ""
FILE_PREFIX = "file_"
FILE_FIELDS = {FILE_PREFIX + slot.replace("-", "_"): slot for slot in labels.STOP_SLOTS}
"""Name of the field → slot of the material."""
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


def choice(field: forms.Field, choices: Sequence[Any], *, error: str) -> None:
    """Give a choice field what may be chosen on this page."""
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type
    field.choices = choices
    field.error_messages["invalid_choice"] = error


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


class SeveralFiles(forms.FileInput):
    """A file input that takes more than one."""

    allow_multiple_selected = True

    def use_required_attribute(self, _initial: Any) -> bool:
        """Never: what must be there may have been uploaded before."""
        return False


class FilesField(forms.FileField):
    """Any number of files; the value is a list of them. Whether one is missing is asked where all of them are known."""

    def __init__(self, **kwargs: Any) -> None:
        widget = SeveralFiles(attrs={"accept": ".jpg,.jpeg,.png,.pdf", "multiple": True})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """Each file by the rules of one."""
        given = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given if one]
        return [file for file in cleaned if file]


def materials_field(slot: str) -> FilesField:
    """The input of one named slot."""
    return FilesField(label=labels.MATERIALS[slot], help_text=labels.MATERIAL_HINTS[slot])


class StopForm(forms.Form):
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
    uses_credential = forms.BooleanField(label="使用医保电子凭证，不上传身份证复印件（演示）", required=False)
    file_id_card = materials_field("id-card")
    file_id_card_back = materials_field("id-card-back")
    file_household = materials_field("household")
    file_leave_proof = materials_field("leave-proof")
    file_other = materials_field("other")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *args: Any,
        case: StopCase,
        is_put_aside: bool = False,
        **kwargs: Any,
    ) -> None:
        """With `is_put_aside` what is missing may be missing: 暂存."""
        super().__init__(data, *args, **kwargs)
        self.is_put_aside = is_put_aside
        choice(self.fields["stop_month"], month_choices(case), error="请从列表中选择停缴起始月。")
        later: list[Any] = [("", "还没有打算"), *resume_choices(case)]
        choice(self.fields["resume_month"], later, error="请从列表中选择预计恢复月。")
        self.fields["stop_month"].required = not case.months.is_optional
        self._ask_for(case.offer)
        if is_put_aside:
            for field in self.fields.values():
                field.required = False

    def _ask_for(self, offer: Offer) -> None:
        choice(self.fields["reason_code"], list(offer.reasons.items()), error="请从列表中选一个停缴原因。")
        for name, slot in FILE_FIELDS.items():
            if found := offer.slots.get(slot):
                self.fields[name].help_text = found.hint
                self.fields[name].required = found.is_required
            else:
                del self.fields[name]

    def keep_open(self, names: tuple[str, ...]) -> None:
        """For a correction: only the named fields, and what belongs to them, can be changed."""
        wanted = set(names).union(*(labels.OPENED_WITH.get(name, ()) for name in names))
        if "material" in names:
            wanted |= FILE_FIELDS.keys()
        for name in [*self.fields]:
            if name not in wanted:
                del self.fields[name]

    def clean_contact_phone(self) -> str:
        """The eleven digits; nothing where it was left out for now."""
        if not self.cleaned_data["contact_phone"]:
            return ""
        try:
            return normalize_phone(self.cleaned_data["contact_phone"])
        except BusinessRuleError as error:
            raise forms.ValidationError([wording.say(reason) for reason in error.reasons]) from error

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

    def files_by_slot(self) -> list[tuple[str, "UploadedFile[bytes]"]]:
        """What was uploaded, with the slot of each."""
        return [(slot, file) for name, slot in FILE_FIELDS.items() for file in self.cleaned_data.get(name) or ()]

    def request(self, *, base: StopRequest | None = None) -> StopRequest:
        """The cleaned form; a field that was not open keeps the value of `base`."""
        values = {
            field.name: self.cleaned_data.get(field.name, getattr(base, field.name, _default(field)))
            for field in fields(StopRequest)
        }
        return StopRequest(**values)


def _default(field: Any) -> Any:
    return "" if field.default is MISSING else field.default
