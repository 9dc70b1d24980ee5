"""The forms of the counter: what a person says there is entered with the tick that the ID card was checked."""

from typing import Any

from django import forms

from suspension.admin.forms import CounterCorrectionForm
from suspension.forms import ResumeForm
from suspension.forms.transfer import TransferForm


class CheckedForm(forms.Form):
    """Never without the look at the ID card."""

    is_checked = forms.BooleanField(
        label="已核对身份证原件，确认是本人到场，申请内容已向本人说明",
        error_messages={"required": "请先核对身份证原件和本人。"},
    )


class ResumeWalkInForm(CheckedForm, ResumeForm):
    """个人医保续保申请表 at the counter: papers if scanned; none must be, the counter has seen them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("uses_credential", None)
        for name in self.file_slots():
            self.fields[name].required = False


class TransferWalkInForm(CheckedForm, TransferForm):
    """转移接续申请表 at the counter."""


class CorrectingForm(forms.Form):
    """What a correction at the counter carries besides."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ResumeCounterCorrectionForm(CorrectingForm, ResumeWalkInForm):
    """The correction of a return as the person says it: only what was named."""

    def __init__(self, *args: Any, names: tuple[str, ...], **kwargs: Any) -> None:
        """`names` are the fields that were returned; papers have a form of their own."""
        super().__init__(*args, **kwargs)
        for name in self.file_slots():
            del self.fields[name]
        self.keep_open((*names, "version", "is_checked"))


class TransferCounterCorrectionForm(CorrectingForm, TransferWalkInForm):
    """The correction of a transfer as the person says it: only what was named."""

    def __init__(self, *args: Any, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_open((*names, "version", "is_checked"))


Correction = CounterCorrectionForm | ResumeCounterCorrectionForm | TransferCounterCorrectionForm
"""What a correction is typed into, by its item."""
