"""The wording of every code of applications: states, actions, roles, reasons."""

from suspension.labels import desk, instalments, real_name, refund, resume, rulebook, transfer

REAL_NAME_STATES, REGISTER_SAID = real_name.STATES, real_name.SAID
STATES = {
    "draft": "暂存",
    "discarded": "已删除",
    "submitted": "待审核",
    "withdrawn": "已撤销",
    "under_review": "审核中",
    "returned": "退回补正",
    "lapsed": "逾期未补正",
    "rejected": "审核不通过",
    "second_review": "待复核",
    "approved": "审核通过",
    "completed": "已办结",
    "voided": "已取消",
}
STATE_TONES = {
    "submitted": "wait",
    "under_review": "wait",
    "second_review": "wait",
    "returned": "warn",
    "approved": "ok",
    "completed": "ok",
    "rejected": "bad",
    "voided": "bad",
}
ACTIONS = {
    "submit": "提交申请",
    "discard": "删除草稿",
    "withdraw": "撤销申请",
    "take": "接办",
    "release": "退回待办",
    "return": "退回补正",
    "resubmit": "补正后重新提交",
    "lapse": "逾期关闭",
    "reject": "审核不通过",
    "approve": "审核通过",
    "auto_approve": "自动审核通过",
    "refer": "提交复核",
    "confirm": "复核通过",
    "send_back": "复核退回",
    "hand_over": "转交",
    "keep_back": "抽查保留",
    "supplement": "补交材料",
    "complete": "生效，办结",
    "void": "取消",
}
CANNED_ACTIONS = {"return": "退回补正", "reject": "审核不通过"}
"""The decisions that canned texts are for."""
ROLES = {
    "applicant": "申请人",
    "caseworker": "经办人",
    "reviewer": "复核人",
    "supervisor": "主管",
    "counter": "窗口代办",
    "system": "系统",
}
BULK_OUTCOMES = {
    "waiting": "未办理",
    "approved": "审核通过",
    "kept_back": "抽查保留",
    "referred": "已提交复核",
    "refused": "不能批量通过",
    "lost": "已由他人处理",
}
"""What came of a case in a bulk approval."""
INVARIANTS = {
    "I1": "每个审核结果和退回都通知过",
    "I2": "没有过了截止时间还在等待发送的通知",
    "I3": "每张总账凭证借贷相抵",
    "I4": "每笔交易恰好入账一次",
    "I5": "各渠道账面余额＝已支付－已退款",
    "I6": "每张账单最多一张进行中的订单，不多缴，也不多退",
    "I7": "办件状态与办件记录一致，版本不缺号",
    "I8": "审计链完整",
    "I9": "材料文件与登记一致，没有多余文件",
    "I10": "没有占用过期的发送任务",
    "I11": "结过账的日期和月份，总账没有再变",
}
"""What `manage.py check_invariants` asks, in short."""
CHANNELS = {"web": "网厅", "window": "窗口"}
WALK_IN_ITEMS = {"stop": "停缴（暂停参保）", "resume": "恢复参保（续保）", "transfer": "医保关系转移接续"}
"""What the counter enters."""
STOP_REASONS = {
    "leave": "离职",
    "retire": "退休",
    "unit-closed": "单位注销",
    "transfer": "转移",
    "joined-310": "参加职工医保",
    "duplicate": "重复参保",
    "other": "其他",
}
STOP_REASON_CODES = {
    "leave": "6301",
    "retire": "6501",
    "unit-closed": "6399",
    "transfer": "6404",
    "joined-310": "6399",
    "duplicate": "6399",
    "other": "6399",
}
"""Our reason → the national 变更原因 code (domain: 停缴 always sets 暂停参保)."""
MATERIALS = (
    {
        "id-card": "身份证复印件（正面）",
        "id-card-back": "身份证复印件（反面）",
        "household": "户口簿",
        "leave-proof": "离职证明",
        "other": "其他材料",
    }
    | resume.MATERIALS
    | refund.MATERIALS
)
MATERIAL_HINTS = (
    {
        "id-card": "带照片的一面。",
        "id-card-back": "印有国徽的一面。",
        "household": "首页和本人页，可以一次选几张。",
        "leave-proof": "因离职停缴的，上传解除劳动合同证明。",
        "other": "例如新单位的录用通知、居住证。",
    }
    | resume.MATERIAL_HINTS
    | refund.MATERIAL_HINTS
)
STOP_SLOTS = ("id-card", "id-card-back", "household", "leave-proof", "other")
RESUME_SLOTS = (
    "id-card",
    "id-card-back",
    "medical-card",
    "social-card",
    "household",
    "payment-proof",
    "wage-slips",
    "form",
    "other",
)
REFUND_SLOTS = refund.SLOTS
"""Which materials each form asks for, in its order."""
SLOT_USES = {"required": "必须上传", "optional": "可以上传", "off": "不收"}
"""What an area asks for of a material."""
SLOT_NOTES = {
    "medical-card": "医保卡和社保卡都收的，交一种就可以；设为“必须上传”的，一定要交这一种。",
    "social-card": "医保卡和社保卡都收的，交一种就可以；设为“必须上传”的，一定要交这一种。",
} | refund.SLOT_NOTES
"""What a draft says of a material beside its use."""
RENDER_STATES = {"pending": "处理中", "ready": "可查看", "failed": "无法读取"}
CONTACT = {
    "contact_phone": "联系电话",
    "contact_email": "电子邮箱",
    "note": "补充说明",
}
MATERIAL = {"material": "证明材料"}
OF_A_STOP = {
    "reason_code": "停缴原因",
    "stop_month": "停缴起始月",
    "resume_month": "预计恢复月",
    "transfer_target": "转移接续",
}
CORRECTABLE_IN = {
    "stop": OF_A_STOP | CONTACT | MATERIAL,
    "resume": resume.CORRECTABLE | CONTACT | MATERIAL,
    "resident-enrolment": resume.CORRECTABLE | CONTACT | MATERIAL,
    "flexible-enrolment": resume.CORRECTABLE | CONTACT | MATERIAL,
    "refund": refund.CORRECTABLE | CONTACT | MATERIAL,
    "transfer": transfer.CORRECTABLE | CONTACT,
}
"""By item, what of its form a caseworker can ask to be corrected; an item that is not here is never returned."""
CORRECTABLE = {name: label for fields in CORRECTABLE_IN.values() for name, label in fields.items()}
"""All of it."""
OPENED_WITH = {
    "transfer_target": ("wants_transfer",),
    "material": ("uses_credential",),
    "coverage_year": ("repair_years", "pays_gap"),
    **refund.OPENED_WITH,
    **transfer.OPENED_WITH,
}
"""What else can be changed when one of these is to be corrected."""
NEEDS = {
    "no-money": "暂时经济困难，缴不起",
    "new-job": "要去单位上班，由单位参保",
    "left-job": "从单位离职了",
    "change-unit": "换单位",
    "move": "去外地生活或工作",
    "retire": "快退休了，或者已经退休",
    "duplicate": "在两个地方，或者两种医保里都参保了",
    "wrong": "姓名、身份证号、单位等信息有误",
    "unused": "觉得用不上",
    "sure": "都不是，已经想好要停缴",
}
"""Why somebody thinks of stopping, as the self-check asks it."""
FITS = {
    "no": "不用停缴，有更合适的办法",
    "maybe": "先看看别的办法，再决定要不要停缴",
    "yes": "可以办理停缴",
}
COMEBACKS = {
    "window": "在集中缴费期缴费",
    "month": "到恢复的那个月才缴费",
    "paid-up": "中断的月份全部补缴",
    "unpaid": "只缴恢复的那个月，不补缴",
    "continued": "接着缴，没有中断",
    "too-long": "重新缴费",
} | resume.COMEBACKS
"""The ways to come back after a stop."""
PART_STATES, PART_TONES = instalments.PART_STATES, instalments.PART_TONES
LEGS, LEG_WORK = transfer.LEGS, transfer.LEG_WORK
REFUND_CAUSES = refund.CAUSES
REJECTIONS = {
    "reason-mismatch": "停缴原因不符",
    "not-eligible": "不符合办理条件",
    "material-invalid": "材料无效或与本人不符",
    "wish-of-applicant": "申请人要求终止办理",
    "other": "其他原因",
}
CHECKS = (
    {
        "active": "当前为正常参保",
        "own-account": "本人可以自行停缴",
        "alive": "参保人健在",
        "only-one": "没有其他在办申请",
        "window": "在规定的停保时间内提交",
        "month": "停缴年月在可选范围内",
        "resume": "预计恢复月在停缴之后",
        "still-approved": "原停缴申请已审核通过、等待生效",
        "in-time": "原停缴申请还没有到生效日",
    }
    | resume.CHECKS
    | refund.CHECKS
    | transfer.CHECKS
    | instalments.CHECKS
)
"""The automatic checks of an application, as the desk names them."""
FOLLOW_UPS = {
    "stop": {
        "effective-day": "确认停缴生效日期，安排好这之后的看病费用",
        "new-unit": "告知新单位可以办理增员（参加职工医保的）",
        "money": "处理剩余费用：按上面的说明缴清欠费、申请退费",
        "transfer": "办理医保关系转移接续（前往新参保地或在网厅申请）",
    },
    "cancel-stop": {},
    "resume": resume.FOLLOW_UPS,
    "resident-enrolment": resume.FOLLOW_UPS,
    "flexible-enrolment": resume.FOLLOW_UPS,
    "transfer": transfer.FOLLOW_UPS,
    "refund": {},
    "instalments": instalments.FOLLOW_UPS,
}
"""What remains to be done after an approval, by item; the applicant ticks it off."""
REASONS = (
    {
        **desk.REASONS,
        "stop.not-active": "您的医保目前不是“正常参保”状态，不需要再办理停缴。可以在个人中心查看参保状态；想恢复参保请选择“恢复参保”。",
        "stop.already-stopped": "您的医保已经从{on}起停缴（暂停参保），不需要再办理。想重新参保，请选择“恢复参保”。",
        "stop.ended": "您的这份医保已经终止参保，不需要再办理停缴。想参保，请重新办理参保登记，或拨打 12393 咨询。",
        "unit.other-unit": "您在另一个窗口里换了单位，这次操作没有生效。请回到单位网厅，确认单位后再填写。",
        "stop.contact-unproven": "联系电话或电子邮箱还没有验证。请在“核对信息”页点“发送验证码”，收到后输入，再提交。",
        "stop.through-unit": "您是职工，医保由单位“{unit}”统一办理。请联系单位人事部门申报停保，个人不用操作。",
        "stop.deceased": "参保人已登记死亡，不能办理停缴。请家属到医保窗口办理终止参保，或拨打 12393 咨询。",
        "stop.already-open": "您已有一件正在办理的申请（受理编号 {number}），不能重复提交。请在“我的申请”中查看进度。",
        "stop.open-elsewhere": "您在{area}还有一件正在办理的申请（受理编号 {number}），两份医保不能同时变动。请先在“我的申请”中查看，等它办结，或在“待审核”时撤销它，再来停缴。",
        "stop.already-approved": "您的停缴申请（受理编号 {number}）已经审核通过，将于{on}生效，不用再次提交。",
        "stop.window-closed": "本地每月{first}日至{last}日受理停保，今天不受理。请从{opens}起提交；现在可以先填好并暂存，到时候直接提交。",
        "stop.reason-missing": "还没有选择停缴原因。请返回修改，选一个最接近的原因。",
        "stop.reason-not-offered": "本地现在不受理这个停缴原因。请返回修改，另选一个最接近的原因。",
        "stop.material-missing": "本地要求上传“{name}”，还没有上传。请返回修改，上传后再提交。",
        "offer.slot-needed": "“{name}”不能设为“不收”：按规定有的申请必须有它才能办。",
        "offer.no-reason": "至少要提供一个停缴原因，请填写文字。",
        "stop.phone-missing": "还没有填写联系电话。请返回修改，填写能接到短信的手机号。",
        "stop.no-refund": "待遇期已经开始，当年已缴的费用不退。",
        "stop.no-refund-monthly": "职工医保按月缴费，缴过的月份已经有保障，费用不退。",
        "stop.refund-possible": "待遇期要到{begins}才开始。在这之前停保，并且是重复缴费、参加了职工医保或在别处参保的，可以申请退还已缴的费用。",
        "stop.refund-next-year": "待遇期已经开始，当年已缴的费用不退。您预缴的{year}年度还没有开始：参加了职工医保、在别处参保或者重复缴费的，在{begins}以前可以申请退费，停保和退费可以一起办；从这一天起不退。",
        "stop.refund-ahead": "您已经预缴到{paid}。停保后去单位参保的，{span}的费用可以申请退还。",
        "resume-month.too-early": "预计恢复月{month}太早了，要晚于停缴的月份。请选{earliest}或以后的月份，也可以不选。",
        "resume-month.too-late": "预计恢复月{month}太远了，现在最远可以选到{latest}。也可以不选，想恢复时随时来办。",
        "advice.unpaid": "网厅的记录只缴到{paid}。停到{stop}的话，{months}还没有缴费：没有缴费的月份不能报销，以后恢复时也算中断。请先缴清，或者把停缴起始月改为{paid}。",
        "advice.retire-employee": "退休不是停缴的原因：到了退休年龄，应办理“在职转退休”，符合年限的不用再缴费，医保照常。办了停缴，医保就没有了。",
        "advice.retire-resident": "居民医保没有退休手续，退休不影响您的居民医保。办了停缴，看病就要全部自费。",
        "advice.no-unit": "您不是以单位职工的身份参保，单位注销不影响您的这份医保。请再看看停缴原因是否选对。",
        "advice.already-employee": "您停的就是职工医保，不是居民医保。如果是要由单位参保，请在补充说明里写明新单位和开始的月份，停到前一个月，中间不留空档。",
        "unit.this-month": "单位每月{day}日以前申报的停保，按当月办理：今天申报，停保年月是{month}，保到{last}，{on}起看病费用全部自费。",
        "unit.next-month": "单位每月{day}日以后申报的停保，按下月办理：今天申报，停保年月是{month}，{month}的费用照缴，保到{last}，{on}起看病费用全部自费。",
        "after.renewal-resident": "会。停保后要在集中缴费期（每年{opens}至{closes}）重新缴费才能续保；隔了年度没参保的，要多等几个月，见下面的计算。已经缴过费的年度，在当年恢复不用再缴。",
        "after.renewal-employee": "会。停缴以后要重新缴费才能续保；中断超过{grace}个月的，要等{waiting}个月才能报销，见下面的计算。",
        "after.no-arrears-resident": "停保期间不产生欠费，不用补缴。以后恢复时想少等，可以自愿补缴断保的年度：补缴1年少等1个月。",
        "after.no-arrears-employee": "停缴期间不产生欠费，不是必须补缴；补不补，影响的是以后恢复待遇的时间。",
        "after.promised": "{days}个工作日内办结：今天提交，预计{on}前有结果。",
        "need.deferral-closed": "缓缴：{area}目前没有开放。缓缴只在国家出台政策期间办理，对象是中小微企业和个体工商户，而且只缓单位缴的部分。",
        "need.deferral-open": "缓缴：{area}已经开放，中小微企业和个体工商户的单位缴费部分可以推迟缴，个人部分照缴，待遇不受影响，单位不用申请。",
        "need.instalments-closed": "分期缴费：{area}没有这项规定，目前不能办理。",
        "need.instalments-open": "分期缴费：{area}可以办理。灵活就业人员欠缴两个月以上、中断没有超过期限的，可以在网厅申请分几期缴清。",
        "need.aid": "低保、特困、返贫监测等困难人员参加居民医保有资助，个人少缴或者不缴，比停缴合算。请向村（社区）或民政部门申请认定。",
        "need.shorter": "如果只是这几个月困难，可以先不停缴：中断不超过{grace}个月的，补齐费用就能恢复待遇。",
        "need.joined-employee": "要先停掉居民医保，单位才能给您参加职工医保。请先问清单位从哪个月开始给您参保，停得太早中间会没有保障。",
        "need.unit-takes-over": "单位给您参保以前，要先停掉灵活就业的缴费。请停到单位参保的前一个月，中间就没有空档。",
        "need.new-unit": "换到新单位，由原单位办减员、新单位办增员，您个人不用停缴。",
        "need.left-unit": "离职后由原单位“{unit}”办理停保，您个人不用操作。停保以后，可以自己以灵活就业身份参保，或者参加居民医保，中间不要断开。",
        "need.not-employed": "您现在的医保不是由单位缴费的，离职不影响它。如果没有新的医保，建议不要停。",
        "need.transfer": "到外地参保，应办理转移接续，缴费年限可以接着算，{days}个工作日内办完。转出地要先停保、转入地已经参保才能受理：先办停缴，在申请里勾选“需要转移接续”。",
        "need.retire-employee": "退休应办理“在职转退休”，不是停缴。缴够规定年限的，退休后不用缴费，照常享受医保。请由单位或本人到医保窗口办理。",
        "need.retire-resident": "居民医保没有退休手续，退休不用停。每年在集中缴费期缴费，就一直有保障。",
        "need.duplicate": "同一时间只能有一份医保。连续参加职工医保满1年的，一般保留职工医保；两份都是职工医保，保留工作地的；两份都是居民医保，保留常住地的，学生保留学校所在地的。要停的是另外那一份。",
        "need.correct": "信息有误不用停缴，更正就可以，医保照常。",
        "need.risk": "没病的时候看不出来：一停缴，住院的费用就全部由自己付，想再参保可能要等几个月。下一页会按您的情况算清楚。",
        "need.go-on": "下一页会告诉您：从哪一天起自费、以后恢复要等多久、费用退不退。看完再决定也不迟。",
        "case.somebody-first": "这件申请刚刚已由他人处理：{who}于{at}“{did}”，现在是“{state}”。您刚才的操作没有生效，请重新打开查看。",
        "case.stale": "您打开页面之后，这件申请已经更新，现在是“{state}”。您刚才的操作没有生效，请重新打开查看。",
        "case.other-person": "这个页面是为另一位参保人打开的，之后在别的窗口换了人，或者代办已经解除。刚才的操作没有生效，"
        "请重新打开页面，核对姓名后再办。",
        "case.not-possible": "这件申请现在是“{state}”，不能“{action}”。",
        "case.withdraw-too-late": "申请现在是“{state}”，不能再撤销。如果不想停保，生效后可以办理“取消暂停参保（恢复参保）”，或拨打 12393 咨询。",
        "case.not-yours": "这件申请正由{who}办理，您不能审核。可以请对方退回待办，或由主管调整。",
        "case.not-urgent": "还没有超过承诺办结日（{due_on}），暂时不用催办。",
        "case.urged-already": "今天已经催办过，经办人员会看到。每个工作日可以催办一次。",
        "case.no-result-yet": "申请现在是“{state}”，有了结果以后才能确认。",
        "case.progress-unknown": "没有查到这件申请。请对照短信核对受理编号、身份证号后四位和手机号后四位；每个编号一小时最多查5次。",
        "case.no-copy": "申请现在是“{state}”，不需要重新提交。",
        "cancel.too-late": "停缴已到生效日（{on}），不能再取消。想恢复参保，请办理“恢复参保（取消暂停参保）”，或拨打 12393 咨询。",
        "cancel.nothing-to-cancel": "原停缴申请现在是“{state}”，没有等待生效的停缴可以取消。",
        "cancel.approved": "您申请的“生效前取消停缴”已审核通过，医保照常。",
        "cancel.reason-needed": "请写明为什么要取消停缴，最多200个字。",
        "effect.not-possible": "到生效日再次核对时，参保状态已经变化，这次停缴不再办理，医保照常。",
        "material.too-big": "文件“{name}”超过 {limit} MB，请压缩后再上传。",
        "material.wrong-kind": "文件“{name}”不是 JPG、PNG 或 PDF，不能上传。请拍照或另存为 PDF 后再试。",
        "material.unreadable": "文件“{name}”打不开，可能已经损坏。请重新拍照或导出后再上传。",
        "material.locked": "文件“{name}”设有打开密码，看不到内容。请取消密码后再上传。",
        "material.too-many-pages": "文件“{name}”超过 {limit} 页，请只上传需要的几页。",
        "material.too-large": "文件“{name}”的尺寸太大，不能处理。请重新拍照，或缩小后再上传。",
        "material.too-many": "最多可以上传 {limit} 个文件，请先移除不需要的文件。",
    }
    | resume.REASONS
    | refund.REASONS
    | instalments.REASONS
    | transfer.REASONS
    | real_name.REASONS
    | rulebook.REASONS
)
