"""The wording of audit: what somebody looks at personal data for, its reasons, what a walk along the chain finds."""

from portal.audit.policy import Fault

PURPOSES = {
    "case": "办理业务",
    "enquiry": "答复本人咨询",
    "complaint": "处理投诉举报",
    "data-check": "核对数据、稽核",
    "assistance": "协助有权机关查询",
    "other": "其他",
}
ACTIONS = {
    "view": "查看",
    "look-up": "查询缴费历史",
    "view-history": "查看缴费历史",
    "find-person": "窗口查找参保人",
    "duplicate": "处理重复参保",
    "reveal-id": "查看完整证件号码",
    "reveal-phone": "查看电话号码",
    "download": "下载材料",
    "export": "导出",
    "resend": "重新发送消息",
    "verify-identity": "核实身份",
    "counter-reset": "窗口重设密码",
    "family-consent": "窗口登记代办同意",
    "family-end": "窗口解除代办",
    "limit-reached": "达到每日上限",
    "audit-person": "查阅某人被查看的记录",
    "export-log": "导出访问日志",
    "export-rows": "导出明细清单",
    "information-changed": "变更基本信息",
    "card-bound": "绑定医保卡",
    "card-ended": "解除绑定医保卡",
    "card-locked": "医保卡密码连续输错",
}
"""What is recorded of staff, and of people what they changed of their own; an action that is not here is shown by its code."""
SUBJECTS = {
    "accesslog": "访问日志",
    "account": "账号",
    "application": "申请",
    "area": "统筹区",
    "attachment": "材料",
    "consultation": "咨询",
    "delivery": "消息",
    "employer": "参保单位",
    "enrollment": "参保关系",
    "insuredperson": "参保人",
    "person": "参保人",
}
REASONS = {
    "form.token-missing": "页面已经失效，请返回上一页，刷新后再提交。您填写的内容还在。",
}
FAULTS = {
    Fault.CHANGED: "内容与封存时不同，被修改过",
    Fault.DELETED: "已封存的行不在了，被删除",
    Fault.MOVED: "内容与另一行调换过",
    Fault.ADDED: "封存之后插入到已封存的行之间",
    Fault.SEAL_MISSING: "封存记录不在了，被删除",
    Fault.SEAL_BROKEN: "封存记录与前后不衔接，被修改过",
    Fault.UNREADABLE: "封存所用的密钥或数据列已经不在，无法核对",
}
SEAL_FAULTS = frozenset({Fault.SEAL_MISSING, Fault.SEAL_BROKEN, Fault.UNREADABLE})
"""What is wrong with a block as a whole: the number is the block's and not a row's."""


def fault_place(table: str, *, row_id: int, fault: str) -> str:
    """Where something is wrong, as it is read out."""
    return f"{table} 第{row_id}{'块' if fault in SEAL_FAULTS else '行'}"
