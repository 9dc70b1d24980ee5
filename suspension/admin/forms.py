"""The forms of the desk: they check shape only."""

import secrets
from collections.abc import Collection
from typing import Any

from django import forms

from portal.errors import BusinessRuleError, Reason
from portal.identity import normalize_resident_id
from portal.labels import say
from suspension import labels
from suspension.forms import FILE_FIELDS, StopForm
from suspension.policy.transitions import Action
from suspension.services.desk import DECISIONS, Decision

TEXT_LIMIT = 500


def new_token() -> str:
    """A form's one-time token; it is spent when the form is sent."""
    return secrets.token_urlsafe(24)


class VersionForm(forms.Form):
    """A button that acts on the case as it was shown."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DecisionForm(VersionForm):
    """Approve, return with named fields, reject with a reason, refer; as a reviewer confirm or send back."""

    token = forms.CharField(min_length=16, max_length=64, initial=new_token, widget=forms.HiddenInput)
    action = forms.ChoiceField(
        label="审核结论",
        choices=[(action.value, labels.ACTIONS[action]) for action in DECISIONS],
        widget=forms.RadioSelect,
        error_messages={"required": "请先选择审核结论。"},
    )
    fields_to_correct = forms.MultipleChoiceField(
        label="需要补正的内容",
        choices=list(labels.CORRECTABLE.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="退回补正时勾选，申请人只能修改勾选的内容。",
    )
    code = forms.ChoiceField(
        label="不通过的原因",
        choices=[("", "请选择"), *labels.REJECTIONS.items()],
        required=False,
        help_text="审核不通过时选择。",
    )
    text = forms.CharField(
        label="审核意见",
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="退回补正、审核不通过时必填，申请人会看到这段话；提交复核、复核退回的意见只给同事看。",
    )

    def offer(self, possible: Collection[Action]) -> None:
        """Show the choices that are possible now; what is sent is decided by the service."""
        self.fields["action"].widget.choices = [
            (action.value, labels.ACTIONS[action]) for action in DECISIONS if action in possible
        ]

    def clean(self) -> dict[str, Any]:
        """A return needs fields and words, a rejection a code and words."""
        given = super().clean() or self.cleaned_data
        action = given.get("action")
        if action == Action.RETURN and not given.get("fields_to_correct"):
            self.add_error("fields_to_correct", say(Reason("desk.fields-needed")))
        if action == Action.REJECT and not given.get("code"):
            self.add_error("code", "请选择不通过的原因。")
        if action in (Action.RETURN, Action.REJECT, Action.SEND_BACK) and not given.get("text"):
            self.add_error("text", say(Reason("desk.reason-needed")))
        return given

    def decision(self) -> Decision:
        """What was decided; parts that belong to another choice are left out."""
        action = Action(self.cleaned_data["action"])
        return Decision(
            action=action,
            fields=tuple(self.cleaned_data["fields_to_correct"]) if action is Action.RETURN else (),
            code=self.cleaned_data["code"] if action is Action.REJECT else "",
            text=self.cleaned_data["text"],
        )


class RevealForm(forms.Form):
    """Why the whole ID number must be seen."""

    reason = forms.CharField(
        label="查看原因",
        min_length=2,
        max_length=100,
        help_text="会记入访问日志。",
        error_messages={"required": "请写明为什么需要查看完整证件号。"},
    )


class FindPersonForm(forms.Form):
    """At the counter: the ID card in front of the staff member, and why it is looked up."""

    resident_id = forms.CharField(
        label="身份证号",
        max_length=30,
        help_text="照本人出示的身份证原件输入。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请输入身份证号。"},
    )
    reason = forms.CharField(
        label="办理原因",
        min_length=2,
        max_length=100,
        help_text="例如：本人到窗口办理停缴。会记入访问日志。",
        error_messages={"required": "请填写办理原因，会记入访问日志。"},
    )

    def clean_resident_id(self) -> str:
        """The eighteen characters."""
        try:
            return normalize_resident_id(self.cleaned_data["resident_id"])
        except BusinessRuleError as error:
            raise forms.ValidationError([say(reason) for reason in error.reasons]) from error


class WalkInForm(StopForm):
    """停缴申请表 as it is entered at the counter: no uploads, but the tick that the ID card was checked."""

    is_checked = forms.BooleanField(
        label="已核对身份证原件，确认是本人到场，申请内容已向本人说明",
        error_messages={"required": "请先核对身份证原件和本人。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("uses_credential", *FILE_FIELDS):
            del self.fields[name]
