"""退费: what the conditions are asked for, and the application."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from payments.labels import period_text
from portal.money import yuan
from suspension.forms.applying import ApplicationForm, choice, contact_phone_field, materials_field, note_field
from suspension.labels import refund as wording_of
from suspension.policy.refund import FLEXIBLE_CAUSES, RESIDENT_CAUSES
from suspension.services.refund import Claim
from suspension.services.refunding import RefundRequest


def claim_label(claim: Claim) -> str:
    """What was paid, where, and how much."""
    first, last = claim.records[0], claim.records[-1]
    period = period_text(first=first.period_starts_on, last=last.period_ends_on)
    scheme = "城乡居民医保" if claim.facts.scheme == "390" else "职工医保（灵活就业）"
    return f"{period}{scheme}，{claim.enrollment.area.name}，个人缴费 {yuan(claim.paid_fen)} 元"


def causes_of(claim: Claim) -> list[tuple[str, str]]:
    """The causes that may be chosen for it."""
    codes = RESIDENT_CAUSES if claim.facts.scheme == "390" else FLEXIBLE_CAUSES
    return [(code, wording_of.CAUSES[code]) for code in codes]


class LookForm(forms.Form):
    """Which payment, and why: sent by GET, changes nothing."""

    paid = forms.ChoiceField(
        label="要退哪一笔",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择要退的缴费。"},
    )
    cause = forms.ChoiceField(
        label="为什么退",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择退费原因。"},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *args: Any, claims: Sequence[Claim], **kwargs: Any
    ) -> None:
        super().__init__(data, *args, **kwargs)
        _offer(self, claims=claims)


def _offer(form: forms.Form, *, claims: Sequence[Claim]) -> None:
    """What can be chosen for this person."""
    choice(
        form.fields["paid"],
        [(one.code, claim_label(one)) for one in claims if one.records],
        error="这笔缴费现在不能申请退费，请从列表中重新选择。",
    )
    causes = dict.fromkeys(pair for one in claims for pair in causes_of(one))
    choice(form.fields["cause"], list(causes), error="请从列表中选一个退费原因。")


class RefundForm(ApplicationForm):
    """退费申请表: which payment, why, where to, the papers. A correction brings what proves what is corrected."""

    opens = {
        "refund_cause": ("cause", "file_refund_proof"),
        "refund_account": ("holder", "bank", "account", "file_bank_card"),
    }

    paid = LookForm.base_fields["paid"]
    cause = LookForm.base_fields["cause"]
    holder = forms.CharField(label="收款户名", required=False, max_length=50, help_text="参保人本人的姓名。")
    bank = forms.CharField(
        label="开户银行", required=False, max_length=60, help_text="写到支行，例如：示例银行示例支行。"
    )
    account = forms.RegexField(
        r"^[0-9 ]{8,30}$",
        label="银行账号",
        required=False,
        help_text="不能原路退回时，退到这个账户。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "银行账号应是8至30位数字，请核对。"},
    )
    contact_phone = contact_phone_field("审核结果和退款进度会发短信到这个号码。")
    note = note_field("例如：在哪里重复参保。最多200字。")
    file_refund_proof = materials_field("refund-proof")
    file_id_card = materials_field("id-card")
    file_bank_card = materials_field("bank-card")
    file_other = materials_field("other")

    def __init__(self, *args: Any, claims: Sequence[Claim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = claims
        _offer(self, claims=claims)
        if self._chosen is not None:
            self.ask_for(self._chosen.offer)
        self.leave_gaps()
        self.fields["paid"].required = True

    @property
    def _chosen(self) -> Claim | None:
        """The one that the page is about, whose area says which materials it takes."""
        code = self.data.get("paid") or self.initial.get("paid")
        return next((one for one in self.claims if one.code == code), next(iter(self.claims), None))

    @property
    def claim(self) -> Claim:
        """The one that was chosen; of a valid form."""
        return next(one for one in self.claims if one.code == self.cleaned_data["paid"])

    def request(self, *, base: RefundRequest | None = None) -> RefundRequest:
        """The cleaned form; a field that was not open keeps the value of `base`, and so does the payment."""
        before: dict[str, Any] = initial_of(base) if base else {}
        given = before | {name: value for name, value in self.cleaned_data.items() if value is not None}
        return RefundRequest(
            coverage_year=base.coverage_year if base else self.claim.year,
            refund_cause=given.get("cause", ""),
            refund_holder=given["holder"],
            refund_bank=given["bank"],
            refund_account=given["account"].replace(" ", ""),
            contact_phone=given.get("contact_phone", ""),
            contact_email=given["contact_email"],
            note=given["note"],
            uses_credential=given["uses_credential"],
        )


def initial_of(request: RefundRequest) -> dict[str, Any]:
    """What was asked for, as the form shows it; which payment it was is known by its claim."""
    return {
        "cause": request.refund_cause,
        "holder": request.refund_holder,
        "bank": request.refund_bank,
        "account": request.refund_account or "",
        "contact_phone": request.contact_phone,
        "contact_email": request.contact_email,
        "note": request.note,
        "uses_credential": request.uses_credential,
    }
