"""The wording of what staff are told about deliveries."""

REASONS = {
    "notify.code-not-resent": "这条消息（{key}）带有一次性验证码，不能重新发送。请让本人在网页上重新获取验证码。",
    "notify.not-given-up": "这条消息（{key}）还在发送或已经发出，不需要重新发送。",
    "notify.sent-again-already": "这条消息（{key}）已经重新发送过。请刷新页面查看新的一条。",
}
