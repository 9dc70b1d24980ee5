"""The forms in which an administrator drafts standards; they check shape only."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from insured.services.drafts import NewDraft
from payments.services.drafts import EMPLOYEE_NAMES, FACTOR, RESIDENT_NAMES, SHARES, as_factor, as_share
from portal import clock
from portal.fields import day_field, ground_field
from portal.money import parse_yuan, yuan

YEARS_AHEAD = 2


class YuanField(forms.Field):
    """An amount typed in yuan; the value is whole fen."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": "12"})
        super().__init__(widget=widget, **kwargs)
        self.error_messages["required"] = f"请填写{self.label}。"

    def to_python(self, value: Any) -> Any:
        """Fen."""
        typed = (value or "").strip()
        if not typed:
            return None
        try:
            return parse_yuan(typed.replace(",", ""))
        except ValueError as error:
            raise forms.ValidationError("金额写成 400 或 400.00 的样子，单位是元。") from error


class PercentField(forms.DecimalField):
    """A share typed in percent; the value is the share."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_digits=8, decimal_places=4, widget=widget, **kwargs)
        self.error_messages |= {"required": f"请填写{self.label}。", "invalid": "写成 7.5 的样子，单位是%。"}

    def clean(self, value: Any) -> Any:
        """7.5 → 0.075."""
        found = super().clean(value)
        return found if found is None else found.scaleb(-2)


class GroundedForm(forms.Form):
    """What every draft says besides its values."""

    ground = ground_field()


class ResidentDraftForm(GroundedForm):
    """What a coverage year costs a resident."""

    coverage_year = forms.TypedChoiceField(
        label=RESIDENT_NAMES["coverage_year"],
        coerce=int,
        help_text="标准从这一年的1月1日起执行；已经开始的年度、已经开出账单的年度不能再改。",
        error_messages={"invalid_choice": "请从列表中选择参保年度。"},
    )
    personal_fen = YuanField(label="个人缴费（元/年）")
    fiscal_fen = YuanField(label="财政补助（元/年）")
    is_provisional = forms.BooleanField(label="暂定标准，正式文件下发后再调整", required=False)

    field_order = ("coverage_year", "ground")

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: Mapping[str, Any]) -> None:
        typed = {name: yuan(now[name]) for name in ("personal_fen", "fiscal_fen") if name in now}
        super().__init__(data, initial=typed)
        this_year = clock.today().year
        years: Any = self.fields["coverage_year"]
        years.choices = [(year, f"{year}年") for year in range(this_year + 1, this_year + 1 + YEARS_AHEAD)]

    def request(self, *, area_id: int) -> NewDraft:
        """The cleaned form."""
        values = {name: self.cleaned_data[name] for name in RESIDENT_NAMES}
        day = date(values["coverage_year"], 1, 1)
        ground = self.cleaned_data["ground"]
        return NewDraft(kind="resident", area_id=area_id, effective_from=day, values=values, ground=ground)


class EmployeeDraftForm(GroundedForm):
    """Bases and rates of employees from a month on."""

    starts_on = day_field(
        EMPLOYEE_NAMES["starts_on"],
        missing="请填写执行开始日。",
        help_text="某个月的1日，最早下个月；已经开出账单的月份不能再改。",
    )
    floor_fen = YuanField(label="缴费基数下限（元/月）")
    cap_fen = YuanField(label="缴费基数上限（元/月）")
    unit_rate = PercentField(label="单位费率（%）")
    personal_rate = PercentField(label="个人费率（%）")
    flexible_rate = PercentField(label="灵活就业费率（%）")
    flexible_base_share = PercentField(label="灵活就业基数占下限的比例（%）")
    extra_unit_fen = YuanField(label="大额补助单位部分（元/人/月）")
    extra_personal_fen = YuanField(label="大额补助个人部分（元/人/月）")
    late_fee_rate = PercentField(label="滞纳金日费率（%）")
    is_late_fee_capped = forms.BooleanField(label="滞纳金不超过本金", required=False)
    undeclared_factor = forms.DecimalField(
        label="未申报按上月的倍数核定",
        max_digits=4,
        decimal_places=2,
        min_value=1,
        error_messages={"required": "请填写倍数。", "invalid": "写成 1.10 的样子。", "min_value": "倍数不能小于1。"},
    )
    due_day = forms.IntegerField(
        label="每月最迟缴费日", error_messages={"required": "请填写每月最迟缴费日。", "invalid": "写成 25 的样子。"}
    )

    field_order = ("starts_on", "ground")

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: Mapping[str, Any]) -> None:
        typed = {name: value for name, value in now.items() if name != "starts_on"}
        typed |= {name: yuan(value) for name, value in typed.items() if name.endswith("_fen")}
        typed |= {name: f"{(Decimal(typed[name]) * 100).normalize():f}" for name in SHARES if name in typed}
        super().__init__(data, initial=typed)

    def request(self, *, area_id: int) -> NewDraft:
        """The cleaned form."""
        typed = self.cleaned_data
        values = {name: typed[name] for name in EMPLOYEE_NAMES}
        values |= {name: as_share(typed[name]) for name in SHARES}
        values |= {"starts_on": typed["starts_on"].isoformat(), FACTOR: as_factor(typed[FACTOR])}
        day, ground = typed["starts_on"], typed["ground"]
        return NewDraft(kind="employee", area_id=area_id, effective_from=day, values=values, ground=ground)
