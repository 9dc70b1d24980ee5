"""What every application of a person asks for: a contact, a word, documents."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal.fields import NormalField, phone_field
from suspension import labels
from suspension.models import Attachment
from suspension.policy.offer import Offer

PHONE_LENGTH = 20


def choice(field: forms.Field, choices: Sequence[Any], *, error: str) -> None:
    """Give a choice field what may be chosen on this page."""
    cast(forms.ChoiceField, field).choices = choices
    field.error_messages["invalid_choice"] = error


class SeveralFiles(forms.FileInput):
    """A file input that takes more than one."""

    allow_multiple_selected = True

    def use_required_attribute(self, _initial: Any) -> bool:
        """Never: what must be there may have been uploaded before."""
        return False


class FilesField(forms.FileField):
    """Any number of files; the value is a list of them. Whether one is missing is asked where all of them are known."""

    def __init__(self, **kwargs: Any) -> None:
        widget = SeveralFiles(attrs={"accept": ".jpg,.jpeg,.png,.pdf", "multiple": True})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """Each file by the rules of one."""
        given = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given if one]
        return [file for file in cleaned if file]


class RemovedField(forms.MultipleChoiceField):
    """Files that were sent before and are wanted no more; one that is gone already is passed over."""

    def valid_value(self, _value: Any) -> bool:
        return True


def materials_field(slot: str) -> FilesField:
    """The input of one named slot."""
    return FilesField(label=labels.MATERIALS[slot], help_text=labels.MATERIAL_HINTS[slot])


def contact_phone_field(hint: str) -> NormalField:
    """Where the text messages about this case go."""
    return phone_field(label="联系电话", max_length=PHONE_LENGTH, help_text=hint)


def note_field(hint: str) -> forms.CharField:
    """A word to whoever decides."""
    return forms.CharField(
        label="补充说明", required=False, max_length=200, help_text=hint, widget=forms.Textarea(attrs={"rows": 3})
    )


def credential_field(papers: str) -> forms.BooleanField:
    """医保电子凭证 instead of papers."""
    return forms.BooleanField(label=f"使用医保电子凭证，不上传{papers}（演示）", required=False)


class ApplicationForm(forms.Form):
    """Contact and documents; fields that begin with `file_` are the named slots of the form."""

    opens: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """What stands for a name of labels.CORRECTABLE_IN on this form, where it is more or called otherwise."""

    contact_phone = contact_phone_field("审核结果会发短信到这个号码。")
    contact_email = forms.EmailField(
        label="电子邮箱",
        required=False,
        help_text="填写后，审核结果也会发到邮箱。",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = note_field("最多200字。")
    uses_credential = credential_field("身份证复印件")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *args: Any, is_put_aside: bool = False, **kwargs: Any
    ) -> None:
        """With `is_put_aside` what is missing may be missing: 暂存."""
        super().__init__(data, *args, **kwargs)
        self.is_put_aside = is_put_aside

    def leave_gaps(self) -> None:
        """Ask for nothing of a form that is put aside; said when it is known what is asked for."""
        if self.is_put_aside:
            for field in self.fields.values():
                field.required = False

    def ask_for(self, offer: Offer) -> None:
        """Only the materials that the area takes, in its words."""
        for name, slot in self.file_slots().items():
            if found := offer.slots.get(slot):
                self.fields[name].help_text = found.hint
                self.fields[name].required = found.is_required
            else:
                del self.fields[name]

    def file_slots(self) -> dict[str, str]:
        """Name of the field → slot of the material."""
        prefix = "file_"
        return {name: name.removeprefix(prefix).replace("_", "-") for name in self.fields if name.startswith(prefix)}

    def file_fields(self) -> list[forms.BoundField]:
        """The inputs of the materials, in their order."""
        return [self[name] for name in self.file_slots()]

    def paper_fields(self) -> list[forms.BoundField]:
        """All that is about papers: what was sent before, what replaces them, and the inputs."""
        names = ("removed", "uses_credential", *self.file_slots())
        return [self[name] for name in names if name in self.fields]

    def plain_fields(self) -> list[forms.BoundField]:
        """Everything else."""
        papers = {one.name for one in self.paper_fields()}
        return [one for one in self if one.name not in papers]

    def files_by_slot(self) -> list[tuple[str, "UploadedFile[bytes]"]]:
        """What was uploaded, with the slot of each."""
        return [(slot, file) for name, slot in self.file_slots().items() for file in self.cleaned_data.get(name) or ()]

    def keep_open(self, names: tuple[str, ...]) -> None:
        """For a correction: only the named fields, and what belongs to them, can be changed."""
        wanted = set(names).union(*(self.opens.get(name) or labels.OPENED_WITH.get(name, ()) for name in names))
        if "material" in names:
            wanted |= self.file_slots().keys()
        for name in [*self.fields]:
            if name not in wanted:
                del self.fields[name]

    def let_remove(self, files: Iterable[Attachment]) -> None:
        """Let files that were sent before be taken out of the slots that are open; what is there is not asked for."""
        names = {slot: name for name, slot in self.file_slots().items()}
        choices = []
        for one in files:
            if one.slot in names:
                choices.append((one.public_id, f"{one.get_slot_display()}：{one.name}"))
                self.fields[names[one.slot]].required = False
        self.fields.pop("removed", None)
        if choices:
            self.fields["removed"] = RemovedField(
                label="已上传的材料",
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text="传错了、不要的，在前面打勾，重新提交时会移除。不打勾的保留。",
            )
