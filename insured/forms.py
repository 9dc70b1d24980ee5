"""Shape of what is typed on the pages of insured."""

from django import forms

from insured import labels
from insured.services.family import Invitation
from portal.errors import BusinessRuleError
from portal.identity import normalize_phone
from portal.labels import say

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
