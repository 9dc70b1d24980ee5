"""The wording of every code of applications: states, actions, roles, reasons."""

STATES = {
    "draft": "暂存",
    "discarded": "已删除",
    "submitted": "待审核",
    "withdrawn": "已撤销",
    "under_review": "审核中",
    "returned": "退回补正",
    "lapsed": "逾期未补正",
    "rejected": "审核不通过",
    "second_review": "待复核",
    "approved": "审核通过",
    "completed": "已办结",
    "voided": "已取消",
}
STATE_TONES = {
    "submitted": "info",
    "under_review": "info",
    "second_review": "info",
    "returned": "warn",
    "approved": "ok",
    "completed": "ok",
    "rejected": "bad",
    "lapsed": "bad",
    "voided": "bad",
}
ACTIONS = {
    "submit": "提交申请",
    "discard": "删除草稿",
    "withdraw": "撤销申请",
    "take": "接办",
    "release": "退回待办",
    "return": "退回补正",
    "resubmit": "补正后重新提交",
    "lapse": "逾期关闭",
    "reject": "审核不通过",
    "approve": "审核通过",
    "auto_approve": "自动审核通过",
    "refer": "提交复核",
    "confirm": "复核通过",
    "send_back": "复核退回",
    "complete": "停保生效，办结",
    "void": "取消",
}
ROLES = {
    "applicant": "申请人",
    "caseworker": "经办人",
    "reviewer": "复核人",
    "supervisor": "主管",
    "system": "系统",
}
CHANNELS = {"web": "网厅", "window": "窗口"}
STOP_REASONS = {
    "leave": "离职",
    "retire": "退休",
    "unit-closed": "单位注销",
    "transfer": "转移",
    "joined-310": "参加职工医保",
    "duplicate": "重复参保",
    "other": "其他",
}
STOP_REASON_CODES = {
    "leave": "6301",
    "retire": "6501",
    "unit-closed": "6399",
    "transfer": "6404",
    "joined-310": "6399",
    "duplicate": "6399",
    "other": "6399",
}
"""Our reason → the national 变更原因 code (domain: 停缴 always sets 暂停参保)."""
MATERIALS = {
    "id-card": "身份证复印件",
    "household": "户口簿",
    "leave-proof": "离职证明",
    "other": "其他材料",
}
RENDER_STATES = {"pending": "处理中", "ready": "可查看", "failed": "无法读取"}
CORRECTABLE = {
    "reason_code": "停缴原因",
    "stop_month": "停缴起始月",
    "contact_phone": "联系电话",
    "contact_email": "电子邮箱",
    "note": "补充说明",
    "material": "证明材料",
}
"""The fields of the form that a caseworker can ask to be corrected."""
REJECTIONS = {
    "reason-mismatch": "停缴原因不符",
    "not-eligible": "不符合停缴条件",
    "material-invalid": "材料无效或与本人不符",
    "wish-of-applicant": "申请人要求终止办理",
    "other": "其他原因",
}
