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
FLEXIBLE_WORKER, ADULT_RESIDENT = "1103", "1501"
RESIDENT_CATEGORIES = (("1401", 1), ("1405", 3), ("1402", 6), ("1403", 18), ("1501", 60), ("1601", 200))
"""人员类别 of residents by age: the code, and below which age it is given."""
RELATIONS = {"1": "配偶", "2": "子女", "3": "父母", "4": "兄弟姐妹", "5": "祖父母、外祖父母", "6": "孙子女、外孙子女"}
FAMILY_CONSENT_VERSION = "2026-2"
"""The wording of 同意代办 on the family page; a new wording is a new version."""
EMPLOYED = "1101"
CREDIT_SOURCES = {"transfer": "转入", "deemed": "视同缴费"}
DECLARATION_KINDS = {"addition": "人员增加"}
EMPLOYER_KINDS = {"01": "普通单位", "02": "灵活就业虚拟单位", "08": "居民虚拟单位"}
STAFF_ROLES = {
    "caseworker": "经办人",
    "reviewer": "复核人",
    "supervisor": "主管",
    "finance": "财务",
    "auditor": "审计",
    "administrator": "管理员",
}
DISCLOSURES = {
    "look-up": "查询缴费历史",
    "export": "导出缴费历史",
    "reveal-id": "查看完整证件号",
    "find-person": "窗口查找参保人",
    "export-log": "导出访问日志",
    "export-rows": "导出明细清单",
    "download": "下载材料原件",
}
DRAFT_KINDS = {
    "area": "统筹区规则",
    "holiday": "节假日调整",
    "resident": "居民缴费标准",
    "employee": "职工缴费标准",
    "stop-item": "停缴原因和材料",
    "resume-item": "恢复参保材料",
    "resident-item": "居民参保登记材料",
    "flexible-item": "灵活就业参保登记材料",
    "refund-item": "退费材料",
}
DRAFT_STATES = {
    "kept": "暂存",
    "submitted": "待批准",
    "approved": "已批准",
    "returned": "已退回",
    "withdrawn": "已撤回",
}
IMPORT_KINDS = {
    "persons": "参保人",
    "units": "参保单位",
    "enrollments": "参保关系",
    "contributions": "缴费记录",
    "accounts": "个人账户余额",
}
CARD_NORMAL = "normal"
CARD_STATES = {CARD_NORMAL: "正常", "lost": "已挂失", "stopped": "已停用"}
CARD_TONES = {CARD_NORMAL: "ok", "lost": "warn", "stopped": "bad"}
POST_STATES = {"held": "在岗", "to-come": "未到岗", "over": "已终止"}
POST_ACTIONS = {"given": "任命", "ended": "终止"}
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
    "retirement.age": "按出生日期，{on}满{age}，到退休年龄。",
    "retirement.age-delayed": "原退休年龄是{age}（{plain}），按渐进式延迟退休推迟{delay}个月，{on}到退休年龄。",
    "retirement.needed": "本地要求累计缴费满{years}年，其中本地实际缴费满{paid}年。",
    "retirement.counted": "您累计{total}：本地实际缴费{paid}，外地转入{transferred}，视同缴费{deemed}。同一个月只算一次。",
    "retirement.transferred-only-total": "外地转入的{transferred}计入累计年限，不计入本地实际缴费年限。",
    "retirement.transferred-is-local": "外地转入的{transferred}计入累计年限，也计入本地实际缴费年限。",
    "retirement.deemed-counts": "视同缴费{deemed}计入累计年限，不算实际缴费。",
    "retirement.deemed-left-out": "本地规定，视同缴费{deemed}只作记录，不计入累计年限。",
    "retirement.elsewhere": "您在别的统筹区还缴过{elsewhere}，没有转到这里，现在不算在内。办完转移接续就会计入。",
    "credit.backwards": "起始月在终止月之后，请核对后重新填写。",
    "credit.ahead": "终止月还没有到，请核对后重新填写。",
    "credit.too-young": "起始月早于年满16周岁的{since}，请核对档案和出生日期。",
    "credit.known": "这些月份里有已经认定过的，请核对已有的视同缴费记录，不要重复登记。",
    "credit.gone": "这条视同缴费记录已经撤销，请重新打开查看。",
    "credit.other-area": "这位参保人在这个统筹区没有职工医保关系，视同缴费由职工医保的参保地认定。",
    "retirement.enough": "年限已经够了。请到经办机构办理在职转退休，以后不用再缴费。",
    "retirement.enough-early": "年限已经够了，到{on}办理退休时不用补缴。退休以前仍要继续缴费，不缴会中断待遇。",
    "retirement.missing": "还差{missing}（{months}个月）。可以继续按月缴到够为止，也可以一次性补缴。",
    "retirement.in-time": "还差{missing}，一直缴到{on}退休，年限就够了。",
    "retirement.short": "还差{missing}，缴到{on}退休时仍然不够，到时候可以继续按月缴，或者一次性补缴差的年限。",
    "retirement.lump": "一次性补缴按今天的标准估算：{months}个月 × 缴费基数{base_fen} × {rate} = {lump_fen}。",
    "retirement.no-lump": "本地没有一次性补缴的办法，或者今年的缴费基数还没有公布，请继续按月缴费。",
    "distance.own": "这是您本人的业务，不能由您办理。请交给另一位工作人员。",
    "distance.relative": "当事人是您的亲属，按回避规定不能由您办理。请交给另一位工作人员。",
    "distance.colleague": "当事人的单位也是您参保或经办的单位，按回避规定不能由您办理。请交给另一位工作人员。",
    "draft.past": "规则只能从明天或以后的日期起生效，不能追溯。请改一个生效日期。",
    "draft.day-taken": "这一天已经有一套规则开始生效，不能再改。请另选一个生效日期。",
    "draft.base-changed": "起草之后，这一天以前又有新的规则生效，对照已经不准。请退回，由起草人按现行规则重新起草。",
    "draft.no-difference": "与生效日期时的规则没有区别，不用起草。请修改至少一项。",
    "draft.not-kept": "这份草案已经提交、撤回，或不是您起草的。请刷新页面查看现在的状态。",
    "draft.same-person": "起草人不能批准自己的草案，请由另一位主管办理。",
    "draft.not-yours": "只有本统筹区的主管可以批准或退回。",
    "draft.not-administrator": "只有本统筹区的管理员可以起草规则。",
    "draft.reason-needed": "退回时请写明原因，起草人会看到。",
    "draft.decided-already": "这份草案刚刚已由别人办理。请刷新页面查看。",
    # Files that come from outside
    "table.kind": "文件打不开，或内容与扩展名不符。请用 .csv（UTF-8 或 GB 18030）或 .xlsx 文件，重新另存后再试。",
    "table.empty": "文件第一行没有列名。请下载模板，不要改动第一行。",
    "table.heading-twice": "列名重复：{titles}。请保留一列，删除其余的。",
    "table.too-big": "文件解压后过大（上限50MB、2000个部分），不予打开。请改用 .csv，或分成几个文件。",
    "table.active": "文件带有宏、外部链接、密码或文档类型声明，不予打开。请另存为不含这些内容的 .xlsx 或 .csv。",
    "import.headings": "缺少这些列：{titles}。请下载模板核对列名。",
    "import.running": "这个文件正在由另一个进程导入。请等它结束后再试。",
    "import.needed": "“{title}”没有填写。",
    "import.code": "“{title}”不是可用的代码。可以填：{choices}。",
    "import.day": "“{title}”不是日期，请写成 2026-03-10。",
    "import.month": "“{title}”不是年月，请写成 2026-03。",
    "import.amount": "“{title}”不是金额，请写以元为单位的数字，最多两位小数。",
    "import.too-long": "“{title}”超过{limit}个字符。",
    "import.area": "没有这个统筹区。请先建立统筹区，或核对医保区划。",
    "import.person": "没有这个人员编号的参保人。请先导入参保人。",
    "import.unit": "没有这个单位编号的参保单位。请先导入单位。",
    "import.unit-elsewhere": "这个参保单位不属于所填的统筹区。请核对“单位编号”和“统筹区”。",
    "import.enrollment": "这个人在本统筹区没有这个险种的参保关系。请先导入参保关系。",
    "import.months": "“费款所属期止”早于“费款所属期起”。",
    "import.first-joined": "“首次参保日期”晚于“本次参保日期”。",
    "import.paused-before": "“暂停参保日期”早于“本次参保日期”。",
    "import.paused": "只有暂停、终止参保的才填“暂停参保日期”。",
    "import.period": "“待遇截止日”早于“待遇开始日”。",
    "import.repeated": "与文件中前面的一行重复。",
    "import.there": "名册中已有，没有再次导入。",
    "import.second-basic": "这个人已有一个正常状态的基本医疗保险，不能再有第二个。",
    "import.contradiction": "与名册中已有的信息冲突，例如待遇时段重叠。请核对后单独导入。",
    "post.not-your-area": "只有本统筹区的管理员可以任命和终止岗位。请联系该统筹区的管理员。",
    "post.oneself": "不能任命或终止自己的岗位，请由另一位管理员办理。",
    "post.superuser": "系统超级用户只能担任管理员，不能经办业务、查看参保人信息。请换一个账号。",
    "post.past": "生效日期不能早于今天。请重新填写。",
    "post.ends-before": "终止日期不能早于生效日期。请重新填写。",
    "post.held": "这位工作人员在本统筹区已经有这个岗位，不用再任命。",
    "post.clash": "这位工作人员在本统筹区已是{role}，两个岗位不相容，不能由同一人担任。请先终止原岗位，或换一个人。",
    "post.no-account": "没有找到这个账号，或姓名与账号不一致。请核对姓名和登录用的手机号、身份证号或邮箱；没有账号的请先注册。",
    "post.ended-already": "这个岗位已经终止，不用再办理。",
    "post.reason-needed": "请写明任命或终止的依据，例如文件号。",
    "counter.not-found": "您负责的统筹区里没有这个身份证号的参保人。请核对证件，或请当事人到参保地窗口办理。",
    "disclosure.limit": "您今天{what}已达到每日上限（{limit}次），主管已收到提醒，零点后重新计数。今天确需继续的，请由主管安排同事办理。",
    "absence.not-yours": "只能为自己担任主管的统筹区的经办人登记离岗、回岗。请重新选择。",
    "absence.dates": "离岗的第一天不能早于今天，最后一天不能早于第一天。请重新选择日期。",
    "counter.identity": "请先核对身份证原件，确认是本人到场，再勾选“已核对”。",
    "counter.own-family": "这是您本人或您家人的代办关系，请由其他工作人员办理。",
    "family.no-person": "您的账号还没有对应的参保信息，不能使用亲情账户。请先到医保窗口核对，或拨打 12393 咨询。",
    "family.not-found": "没有找到这位家人。请核对姓名，以及身份证号后四位或对方网厅账号的手机号；还是找不到的，请拨打 12393 咨询。",
    "family.oneself": "不能邀请自己。请填写家人的姓名和信息。",
    "family.consented-already": "这位家人已经同意您代办，不用再次邀请。",
    "family.invited-already": "您已经邀请过这位家人，请等对方登录网厅同意。",
    "family.tick-needed": "请先勾选“我已了解并同意”，再点“同意”。不想让对方代办的，请点“不同意”。",
    "family.gone": "这条邀请或代办关系已经变化，刚才的操作没有生效。请刷新页面查看。",
    # Adding a person to a unit
    "addition.name-mismatch": "姓名与身份证号不一致，或查不到这个人。请对照本人身份证重新填写。",
    "addition.deceased": "{name}已登记死亡，不能增员。请核对身份证号；登记有误的请联系经办机构。",
    "addition.already-here": "{name}已经在本单位正常参保，不用再增员。",
    "addition.resident-active": (
        "{name}正在{area}参加城乡居民医保，不能同时参加职工医保。请本人先在网厅办理“停缴（城乡居民暂停参保登记）”，"
        "生效后再增员。"
    ),
    "addition.flexible-active": (
        "{name}正在{area}以灵活就业人员身份参加职工医保。请本人先在网厅办理“停缴”，生效后再增员。"
    ),
    "addition.other-unit": "{name}仍由另一家单位在{area}参保。请先由原单位办理“人员减少”，生效后再增员。",
    "addition.stop-pending": "{name}在{area}的停缴已经审核通过，{on}起生效。请在这一天或以后再增员。",
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
    "interruption.count": "{span}没有缴费，{paid}才缴，一共中断{months}个月。能不能补、要不要等就看这个数。",
    "interruption.paid-up": "中断的月份都补齐了，从{start}起恢复医保待遇，可以正常看病报销。",
    "interruption.retroactive": "{span}中断期间看病的费用也可以补报销，请保留好发票和病历。",
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
    # Coming back and joining
    "join.deceased": "参保人已登记死亡，不能办理参保。登记有误的，请家属带身份证明到医保窗口更正，或拨打 12393。",
    "join.disqualified": "您因违反医保规定被取消参保资格，现在不能在网上办理。请到医保窗口了解原因和恢复的办法，或拨打 12393。",
    "join.too-young": "以灵活就业身份参加职工医保要年满{least}周岁，您现在{age}周岁。可以参加城乡居民医保，居民医保没有年龄限制。",
    "join.employed-already": (
        "检测到您已经参加了职工医疗保险，不能办理此业务。您的{name}由单位“{unit}”在{area}缴费；离职后请先让单位办理停保，停保生效后再来参加居民医保。"
    ),
    "join.flexible-already": (
        "检测到您已经参加了职工医疗保险，不能办理此业务。您在{area}以灵活就业身份参加{name}；要改参加居民医保，请先办理“停缴”，停保生效后再来。"
    ),
    "join.resident-already": (
        "您在{area}的{name}现在是正常参保，同一时间只能有一份基本医保。请先办理“停缴”停掉居民医保，生效后再参加职工医保。"
    ),
    "join.elsewhere-already": (
        "您已在{area}参加{name}，现在是正常参保，同一时间只能有一份基本医保。请先停掉那一份，或到新参保地办理转移接续。"
    ),
    "comeback.account-usable": "等待期间看病住院不能报销，但医保个人账户余额仍可使用，可以照常看门诊、买药。",
    "comeback.paid-ahead": "您已经缴到{last}，现在不用缴费：从{begins}起恢复保障，以后按月接着缴。",
    "comeback.year-paid": "{year}年度的费用已经缴过，也没有退，不用再缴，没有新的等待期：审核通过后从{begins}起恢复保障，保到{end}。",
    "comeback.year-paid-waits": "{year}年度的费用已经缴过，也没有退，不用再缴。那次缴费的等待期照原来的算完：从{begins}起可以报销，保到{end}。",
    "comeback.year-gone": "{year}年度已经缴过费，但是到这一天，这个年度没有可以享受待遇的日子了。",
    "comeback.switched": "您是换险种接着参保，按没有中断办理，不用等待：从{begins}起可以看病报销，保到{end}。",
    # Whether benefits are due on a day
    "benefit.open": "您从{first}起有保障，今天看病住院可以按规定报销。",
    "benefit.until": "您的保障从{first}到{last}，今天看病住院可以按规定报销。{after}起如果没有新的保障，费用要自己付。",
    "benefit.not-begun": "您的保障从{begins}开始。在这之前（到{last}为止）看病住院的费用要自己付。",
    "benefit.ended": "您的保障已在{last}结束，{after}起看病住院的费用要自己付。",
    "benefit.elsewhere": "这一险种今天不报销。您今天由{scheme}保障，看病住院按它的规定报销。",
    "benefit.none": "没有找到您的参保时段，看病住院的费用要自己付。如有疑问，请联系经办机构核实。",
    "on.covered-open": "{day}可以享受医保待遇：您从{first}起有保障，按月缴费就一直有；中断缴费会影响待遇。",
    "on.covered": "{day}可以享受医保待遇：保障从{first}到{last}。",
    "on.not-begun": "{day}不能享受医保待遇：保障从{begins}开始，到{last}为止看病住院的费用要自己付。",
    "on.ended": "{day}不能享受医保待遇：保障已在{last}结束，{after}起看病住院的费用要自己付。想恢复请办理“恢复参保”。",
    "on.none": "{day}不能享受医保待遇：没有找到您的参保时段。第一次参保请办理“城乡居民参保登记”或“灵活就业人员参保登记”。",
    "duplicate.found": "您{span}重复参保：{keep_area}的{keep}和{end_area}的{end}都缴了费。同一时间只能享受一份基本医保待遇。",
    "duplicate.employee-long": "连续参加职工医保满1年的，保留职工医保。",
    "duplicate.employee-over": "参加职工医保不满1年，现在已经停了，不再是在职期间，保留居民医保。",
    "duplicate.employee-short": "参加职工医保不满1年的，在职期间保留职工医保、暂停居民医保；以后离职了，可以再恢复居民医保，由您自己确认。",
    "duplicate.workplace": "两份都是职工医保的，保留工作地（单位缴费）的那一份。",
    "duplicate.residence": "两份都是居民医保的，保留常住地的那一份。",
    "duplicate.school": "学生有两份居民医保的，保留学校所在地的那一份。",
    "duplicate.proposal": "建议保留{keep_area}的{keep}，停掉{end_area}的{end}：请办理“停缴”，原因选“重复参保”。待遇期还没有开始的，已缴的费用可以申请退还。",
    "movement.began": "{scheme}：开始有保障。",
    "movement.expired": "{scheme}：{last}保障期满，没有续保。",
    "movement.stopped": "{scheme}：已停保，保障到{last}为止。",
    "information.no-person": "这个账号没有关联参保人，没有可以变更的参保信息。请先办理“实名认证”，或带身份证到医保窗口核对。",
    # 绑定医保卡
    "card.number-shape": "医保卡号应为8至20位字母和数字，印在卡的正面。请对照卡面填写，中间的空格可以不填。",
    "card.password-shape": "医保卡密码应为6位数字，是看病刷卡时输入的那个密码，不是网厅的登录密码。",
    "card.no-person": "这个账号没有关联参保人，不能绑定医保卡。请先办理“实名认证”，或带身份证到医保窗口核对。",
    "card.bound-already": "您已经绑定了一张医保卡，或这张卡刚刚被绑定。换卡请先解除原来的绑定，再绑定新卡。",
    "card.absent": "本网厅现在没有接通医保卡服务，不能在网上绑定。不绑定也能查询和缴费；一定要绑定的，请到医保窗口咨询。",
    "card.not-yours": "没有查到登记在您名下的这张卡。请对照卡面核对医保卡号；网厅只能绑定本人的卡，不能绑定家人的。",
    "card.wrong-password": "医保卡密码不正确，今天还可以再试{left}次。忘记密码的，请带身份证和医保卡到医保窗口重置。",
    "card.locked-here": (
        "这张卡的密码今天已经输错{most}次，为保护您的卡，24小时内不能再试。忘记密码的，请带身份证和医保卡到医保窗口重置。"
    ),
    "card.locked-there": "这张卡的密码已被医保卡服务锁定。请带身份证和医保卡到医保窗口重置密码，再来绑定。",
    "card.not-normal": "这张卡现在{state}，不能绑定。请拨打 12393 或到医保窗口办理解挂、补卡，再来绑定。",
    "card.silent": (
        "医保卡服务暂时没有响应，没有绑定成功，也没有计入输错次数。请几分钟后再试；急用请到医保窗口，不绑定也可以缴费。"
    ),
    "card.not-bound": "还没有绑定医保卡。请先绑定。",
    "card.gone": "医保卡服务里已经查不到您名下的这张卡，可能换了新卡。请解除绑定，再绑定新卡。",
}
