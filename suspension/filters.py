"""What a case is looked up by without log-in: its number, and two things that only its owner knows."""

from django import forms

from portal.identity import is_public_number, normalize_public_number

NUMBER_SHAPE = "受理编号应为字母YB开头的编号，在提交成功的页面和短信里可以找到。请对照重新填写。"
LAST_FOUR_SHAPE = "请填写最后四位。"


class ProgressForm(forms.Form):
    """Shape only; whether the three belong together is asked of the service."""

    number = forms.CharField(label="受理编号（申请编号）", max_length=40, help_text="字母大小写、空格都可以。")
    id_last4 = forms.CharField(label="身份证号后四位", max_length=8, help_text="末位是X的，填X。")
    phone_last4 = forms.CharField(label="手机号后四位", max_length=8, help_text="申请时填写的联系电话。")

    def clean_number(self) -> str:
        number = normalize_public_number(str(self.cleaned_data["number"]))
        if not is_public_number(number):
            raise forms.ValidationError(NUMBER_SHAPE)
        return number

    def clean_id_last4(self) -> str:
        text = str(self.cleaned_data["id_last4"]).strip().upper()
        if len(text) != 4 or not text.isascii() or not text[:3].isdigit() or text[3] not in "0123456789X":
            raise forms.ValidationError(LAST_FOUR_SHAPE)
        return text

    def clean_phone_last4(self) -> str:
        text = str(self.cleaned_data["phone_last4"]).strip()
        if len(text) != 4 or not text.isascii() or not text.isdigit():
            raise forms.ValidationError(LAST_FOUR_SHAPE)
        return text
