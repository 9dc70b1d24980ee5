"""The forms of the look-up: they check shape only."""

from typing import Any

from django import forms

from payments.filters import FIRST_YEAR, UNKNOWN_YEAR
from payments.services.export import FORMATS
from portal.audit.labels import PURPOSES

FORMAT_NAMES = {"xlsx": "Excel 文件（XLSX）", "csv": "CSV 文件"}


class FindForm(forms.Form):
    """One box for every number."""

    typed = forms.CharField(
        label="编号或身份证号",
        max_length=60,
        help_text="人员编号、完整身份证号、姓名加身份证号后四位（如 苏文岚 0026）、凭证号、账单号、订单号、"
        "受理编号、单位编号或统一社会信用代码",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请输入编号或身份证号。", "max_length": "最多60个字，请输入一个编号或身份证号。"},
    )


class PurposeForm(forms.Form):
    """What somebody's history is needed for."""

    purpose = forms.ChoiceField(
        label="查询用途",
        choices=[("", "请选择"), *PURPOSES.items()],
        error_messages={"required": "请选择查询用途。", "invalid_choice": "没有这项用途，请重新选择。"},
    )
    reason = forms.CharField(
        label="用途说明",
        min_length=2,
        max_length=100,
        help_text="例如：本人来电，核对2025年断缴月份。会记入访问日志。",
        error_messages={"required": "请写明查询的具体用途。", "min_length": "请写明查询的具体用途，至少2个字。"},
    )


class ExportForm(forms.Form):
    """Which kind of file."""

    format = forms.ChoiceField(
        label="文件格式",
        choices=[(code, FORMAT_NAMES[code]) for code in FORMATS],
        error_messages={"required": "请选择文件格式。", "invalid_choice": "没有这种文件格式，请重新选择。"},
    )


class UnitForm(forms.Form):
    """Which year of a unit, and which month of it."""

    year = forms.TypedChoiceField(label="年度", coerce=int, error_messages={"invalid_choice": UNKNOWN_YEAR})
    month = forms.TypedChoiceField(
        label="月份",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "全年各月合计"), *((month, f"{month}月") for month in range(1, 13))],
        error_messages={"invalid_choice": "月份应为1至12，请重新选择。"},
    )

    def __init__(self, *args: Any, this_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years: Any = self.fields["year"]
        years.choices = [(year, f"{year}年") for year in range(this_year + 1, FIRST_YEAR - 1, -1)]


class ExplainForm(forms.Form):
    """Where a difference comes from."""

    reason = forms.CharField(
        label="差异原因和处理办法",
        min_length=5,
        max_length=200,
        help_text="例如：平台次日补入账单，已与平台核对流水号。至少5个字，另一位财务人员核对后核销。",
        error_messages={
            "required": "请写明差异原因和处理办法。",
            "min_length": "请写明差异原因和处理办法，至少5个字。",
            "max_length": "最多200个字。",
        },
    )
