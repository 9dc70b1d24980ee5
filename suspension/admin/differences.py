"""What the applicant changed with the last submission, field by field, and which materials came and went."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insured.models import Enrollment
from insured.policy.dates import Month
from portal import masking
from portal.templatetags.hall import masked_account
from suspension import labels
from suspension.models import Application, Attachment

NOTHING = "未填写"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was sent anew: before and now."""

    label: str
    before: str
    now: str


def differences(application: Application, *, attachments: Sequence[Attachment]) -> list[Difference]:
    """Compared with the revision before (`previous_content` of case.find_case); `attachments` with removed ones."""
    content: str | None = getattr(application, "previous_content", None)
    if not content:
        return []
    before = json.loads(content)
    now = {name: getattr(application, name) for name in before if hasattr(application, name)}
    now |= {name: day.isoformat() if day else "" for name, day in now.items() if name.endswith("_month")}
    fields = [
        _difference(label, was=[before[name] for name in names], now=[now[name] for name in names], about=application)
        for label, names in FIELDS.items()
        if before.keys() >= set(names) and [before[name] for name in names] != [now[name] for name in names]
    ]
    return [*fields, *_materials(before.get("materials", ()), attachments=attachments)]


FIELDS: dict[str, tuple[str, ...]] = {
    "停缴原因": ("reason_code",),
    "停缴起始月": ("stop_month",),
    "预计恢复月": ("resume_month",),
    "转移接续": ("wants_transfer", "transfer_target"),
    "缴费年度": ("coverage_year",),
    "补缴断保的年数": ("repair_years",),
    "补缴中断的月份": ("pays_gap",),
    "从哪里转到哪里": ("transfer_from_id", "transfer_source", "transfer_target"),
    "退费原因": ("refund_cause",),
    "收款户名": ("refund_holder",),
    "开户银行": ("refund_bank",),
    "收款账号": ("refund_account",),
    "医保电子凭证": ("uses_credential",),
    "联系电话": ("contact_phone",),
    "电子邮箱": ("contact_email",),
    "补充说明": ("note",),
}
"""What is compared, and the fields of a revision that it is made of."""
ANSWERS = {"uses_credential": ("使用，代替上传", "不使用"), "pays_gap": ("补缴", "不补缴")}
"""Yes and no in words."""
MASKED = {"contact_phone": masking.mask_phone, "refund_account": masked_account}
"""Masked where the page masks it."""


def _difference(label: str, *, was: Sequence[Any], now: Sequence[Any], about: Application) -> Difference:
    before, is_now = (_shown(dict(zip(FIELDS[label], values, strict=True)), about=about) for values in (was, now))
    return Difference(label, before, is_now if is_now != before else f"{is_now}（有改动，遮住的几位不同）")


def _shown(values: Mapping[str, Any], *, about: Application) -> str:
    """A field in words, masked where the page masks it."""
    name, value = next(iter(values.items()))
    if name == "wants_transfer":
        return f"需要，转往：{values['transfer_target'] or NOTHING}" if value else "不需要"
    if name == "transfer_from_id":
        return _way(values, about=about)
    if name in ANSWERS:
        return ANSWERS[name][not value]
    if not value:
        return NOTHING
    if name == "reason_code":
        return labels.STOP_REASONS.get(value, str(value))
    if name == "refund_cause":
        return labels.REFUND_CAUSES.get(value, str(value))
    if name.endswith("_month"):
        return str(Month.parse(value[:7]))
    return MASKED[name](value) if name in MASKED else str(value)


def _way(values: Mapping[str, Any], *, about: Application) -> str:
    """Both sides of a transfer; a statement only for a record that the case no longer names."""
    source = about.transfer_from if values["transfer_from_id"] == about.transfer_from_id else None
    if source is None and values["transfer_from_id"]:
        source = Enrollment.objects.select_related("area").get(pk=values["transfer_from_id"])
    left = f"{source.area.name}（{source.get_scheme_display()}）" if source else values["transfer_source"]
    return f"{left or NOTHING} → {values['transfer_target'] or about.area.name}"


def _materials(sent: Sequence[str], *, attachments: Sequence[Attachment]) -> list[Difference]:
    """One line for each file that is new or gone."""
    before = set(sent)
    came = [one for one in attachments if one.removed_at is None and one.public_id not in before]
    went = [one for one in attachments if one.removed_at is not None and one.public_id in before]
    label = labels.CORRECTABLE["material"]
    return [Difference(f"{label}：新增", "没有", _named(one)) for one in came] + [
        Difference(f"{label}：移除", _named(one), "已移除") for one in went
    ]


def _named(one: Attachment) -> str:
    return f"{one.get_slot_display()}（{one.name}）"
