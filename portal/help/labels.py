"""The wording of the help centre: kinds of content, states of a consultation, reasons."""

NOTICE_KINDS = {"notice": "通知公告", "policy": "政策解读", "news": "新闻动态"}
NEWS_WAYS = {"sms": "短信", "email": "电子邮件"}
"""How somebody may hear of news beside the message in the hall."""
TOPICS = {
    "stop": "停缴停保",
    "resume": "恢复参保、续保",
    "payment": "缴费和退费",
    "card": "医保卡和账户",
    "rules": "参保规定",
    "health": "健康和就医",
}
HEALTH_TOPIC = "health"
"""Its answers carry the sentence that no page replaces a doctor."""
FEEDBACK_KINDS = {"mistake": "网站找错", "wish": "意见和建议", "complaint": "投诉", "praise": "表扬"}
CONSULTATION_STATES = {"open": "待回复", "answered": "已回复", "closed": "已结束"}
STATE_TONES = {"open": "wait", "answered": "ok", "closed": "neutral"}
CALL_TIMES = {"any": "人工服务时间内都可以", "morning": "上午 9:00–12:00", "afternoon": "下午 13:00–17:00"}
CONSULTATION_KINDS = {"contribution": "缴费异常申诉"}
"""What a question can be besides a question; the title that staff see begins with it."""
CALL_DIRECTIONS = {"in": "来电", "out": "去电"}
EDITOR_ROLES = ("supervisor", "administrator")
"""Roles that write guides, answers, words and notices."""

REASONS = {
    "consult.closed": "这件咨询已经结束，不能再回复。如果还有问题，请新建一件咨询。",
    "consult.too-many-open": "您有{count}件咨询还在等待回复。请先等候回复，或者在原来的咨询里补充。",
    "consult.somebody-first": "这件咨询由{name}负责。需要换人时，请由{name}或主管先退回。",
    "consult.take-first": "请先接办这件咨询，再进行这一步。",
    "consult.not-yours": "只有负责这件咨询的工作人员或主管可以退回。",
    "consult.changed-meanwhile": "这件咨询刚刚有了变化。请刷新页面，看过新的内容再操作。",
    "consult.own": "这是您本人的咨询，请由其他工作人员办理。",
    "consult.no-call": "这位咨询人没有留下回电号码。",
    "news.overtaken": "这一批通知刚才已由另一个进程发出。",
    "feedback.handled-already": "这条反馈已经有了处理结果，请刷新页面查看。",
}
