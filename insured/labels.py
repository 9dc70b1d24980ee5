"""The wording of every code of insured: schemes, states, categories, and the reasons its policy gives."""

SCHEMES = {
    "310": "职工基本医疗保险",
    "320": "公务员医疗补助",
    "330": "大额医疗费用补助",
    "390": "城乡居民基本医疗保险",
    "392": "城乡居民大病医疗保险",
}
ENROLLMENT_STATUS = {"0": "未参保", "1": "正常参保", "2": "暂停参保", "4": "终止参保"}
PERSON_CATEGORIES = {
    "1101": "在职职工",
    "1102": "在职公务员",
    "1103": "灵活就业人员",
    "1201": "退休职工",
    "1202": "退休公务员",
    "1203": "灵活就业退休人员",
    "1300": "离休人员",
    "1401": "新生儿",
    "1402": "学龄前儿童",
    "1403": "中小学生",
    "1404": "大学生",
    "1405": "未入学儿童",
    "1501": "成年居民",
    "1601": "老年居民",
}
FLEXIBLE_CATEGORIES = frozenset({"1103", "1203"})
RELATIONS = {"1": "配偶", "2": "子女", "3": "父母", "4": "兄弟姐妹", "5": "祖父母、外祖父母", "6": "孙子女、外孙子女"}
FAMILY_CONSENT_VERSION = "2026-1"
"""The wording of 同意代办 on the family page; a new wording is a new version."""
EMPLOYER_KINDS = {"01": "普通单位", "02": "灵活就业虚拟单位", "08": "居民虚拟单位"}
STAFF_ROLES = {
    "caseworker": "经办人",
    "reviewer": "复核人",
    "supervisor": "主管",
    "finance": "财务",
    "auditor": "审计",
    "administrator": "管理员",
}
EXEMPT_GROUPS = {
    "newborn": "新生儿",
    "aided": "医疗救助资助对象",
    "discharged_soldier": "刚退役的军人",
    "employee_gap": "职工医保中断不超过3个月的人员",
    "religious": "宗教教职人员",
    "moved_in": "新迁入本省的人员",
    "returned": "归国人员",
    "released": "刑满释放人员",
    "graduate": "返乡毕业生",
}
REASONS: dict[str, str] = {
    "counter.not-found": "您负责的统筹区里没有这个身份证号的参保人。请核对证件，或请当事人到参保地窗口办理。",
    "counter.identity": "请先核对身份证原件，确认是本人到场，再勾选“已核对”。",
    "family.no-person": "您的账号还没有对应的参保信息，不能使用亲情账户。请先到医保窗口核对，或拨打 12393 咨询。",
    "family.not-found": "没有找到这位家人。请核对姓名，以及身份证号后四位或对方网厅账号的手机号；还是找不到的，请拨打 12393 咨询。",
    "family.oneself": "不能邀请自己。请填写家人的姓名和信息。",
    "family.consented-already": "这位家人已经同意您代办，不用再次邀请。",
    "family.invited-already": "您已经邀请过这位家人，请等对方登录网厅同意。",
    "family.tick-needed": "请先勾选“我已了解并同意”，再点“同意”。不想让对方代办的，请点“不同意”。",
    "family.gone": "这条邀请或代办关系已经变化，刚才的操作没有生效。请刷新页面查看。",
    "coverage.changed-meanwhile": "参保状态刚刚发生了变化，这次操作没有生效。请重新打开页面查看。",
    # When a stop takes effect
    "stop.on-approval": (
        "居民医保从审核通过的当天（{on}）起暂停。最后一天有保障的日子是{last}，{on}起看病住院的费用要自己付。"
    ),
    "stop.next-day": (
        "居民医保从审核通过的第二天（{on}）起暂停。最后一天有保障的日子是{last}，{on}起看病住院的费用要自己付。"
    ),
    "stop.next-month": (
        "居民医保从审核通过的下个月1日（{on}）起暂停。最后一天有保障的日子是{last}，{on}起看病住院的费用要自己付。"
    ),
    "stop.later-month": (
        "您要求保到{month}，所以从{on}起暂停。最后一天有保障的日子是{last}，{on}起看病住院的费用要自己付。"
    ),
    "stop.paid-month": (
        "职工医保缴到哪个月，就保到哪个月的最后一天。您缴到{month}，保到{last}，{on}起看病住院的费用要自己付。"
    ),
    "stop.fifteenth": ("本地在停缴的下个月15日封存职工医保。您缴到{month}，保到{last}，{on}起看病住院的费用要自己付。"),
    "stop.not-before-approval": "停保不能早于审核通过的日子，所以最早从{on}起登记为“暂停参保”，不能往前改。",
    "stop.cover-already-ended": "您缴的费只保到{last}，这一天以后已经没有医保待遇，停保不会再改变这个日子。",
    "stop.empty-period": "缴费{months}个月，未形成待遇期：保障还没开始就停保了。缴费记录保留，但这段时间没有医保待遇。",
    "stop.not-begun": "这一年度的保障要到{begins}才开始，现在停保，这一年度就没有医保待遇。",
    "stop.account-usable": "停保后，医保个人账户里剩下的钱还是您的，可以继续用来看门诊、买药，用完为止。",
    # Which stop months can be chosen
    "stop-month.resident": "可以选从{earliest}到{latest}，保到所选月份的最后一天；不选就是审核通过后尽快停保。",
    "stop-month.employee": "停保年月是最后一个缴费的月份，可以选从{earliest}到{latest}，保到所选月份的最后一天。",
    "stop-month.missing": "还没有选停保年月。请选最后一个要缴费的月份，保障到那个月的最后一天。",
    "stop-month.too-early": "{month}太早了。已经缴费或已经结账的月份不能退回去停，请选{earliest}或以后的月份。",
    "stop-month.too-late": "{month}太晚了。现在最远可以选到{latest}，以后的月份请到时候再办。",
    # The first cover of the employee scheme, and the hole before the next cover
    "cover.next-month": "职工医保从首次缴费的下个月1日起有保障，最早是{on}，在这之前看病不能用职工医保报销。",
    "cover.after-30-days": "职工医保从首次缴费满30天起有保障，最早是{on}，在这之前看病不能用职工医保报销。",
    "cover.flexible-waiting": "灵活就业人员首次参保要先等{months}个月，最早从{on}起有保障，在这之前看病不能报销。",
    "hole.none": "现在的医保保到{last}，下一份医保从{next}开始，中间没有空档，看病报销不受影响。",
    "hole.days": (
        "现在的医保停了以后，下一份医保最早从{next}开始。从{first}到{until}共{days}天没有医保，这几天看病住院的费用要自己付。"
    ),
    "hole.later-month": "您可以把停保年月改为{month}，这样现在的医保能保到{last}，没有医保的日子会减少或者没有。",
    # Interruption of the employee scheme
    "interruption.none": "您上次缴到{last}，这次接着缴，没有中断，从{start}起照常有保障。",
    "interruption.count": "从{first}到{last}没有缴费，{paid}才缴，一共中断{months}个月。能不能补、要不要等就看这个数。",
    "interruption.paid-up": "中断的月份都补齐了，从{start}起恢复医保待遇，可以正常看病报销。",
    "interruption.retroactive": "从{first}到{last}中断期间看病的费用也可以补报销，请保留好发票和病历。",
    "interruption.not-retroactive": "本地规定中断期间的费用不能补报销，{start}以前看病的费用要自己付。",
    "interruption.not-paid-up": (
        "还有这些月份没有补缴：{missing}。没有补齐，中断期间的费用不能补报销，要到{start}才恢复医保待遇。"
    ),
    "interruption.too-long": (
        "一共中断{months}个月，超过了{grace}个月，要重新等{waiting}个月（{paid}算第1个月）。从{start}起才能看病报销。"
    ),
    "outlook.no-benefits": "从{first}起没有人再为您缴职工医保，这以后看病住院的费用要自己付。",
    "outlook.retroactive": "最晚在{by}补缴（中断不超过{grace}个月），补齐后恢复待遇，中断期间的费用也可以补报销。",
    "outlook.not-retroactive": "最晚在{by}补缴（中断不超过{grace}个月），补齐后恢复待遇，但中断期间的费用不能补报销。",
    "outlook.waiting": "如果过了{by}才重新缴费，要等{waiting}个月，等待期间看病住院的费用要自己付。",
    "switch.continuous": (
        "您已经连续参保{covered}个月，换险种中间只断了{months}个月（不超过{grace}个月），算作没有中断，不用重新等待。"
    ),
    "switch.too-short": "您连续参保{covered}个月，不满{needed}个月，换险种不能算作没有中断，可能要按新参保等待。",
    "switch.too-long": "换险种中间断了{months}个月，超过了{grace}个月，不能算作没有中断，可能要按新参保等待。",
    # Waiting period of the resident scheme
    "waiting.in-window": "您在集中缴费期内（{closes}以前）缴费，保障从{start}算起，有等待期的也从这一天开始等。",
    "waiting.in-extension": "集中缴费期（到{closes}）已经过了，您在延长缴费期内缴费，保障从{start}算起。",
    "waiting.late": "缴费期到{ended}已经结束，现在缴费算补缴，从{start}开始算等待的时间，等待期内看病要自己付。",
    "waiting.continuous": "您一直参保、没有断过年度，所以不会因为断保多等。",
    "waiting.first-time": "您是第一次参加居民医保，以前没有断保，所以不会因为断保多等。",
    "waiting.before-rule": "等待期的规定从{year}年度起实行，这一年度还不适用，您不用等待。",
    "waiting.fixed-late": "因为过了缴费期才缴费，要等固定的{months}个月，这期间看病住院的费用要自己付。",
    "waiting.fixed-gap": "您以前有{years}个年度没有参保，要等固定的{months}个月，这期间看病住院的费用要自己付。",
    "waiting.variable-a": "每断保1年多等1个月：您断保{years}年，再多等{months}个月。",
    "waiting.variable-b": "断保第1年不另加，以后每多断1年多等1个月：您断保{years}年，再多等{months}个月。",
    "waiting.repaired": "您补缴{years}年，少等{months}个月。连今年的一起，一共要按现在的标准缴{times}份。",
    "waiting.repair-useless": "您想补缴{years}年，能让您少等的只有{enough}年，多补的不会让您少等，不用缴。",
    "waiting.floor": "断保满{years}年的，最少也要等{months}个月，补缴再多也不能比{months}个月更短。",
    "waiting.total": "一共要等{months}个月，从{start}等到{last}，这期间看病要自己付；从{begins}起可以看病报销。",
    "waiting.none": "您不用等待，从{start}起可以看病报销。",
    "waiting.until": "这次缴费保到{end}，要接着有保障，请在下一个集中缴费期再缴费。",
    "waiting.newborn-from-birth": "新生儿出生后{days}天以内缴费，不用等待，从{begins}起的医疗费用都可以报销。",
    "waiting.newborn-next-day": "宝宝出生超过{days}天、不满1岁缴费，不用等待，从{begins}起可以看病报销。",
    "waiting.exempt": "您属于不设等待期的人群，不用等待，从{begins}起可以看病报销。",
    "waiting.refused": (
        "现在缴费要到{begins}才能享受待遇，而{year}年度的保障到{end}就结束了，缴了也用不上，所以不收这笔费。"
        "请在集中缴费期缴下一年度的费。"
    ),
    "waiting.useless": "请注意：现在缴费要到{begins}才能享受待遇，而{year}年度的保障到{end}就结束，缴了也用不上。",
    "waiting.not-open": "{year}年度的居民医保还没有开始缴费。集中缴费期从{opens}到{closes}，请到时候再缴。",
    "waiting.year-over": "{year}年度到{end}已经结束，不能再为这一年度缴费，请缴下一年度的费。",
    # Whether benefits are due on a day
    "benefit.open": "您从{first}起有保障，今天看病住院可以按规定报销。",
    "benefit.until": "您的保障从{first}到{last}，今天看病住院可以按规定报销。{after}起如果没有新的保障，费用要自己付。",
    "benefit.not-begun": "您的保障从{begins}开始。在这之前（到{last}为止）看病住院的费用要自己付。",
    "benefit.ended": "您的保障已在{last}结束，{after}起看病住院的费用要自己付。",
    "benefit.elsewhere": "这一险种今天不报销。您今天由{scheme}保障，看病住院按它的规定报销。",
    "benefit.none": "没有找到您的参保时段，看病住院的费用要自己付。如有疑问，请联系经办机构核实。",
    "movement.began": "{scheme}：开始有保障。",
    "movement.expired": "{scheme}：{last}保障期满，没有续保。",
    "movement.stopped": "{scheme}：已停保，保障到{last}为止。",
}
