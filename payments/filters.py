"""What contribution records can be narrowed down by: 参保地, scheme and year."""

from datetime import date
from typing import Any

import django_filters
from django import forms

from insured.labels import SCHEMES
from payments.models import ContributionRecord
from payments.models.records import ContributionRecordQuerySet

FIRST_YEAR, LAST_YEAR = 1998, 2099
UNKNOWN_YEAR = f"年度应为{FIRST_YEAR}至{LAST_YEAR}之间的年份，请重新选择。"


class YearFilter(django_filters.Filter):
    """A whole number within the years that can be meant."""

    field_class = forms.IntegerField


class AreaFilter(django_filters.Filter):
    """A 医保区划."""

    field_class = forms.RegexField


class ContributionFilter(django_filters.FilterSet):
    """Shape only: what does not fit is said at the field and narrows nothing."""

    area = AreaFilter(
        regex=r"^[0-9]{6}$",
        label="参保地",
        field_name="area__code",
        widget=forms.Select,
        error_messages={"invalid": "没有这个参保地，请重新选择。"},
    )
    scheme = django_filters.ChoiceFilter(
        label="险种",
        choices=list(SCHEMES.items()),
        empty_label="全部险种",
        error_messages={"invalid_choice": "没有这个险种，请重新选择。"},
    )
    year = YearFilter(
        label="年度",
        method="in_year",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.Select,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), UNKNOWN_YEAR),
    )

    class Meta:
        model = ContributionRecord
        fields: tuple[str, ...] = ()

    def in_year(self, records: ContributionRecordQuerySet, _name: str, value: int) -> ContributionRecordQuerySet:
        """Records whose period begins in that year."""
        return records.filter(period_starts_on__range=(date(value, 1, 1), date(value, 12, 31)))

    def offer(self, *, areas: dict[str, str], schemes: set[str], years: set[int]) -> None:
        """Offer only what there are records of; what may be asked for stays the same. `areas` are code → name."""
        fields: dict[str, Any] = self.form.fields
        fields["area"].widget.choices = [("", "全部参保地"), *sorted(areas.items())]
        fields["scheme"].widget.choices = [
            ("", "全部险种"),
            *((code, name) for code, name in SCHEMES.items() if code in schemes),
        ]
        fields["year"].widget.choices = [
            ("", "全部年度"),
            *((year, f"{year}年") for year in sorted(years, reverse=True)),
        ]
