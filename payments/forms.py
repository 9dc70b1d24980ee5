"""The forms of 缴费证明, the bank account, the mandate and 支付密码: they check shape only."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from insured.models import Enrollment
from payments import labels
from payments.filters import FIRST_YEAR, LAST_YEAR, UNKNOWN_YEAR
from payments.services.vouchers import Years

REQUIRED = {"required": "请选择年度。"} | dict.fromkeys(("invalid", "min_value", "max_value"), UNKNOWN_YEAR)


class YearsForm(forms.Form):
    """From which year through which."""

    first = forms.IntegerField(
        label="从哪一年", min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.Select, error_messages=REQUIRED
    )
    last = forms.IntegerField(
        label="到哪一年", min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.Select, error_messages=REQUIRED
    )

    def offer(self, years: Iterable[int]) -> None:
        """Offer the years of which there are records, newest first."""
        choices = [(year, f"{year}年") for year in sorted(years, reverse=True)]
        for name in ("first", "last"):
            select: Any = self.fields[name].widget
            select.choices = choices

    def clean(self) -> dict[str, Any]:
        """The years in their order."""
        given = super().clean() or {}
        if "first" in given and "last" in given and given["first"] > given["last"]:
            self.add_error("last", "“到哪一年”不能早于“从哪一年”，请重新选择。")
        return given

    @property
    def years(self) -> Years:
        """What was chosen; for a valid form only."""
        return Years(first=self.cleaned_data["first"], last=self.cleaned_data["last"])


class BankAccountForm(forms.Form):
    """One's own card."""

    bank = forms.ChoiceField(
        label="开户银行",
        choices=[("", "请选择"), *labels.BANKS.items()],
        error_messages={"required": "请选择开户银行。", "invalid_choice": "没有这家银行，请重新选择。"},
    )
    number = forms.CharField(
        label="银行卡号",
        max_length=30,
        help_text="本人的借记卡，16至19位数字，中间可以有空格。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填写银行卡号。", "max_length": "银行卡号应为16至19位数字，请对照卡面填写。"},
    )


class MandateForm(forms.Form):
    """For which scheme, from which month, and that the text was read."""

    enrollment = forms.TypedChoiceField(
        label="代缴哪一个险种",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择代缴哪一个险种。", "invalid_choice": "没有这个险种，请重新选择。"},
    )
    starts_on = forms.DateField(
        label="从哪个月起代缴",
        widget=forms.Select,
        error_messages={"required": "请选择从哪个月起代缴。", "invalid": "请从列表中选择月份。"},
    )
    has_agreed = forms.BooleanField(
        label="我已阅读并同意《银行代缴协议》",
        error_messages={"required": "请阅读协议并勾选同意，才能签约。"},
    )

    def __init__(self, *args: Any, enrollments: Iterable[Enrollment], months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which: Any = self.fields["enrollment"]
        which.choices = [(one.pk, f"{one.get_scheme_display()}（{one.area.name}）") for one in enrollments]
        if len(which.choices) == 1:
            self.initial["enrollment"] = which.choices[0][0]
        select: Any = self.fields["starts_on"].widget
        select.choices = [(day.isoformat(), f"{day.year}年{day.month}月") for day in months]


class OldPasswordForm(forms.Form):
    """The 支付密码 as it is; not asked for where a code has come."""

    old = forms.CharField(
        label="原来的支付密码",
        max_length=6,
        required=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"max_length": "支付密码应为6位数字。"},
    )

    def __init__(self, *args: Any, asks_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_old:
            del self.fields["old"]


class PaymentPasswordForm(OldPasswordForm):
    """Six digits, typed twice."""

    password = forms.CharField(
        label="新的支付密码",
        max_length=6,
        help_text="6位数字，不要用生日、连续或相同的数字，也不要和银行卡密码一样。",
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
        error_messages={"required": "请填写支付密码。", "max_length": "支付密码应为6位数字。"},
    )
    again = forms.CharField(
        label="再输入一次",
        max_length=6,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
        error_messages={"required": "请再输入一次支付密码。", "max_length": "支付密码应为6位数字。"},
    )

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", "两次输入的不一样，请重新输入。")
        return given
