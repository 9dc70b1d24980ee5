"""The forms of 线下收款: they check shape only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from payments import labels
from payments.admin.drafts import YuanField
from payments.models import Bill
from payments.services.offline import Receipt
from portal.money import yuan

NO_BILL = "none"
NO_BILL_NAME = "没有对应的账单，先登记为暂收"


class ReceiptForm(forms.Form):
    """What stands on the bank's list or on the receipt."""

    bill = forms.ChoiceField(
        label="缴哪一笔",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择缴哪一笔。", "invalid_choice": "这笔账单刚刚变化了，请重新选择。"},
    )
    channel = forms.ChoiceField(
        label="收款方式",
        widget=forms.RadioSelect,
        choices=list(labels.OFFLINE_CHANNELS.items()),
        error_messages={"required": "请选择收款方式。"},
    )
    receipt_no = forms.CharField(
        label="银行流水号或收据号",
        min_length=4,
        max_length=40,
        help_text="照银行流水或窗口收据填写，同一个号只能登记一次。",
        error_messages={"required": "请填写银行流水号或收据号。", "min_length": "至少4个字符，请照原样填写。"},
    )
    amount_fen = YuanField(label="金额（元）")
    paid_on = forms.DateField(
        label="到账日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写到账日期。", "invalid": "日期写成 2026-03-10 的样子。"},
    )
    payer_name = forms.CharField(
        label="付款人", max_length=60, error_messages={"required": "请填写付款人的姓名或单位名称。"}
    )
    note = forms.CharField(label="附言", required=False, max_length=200, help_text="转账附言等，便于查找对应的账单。")

    def __init__(self, *args: Any, bills: Sequence[Bill], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["bill"]
        choice.choices = [*((bill.number, _bill_name(bill)) for bill in bills), (NO_BILL, NO_BILL_NAME)]
        if not bills:
            self.initial["bill"] = NO_BILL
        self.fields["paid_on"].initial = today

    def receipt(self, *, area_id: int) -> Receipt:
        """The cleaned form."""
        given = self.cleaned_data
        return Receipt(
            channel=given["channel"],
            receipt_no=given["receipt_no"],
            amount_fen=given["amount_fen"],
            paid_on=given["paid_on"],
            payer_name=given["payer_name"],
            note=given["note"],
            area_id=area_id,
            bill_number="" if given["bill"] == NO_BILL else given["bill"],
        )


def _bill_name(bill: Bill) -> str:
    kind = "" if bill.kind == "10" else f"（{bill.get_kind_display()}）"
    return f"{bill.period}{bill.get_scheme_display()}{kind}，还差 {yuan(bill.left_fen)} 元（账单 {bill.number}）"


class TextForm(forms.Form):
    """Why not, or why it goes back."""

    text = forms.CharField(
        label="原因",
        min_length=5,
        max_length=200,
        error_messages={"required": "请写明原因。", "min_length": "请写明原因，至少5个字。"},
    )


class BillNumberForm(forms.Form):
    """Which bill a sum in suspense is for."""

    bill = forms.CharField(
        label="账单号",
        max_length=32,
        help_text="在“登记收款”里按参保人或单位可以查到账单号。",
        error_messages={"required": "请填写账单号。"},
    )
