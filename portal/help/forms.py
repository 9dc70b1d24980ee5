"""Shape of what is asked and said in the help centre."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal import identity
from portal.errors import BusinessRuleError
from portal.help import labels
from portal.help.services.consultations import NewConsultation
from portal.help.services.feedback import NewFeedback
from portal.help.services.subscriptions import Wish
from portal.labels import say

TEXT_LENGTH = 1000
SUBJECT = re.compile(r"[\w-]{1,40}")
EMPTY = {"required": "请写下内容。", "max_length": f"最多 {TEXT_LENGTH} 个字，请分几次写。"}


def plain_subject(text: str) -> str:
    """What a link says the question is about: letters, digits, dashes; anything else is dropped."""
    return text if SUBJECT.fullmatch(text) else ""


def known_kind(text: str) -> str:
    """What a link says the question is: a code of labels.CONSULTATION_KINDS, or nothing."""
    return text if text in labels.CONSULTATION_KINDS else ""


class ReplyForm(forms.Form):
    """One more turn of a thread."""

    text = forms.CharField(
        label="补充内容",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=EMPTY,
    )


class ConsultationForm(forms.Form):
    """A new question, and whether one would rather be called."""

    text = forms.CharField(
        label="想问什么",
        help_text="写明您办到哪一步、看到什么提示。不要写密码和验证码；身份证号和手机号写了也会自动遮住。",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages=EMPTY,
    )
    subject = forms.CharField(
        label="与哪件业务有关", help_text="可以填受理编号，不填也可以。", max_length=40, required=False
    )
    kind = forms.ChoiceField(
        choices=[("", ""), *labels.CONSULTATION_KINDS.items()], required=False, widget=forms.HiddenInput
    )
    wants_call = forms.BooleanField(label="请给我回电话", required=False)
    call_phone = forms.CharField(
        label="回电号码",
        help_text="需要回电话时填写，只给负责这件咨询的工作人员看。",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    call_time = forms.ChoiceField(
        label="方便接听的时间", choices=list(labels.CALL_TIMES.items()), required=False, initial="any"
    )

    def clean_subject(self) -> str:
        typed: str = self.cleaned_data["subject"].strip()
        if typed and not plain_subject(typed):
            raise ValidationError("只能填编号或简短的名称，不要用空格和标点。")
        return typed

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("wants_call") and "call_phone" in values:
            try:
                values["call_phone"] = identity.normalize_phone(values["call_phone"])
            except BusinessRuleError as error:
                self.add_error("call_phone", say(error.reasons[0]) if values["call_phone"] else "请填写回电号码。")
        return values

    def request(self) -> NewConsultation:
        """As the service takes it."""
        values = self.cleaned_data
        return NewConsultation(
            text=values["text"],
            subject=values["subject"],
            kind=values["kind"],
            call_phone=values["call_phone"] if values["wants_call"] else None,
            call_time=values["call_time"] or "any",
        )


class SubscriptionForm(forms.Form):
    """Which kinds of content, of which area, and how."""

    kinds = forms.MultipleChoiceField(
        label="想看哪些内容",
        help_text="一项都不选，就是不再订阅。",
        choices=list(labels.NOTICE_KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    area_code = forms.ChoiceField(label="哪个地区的", required=False, widget=forms.RadioSelect)
    ways = forms.MultipleChoiceField(
        label="除了站内消息，还用什么方式告诉您",
        choices=list(labels.NEWS_WAYS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: object = None, *, areas: dict[str, str], wish: Wish | None = None) -> None:
        initial = {"kinds": wish.kinds, "area_code": wish.area_code, "ways": wish.ways} if wish else {}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # a QueryDict or nothing
        field = self.fields["area_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type; it stands above
        field.choices = [("", "各地的都要"), *((code, f"{name}和各地通用的") for code, name in areas.items())]

    def wish(self) -> Wish:
        """As the service takes it."""
        values = self.cleaned_data
        return Wish(
            kinds=values["kinds"],
            area_code=values["area_code"],
            by_sms="sms" in values["ways"],
            by_email="email" in values["ways"],
        )


class FeedbackForm(forms.Form):
    """What is wrong or could be better; nothing about oneself is asked for."""

    kind = forms.ChoiceField(label="类别", choices=list(labels.FEEDBACK_KINDS.items()), initial="mistake")
    page = forms.CharField(
        label="有问题的页面", help_text="页面的标题或网址，例如“停缴须知”。", max_length=200, required=False
    )
    text = forms.CharField(
        label="内容",
        help_text="请不要写身份证号、手机号、密码和验证码。",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages=EMPTY,
    )
    contact = forms.CharField(
        label="联系方式", help_text="想收到回信时才填，手机号或邮箱都可以。", max_length=100, required=False
    )

    def request(self) -> NewFeedback:
        """As the service takes it."""
        values = self.cleaned_data
        return NewFeedback(
            kind=values["kind"], page=values["page"], text=values["text"].strip(), contact=values["contact"]
        )
