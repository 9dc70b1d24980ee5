"""The form of 缴费证明: it checks shape only."""

from collections.abc import Iterable
from typing import Any

from django import forms

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
