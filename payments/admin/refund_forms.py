"""The forms of refunds at the desk."""

from typing import Any

from django import forms

from payments.admin.drafts import YuanField
from payments.services import giving_back
from payments.services.giving_back import Account

TOO_SHORT = f"请写具体一些，至少{giving_back.SHORTEST_TEXT}个字。"


class AccountForm(forms.Form):
    """收款账户, for what the bank sent back."""

    holder = forms.CharField(label="收款户名", max_length=50, error_messages={"required": "请填写收款户名。"})
    bank = forms.CharField(label="开户银行", max_length=60, error_messages={"required": "请填写开户银行。"})
    number = forms.RegexField(
        r"^[0-9 ]{8,30}$",
        label="银行账号",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填写银行账号。", "invalid": "银行账号应是8至30位数字，请核对。"},
    )

    def account(self) -> Account:
        """Cleaned."""
        given = self.cleaned_data
        return Account(holder=given["holder"], bank=given["bank"], number=given["number"].replace(" ", ""))


class NoteForm(forms.Form):
    """One line that says why, or names a receipt."""

    text = forms.CharField(label="说明", min_length=giving_back.SHORTEST_TEXT, max_length=60)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].error_messages |= {"required": f"请填写{label}。", "min_length": TOO_SHORT}


class PayoutForm(NoteForm):
    """The bank's receipt; of a transfer whose first refund was paid all the same, that this is known."""

    was_sent_twice = forms.BooleanField(label="已经转账，知道原退款也到账了，会追回多退的钱", required=False)

    def __init__(self, *args: Any, is_heard: bool, **kwargs: Any) -> None:
        super().__init__(*args, label="银行回单号", **kwargs)
        if not is_heard:
            del self.fields["was_sent_twice"]


class ProposeForm(forms.Form):
    """更正退款: some of what an order has paid for one of its bills."""

    order = forms.CharField(label="订单号", max_length=32, error_messages={"required": "请填写订单号。"})
    bill = forms.CharField(
        label="账单号",
        max_length=32,
        required=False,
        help_text="订单只有一笔账单的，不用填；有几笔的，填要退的那一笔。",
    )
    amount_fen = YuanField(label="退款金额（元）")
    text = forms.CharField(
        label="原因",
        min_length=giving_back.SHORTEST_TEXT,
        max_length=200,
        error_messages={"required": "请写明原因。", "min_length": TOO_SHORT},
    )


class LatePartForm(AccountForm):
    """逾期未足额: why, and where to what did not come by an order. No account is typed where one is bound."""

    text = forms.CharField(
        label="退款说明",
        min_length=giving_back.SHORTEST_TEXT,
        max_length=60,
        error_messages={"required": "请填写说明。", "min_length": TOO_SHORT},
    )

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_account:
            for name in ("holder", "bank", "number"):
                del self.fields[name]

    def typed_account(self) -> Account | None:
        """Cleaned; None where none is asked for."""
        return self.account() if "number" in self.fields else None
