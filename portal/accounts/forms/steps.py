"""Forms of registration, log-in by code, forgotten password and 账号安全."""

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts.forms.login import IDENTIFIER_MAX_LENGTH, CodeForm, password_field
from portal.accounts.labels import CHOOSING_HELP, TWO_DIFFER
from portal.accounts.models import User
from portal.accounts.services.codes import Destination
from portal.fields import NormalField, id_field, phone_field
from portal.identity import classify_login, normalize_email

NOT_IN_A_NAME = re.compile(r"[^\u3400-\u9fff\U00020000-\U0003fffdA-Za-z·]")


def name_as_on_the_card(text: str) -> str:
    """Without spaces, with the one kind of middle dot."""
    return re.sub(r"[•・．.‧∙]", "·", "".join(text.split()))


class ConsentForm(forms.Form):
    """Registration, step 1 without name and ID."""

    consent = forms.BooleanField(
        label="我已阅读并同意《网厅用户协议》和《隐私政策》",
        error_messages={"required": "同意后才能注册。不同意可到经办窗口办理业务。"},
    )


class NameForm(forms.Form):
    """Who somebody is."""

    name = NormalField(
        name_as_on_the_card,
        label="姓名",
        help_text="与身份证上的姓名完全相同。",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请输入姓名。"},
    )
    resident_id = id_field(help_text="18位，末位的 X 大小写均可。")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not 2 <= len(name) <= 50 or NOT_IN_A_NAME.search(name):
            raise ValidationError("姓名应为2至50个汉字或字母，请与身份证相同。")
        return name


class IdentityForm(ConsentForm, NameForm):
    """Registration, step 1."""

    field_order = ("name", "resident_id", "consent")


class PhoneForm(forms.Form):
    """A phone that a code goes to."""

    phone = phone_field(help_text="可带 +86 和空格。")


class StepCodeForm(CodeForm):
    """The code from a message."""


class ResetForm(forms.Form):
    """Who has forgotten the password, and where the code goes."""

    resident_id = id_field(help_text="用来确认账号是您本人的。")
    destination = forms.CharField(
        label="手机号或邮箱",
        max_length=IDENTIFIER_MAX_LENGTH,
        help_text="账号上登记的手机号或电子邮箱，验证码会发到这里。",
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": "请输入手机号或邮箱。"},
    )

    def clean_destination(self) -> Destination:
        key = classify_login(self.cleaned_data["destination"])
        if key.kind not in {"phone", "email"}:
            raise ValidationError("请输入11位手机号，或邮箱地址，例如 name@example.com。")
        return Destination("sms" if key.kind == "phone" else "email", key.value)


class CounterCodeForm(forms.Form):
    """The code on the slip from the counter."""

    resident_id = id_field()
    code = forms.CharField(
        label="重设码",
        max_length=20,
        help_text="窗口打印的8位字母和数字，30分钟内有效。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "请输入重设码。"},
    )


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = password_field("新密码", autocomplete="new-password", help_text=CHOOSING_HELP)
    again = password_field("再输入一次新密码", autocomplete="new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", TWO_DIFFER)
        elif password:
            try:
                validate_password(password, user=self.user)
            except ValidationError as error:
                self.add_error("password", error)
        return data


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    old = password_field("原密码", autocomplete="current-password")
    field_order = ("old", "password", "again")


class NewPhoneForm(forms.Form):
    """Where the account's messages go from now on."""

    value = phone_field(label="新手机号", help_text="验证码会发到这个号码。")

    def destination(self) -> Destination:
        return Destination("sms", self.cleaned_data["value"])


class NewEmailForm(forms.Form):
    """A mailbox for messages and for a forgotten password."""

    value = NormalField(
        normalize_email,
        label="新邮箱",
        help_text="验证码会发到这个邮箱。",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "请输入邮箱地址。"},
    )

    def destination(self) -> Destination:
        return Destination("email", self.cleaned_data["value"])


class CounterResetForm(forms.Form):
    """At the counter: whose password, and why."""

    resident_id = id_field(help_text="照本人出示的身份证原件输入。")
    reason = forms.CharField(
        label="办理原因",
        max_length=200,
        help_text="例如：手机号已更换，无法接收验证码。",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请填写办理原因，会记入访问日志。"},
    )
    is_checked = forms.BooleanField(
        label="已核对身份证原件，确认是本人",
        error_messages={"required": "请先核对身份证原件和本人。"},
    )
