"""Shape of what is typed on the pages of insured."""

from typing import TYPE_CHECKING, Any

from django import forms

from insured import labels
from insured.models import AreaPolicy, PoolingArea
from insured.policy.roles import StaffRole
from insured.policy.rules import RULE_FIELDS
from insured.services.drafts import NewDraft
from insured.services.family import Invitation
from insured.services.posts import NewPost
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from portal.fields import day_field, ground_field
from portal.identity import normalize_phone
from portal.labels import say

if TYPE_CHECKING:
    PolicyFormBase = forms.ModelForm[AreaPolicy]
else:
    # Django's forms are generic for the type checker only.
    PolicyFormBase = forms.ModelForm

LAST4_LENGTH = 4


class InvitationForm(forms.Form):
    """Whom to invite into one's family account."""

    name = forms.CharField(
        label="家人姓名",
        max_length=50,
        help_text="与身份证上的姓名一致。",
        error_messages={"required": "请填写家人的姓名。"},
    )
    key = forms.CharField(
        label="家人身份证号后四位，或对方网厅账号的手机号",
        max_length=20,
        help_text="例如：0026，最后一位是 X 的也要填；或者填 11 位手机号。",
        error_messages={"required": "请填写身份证号后四位或手机号。"},
    )
    kind = forms.ChoiceField(
        label="这位家人是您的",
        choices=[("", "请选择"), *labels.RELATIONS.items()],
        error_messages={"required": "请选择关系。"},
    )

    def clean_key(self) -> str:
        """Four characters, or the eleven digits."""
        typed = "".join(self.cleaned_data["key"].split()).upper()
        if len(typed) == LAST4_LENGTH:
            if not (typed.isascii() and typed[:3].isdigit() and typed[3] in "0123456789X"):
                raise forms.ValidationError("身份证号后四位应为4位数字，最后一位可以是X。")
            return typed
        try:
            return normalize_phone(typed)
        except BusinessRuleError as error:
            raise forms.ValidationError([say(reason) for reason in error.reasons]) from error

    def request(self) -> Invitation:
        """The cleaned form."""
        return Invitation(
            name=self.cleaned_data["name"].strip(), key=self.cleaned_data["key"], kind=self.cleaned_data["kind"]
        )


class InformationForm(forms.Form):
    """Where the agency reaches one."""

    address = forms.CharField(
        label="通讯地址",
        max_length=100,
        required=False,
        help_text="例如：示例市澄江区文昌路8号3栋501室。不想登记的可以留空。",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"max_length": "通讯地址最多100个字，请写短一些。"},
    )
    follows_account = forms.BooleanField(label="把参保登记的手机号和邮箱，改成账号里已经验证过的", required=False)


class CardForm(forms.Form):
    """One's own 医保卡."""

    number = forms.CharField(
        label="医保卡号",
        max_length=30,
        help_text="印在医保卡（社会保障卡）正面，8至20位字母和数字。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": "请填写医保卡号。", "max_length": "医保卡号应为8至20位，请对照卡面填写。"},
    )
    password = forms.CharField(
        label="密码",
        max_length=6,
        strip=False,
        help_text="看病、买药刷卡时输入的6位数字密码，不是网厅登录密码。",
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填写医保卡密码。", "max_length": "医保卡密码应为6位数字。"},
    )


class PostForm(forms.Form):
    """任命: who, which post, where, from when to when, on what ground."""

    login = forms.CharField(
        label="登录账号",
        max_length=64,
        help_text="这位工作人员登录网厅用的手机号、身份证号或邮箱。",
        error_messages={"required": "请填写登录账号。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label="姓名",
        max_length=64,
        help_text="须与账号上的姓名一致。",
        error_messages={"required": "请填写姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    area = forms.ModelChoiceField(
        PoolingArea.objects.none(),
        label="统筹区",
        empty_label="请选择",
        error_messages={"required": "请选择统筹区。", "invalid_choice": "您不是这个统筹区的管理员。"},
    )
    role = forms.ChoiceField(
        label="岗位",
        choices=[("", "请选择"), *labels.STAFF_ROLES.items()],
        help_text="同一人在同一统筹区只能担任一个岗位；复核人可以兼主管。",
        error_messages={"required": "请选择岗位。"},
    )
    starts_on = day_field("生效日期")
    ends_on = day_field("终止日期", required=False, help_text="不填就一直有效，直到终止。")
    reason = ground_field(help_text="例如任命文件的文号。")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        """The areas offered are those that `by` administers today."""
        super().__init__(*args, **kwargs)
        areas = {area_id for area_id, role in duties_of(by).pairs if role == StaffRole.ADMINISTRATOR}
        area: Any = self.fields["area"]
        area.queryset = PoolingArea.objects.filter(pk__in=areas).order_by("code")
        self.fields["starts_on"].initial = clock.today()

    def request(self) -> NewPost:
        """The cleaned form."""
        typed = self.cleaned_data
        return NewPost(
            login=typed["login"],
            name=typed["name"],
            area_id=typed["area"].pk,
            role=typed["role"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            reason=typed["reason"],
        )


class EndPostForm(forms.Form):
    """Why a post is ended."""

    reason = ground_field(help_text="例如调离、退休，或文件的文号。")


class BenefitForm(forms.Form):
    """待遇查询: which day."""

    on = day_field("日期", missing="请选择要查的日子。")


class RulesForm(PolicyFormBase):
    """A draft of an area's rules: every rule, the day it begins, and on what ground."""

    effective_from = day_field("生效日期", help_text="最早明天。生效后不能再改，只能起草新的规则。")
    ground = ground_field()

    class Meta:
        model = AreaPolicy
        fields = (*RULE_FIELDS,)
        help_texts = {name: f"出处：{rule.source}" for name, rule in RULE_FIELDS.items()}

    field_order = ("effective_from", "ground")

    def request(self, *, area_id: int) -> NewDraft:
        """The cleaned form."""
        values = {name: self.cleaned_data[name] for name in RULE_FIELDS}
        day, ground = self.cleaned_data["effective_from"], self.cleaned_data["ground"]
        return NewDraft(area_id=area_id, effective_from=day, values=values, ground=ground)


class HolidayForm(forms.Form):
    """A day that is to be a working day or a holiday, whatever the calendar says."""

    effective_from = day_field("日期", help_text="最早明天；在所有统筹区有效。")
    is_workday = forms.ChoiceField(
        label="这一天",
        choices=[("no", "放假"), ("yes", "上班")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择上班还是放假。"},
    )
    note = forms.CharField(label="说明", max_length=50, required=False, help_text="例如：国庆节调休。")
    ground = ground_field()

    def request(self) -> NewDraft:
        """The cleaned form."""
        typed = self.cleaned_data
        values = {"is_workday": typed["is_workday"] == "yes", "note": typed["note"]}
        return NewDraft(area_id=None, effective_from=typed["effective_from"], values=values, ground=typed["ground"])


class DraftDecisionForm(forms.Form):
    """批准 or 退回."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    action = forms.ChoiceField(
        label="意见",
        choices=[("approve", "批准，从生效日期起执行"), ("return", "退回起草人")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择批准还是退回。"},
    )
    text = forms.CharField(label="说明", max_length=200, required=False, help_text="退回时必填。")
