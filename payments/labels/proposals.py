"""Wording of 财务复核事项: kinds, states, reasons."""

KINDS = {
    "give-back": "存疑订单：退回款项",
    "close-doubt": "存疑订单：关闭（没有款项）",
    "undeclared": "未申报月份按110%核定",
    "category": "资助参保类别",
    "recognition": "困难身份认定",
    "recognition-end": "困难身份终止",
    "deemed": "视同缴费年限认定",
    "deemed-end": "视同缴费年限撤销",
    "close-day": "日结",
    "close-month": "月结",
}
STATES = {"submitted": "待复核", "approved": "复核通过", "returned": "已退回"}
TONES = {"submitted": "wait", "approved": "ok", "returned": "bad"}
REASONS = {
    "proposal.not-yours": "您不是这个统筹区的财务，不能提交。请联系财务。",
    "proposal.not-yours-to-decide": "您不是这个统筹区的财务或主管，不能复核。",
    "proposal.reason-needed": "请写明理由和依据，至少5个字。",
    "proposal.text-needed": "退回时请写明原因，至少5个字。",
    "proposal.waiting-already": "同一件事已经有人提交，正等待复核。请在“财务事项”里查看。",
    "proposal.second-person": "提交人不能复核自己提交的事项。请另一位财务人员或主管复核。",
    "proposal.decided-already": "这件事项刚刚有人处理过，这次操作没有生效。请重新打开看看。",
    "proposal.changed": "提交以后金额有了变化，不能按原来的内容办。请退回后重新提交。",
}
