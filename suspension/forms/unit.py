"""Shape of what an agent types about a person."""

from django import forms

from portal.fields import id_field
from portal.money import parse_yuan
from suspension.services.addition import Newcomer


class AdditionForm(forms.Form):
    """人员增加, one person."""

    id_number = id_field(label="证件号码（居民身份证）", help_text="18位，末位的 X 大小写均可。")
    name = forms.CharField(
        label="姓名",
        max_length=50,
        help_text="与身份证上的姓名完全相同。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写姓名。"},
    )
    wage = forms.CharField(
        label="月工资（元）",
        max_length=16,
        help_text="上年度月平均工资，新入职的填起薪当月工资，例如：6800 或 6800.50。缴费基数按上下限自动核定。",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "请填写月工资。"},
    )

    def clean_name(self) -> str:
        """Without spaces."""
        return "".join(self.cleaned_data["name"].split())

    def clean_wage(self) -> int:
        """In fen."""
        try:
            fen = parse_yuan(self.cleaned_data["wage"].replace(",", "").replace("，", "").strip())
        except ValueError as error:
            raise forms.ValidationError("月工资请填数字，最多两位小数，例如：6800.50。") from error
        if fen == 0:
            raise forms.ValidationError("月工资要大于0。")
        return fen

    def newcomer(self) -> Newcomer:
        """The cleaned form."""
        return Newcomer(
            id_number=self.cleaned_data["id_number"], name=self.cleaned_data["name"], wage_fen=self.cleaned_data["wage"]
        )
