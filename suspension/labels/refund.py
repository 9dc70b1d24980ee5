"""Wording of giving back: causes, ways, checks, reasons."""

MATERIALS = {
    "bank-card": "银行卡（正面）",
    "refund-proof": "退费原因证明",
}
MATERIAL_HINTS = {
    "bank-card": "退到银行账户的，上传参保人本人的银行卡，看得清卡号。",
    "refund-proof": "例如另一处的参保缴费凭证、职工医保参保证明、死亡证明。网厅已经查到的不用传。",
}
SLOTS = ("refund-proof", "id-card", "bank-card", "other")
SLOT_NOTES = {
    "refund-proof": "退费原因网厅查不到的，不管怎么设都要上传；设为“必须上传”的，查得到也要传。",
    "bank-card": "钱要退到银行账户的才需要；设为“必须上传”的，原路退回也要传，设为“不收”的，只填账号。",
}
CAUSES = {
    "joined-310": "参加了职工医保",
    "joined-390": "在别处参加了居民医保",
    "double": "同一年度重复缴费",
    "death": "参保人已经去世",
    "employed": "灵活就业预缴后，由单位参保",
    "other": "其他原因",
}
CORRECTABLE = {
    "refund_cause": "退费原因",
    "refund_account": "收款账户",
}
OPENED_WITH = {"refund_account": ("refund_holder", "refund_bank")}
CHECKS = {
    "refund-own": "本人可以自行申请",
    "refund-paid": "有已到账的个人缴费",
    "refund-not-begun": "待遇期还没有开始",
    "refund-ahead": "单位参保以后的月份已经预缴",
    "refund-once": "没有退过、也没有正在退",
    "refund-cause": "属于可以退费的情形",
    "refund-ending": "可以同时终止这份参保",
    "refund-complete": "材料齐全",
}
REASONS = {
    "refund.through-unit": "您的职工医保由单位“{unit}”缴费，多缴的由单位到经办机构办理退收。请联系单位人事部门。",
    "refund.nothing-paid": "没有查到这一期的缴费，所以没有钱可退。刚缴完费的，请过几天再来看。",
    "refund.on-the-way": "这笔缴费还没有到账，到账以后才能申请退费。请过几天再来。",
    "refund.aid-only": "这笔费用由医疗救助全额资助，您自己没有缴钱，所以没有钱退给您。资助款由经办机构退回原渠道，您不用办。",
    "refund.begun": (
        "{year}年度的待遇期已经从{begins}开始，缴过的费用不退，不管什么时候缴的。参保仍然可以停，可以一起提交；"
        "想保留到年底的保障，就不要停。"
    ),
    "refund.not-employed": (
        "还没有查到单位为您参加职工医保。请先停掉灵活就业的缴费，由单位办理增员，查到单位参保后再来申请。"
    ),
    "refund.nothing-ahead": "单位参保从{month}起有保障，您没有预缴这以后的月份，没有多缴的钱可退。",
    "refund.asked-already": "这笔钱已经退过，或者正在退。请在“我的申请”里看退款进度。",
    "refund.no-cause": (
        "国家规定只有去世、重复缴费、参加了职工医保、在别处参加了居民医保这几种情形可以退费。"
        "其他情形由各省规定，请带身份证到参保地的医保窗口，或拨打 12393 咨询。"
    ),
    "refund.known-310": "网厅已查到您从{on}起参加职工医保，不用再传证明。",
    "refund.known-390": "网厅已查到您在{area}参加了居民医保，不用再传证明。",
    "refund.known-double": "网厅已查到您在{area}也缴了同一年度的费用，不用再传证明。",
    "refund.known-death": "参保登记里已经记载参保人去世，不用再传证明。",
    "refund.known-employed": "网厅已查到单位参保，从{month}起有保障，不用再传证明。",
    "refund.needs-proof": "网厅没有查到，要上传退费原因证明，由经办人员核对。",
    "refund.whole-year": "{year}年度个人缴的{amount_fen}，全部退回。",
    "refund.rest-of-year": "{year}年度个人缴费里，{back_fen}已经退过或者正在退，余下的{amount_fen}退给您。",
    "refund.own-part": "{year}年度您自己缴的{amount_fen}退给您；医疗救助资助的{aid_fen}退回救助资金，不退给个人。",
    "refund.months-ahead": "单位参保以后多缴的{count}个月（{span}），退回{amount_fen}。",
    "refund.ends-active": "您的这份居民医保会同时停掉：审核通过后最早从{on}起不再有保障，本年度余下的时间也一样。",
    "refund.ends-year": "{year}年度的参保同时终止，这一年度不再有居民医保待遇。",
    "refund.ended-already": "您的这份参保已经停了，不用再停。",
    "refund.cause-missing": "还没有选择退费原因。请返回修改，选一个符合的原因。",
    "refund.phone-missing": "还没有填写联系电话。请返回修改，填写能接到短信的手机号。",
    "refund.proof-missing": "还缺退费原因证明。请返回修改，上传后再提交。",
    "refund.dropped": "财务复核后，核准的退费没有全部退出。想知道原因，请拨打 12393，或在“在线咨询”里问。",
    "refund.id-missing": "还缺身份证复印件（正面）。请上传，或勾选使用医保电子凭证。",
    "refund.account-missing": "这笔钱不能原路退回，要退到参保人的银行账户。请填写开户银行、户名和账号。",
    "refund.card-missing": "还缺银行卡照片。请上传后再提交。",
}
