"""Form fields that more than one app asks for: texts brought into their normal form, phones, ID numbers, days."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from portal.errors import BusinessRuleError
from portal.identity import normalize_phone, normalize_resident_id
from portal.labels import say

TYPED_LENGTH = 254
"""Long enough for whatever is typed with spaces and in full-width characters."""
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""No day of the hall lies before or behind; the ends of the calendar itself have no day before them, and none after."""
NO_DAY = "请选择日期，或写成 2026-01-31 的样子。"


class NormalField(forms.CharField):
    """A text that is brought into its normal form; what cannot be is refused in the hall's own words."""

    def __init__(self, normal: Callable[[str], str], *, max_length: int = TYPED_LENGTH, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.normal = normal

    def clean(self, value: Any) -> str:
        """The normal form; nothing where nothing was typed and nothing has to be."""
        text: str = super().clean(value)
        try:
            return self.normal(text) if text else text
        except BusinessRuleError as error:
            raise ValidationError([say(reason) for reason in error.reasons]) from error


def phone_field(*, label: str = "手机号", **kwargs: Any) -> NormalField:
    """A mobile number, however it is spaced."""
    return NormalField(
        normalize_phone,
        label=label,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": f"请输入{label}。"},
        **kwargs,
    )


def id_field(*, label: str = "身份证号", **kwargs: Any) -> NormalField:
    """A resident ID number."""
    return NormalField(
        normalize_resident_id,
        label=label,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "请输入身份证号。"},
        **kwargs,
    )


def day_field(label: str, *, missing: str = "", **kwargs: Any) -> forms.DateField:
    """A day between EARLIEST and LATEST; `missing` is said when it was left out and must be there."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(EARLIEST, message=NO_DAY), MaxValueValidator(LATEST, message=NO_DAY)],
        error_messages={"required": missing or f"请填写{label}。", "invalid": NO_DAY},
        **kwargs,
    )


def ground_field(*, help_text: str = "例如文件号。") -> forms.CharField:
    """依据: on what paper somebody acts."""
    return forms.CharField(
        label="依据", max_length=200, help_text=help_text, error_messages={"required": "请写明依据。"}
    )
