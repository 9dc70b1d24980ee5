"""The wording of what staff are told about deliveries."""

CAUSES = {
    "address": "号码或邮箱有误",
    "refused": "平台拒收",
    "late": "多次没有送出",
    "wording": "内容无法生成",
    "doubtful": "结果未知",
    "other": "其他",
}
CAUSE_ADVICE = {
    "address": "平台说这个号码或邮箱不能接收。再发一次多半还是不行，请用其他方式告知本人，并请本人到“账号安全”更正。",
    "refused": "平台不接受这条消息。请先核对内容，再重新发送；仍然失败的，请联系系统管理员。",
    "late": "平台长时间没有响应，已经停止尝试。平台恢复后可以重新发送。",
    "wording": "消息的内容没有生成出来。请联系系统管理员，修复后再重新发送。",
    "doubtful": "不知道平台有没有收到。系统还在核对，有结果以前不用处理。",
    "other": "请看下面的发送记录，再决定是否重新发送。",
}
"""What to do about a cause."""
OUTCOMES = {"accepted": "平台已受理", "temporary": "暂时没有送出", "permanent": "平台拒绝", "unknown": "结果未知"}
"""What one try came to."""
FAMILIES = {
    "absence": "离岗",
    "account": "账号",
    "audit": "审计链",
    "cancel-stop": "生效前取消停缴",
    "case": "办件",
    "consultation": "在线咨询",
    "disclosure": "查询记录",
    "family": "亲情账户",
    "instalments": "分期缴费",
    "payment": "缴费",
    "bank": "银行账户",
    "card": "医保卡",
    "mandate": "银行代缴签约",
    "debit": "银行代缴",
    "relative": "家人代办",
    "news": "政策动态",
    "reminder": "提醒",
    "resume": "恢复参保",
    "stop": "停缴",
    "refund": "退费申请",
    "transfer": "转移接续",
    "unit": "单位",
}
"""What a message belongs to, by the first word of its template; a word without a name is 其他."""
REMINDERS = {
    "renewal": "续保通知",
    "deadline": "缴费截止提醒",
    "overdue": "逾期提醒",
}
"""What goes out in bulk, by the kinds that one may refuse."""
REMINDER_HINTS = {
    "renewal": "居民医保集中缴费期开始时通知一次，写明费用和期限。",
    "deadline": "集中缴费期快结束、账单快到期时提醒一次。不及时缴费可能影响待遇，建议至少留一个渠道。",
    "overdue": "账单到期没有缴时提醒一次，说明怎样补缴。",
}
REASONS = {
    "notify.code-not-resent": "这条消息（{key}）带有一次性验证码，不能重新发送。请让本人在网页上重新获取验证码。",
    "notify.not-given-up": "这条消息（{key}）还在发送或已经发出，不需要重新发送。",
    "notify.sent-again-already": "这条消息（{key}）已经重新发送过。请刷新页面查看新的一条。",
}
