"""Which area's rules on which day; it is sent by GET and changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from insured.models import PoolingArea
from portal.fields import day_field

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2099, 12, 31)


class RulebookForm(forms.Form):
    """Shape only."""

    area = forms.ChoiceField(label="参保地", error_messages={"invalid_choice": "没有这个参保地，请重新选择。"})
    on = day_field("按哪一天的规定")

    def __init__(self, data: Mapping[str, Any], *, areas: Iterable[PoolingArea]) -> None:
        super().__init__(data)
        field: Any = self.fields["area"]
        field.choices = [(area.code, area.name) for area in areas]

    def clean_on(self) -> date:
        """A day for which rules can be asked."""
        day: date = self.cleaned_data["on"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError("请选择2025年以后的日子。")
        return day
