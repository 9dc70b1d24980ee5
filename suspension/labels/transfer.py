"""Wording of 转移接续 and 重复参保: sides, checks, reasons."""

LEGS = {"out": "转出（原参保地）", "in": "转入（新参保地）"}
LEG_WORK = {
    "out": "原参保地生成《参保人员基本医疗保险信息表》，划转个人账户余额",
    "in": "新参保地接收信息表，接续缴费年限，记入个人账户余额",
}
CORRECTABLE = {"transfer_way": "从哪里转到哪里"}
OPENED_WITH = {"transfer_way": ("transfer_from_id", "transfer_source", "transfer_target")}
CHECKS = {
    "transfer-alive": "参保人健在",
    "transfer-working": "不是退休人员",
    "transfer-places": "转出地和转入地不是同一个统筹区",
    "transfer-stopped": "原参保地已经停保",
    "transfer-joined": "新参保地已经参保",
    "transfer-once": "没有正在办理的转移",
}
REASONS = {
    "duplicate.changed-at-desk": "这个人的参保情况刚刚有变化，没有录入。请按下面的新情况再看一遍。",
    "duplicate.changed": "参保情况刚刚有变化，请按下面的新情况再看一遍。",
    "transfer.deceased": "参保人已登记死亡，不能办理转移接续。个人账户余额请家属到医保窗口办理继承。",
    "transfer.retired": "已经退休、享受退休人员医保待遇的，按规定不再转移医保关系。到外地生活的，请办理异地就医备案。",
    "transfer.no-source": "请填写原参保地（省、市、县）。",
    "transfer.no-target": "请填写新参保地（省、市、县）。",
    "transfer.same-area": "两份医保都在{area}，同一个统筹区内不用转移，缴费年限自动接着算。",
    "transfer.stop-first": "您在{area}的医保还没有停，转移要等原参保地停保以后才能受理。请先办理停缴，停缴生效以后再来申请。",
    "transfer.stop-ahead": "您在{area}的停缴还没有到生效日，请在生效以后再来申请转移。",
    "transfer.join-first": "您在{area}还没有正常参保，转移要等新参保地参保以后才能受理。请先办理参保登记；到单位上班的，由单位办增员。",
    "transfer.running": "您有一件转移接续正在办理（受理编号 {number}），办结以后才能再申请。",
    "transfer.together": "缴费年限合并计算：原参保地{left}个月，新参保地{joined}个月，累计{total}个月，其中职工医保{employee}个月。",
    "transfer.twice": "两地都缴过的{twice}个月只算一次。",
    "transfer.continuous": "两段之间中断{gap}个月，不超过{grace}个月，按连续参保计算。",
    "transfer.interrupted": "两段之间中断{gap}个月，超过{grace}个月：累计年限照样合并，连续参保从新参保地重新算起。",
    "transfer.leg-done": "这一步已经由同事登记过，请重新打开查看。",
    "transfer.leg-too-early": "原参保地还没有办完转出，转入这一步还不能登记。",
    "transfer.record-needed": "请按原参保地信息表填写险种、缴费时段和合计月数。",
    "transfer.span-backwards": "有一段的起始月在终止月之后，请核对信息表。",
    "transfer.spans-overlap": "有两段的月份重叠，请核对信息表。",
    "transfer.span-ahead": "有一段的终止月还没有到，请核对信息表。",
    "transfer.span-too-early": "有一段在{year}年以前，那时还没有职工医保。属于视同缴费的，另行认定。",
    "transfer.sum-differs": "各段加起来是{found}个月，与信息表上的合计{total}个月不符，请逐段核对。",
}
FOLLOW_UPS = {
    "out-leg": "等原参保地转出、新参保地转入，每一步都会发消息",
    "years": "转入以后核对合并的缴费年限，有出入请及时提出",
}
