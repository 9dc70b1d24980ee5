"""The same forms to be filled in by hand for the counter: nobody's data, no QR code."""

from collections.abc import Callable, Mapping

from suspension import labels
from suspension.services.receipt import (
    MISSING,
    REFUND_PLEDGE,
    REFUND_TITLE,
    RESUME_PLEDGE,
    RESUME_TITLE,
    STOP_PLEDGE,
    STOP_TITLE,
    TRANSFER_PLEDGE,
    TRANSFER_TITLE,
    Form,
)

BLANK_ROWS = (
    "姓名",
    "身份证号",
    "医保卡号（社保卡号）",
    "联系电话",
    "参保地",
    "险种（城乡居民 / 灵活就业）",
    "上次参保到哪年哪月",
    "申请参保年度",
    "是否补缴、补缴几年（几个月）",
    "提交的材料",
    "备注",
)
COUNTER_MATERIALS = ("身份证", "户口本", "医保卡（社保卡）", "离职证明等其他材料")
"""What one brings to the counter."""


def _stop_form() -> Form:
    """The same form to be filled in by hand at the counter: nobody's data, no QR code."""
    boxes = "  ".join(f"{MISSING}{name}" for name in labels.STOP_REASONS.values())
    rows = (
        ("姓名", ""),
        ("身份证号", ""),
        ("联系电话", ""),
        ("电子邮箱", ""),
        ("参保单位", ""),
        ("险种", f"{MISSING}城乡居民基本医疗保险  {MISSING}职工基本医疗保险（灵活就业人员）"),
        ("参保地", ""),
        ("停保原因", boxes),
        ("停保年月", f"{MISSING}审核通过后尽快  {MISSING}        年    月底（最后一个参保月）"),
        ("预计恢复月", f"{MISSING}还没有打算  {MISSING}        年    月"),
        ("转移接续", f"{MISSING}不需要  {MISSING}需要，转往："),
        ("提交材料", "  ".join(f"{MISSING}{name}" for name in COUNTER_MATERIALS)),
        ("备注", ""),
        ("受理编号", "（窗口填写）"),
        ("经办人", "（窗口填写）"),
    )
    return Form(title=STOP_TITLE, pledge=STOP_PLEDGE, rows=rows, qr="", address="", lacking="")


def _resume_form() -> Form:
    """空白的个人医保续保申请表, to be filled in by hand for the counter."""
    rows = tuple((label, "") for label in BLANK_ROWS)
    return Form(title=RESUME_TITLE, pledge=RESUME_PLEDGE, rows=rows, qr="", address="", lacking="")


def _transfer_form() -> Form:
    """空白的转移接续申请表, to be filled in by hand for the counter."""
    rows = (
        ("姓名", ""),
        ("身份证号", ""),
        ("联系电话", ""),
        ("电子邮箱", ""),
        ("险种", f"{MISSING}职工基本医疗保险  {MISSING}城乡居民基本医疗保险"),
        ("转出地（原参保地）", "        省（自治区、直辖市）        市        县（市、区）"),
        ("原参保地停保年月", "        年    月"),
        ("转入地（新参保地）", "        省（自治区、直辖市）        市        县（市、区）"),
        ("备注", ""),
        ("受理编号", "（窗口填写）"),
        ("经办人", "（窗口填写）"),
    )
    return Form(title=TRANSFER_TITLE, pledge=TRANSFER_PLEDGE, rows=rows, qr="", address="", lacking="")


def _refund_form() -> Form:
    """空白的退费申请表, to be filled in by hand for the counter."""
    boxes = "  ".join(f"{MISSING}{name}" for name in labels.REFUND_CAUSES.values())
    rows = (
        ("姓名", ""),
        ("身份证号", ""),
        ("联系电话", ""),
        ("电子邮箱", ""),
        ("险种", f"{MISSING}城乡居民基本医疗保险  {MISSING}职工基本医疗保险（灵活就业人员）"),
        ("参保地", ""),
        ("要退的缴费", f"{MISSING}居民医保        年度  {MISSING}灵活就业        年    月至        年    月"),
        ("退费原因", boxes),
        ("收款户名（参保人本人）", ""),
        ("开户银行（写到支行）", ""),
        ("银行账号", ""),
        ("提交材料", f"{MISSING}身份证  {MISSING}银行卡  {MISSING}退费原因证明"),
        ("备注", ""),
        ("受理编号", "（窗口填写）"),
        ("经办人", "（窗口填写）"),
    )
    return Form(title=REFUND_TITLE, pledge=REFUND_PLEDGE, rows=rows, qr="", address="", lacking="")


BLANKS: Mapping[str, Callable[[], Form]] = {
    "stop": _stop_form,
    "resume": _resume_form,
    "transfer": _transfer_form,
    "refund": _refund_form,
}
"""By the code of its sheet."""
