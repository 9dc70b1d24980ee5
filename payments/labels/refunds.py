"""Wording of refunds: states, causes, ways, steps."""

STATES = {
    "asked": "待财务经办",
    "made": "待财务复核",
    "queued": "等待退款",
    "sent": "退款处理中",
    "payout": "待银行打款",
    "done": "已退款",
    "failed": "退款失败",
    "returned": "银行退回",
    "dropped": "已撤回",
}
TONES = {"done": "ok", "failed": "bad", "returned": "bad", "dropped": "neutral"}
CAUSES = {
    "late": "付款时已没有要缴的费用",
    "double": "重复付款",
    "application": "退费申请",
    "staff": "更正退款",
    "mismatch": "支付金额与订单不符",
}
WAYS = {"original": "原路退回", "account": "退到银行账户"}
ACTIONS = {
    "ask": "退费申请审核通过",
    "make": "经办",
    "release": "复核放款",
    "send-back": "复核退回",
    "pay-out": "确认银行已打款",
    "retry": "重新退款",
    "return": "银行退回",
    "reissue": "重新发起",
    "drop": "不再退款",
    "overtake": "原退款已到账，停办",
    "done": "已退款",
    "fail": "退款失败",
}
STEPS = {
    "asked": "退款中",
    "made": "退款中",
    "queued": "退款中",
    "sent": "退款中",
    "payout": "退款中",
    "failed": "退款中，遇到问题，工作人员正在处理",
    "done": "已到账",
    "returned": "银行退回，工作人员会重新办理",
}
"""The same for the person who waits for the money."""
