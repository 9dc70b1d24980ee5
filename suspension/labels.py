"""The wording of every code of applications: states, actions, roles, reasons."""

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
    "complete": "生效，办结",
    "void": "取消",
}
ROLES = {
    "applicant": "申请人",
    "caseworker": "经办人",
    "reviewer": "复核人",
    "supervisor": "主管",
    "system": "系统",
}
CHANNELS = {"web": "网厅", "window": "窗口"}
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
MATERIALS = {
    "id-card": "身份证复印件",
    "household": "户口簿",
    "leave-proof": "离职证明",
    "other": "其他材料",
}
RENDER_STATES = {"pending": "处理中", "ready": "可查看", "failed": "无法读取"}
CORRECTABLE = {
    "reason_code": "停缴原因",
    "stop_month": "停缴起始月",
    "contact_phone": "联系电话",
    "contact_email": "电子邮箱",
    "note": "补充说明",
    "material": "证明材料",
}
"""The fields of the form that a caseworker can ask to be corrected."""
REJECTIONS = {
    "reason-mismatch": "停缴原因不符",
    "not-eligible": "不符合停缴条件",
    "material-invalid": "材料无效或与本人不符",
    "wish-of-applicant": "申请人要求终止办理",
    "other": "其他原因",
}
CHECKS = {
    "active": "当前为正常参保",
    "own-account": "本人可以自行停缴",
    "alive": "参保人健在",
    "only-one": "没有其他在办申请",
    "month": "停缴年月在可选范围内",
    "still-approved": "原停缴申请已审核通过、等待生效",
    "in-time": "原停缴申请还没有到生效日",
}
"""The automatic checks of an application, as the desk names them."""
FOLLOW_UPS = {
    "stop": {
        "effective-day": "确认停缴生效日期，安排好这之后的看病费用",
        "new-unit": "告知新单位可以办理增员（参加职工医保的）",
        "money": "处理剩余费用：看清下面的欠费和退费说明",
        "transfer": "办理医保关系转移接续（前往新参保地或在网厅申请）",
    },
    "cancel-stop": {},
}
"""What remains to be done after an approval, by item; the applicant ticks it off."""
REASONS = {
    "stop.not-active": "您的医保目前不是“正常参保”状态，不需要再办理停缴。可以在个人中心查看参保状态；想恢复参保请选择“恢复参保”。",
    "stop.through-unit": "您是职工，医保由单位“{unit}”统一办理。请联系单位人事部门申报停保，个人不用操作。",
    "stop.deceased": "参保人已登记死亡，不能办理停缴。请家属到医保窗口办理终止参保，或拨打 12393 咨询。",
    "stop.already-open": "您已有一件正在办理的申请（受理编号 {number}），不能重复提交。请在“我的申请”中查看进度。",
    "stop.already-approved": "您的停缴申请（受理编号 {number}）已经审核通过，将于{on}生效，不用再次提交。",
    "stop.no-refund": "待遇期已经开始，当年已缴的费用不退。",
    "stop.refund-possible": "待遇期要到{begins}才开始。在这之前停保，符合条件的可以申请退还已缴的费用。",
    "case.somebody-first": "这件申请刚刚已由他人处理：{who}于{at}“{did}”，现在是“{state}”。您刚才的操作没有生效，请重新打开查看。",
    "case.stale": "您打开页面之后，这件申请已经更新，现在是“{state}”。您刚才的操作没有生效，请重新打开查看。",
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
    "desk.second-reviewer": "这件申请由您本人审核后提交复核，须由另一位复核人办理。",
    "desk.not-correctable": "这类申请没有可以补正的内容，请审核通过或不通过。",
    "desk.not-your-area": "您在这个统筹区没有对应的岗位，不能办理这件申请。",
    "desk.own-case": "这是您本人的申请，按回避规定须由其他同事办理。",
    "desk.relatives-case": "申请人是您的亲属，按回避规定须由其他同事办理。",
    "desk.colleagues-case": "申请人与您同属一个单位，按回避规定须由其他同事办理。",
    "desk.reason-needed": "请写明原因，申请人会看到这段话。",
    "desk.fields-needed": "请至少勾选一项需要补正的内容。",
    "desk.reveal-reason": "请写明为什么需要查看完整证件号，这句话会记入访问日志。",
    "desk.reveal-limit": "您今天已经查看了{limit}次完整证件号，达到每日上限。确需继续查看的，请联系主管。",
    "effect.not-possible": "到生效日再次核对时，参保状态已经变化，这次停缴不再办理，医保照常。",
    "material.too-big": "文件“{name}”超过 {limit} MB，请压缩后再上传。",
    "material.wrong-kind": "文件“{name}”不是 JPG、PNG 或 PDF，不能上传。请拍照或另存为 PDF 后再试。",
    "material.unreadable": "文件“{name}”打不开，可能已经损坏。请重新拍照或导出后再上传。",
    "material.too-many": "最多可以上传 {limit} 个文件，请先移除不需要的文件。",
}
