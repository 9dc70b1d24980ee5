"""What finance does about each kind of difference between a platform's bill file and the ledger."""

NEXT = {
    "ours_only": "先等次日的账单：晚间的交易常记到第二天。次日也没有的，按流水号向支付平台查询。",
    "theirs_only": "按流水号向支付平台查这笔钱是谁付的。不该收的，请平台退回；不要自行入账。",
    "amount": "以平台实际收到的金额为准，向平台核对。多收、少收的写明怎样处理。",
    "state": "到“财务事项”的存疑订单里看这张订单；已经自动入账的，写明入账时间。",
    "duplicate": "只收了一次钱，平台重复列出。请平台更正账单，不用退款。",
    "other_day": "看另一天的账单：同一个流水号、同样的金额在那里，写明哪一天就可以核销。",
}
"""By the codes of labels.DIFFERENCE_KINDS."""
