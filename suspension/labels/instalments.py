"""Wording of 分期缴费 and 缓缴."""

CHECKS = {
    "instalments-open": "本地开放分期缴费，在受理月份内",
    "instalments-own": "本人以灵活就业身份正常参保",
    "instalments-once": "没有其他在办的分期申请，没有未缴清的分期",
    "instalments-owed": "有两个月以上的费用可以分期，中断没有超过期限",
    "instalments-count": "期数和每期金额符合规定",
}
FOLLOW_UPS = {
    "pay": "按分期表，在每期的最迟缴费日以前缴清（缴费管理→在线缴费）",
}
PART_STATES = {"paid": "已缴清", "open": "待缴", "late": "已逾期"}
PART_TONES = {"paid": "ok", "open": "wait", "late": "bad"}
REASONS = {
    "instalments.closed": "{area}没有分期缴费的规定，在这里不能办理。",
    "instalments.not-now": "本地每年{first}月至{last}月受理分期申请，现在不受理，请到时候再来。",
    "instalments.deceased": "参保人已登记死亡，不能办理分期缴费。请拨打 12393 咨询。",
    "instalments.through-unit": "您的职工医保由{unit}代扣代缴，欠费由单位负责，个人不用分期。请联系单位，或拨打 12393 反映。",
    "instalments.residents": "居民医保一年缴一次，不分期。灵活就业人员按月缴费的，才可以分期补缴。",
    "instalments.not-active": "您的医保不是正常参保状态。停保的请先办理“恢复参保”，再按账单缴费。",
    "instalments.running": "您已经申请了分期缴费（受理编号 {number}），请等审核结果。",
    "instalments.planned": "您已经有一个分期（受理编号 {number}）还没有缴清，缴清以后才能再申请。",
    "instalments.too-few": "您现在有{months}个月的费用没有缴，两个月以上才需要分期，直接缴清就可以。",
    "instalments.too-late": "您已经中断{months}个月，超过{grace}个月，中断的月份不能再补缴，也就不能分期。可以只缴当月，恢复参保。",
    "instalments.too-small": "每期至少要{least_fen}，您欠的费用不够分成两期，直接缴清就可以。",
    "instalments.bad-count": "只能分{counts}期，请重新选择。",
    "instalments.part-first": "从{start}起恢复待遇，保到{last}",
    "instalments.part-next": "待遇不断，接着保到{last}",
    "instalments.restores": "每一期缴的是最早欠的月份，待遇从缴费的次月1日起恢复，以后每月缴一期就接着有。恢复以前看病的费用，各期都缴清以后也不能补报。",
    "instalments.at-once": "如果今天把欠的月份一次缴清，从{covered}起就有待遇。能一次缴清的，请不要分期。",
    "instalments.missed": "哪一期没有按时缴，会发消息提醒；这一期算逾期，其余各期的日期不变，但待遇会中断。中断超过{grace}个月才缴的，要重新等{waiting}个月。当月的费用照常要缴。",
    "instalments.month-by-month": "可以只缴得起的月份：在“在线缴费”里按月选择，先缴最早的一个月。",
    "deferral.closed": "{area}目前没有开放缓缴，在这里不能办理。缓缴只在国家出台政策期间办理，对象是中小微企业和个体工商户，只缓单位缴的部分。",
    "deferral.open": "{area}开放缓缴：中小微企业和个体工商户单位缴的部分，最多缓{months}个月，{repay}个月后补缴，不收滞纳金；个人部分照缴，待遇不受影响。单位不用申请：每月的账单自动分成两张，单位缴的那一张到补缴的时候再缴；有职工离职的，请先补齐这个人缓缴的部分。",
}
