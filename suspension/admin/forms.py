"""The forms of the desk: they check shape only."""

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from django import forms

from portal.accounts.models import User
from portal.errors import Reason
from portal.fields import day_field, id_field
from portal.help.labels import CALL_DIRECTIONS
from portal.labels import say
from suspension import items, labels
from suspension.forms import StopForm
from suspension.forms.applying import choice
from suspension.models import CannedText
from suspension.policy.transitions import Action
from suspension.services.desk import DECISIONS, Decision

TEXT_LIMIT = 500
SENTENCE_ENDS = ("。", "！", "？", "；")


def new_token() -> str:
    """A form's one-time token; it is spent when the form is sent."""
    return secrets.token_urlsafe(24)


class VersionForm(forms.Form):
    """A button that acts on the case as it was shown."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


DECISION_KEYS = {
    Action.APPROVE: "a",
    Action.CONFIRM: "a",
    Action.RETURN: "r",
    Action.SEND_BACK: "r",
    Action.REJECT: "x",
    Action.REFER: "f",
}
"""The key that chooses a conclusion; static/desk.js reads it from the choice."""


class KeyedRadios(forms.RadioSelect):
    """Radio buttons that name their key."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if key := DECISION_KEYS.get(value):
            option["attrs"]["data-key"] = key
        return option


class HandOverForm(VersionForm):
    """To whom, and a word to them."""

    to = forms.ChoiceField(label="转交给", error_messages={"required": "请选择要转交给哪位同事。"})
    text = forms.CharField(label="留言", required=False, max_length=100, help_text="选填，写给同事，会记入办理过程。")

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        """`colleagues` are those who may be chosen, as services.assigning names them."""
        super().__init__(*args, **kwargs)
        self.colleagues = {one.handle: one for one in colleagues}
        names = [(handle, one.display_name) for handle, one in self.colleagues.items()]
        choice(self.fields["to"], [("", "请选择同事"), *names], error="请在列表中选择一位同事。")

    @property
    def colleague(self) -> User:
        """Who was chosen."""
        return self.colleagues[self.cleaned_data["to"]]


class DecisionForm(VersionForm):
    """Approve, return with named fields, reject with a reason, refer; as a reviewer confirm or send back."""

    token = forms.CharField(min_length=16, max_length=64, initial=new_token, widget=forms.HiddenInput)
    action = forms.ChoiceField(
        label="审核结论",
        choices=[(action.value, labels.ACTIONS[action]) for action in DECISIONS],
        widget=KeyedRadios,
        error_messages={"required": "请先选择审核结论。"},
    )
    fields_to_correct = forms.MultipleChoiceField(
        label="需要补正的内容",
        choices=list(labels.CORRECTABLE.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="退回补正时勾选，申请人只能修改勾选的内容。",
    )
    canned = forms.ChoiceField(
        label="常用语",
        required=False,
        help_text="选中的话会放在审核意见的前面，不够的再自己写。",
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
        widget=forms.Textarea(attrs={"rows": 4, "data-key": "m"}),
        help_text="退回补正、审核不通过时必填，申请人会看到这段话；提交复核、复核退回的意见只给同事看。",
    )

    def __init__(
        self, *args: Any, item: str = items.STOP.code, texts: Iterable[CannedText] = (), **kwargs: Any
    ) -> None:
        """For a case of this item; `texts` are the canned texts that may be chosen.

        Of an item that is never returned any name is read: the service says why it cannot be.
        """
        super().__init__(*args, **kwargs)
        fields = list(labels.CORRECTABLE_IN.get(item, labels.CORRECTABLE).items())
        choice(self.fields["fields_to_correct"], fields, error="请从列表中选择需要补正的内容。")
        self.texts = {str(one.pk): one for one in texts}
        self._list_texts(labels.CANNED_ACTIONS)

    def offer(self, possible: Collection[Action]) -> None:
        """Show the choices that are possible now; what is sent is decided by the service."""
        self.fields["action"].widget.choices = [
            (action.value, labels.ACTIONS[action]) for action in DECISIONS if action in possible
        ]
        self._list_texts(possible)

    def _list_texts(self, actions: Collection[str]) -> None:
        groups = [
            (name, [(key, one.text) for key, one in self.texts.items() if one.action == action])
            for action, name in labels.CANNED_ACTIONS.items()
            if action in actions
        ]
        shown = [("", "不用常用语"), *(group for group in groups if group[1])]
        choice(self.fields["canned"], shown, error="这条常用语刚刚停用，请重新选择。")

    def clean(self) -> dict[str, Any]:
        """A return needs fields and words, a rejection a code and words; both may be canned."""
        given = super().clean() or self.cleaned_data
        action = given.get("action")
        canned = self.texts.get(given.get("canned", ""))
        if action == Action.RETURN and not given.get("fields_to_correct"):
            self.add_error("fields_to_correct", say(Reason("desk.fields-needed")))
        if action == Action.REJECT and not given.get("code"):
            self.add_error("code", "请选择不通过的原因。")
        if canned is not None and action in labels.CANNED_ACTIONS and action != canned.action:
            used_for = canned.get_action_display()
            self.add_error("canned", f"选中的常用语是“{used_for}”用的，请重新选择，或者选“不用常用语”。")
        if action in (Action.RETURN, Action.REJECT, Action.SEND_BACK) and not self._words():
            self.add_error("text", say(Reason("desk.reason-needed")))
        if len(self._words()) > TEXT_LIMIT:
            self.add_error("text", f"常用语和审核意见加起来最多{TEXT_LIMIT}个字，请缩短。")
        return given

    def _words(self) -> str:
        """The canned text of this decision, then what was typed."""
        canned = self.texts.get(self.cleaned_data.get("canned", ""))
        typed: str = self.cleaned_data.get("text", "")
        if canned is None or canned.action != self.cleaned_data.get("action"):
            return typed
        ends = "" if canned.text.endswith(SENTENCE_ENDS) or not typed else "。"
        return f"{canned.text}{ends}{typed}"

    def decision(self) -> Decision:
        """What was decided; parts that belong to another choice are left out."""
        action = Action(self.cleaned_data["action"])
        return Decision(
            action=action,
            fields=tuple(self.cleaned_data["fields_to_correct"]) if action is Action.RETURN else (),
            code=self.cleaned_data["code"] if action is Action.REJECT else "",
            text=self._words(),
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


class PhoneNoteForm(forms.Form):
    """电话记录: who rang whom, and what was said."""

    token = forms.CharField(min_length=16, max_length=64, initial=new_token, widget=forms.HiddenInput)
    direction = forms.ChoiceField(
        label="通话",
        choices=list(CALL_DIRECTIONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是来电还是去电。"},
    )
    text = forms.CharField(
        label="通话内容",
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="记下谈了什么、约定了什么。只给同事看，保存后不能修改。",
        error_messages={"required": "请写明通话内容。"},
    )


class FindPersonForm(forms.Form):
    """At the counter: the ID card in front of the staff member, and why it is looked up."""

    item = forms.ChoiceField(
        label="办什么",
        choices=list(labels.WALK_IN_ITEMS.items()),
        widget=forms.RadioSelect,
        initial=items.STOP.code,
        error_messages={"required": "请选择要办什么。"},
    )
    resident_id = id_field(help_text="照本人出示的身份证原件输入。")
    reason = forms.CharField(
        label="办理原因",
        min_length=2,
        max_length=100,
        help_text="例如：本人到窗口办理停缴。会记入访问日志。",
        error_messages={"required": "请填写办理原因，会记入访问日志。"},
    )


class WalkInForm(StopForm):
    """停缴申请表 as it is entered at the counter: papers if scanned, and the tick that the ID card was checked.

    No paper must be uploaded: the counter has seen it.
    """

    is_checked = forms.BooleanField(
        label="已核对身份证原件，确认是本人到场，申请内容已向本人说明",
        error_messages={"required": "请先核对身份证原件和本人。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("uses_credential", None)
        for name in self.file_slots():
            self.fields[name].required = False


class CounterForm(VersionForm):
    """A step for the person at the counter: never without the look at the ID card."""

    is_checked = forms.BooleanField(
        label="已核对身份证原件，确认是本人到场",
        error_messages={"required": "请先核对身份证原件和本人。"},
    )


class PaperForm(CounterForm):
    """One paper that the person brought."""

    slot = forms.ChoiceField(label="材料", choices=list(labels.MATERIALS.items()))
    file = forms.FileField(
        label="文件",
        help_text="JPG、PNG 或 PDF，不超过 10 MB。",
        error_messages={"required": "请选择要上传的文件。"},
    )
    field_order = ("slot", "file", "is_checked")


class CounterCorrectionForm(WalkInForm):
    """The correction as the person says it: only what was named in the return."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, names: tuple[str, ...], **kwargs: Any) -> None:
        """`names` are the fields that were returned; papers have a form of their own."""
        super().__init__(*args, **kwargs)
        for name in self.file_slots():
            del self.fields[name]
        self.keep_open((*names, "version", "is_checked"))


class ColleagueAbsenceForm(forms.Form):
    """Who is away, and from when to when."""

    who = forms.ChoiceField(label="经办人", error_messages={"required": "请选择经办人。"})
    starts_on = day_field("离岗第一天", missing="请选择离岗的第一天。")
    ends_on = day_field("离岗最后一天", missing="请选择离岗的最后一天。")

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        """`colleagues` are the caseworkers whose supervisor is asked."""
        super().__init__(*args, **kwargs)
        self.colleagues = {one.handle: one for one in colleagues}
        names = [(handle, one.display_name) for handle, one in self.colleagues.items()]
        choice(self.fields["who"], [("", "请选择"), *names], error="请在列表中选择一位经办人。")

    @property
    def colleague(self) -> User:
        """Who was chosen."""
        return self.colleagues[self.cleaned_data["who"]]


class AbsenceForm(forms.Form):
    """From when to when somebody is away, both days included."""

    starts_on = day_field("离岗第一天", missing="请选择离岗的第一天。")
    ends_on = day_field("离岗最后一天", missing="请选择离岗的最后一天。")
