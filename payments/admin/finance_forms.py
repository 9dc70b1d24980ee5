"""The forms of assessment, doubts, proposals, funding and closing: they check shape only."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from insured.models import PoolingArea
from payments import labels
from payments.admin.drafts import YuanField
from payments.models import FundingCategory

YEARS_AHEAD = 3


def _reason(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=5,
        max_length=200,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"请填写{label}。", "min_length": "请写具体一些，至少5个字。"},
    )


def _month(label: str, help_text: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        help_text=help_text,
        error_messages={"required": "请填写月份。", "invalid": "月份写成 1988-09 的样子。"},
    )


def _document(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="依据的文件号",
        min_length=4,
        max_length=100,
        help_text=help_text,
        error_messages={"required": "请填写依据的文件号。", "min_length": "请写完整的文件号。"},
    )


class AreaForm(forms.Form):
    """What belongs to one of one's areas."""

    area = forms.ModelChoiceField(
        PoolingArea.objects.none(),
        label="统筹区",
        to_field_name="code",
        empty_label=None,
        error_messages={"required": "请选择统筹区。", "invalid_choice": "您在这个统筹区没有岗位，请重新选择。"},
    )

    def __init__(self, *args: Any, areas: Iterable[PoolingArea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: Any = self.fields["area"]
        found.queryset = PoolingArea.objects.filter(pk__in=[one.pk for one in areas]).order_by("code")


class RunForm(AreaForm):
    """Which bills are to be opened."""

    kind = forms.ChoiceField(
        label="范围",
        choices=list(labels.ASSESSMENT_KINDS.items()),
        error_messages={"required": "请选择核定范围。", "invalid_choice": "没有这种范围，请重新选择。"},
    )
    year = forms.TypedChoiceField(
        label="年度", coerce=int, error_messages={"required": "请选择年度。", "invalid_choice": "请从列表中选择年度。"}
    )
    month = forms.TypedChoiceField(
        label="月份",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "全年（居民医保）"), *((month, f"{month}月") for month in range(1, 13))],
        help_text="居民医保按年核定，不用选月份；灵活就业和单位按月核定。",
        error_messages={"invalid_choice": "请从列表中选择月份。"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years: Any = self.fields["year"]
        years.choices = [(year, f"{year}年") for year in (today.year, today.year + 1)]

    def clean(self) -> dict[str, Any]:
        """A month where it is needed."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in ("flexible", "unit") and "month" in cleaned and cleaned["month"] is None:
            self.add_error("month", "灵活就业和单位按月核定，请选择月份。")
        return cleaned

    @property
    def period(self) -> date:
        """The first day of it."""
        month = 1 if self.cleaned_data["kind"] == "resident" else self.cleaned_data["month"]
        return date(self.cleaned_data["year"], month, 1)


class DecideForm(forms.Form):
    """The second person's yes or no."""

    action = forms.ChoiceField(
        label="意见",
        choices=[("approve", "同意"), ("return", "退回")],
        error_messages={"required": "请选择同意或退回。", "invalid_choice": "请选择同意或退回。"},
    )
    text = forms.CharField(label="说明", required=False, max_length=200, help_text="退回时必填，会告诉提交人。")


class SettleForm(forms.Form):
    """How a doubt is to end."""

    kind = forms.ChoiceField(
        label="处理办法",
        choices=[
            ("give-back", "退回款项：平台收到了钱，但金额与订单不符"),
            ("close-doubt", "关闭：平台没有收到钱，或者已经自行退回"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择处理办法。", "invalid_choice": "请选择处理办法。"},
    )
    reason = _reason("理由和依据", "例如：与平台客服核对，付款人被少扣，工单号 12345。")


class UndeclaredForm(forms.Form):
    """A month that a unit did not declare."""

    unit = forms.CharField(
        label="单位编号或统一社会信用代码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写单位编号或统一社会信用代码。"},
    )
    month = forms.DateField(
        label="未申报的月份",
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        help_text="例如 2026-03。",
        error_messages={"required": "请填写月份。", "invalid": "月份写成 2026-03 的样子。"},
    )
    reason = _reason("理由和依据", "例如：3月25日前未申报，已两次电话催报。依据社会保险法第六十二条。")


class CategoryForm(forms.Form):
    """A category of aid: the aid is typed, never what is left to pay."""

    name = forms.CharField(label="类别名称", max_length=60, error_messages={"required": "请填写类别名称。"})
    is_full = forms.BooleanField(label="全额资助", required=False)
    aid_fen = YuanField(
        label="定额资助（元/年）", required=False, help_text="填资助金额，不是个人还要缴的金额。全额资助不填。"
    )
    first_year = forms.IntegerField(
        label="从哪个年度起",
        min_value=2000,
        max_value=2100,
        error_messages={"required": "请填写年度。", "invalid": "年度写成 2027 的样子。"},
    )
    last_year = forms.IntegerField(
        label="到哪个年度止",
        required=False,
        min_value=2000,
        max_value=2100,
        help_text="不填就一直有效。",
        error_messages={"invalid": "年度写成 2027 的样子。"},
    )
    reason = _reason("依据", "例如文件号。会作为标准的来源公布。")


class RecognitionForm(forms.Form):
    """Who belongs to a category since when."""

    person = forms.CharField(
        label="人员编号或身份证号",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写人员编号或身份证号。"},
    )
    category = forms.ModelChoiceField(
        FundingCategory.objects.none(),
        label="类别",
        empty_label="请选择",
        error_messages={"required": "请选择类别。", "invalid_choice": "没有这个类别，请重新选择。"},
    )
    recognised_on = forms.DateField(
        label="认定日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写认定日期。", "invalid": "日期写成 2026-03-10 的样子。"},
    )
    reason = _reason("理由和依据", "例如：民政部门3月认定名单第12号。")

    def __init__(self, *args: Any, area: PoolingArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: Any = self.fields["category"]
        found.queryset = FundingCategory.objects.filter(area=area).order_by("-first_year", "name", "pk")


class EndForm(forms.Form):
    """From when on somebody does not belong to a category any more."""

    ended_on = forms.DateField(
        label="终止日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写终止日期。", "invalid": "日期写成 2026-03-10 的样子。"},
    )
    reason = _reason("理由和依据", "例如：民政部门动态调整，本月起退出。")


class DeemedForm(forms.Form):
    """Months that count without a payment, and the document that says so."""

    person = forms.CharField(
        label="人员编号或身份证号",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写人员编号或身份证号。"},
    )
    first_month = _month("从哪个月起", "视同缴费的第一个月，例如 1988-09。")
    last_month = _month("到哪个月止", "视同缴费的最后一个月，例如 1993-12。")
    basis = _document("例如：示医保认〔2026〕7号、退役军人安置表 2019-0153。参保人看得到。")
    reason = _reason("认定的理由", "例如：服役五年零四个月，档案原件已核对。")


class DeemedEndForm(forms.Form):
    """Why recognised months do not count any more."""

    basis = _document("撤销所依据的文件，例如：示医保更正〔2026〕2号。")
    reason = _reason("撤销的理由", "例如：与连续工龄重复认定，按档案更正。")


class ReasonForm(forms.Form):
    """Why something is proposed."""

    reason = _reason("说明", "例如：当日对账无差异，退款已核对。")


class MonthForm(forms.Form):
    """Which month of which area is looked at; only shown, the address is read by the page."""

    area = forms.ChoiceField(label="统筹区")
    month = forms.ChoiceField(label="月份")

    def __init__(
        self, *args: Any, areas: Iterable[tuple[str, str]], months: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("area", areas), ("month", months)):
            found: Any = self.fields[name]
            found.choices = list(choices)
