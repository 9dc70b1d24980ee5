"""The form of 实名认证: name, ID number, photos of both sides, and where to be reviewed."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from insured.models import PoolingArea
from portal.accounts.forms.steps import NameForm
from portal.errors import BusinessRuleError, Reason
from portal.labels import say
from suspension.services.materials import Upload, read_upload
from suspension.services.real_name import Claim


def _photo(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text="JPG 或 PNG，不超过 10 MB；四个角都拍进去，字要看得清。",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        error_messages={"required": "请上传照片。", "empty": "这个文件是空的，请重新选择照片。"},
    )


class RealNameForm(NameForm):
    """Who somebody is."""

    front = _photo("身份证照片（人像面）")
    back = _photo("身份证照片（国徽面）")
    area = forms.ModelChoiceField(
        label="参保地",
        queryset=PoolingArea.objects.order_by("code"),
        empty_label="请选择",
        help_text="自动核对不成时，由这里的经办机构审核。没有参保的，选居住地。",
        error_messages={"required": "请选择参保地。", "invalid_choice": "没有这个参保地，请重新选择。"},
    )
    asks_staff = forms.BooleanField(
        label="自动核对不成时，请工作人员看照片审核",
        required=False,
        initial=True,
    )

    def clean_front(self) -> Upload:
        return self._read("front")

    def clean_back(self) -> Upload:
        return self._read("back")

    def _read(self, name: str) -> Upload:
        file: UploadedFile[Any] = self.cleaned_data[name]
        try:
            found = read_upload(file)
            if not found.content_type.startswith("image/"):
                raise BusinessRuleError(Reason("real-name.photo-kind", {"name": found.name}))
        except BusinessRuleError as error:
            raise forms.ValidationError([say(reason) for reason in error.reasons]) from error
        return found

    def claim(self) -> Claim:
        """The cleaned form."""
        return Claim(**{name: self.cleaned_data[name] for name in Claim.__dataclass_fields__})
