"""The wording of every code of payments, and of the period a payment is for."""

from datetime import date

from insured.policy.dates import Month, MonthSpan
from payments.labels import proposals, refunds

CONTRIBUTION_KINDS = {
    "10": "正常缴费",
    "20": "退收",
    "30": "补收",
    "32": "一次性补收",
    "33": "退休补收",
    "34": "基数补差",
    "35": "比例补差",
    "60": "单位预交",
    "991": "居民退费",
    "992": "单位缓缴",
}
CONTRIBUTION_WAYS = {
    "01": "银行托收",
    "02": "税务征收",
    "03": "经办机构自收",
    "08": "银行代收",
    "11": "柜台",
    "31": "个人账户代扣",
}
REMINDER_KINDS = {
    "opening": "续保通知",
    "closing": "集中缴费期结束前提醒",
    "extension": "延长缴费期结束前提醒",
    "due": "账单到期前提醒",
    "overdue": "逾期提醒",
}
REMINDER_TOPICS = {
    "opening": "renewal",
    "closing": "deadline",
    "extension": "deadline",
    "due": "deadline",
    "overdue": "overdue",
}
"""Kind of run → what people may refuse (notifications.labels.REMINDERS)."""
RECORD_STATUS = {"received": "已到账", "on-the-way": "已支付，未到账", "given-back": "已退费"}
RECORD_TONES = {"received": "ok", "on-the-way": "wait", "given-back": "warn"}
BILL_STATUS = {"open": "待支付", "part_paid": "未足额", "paid": "已缴清", "refunded": "已退费", "void": "已作废"}
BILL_PARTS = {
    "personal": "个人缴费",
    "unit": "单位缴费",
    "fiscal": "财政补助",
    "aid": "医疗救助资助",
    "late_fee": "滞纳金",
}
BASIC_ITEM, EXTRA_ITEM = "基本医疗保险费", "补充医疗保险费"
"""What a contribution is made of; the second is 大额医疗费用补助 and the like, where an area asks for it."""
CHANNELS = (
    ("本网厅在线缴费", "登录后在“缴费管理”选择“在线缴费”，可用支付宝、微信、银联付款。", "城乡居民、灵活就业"),
    ("税务部门", "当地税务部门公众号、电子税务局或办税服务厅的“社保缴费”。", "城乡居民、灵活就业、单位"),
    ("支付宝", "搜索“社保缴费”，选择参保地和险种，核对姓名、身份证号后付款。", "城乡居民、灵活就业"),
    ("微信", "“城市服务”里的“社保缴费”，按提示核对后付款。", "城乡居民、灵活就业"),
    ("银行", "到签约银行柜台或手机银行缴费，也可以签约自动代缴。", "城乡居民、灵活就业、单位"),
    ("经办机构窗口", "带身份证到医保经办机构窗口，由工作人员帮您缴费。", "所有人"),
)
"""缴费渠道: name, how, for whom."""
ASSESSMENT_KINDS = {"resident": "居民医保（年度）", "flexible": "灵活就业（月度）", "unit": "参保单位（月度）"}
ASSESSMENT_SKIPS = {
    "billed": "这一期已经有账单",
    "paid": "这一期已经缴过",
    "ahead": "已经预缴到这个月或以后",
    "nobody": "单位没有要缴费的在职人员",
}
"""Why a run opens no bill."""
ASSESSMENT_NEXT = {
    "billed": "不用处理。没有缴的，参保人在“在线缴费”缴；对金额有疑问的，在“缴费历史”查这个人核对。",
    "paid": "不用处理。参保人说没有缴过的，在“缴费历史”查缴费记录核对。",
    "ahead": "不用处理。预缴的月份过完以后，下一次核定会开账单。",
    "nobody": "核对这家单位的职工：已经没有人的，联系单位办理注销；漏报的，请单位办理增员，再核定一次。",
}
"""What staff, or whoever it is about, do then."""
ARREARS_CAUSES = {"unpaid": "到期未缴费", "status": "参保资格变化", "information": "信息有误，扣款不成功"}
GATEWAYS = {
    "alipay": "支付宝",
    "wechat": "微信支付",
    "unionpay": "银联",
    "debit": "银行代缴",
    "account": "个人账户",
}
OFFLINE_CHANNELS = {"bank": "银行转账", "counter": "窗口缴费"}
LEDGER_CHANNELS = GATEWAYS | OFFLINE_CHANNELS
"""Through whom money comes and goes."""
ORDER_STATES = {
    "created": "待支付",
    "paying": "待支付",
    "review": "核实中",
    "paid": "已支付",
    "closed": "失败",
    "paid_late": "退款中",
    "refunded": "已退费",
}
ORDER_CLOSED_BECAUSE = {
    "cancelled": "您取消了订单",
    "expired": "超过了支付时间",
    "gateway": "支付平台关闭了交易",
    "doubt": "支付平台的金额与订单不符",
    "insufficient": "银行账户余额不足",
    "returned": "银行没有扣款",
}
BANKS = {
    "abc": "中国农业银行",
    "bcm": "交通银行",
    "boc": "中国银行",
    "ccb": "中国建设银行",
    "cmb": "招商银行",
    "icbc": "中国工商银行",
    "psbc": "中国邮政储蓄银行",
    "rural": "农村商业银行、农村信用社",
}
ACCOUNT_KINDS = {"opening": "期初余额", "contribution": "个人缴费划入", "family": "家庭共济支出", "back": "共济退回"}
MANDATE_ENDS = {"person": "本人解约", "account": "解除绑定银行账户", "cover": "不再参保"}
DEBIT_OUTCOMES = {"open": "扣款中", "paid": "扣款成功", "insufficient": "余额不足", "failed": "没有扣款"}
REFUND_STATES, REFUND_TONES, REFUND_CAUSES = refunds.STATES, refunds.TONES, refunds.CAUSES
REFUND_WAYS, REFUND_ACTIONS, REFUND_STEPS = refunds.WAYS, refunds.ACTIONS, refunds.STEPS
REFUND_PERSONAL_WAY = refunds.PERSONAL_WAY
NOTICE_RESULTS = {
    "posted": "已入账",
    "repeat": "重复通知",
    "refunding": "已入账，原路退回",
    "mismatch": "金额不符",
    "closed": "订单已关闭",
    "nothing": "没有变化",
    "unknown-order": "没有这个订单",
    "forged": "不是支付平台发来的",
    "refunded": "已退款",
}
LEDGER_KINDS = {"payment": "收款", "refund": "退款", "match": "暂收转入", "return": "退款退回", "opening": "期初转入"}
LEDGER_ACCOUNTS = {
    "gateway": "支付平台待结算款",
    "received": "银行和窗口收款",
    "contribution": "医保费",
    "unbilled": "上线前的医保费",
    "suspense": "暂收款",
    "opening": "期初结转",
    "personal": "个人账户",
}
OFFLINE_STATES = {
    "entered": "待复核",
    "booked": "已入账",
    "suspense": "暂收待查",
    "matching": "待复核：转入账单",
    "returning": "待复核：退回",
    "returned": "已退回",
    "discarded": "已作废",
}
OFFLINE_TONES = {"booked": "ok", "returned": "ok", "suspense": "bad", "discarded": "neutral"}
OFFLINE_ACTIONS = {
    "enter": "登记收款",
    "confirm": "复核通过",
    "refuse": "复核不通过",
    "match": "提出转入账单",
    "return": "提出退回",
}
TRADE_OUTCOMES = {
    "paid": "已支付",
    "waiting": "等待支付",
    "closed": "已关闭",
    "refunded": "已退款",
    "missing": "没有这笔交易",
    "unknown": "没有回应",
}
DOUBT_SETTLED = {"agreed": "支付平台改口，已按订单入账", "given_back": "款项已退回", "closed": "没有款项，已关闭"}
PROPOSAL_KINDS, PROPOSAL_STATES, PROPOSAL_TONES = proposals.KINDS, proposals.STATES, proposals.TONES
CLOSING_KINDS = {"day": "日结", "month": "月结"}
CLOSING_CHANNELS = LEDGER_CHANNELS | {"none": "无需付款（全额资助）"}
CLOSING_MOVEMENTS = LEDGER_KINDS | {"free": "全额资助"}
DIFFERENCE_KINDS = {
    "ours_only": "短款：我方已入账，账单里没有",
    "theirs_only": "长款：账单里有，我方没有这笔交易",
    "amount": "金额不符",
    "state": "状态不符：平台已收款，我方订单没有入账",
    "duplicate": "账单里重复出现",
    "other_day": "跨日：另一方记在别的日期",
}
REASONS = {
    "reconciliation.not-yours": "您不是财务人员，不能处理对账差异。请联系财务。",
    "reconciliation.changed-file": "{gateway}{day}的账单和已经导入的不一样，没有导入。请与支付平台核对。",
    "reconciliation.reason-needed": "请写明这笔差异是怎么来的、怎样处理，至少5个字。",
    "reconciliation.somebody-first": "这笔差异刚刚有人处理过，这次操作没有生效。请重新打开看看。",
    "reconciliation.second-person": "写说明的人不能自己核销。请另一位财务人员核对。",
    "reconciliation.open-differences": "还有{count}笔差异没有核销，不能关账。",
    "reconciliation.unexplained": "账单合计和总账合计之差没有全部说清，不能关账。请联系系统管理员。",
    "reconciliation.closed-already": "这一天已经关账。",
    **refunds.REASONS,
    **proposals.REASONS,
    "export.too-many": "超过{limit}笔，一个文件放不下。请选择一个月份或险种后再导出。",
    "voucher.nothing": "{years}没有已到账的缴费，不能开具缴费证明。请换一个年度。",
    "voucher.on-the-way": "{number}的缴费还没有到账，到账后才能下载凭证。请过几天再来。",
    "voucher.given-back": "{number}是退费记录，没有缴费凭证。",
    "voucher.no-glyph": (
        "姓名或单位名称里有网厅打印不出来的生僻字（{characters}），为免印错，没有出具。"
        "请带身份证到参保地的医保窗口开具，或拨打 12393。"
    ),
    "look-up.nobody": "您负责的统筹区里没有查到。请核对后再查：人员编号、身份证号、凭证号、账单号、订单号、受理编号、单位编号都要输入完整。",
    "look-up.not-recognised": "没有认出您输入的内容。请输入完整的编号或身份证号；只知道姓名的，请在姓名后面加身份证号后四位，如“苏文岚 0026”。",
    "doubt.settled": "{number}已经处理完（{how}），不用再处理。",
    "doubt.gateway-silent": "{gateway}现在没有回答，还不能处理。请过几分钟再试。",
    "doubt.no-money": "支付平台没有说收到了多少钱，没有款项可退。请改用“关闭”。",
    "doubt.booked-already": "交易{trade_no}已经入账，不用再退。请核对退款记录。",
    "doubt.money-there": "支付平台说收到了款项，不能直接关闭。请改用“退回款项”。",
    "funding.nobody": "没有在{area}找到这位参保人。请核对人员编号或身份证号。",
    "closing.too-many": "超过{limit}笔，一个文件放不下。请按日导出。",
    "funding.full-or-amount": "全额资助不填金额；定额资助要填大于0的金额。",
    "funding.years": "截止年度不能早于开始年度。",
    "funding.not-in-the-future": "认定日期不能晚于今天。",
    "closing.not-over": "{day}还没有过完，不能结账。请过完以后再结账。",
    "closing.closed-already": "{day}已经结账。",
    "closing.changed": "{day}的数字在提交以后有了变化，不能按原来的数字结账。请退回后重新提交。",
    "closing.days-open": "还有{count}天没有日结（最早{day}），不能月结。请先做日结。",
    "bill.changed-meanwhile": "这笔账单刚刚发生了变化，这次操作没有生效。请重新打开“我的应缴”查看。",
    "standard.not-set": "{year}年度的缴费标准还没有公布。公布以后就能看到应缴金额，请留意网厅公告，或拨打 12393 咨询。",
    "standard.not-set-month": "{month}的职工医保缴费标准还没有公布，不能核定。请先录入标准。",
    "standard.no-amount": "金额要大于0元，请核对。",
    "standard.cap-below-floor": "缴费基数上限低于下限，请核对两个金额。",
    "standard.not-a-share": "费率和比例应在0%至100%之间，请核对。",
    "standard.due-day": "每月最迟缴费日应在1日至{last}日之间，这样每个月都有这一天。",
    "standard.not-first-day": "职工缴费标准按月执行，执行开始日应是某个月的1日。",
    "standard.billed": "已经按现行标准开出账单，不能再改。请从还没有开出账单的年度或月份起执行。",
    "reminder.not-yours": "您不是这个统筹区的主管，不能发起批量提醒。请联系主管。",
    "reminder.of-application": "这笔费用属于申请{number}，逾期没缴的，申请不再生效，需要重新申请。",
    "reminder.application-late": "这笔费用属于申请{number}，已经过了最迟缴费日，申请可能已经失效，请查看办理进度。",
    "reminder.overtaken": "这一批已经由另一个进程发出，这次没有重复发送。",
    "collection.open": "{year}年度居民医保集中缴费期：{opens}至{closes}，现在可以缴费。",
    "collection.extension": "{year}年度居民医保集中缴费期已在{closes}结束，现在是延长缴费期，{ends}以前还可以缴。",
    "collection.closed": "现在不在居民医保集中缴费期。{year}年度从{opens}开始缴费，到{closes}结束。",
    "assessment.not-yours": "您不是这个统筹区的财务或主管，不能核定应缴。请联系主管。",
    "assessment.at-work": "这个统筹区、这个费款所属期的核定正在进行，不用重复发起。请看进度。",
    "assessment.not-at-work": "这次核定已经完成或者已经暂停，不用再暂停。请看进度。",
    "assessment.not-paused": "这次核定没有暂停。请看进度。",
    "assessment.overtaken": "这一批已经由另一个进程核定，这次没有重复写入。",
    "assessment.no-month-before": "这个单位{month}没有账单，不能按上月的110%核定。请先补录上月应缴。",
    "assessment.month-billed": "这个单位{month}已经有账单，不用按未申报核定。",
    "effect.waits-on": "之前缴费算出的等待期还没有过：从{start}起才能报销，这个月的费用照常要缴，等待期不会变长。",
    # What a deadline means
    "due.window-then-extension": (
        "最迟{closes}缴清。过了这一天，{ends}以前还可以缴，但保障要从缴费时算起；再晚要等{months}个月才能报销。"
    ),
    "due.window": "最迟{closes}缴清。过了这一天再缴，要等{months}个月才能报销，等待期间看病住院的费用要自己付。",
    "due.in-extension": "集中缴费期已在{closes}结束，现在是延长缴费期，{ends}以前缴清，不用多等；再晚要等{months}个月。",
    "due.late": "{year}年度的缴费期已在{ends}结束，现在缴要等{months}个月才能报销，等待期间看病住院的费用要自己付。",
    "due.no-fiscal": "不缴费，政府补助的{fiscal_fen}也不会到账。",
    "due.month": (
        "{month}的费用最迟{due}缴清。逾期没缴算中断，{after}起看病不能报销；中断不超过{grace}个月补齐的，可以恢复待遇。"
    ),
    "due.month-overdue": "{month}的费用到{due}没有缴，已经影响医保待遇，请尽快补齐。中断不超过{grace}个月的可以补缴。",
    "due.month-lapsed": (
        "已经中断{months}个月，超过{grace}个月，{month}不能再补缴。从重新缴费的月份起要等{waiting}个月才能报销。"
    ),
    "dues.part-paid": (
        "未足额：已缴{paid_fen}，还差{left_fen}。没有缴足以前不能享受这一期的待遇，政府补助也不到账，请补足余款。"
    ),
    "dues.of-application": "这笔费用属于申请{number}，缴清以后申请才能继续办理。",
    "dues.application-late": "申请{number}的最迟缴费日是{due_on}，已经过了，这笔费用不能再缴。还要办的，请重新申请。",
    "dues.part-late": (
        "申请{number}的最迟缴费日是{due_on}，只缴了{paid_fen}，没有缴足，不能再补缴。缴过的钱会退给您："
        "在网上付的原路退回；转账或窗口缴的，请在“银行代缴”里绑定您本人的银行账户，财务核对后退到这个账户。"
        "退完以后申请作废，还要办的请重新申请。"
    ),
    "dues.part-goes-back": "{number}没有缴足，缴过的{paid_fen}正在退给您，不用再缴。退完以后会发消息通知您。",
    "dues.not-active": "您的参保状态是“{status}”，这笔费用现在不用缴。要恢复参保的，请先办理“恢复参保”。",
    "dues.not-enrolled": "没有查到您正在参加的基本医保，所以没有应缴费用。要参保的，请先办理参保登记或“恢复参保”。",
    "dues.through-unit": "您的职工医保由{unit}代扣代缴，不用自己缴。单位欠费的，请联系单位，或拨打 12393 反映。",
    "dues.window-not-open": "{year}年度的居民医保从{opens}开始缴费，到{closes}结束，现在还没有开始。",
    "dues.year-paid": "{year}年度的居民医保已经缴清。",
    "dues.not-assessed": "{year}年度的应缴金额正在核定，请过几天再来查看，最迟{closes}缴清即可。",
    "arrears.no-late-fee": "城乡居民和灵活就业人员个人欠缴不收滞纳金，只补应缴的金额。",
    "bill.not-free": "这笔账单不是全额资助，或者已经确认过了。请重新打开“我的应缴”查看。",
    "funding.not-yours": "您没有这个统筹区的相应岗位，不能这样操作。请联系主管。",
    "funding.category-exists": "已经有同名、同年度开始的类别“{name}”。请修改原来的类别。",
    "funding.other-area": "参保人不在这个类别所属的统筹区，不能认定。请核对统筹区。",
    "funding.recognised-already": "这位参保人已经认定为“{name}”，不用重复登记。",
    "funding.cannot-end": "这条认定已经终止，或者终止日期早于认定日期。请刷新页面核对。",
    "order.no-bills": "没有选中要缴的费用。请至少选一项。",
    "order.bill-unknown": "选中的费用里，有的已经找不到了。请回到“在线缴费”重新选择。",
    "order.nothing-left": "{period}的费用已经缴清，不用再付。",
    "order.amount-changed": "应缴金额刚刚从{shown_fen}变成了{now_fen}，订单没有提交。请重新核对后再提交。",
    "order.key-used": "这个页面已经提交过一张内容不同的订单（{number}）。请从“我的订单”里继续支付，或者重新选择。",
    "order.bill-busy": "其中一项费用已经在订单{number}里。请先支付或取消那张订单，再提交新的。",
    "order.other-payer": "其中一项费用，另一位付款人正在支付。请过30分钟再看，避免重复付款。",
    "order.bill-gone": "{period}的账单已经作废或已经缴清，不能再支付。请回到“在线缴费”查看现在要缴的费用。",
    "order.ended": "订单{number}现在是“{state}”，不能再支付。",
    "order.expired": "订单{number}超过了支付时间，没有扣款。请重新提交订单。",
    "order.other-gateway": "订单{number}已经选了{gateway}。要换一种方式，请点“换一种支付方式”。",
    "order.gateway-absent": "现在不能用{gateway}。请换一种支付方式。",
    "order.gateway-refused": "{gateway}没有接受这笔支付，没有扣款。请稍后再试，或者换一种支付方式。",
    "order.gateway-silent": "{gateway}暂时没有回应，没有扣款。请过一会儿再点一次，不会重复付款。",
    "order.not-settled": "{gateway}还没有说明这张订单的结果，现在不能取消或换方式。我们会继续查询，请稍后再看，不要重复付款。",
    "order.changed-meanwhile": "订单{number}刚刚有了新的结果。请重新打开订单查看。",
    # 线下收款
    "offline.not-yours": "您不是这个统筹区的窗口经办或财务，不能登记收款。请联系主管。",
    "offline.not-finance": "您不是这个统筹区的财务，不能复核或处理暂收款。请联系财务。",
    "offline.known": "流水号或收据号{receipt_no}已经登记过，没有重复登记。请在“线下收款”里查找。",
    "offline.no-amount": "金额要大于0元，请按银行流水或收据填写。",
    "offline.day": "到账日期应在最近一年以内，不能晚于今天（{today}）。请按银行流水或收据填写。",
    "offline.bill-unknown": "这个统筹区没有账单{number}。请核对账单号。",
    "offline.bill-over": "账单{number}现在是“{status}”，不用再缴。请选择别的账单，或者登记为暂收。",
    "offline.too-much": "账单{number}只差{left_fen}，不能多收。多出的另外登记为暂收（流水号后加“-2”），再退回；已是暂收的，整笔退回。",
    "offline.entered-already": (
        "账单{number}已有{waiting_fen}登记过、在等复核，最多还能登记{left_fen}。"
        "同一笔钱请不要再登记；真的又收到一笔的，请不选账单，登记为暂收。"
    ),
    "offline.no-longer-fits": "账单{number}现在收不了这笔钱（已缴清、已作废或金额不符）。请复核不通过，由经办人另选账单。",
    "offline.second-person": "经办人不能复核自己登记的收款。请另一位财务人员复核。",
    "offline.somebody-first": "这笔收款刚刚有人处理过，这次操作没有生效。请重新打开看看。",
    "offline.text-needed": "请写明原因，至少5个字。",
    # 银行账户和代缴
    "bank.number-shape": "银行卡号应为16至19位数字。请对照卡面重新填写。",
    "bank.number-check": "银行卡号校验不通过，可能有一位填错。请对照卡面重新填写。",
    "bank.bound-already": "您已经绑定了一个银行账户。要换卡，请先解除原来的绑定。",
    "bank.no-account": "银行没有查到这个账户。请核对卡号；外省小银行的卡可能不支持，请换一张卡。",
    "bank.holder-differs": "银行核对的户名与您的姓名不一致，只能绑定本人的银行账户。请核对卡号，或换一张本人的卡。",
    "bank.silent": "银行暂时没有回应，没有绑定。请过几分钟再试。",
    "bank.absent": "本网厅现在没有接通银行，不能绑定账户和代缴。请在“在线缴费”选择别的方式，或拨打 12393。",
    "bank.no-person": "您的账号还没有关联参保人，不能绑定银行账户。请先完成实名认证。",
    "bank.not-bound": "请先绑定本人的银行账户，再签约银行代缴。",
    "mandate.not-yours": "没有查到可以签约的险种。单位职工由单位代扣代缴，不用签约；停保的请先恢复参保。",
    "mandate.signed-already": "这个险种已经签约银行代缴，不用重复签约。",
    "mandate.month": "只能从{months}中选一个月开始，请重新选择。",
    "mandate.consent-needed": "请阅读协议并勾选同意，才能签约。",
    "mandate.ended-already": "这份协议已经解约，不会再扣款。",
    # 个人账户和家庭共济
    "pooled.no-account": "您没有职工医保个人账户，不能用家庭共济。请选择别的支付方式。",
    "pooled.own": "个人账户不能缴纳本人的居民医保费，只能为配偶、父母、子女代缴。请选择别的支付方式。",
    "pooled.resident-only": "家庭共济只能代缴城乡居民医保费，职工医保费不能用个人账户缴。请选择别的支付方式。",
    "pooled.relation": "家庭共济只限配偶、父母、子女，并且要先在“亲情账户”由对方同意。请先绑定，或选择别的支付方式。",
    "pooled.too-little": "个人账户余额{balance_fen}，不够付{amount_fen}。请选择别的支付方式，或者分开提交订单。",
    "pooled.somebody-first": "个人账户刚刚有另一笔支出，或者余额不够了，这次没有扣款。请查看余额后再试。",
    "import.no-employee": "没有查到这个人员编号的职工医保参保关系。请先导入参保人和参保关系，再导入余额。",
    "import.no-balance": "余额要大于0。没有余额的不用导入。",
    "import.balance-day": "余额日期不能晚于今天，请核对。",
    "import.account-there": "这个人的个人账户已经有明细，不能再导入期初余额。余额不对的，请核对明细后处理。",
    # 支付密码
    "paypass.shape": "支付密码应为6位数字。",
    "paypass.too-simple": "支付密码不能是6个相同或连续的数字，请换一个。",
    "paypass.old-needed": "请输入原来的支付密码；忘记了的，点“忘记了，用验证码重设”。",
    "paypass.no-address": "这个账号没有手机号和邮箱，不能用验证码重设。请先在“账号安全”里登记手机号。",
    "paypass.new-address": "账号的手机号或邮箱刚换过，{hours}小时以后才能用它重设支付密码。记得原来的支付密码的，可以直接修改。",
    "paypass.wrong": "支付密码不对，还可以再试{left}次。忘记了的，可以在“账户设置→支付密码”用验证码重设。",
    "paypass.locked": "支付密码输错次数太多，{minutes}分钟内不能再用。可以在“账户设置→支付密码”用验证码重设。",
    # How the amount of a line comes about
    "bill.resident-year": "{year}年度居民医保个人缴费标准{standard_fen}。",
    "bill.resident-funded": "{year}年度个人缴费标准{standard_fen}，减去资助{aid_fen}，剩下的由个人缴。",
    "repair.busy": "这张账单有没付完的订单，或者已经付过款，现在不能改补缴年数。没付款的，请先到“我的订单”取消订单。",
    "repair.not-here": "这张账单不能选补缴断保年度。",
    "repair.unknown": "您最多可以选补缴{most}年，请从表里选一种。",
    "repair.useless": "补缴{years}年没有用：能让您少等的只有{enough}年，多补的不会让您少等，不用缴。",
    "dues.repair-useless": "您选了补缴{years}年断保，按今天的规定只有{enough}年能让您少等。请重新选补缴年数，再缴费。",
    "bill.repair": "补缴断保的{years}个年度，每年按现在的个人缴费标准{standard_fen}。",
    "bill.aid": "您属于{category}，由医疗救助资金代缴{aid_fen}，不用自己付。",
    "bill.fiscal": "{year}年度政府补助。您缴了费，这笔钱才会到账；不缴费，补助也没有。",
    "bill.flexible-month": "{month}：缴费基数{base_fen}×费率{rate}，全部由个人缴。",
    "bill.share-of-wage": "{month}：缴费基数{base_fen}（上年度月平均工资）×费率{rate}。",
    "bill.share-of-floor": "{month}：月平均工资{wage_fen}低于下限，按下限{base_fen}×费率{rate}。",
    "bill.share-of-cap": "{month}：月平均工资{wage_fen}高于上限，按上限{base_fen}×费率{rate}。",
    "bill.late-fee": "欠缴{principal_fen}×每天{rate}×{days}天＝{amount_fen}。最迟缴费日不算，缴费当天算。",
    "bill.late-fee-capped": "欠缴{principal_fen}，每天{rate}，已有{days}天；滞纳金最多收到和欠费一样多，即{amount_fen}。",
    "bill.undeclared": "这个月单位没有申报，按上月缴费额{last_fen}的{factor}确定。",
    "bill.extra": "{month}：{name}每人每月{amount_fen}。",
}


def period_text(*, first: date, last: date) -> str:
    """费款所属期 of two first days of months: "2026年度" for a whole year, else the month or the months."""
    if (first.month, last.month, first.year) == (1, 12, last.year):
        return f"{first.year}年度"
    return str(MonthSpan(Month.of(first), Month.of(last)))


def occasion_text(kind: str, *, window: str) -> str:
    """What a reminder is about: a coverage year, or the day on which bills fall due."""
    if window.isdigit():
        return f"{window}年度{REMINDER_KINDS[kind]}"
    day = date.fromisoformat(window)
    return f"{day.year}年{day.month}月{day.day}日到期账单的{REMINDER_KINDS[kind].removeprefix('账单')}"
