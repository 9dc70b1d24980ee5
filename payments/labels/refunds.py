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
PERSONAL_WAY = "退回付款人的个人账户"
"""Where money goes back to that a personal account has paid."""
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
    "heard": "支付平台说原退款已到账",
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
NEXT = {
    "asked": "核对退费申请和金额，没有问题就经办，再由另一位财务人员放款。",
    "made": "请另一位财务人员核对金额和收款方后放款。经办人不能自己放款。",
    "queued": "已排队，系统会自动向支付平台发起，不用操作。",
    "sent": "已向支付平台发起，系统会自动查询结果。超过一天没有结果的，请到支付平台的商户后台核对。",
    "payout": "请按下面的账户转账，转账后填写银行回单号。",
    "failed": (
        "支付平台没有接受。先到商户后台核对余额和交易状态，再点“重新退款”：用的是同一个退款编号，不会退两次。"
        "付款账户已经注销的，登记“银行退回”，改退到银行账户。"
    ),
    "returned": "钱已经回到医保账户。请联系参保人核对收款账户，再重新发起；已经重新发起的看新的退款编号。",
    "done": "钱已经退出。银行后来退回的，在下面登记。",
    "dropped": "没有退款，占用的金额已经放开。",
}
"""What to do next with a refund in each state."""
NEXT_HEARD = (
    "先不要转账：支付平台说这笔代替的原退款已经到账。还没有转账的，在下面登记，由另一位财务人员确认后停办；"
    "已经转账的，照实填写银行回单号，勾选“已经转账”，并马上追回多退的钱。"
)
"""With a transfer whose first refund was paid all the same."""
NEXT_PERSONAL = NEXT | {
    "queued": "已排队，系统会自动记入付款人的个人账户，不用操作。",
    "sent": "系统正在记入付款人的个人账户，会自动核对结果，不用操作。",
    "failed": "没有记入付款人的个人账户。请点“重新退款”：用的是同一个退款编号，不会退两次。",
    "done": "钱已经回到付款人的个人账户，没有经过银行，不用再操作。",
}
"""The same for money that goes back into a personal account."""
REASONS = {
    "refund.too-much": "退款合计不能超过付过的金额：最多还能退{left_fen}。请重新核对金额。",
    "refund.not-finance": "您不是这个统筹区的财务人员，不能办理退款。请联系财务。",
    "refund.second-person": "经办退款的人不能自己放款。请另一位财务人员复核。",
    "refund.somebody-first": "这笔退款刚刚有人处理过，现在是“{state}”，这次操作没有生效。请重新打开看看。",
    "refund.paid-after-all": "刚刚向支付平台查询，这笔退款已经退出，不能登记银行退回。系统已按到账入账，请重新打开看看。",
    "refund.heard-paid": (
        "支付平台说这笔代替的原退款 {number} 已经到账，再打款就退了两次，所以没有登记。还没有转账的，请登记“不再退款”；"
        "确实已经转账的，勾选“已经转账”再确认，并马上追回多退的钱。"
    ),
    "refund.gateway-unsure": "支付平台没有说清这笔退款的结果，现在不能登记银行退回，以免退两次。请过几分钟再试。",
    "refund.cover-stands": (
        "这份账单的保障还在，应缴的{owed_fen}要留着，几次更正退款合计最多还能退{most_fen}。"
        "要全部退回，请由参保人申请退费，保障同时终止。"
    ),
    "refund.cover-needs-all": (
        "这份账单的保障还在，按现在的标准应缴{owed_fen}，没有多收，不能更正退款。"
        "标准或资助身份登记错了的，请先更正；要全部退回，请由参保人申请退费，保障同时终止。"
    ),
    "refund.stays-in-account": "这笔钱退进了付款人的个人账户，没有经过银行，不会被银行退回。要退给别人的，请先核对缴费。",
    "refund.drop-second": "登记不再退款的人、经办的人不能自己确认。请另一位财务人员确认。",
    "refund.text-needed": "请写明原因或银行回单号，至少5个字。",
    "refund.no-account": "这笔退款没有收款账户，不能退到银行账户。请先填写开户银行、户名和账号。",
    "refund.no-late-part": "账单{number}不是您负责的统筹区里逾期未足额的账单，或者已经在退款。请重新打开列表。",
    "refund.late-part-waits": "账单{number}还有一笔收款在等复核，或者有订单正在支付。请先办完那一笔，再退款。",
    "refund.order-unknown": "没有查到这张已付款的订单，或者它不在您负责的统筹区。请核对订单号。",
}
