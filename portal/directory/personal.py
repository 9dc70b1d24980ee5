"""Service items for one's own coverage."""

from portal.directory.service import Service, Shelf

CONTRIBUTIONS = Shelf("personal", "缴费管理", "pay")
ENROLMENT = Shelf("personal", "参保登记", "resume")
CENTRE = Shelf("personal", "个人中心", "person")
SETTINGS = Shelf("personal", "账户设置", "settings")

# In a path 参保地 stands for the region that was chosen.
PERSONAL: tuple[Service, ...] = (
    CONTRIBUTIONS.item(
        "stop",
        "停缴",
        "暂停本人的居民医保或灵活就业医保，审核通过后生效。",
        aliases="终止缴费 停保 停保申请 暂停参保 城乡居民暂停参保登记 居民医保停保 个人医保停保申报 城乡居民暂停参保"
        " 城乡居民医保暂停参保 终止参保 停缴申请 停用医保 停保办理 居民停保登记"
        " 灵活就业人员停保登记 灵活就业人员中断参保",
        paths="账户设置→停缴 缴费管理→终止缴费 账户设置→终止缴费 个人中心→停保申请 个人中心→停保 个人中心→暂停参保"
        " 社保服务→停保 社保服务→暂停参保 社保申报→停保 城乡居民服务→暂停参保 参保登记→停保"
        " 地方专区→参保地→城乡居民暂停参保登记 地方专区→参保地→城乡居民医保暂停参保"
        " 在线服务→个人医保停保申报 社保→居民医保停保",
        url="stop",
        icon="stop",
    ),
    CONTRIBUTIONS.item(
        "pay",
        "在线缴费",
        "缴纳居民医保、灵活就业医保的费用，续保缴费也在这里。",
        aliases="医保缴费 缴费 网上缴费 续保缴费 城乡居民医疗保险缴费 提交订单",
        paths="首页→在线缴费 首页→医保缴费 缴费管理→医保缴费 缴费管理→续保缴费",
        url="pay",
    ),
    CONTRIBUTIONS.item(
        "payment-orders",
        "我的订单",
        "没付完的缴费订单、付款状态和退款。",
        aliases="缴费订单 支付订单 付款状态",
        url="payment_orders",
        icon="record",
    ),
    CONTRIBUTIONS.item(
        "payment-management",
        "缴费管理",
        "停缴、缴费、缴费记录，都从这里开始。",
        url="payment_management",
    ),
    CONTRIBUTIONS.item(
        "contributions",
        "缴费记录",
        "每年每月交了多少、是否到账。",
        aliases="缴费明细 缴费状态 查询缴费记录 缴费查询",
        paths="个人中心→缴费记录 医保服务专区→参保信息服务→缴费记录 个人账户→缴费记录 缴费→缴费记录"
        " 我的医保→缴费记录 社保服务→缴费记录 城乡居民服务→缴费记录 在线服务→缴费记录 地方专区→参保地→缴费记录",
        url="contributions",
        icon="record",
    ),
    CONTRIBUTIONS.item(
        "arrears",
        "补缴欠费",
        "查看欠费原因和金额，补缴欠费及滞纳金。",
        aliases="补缴 欠费补缴 滞纳金 欠费",
        paths="缴费管理→补缴欠费",
        url="arrears",
    ),
    CONTRIBUTIONS.item(
        "bank-debit",
        "银行代缴",
        "签约或取消银行卡自动代缴。",
        aliases="银行代缴签约 银行代扣",
        paths="缴费管理→银行代缴 账户设置→银行代缴",
        url="bank_debit",
    ),
    CONTRIBUTIONS.item("deferral", "缓缴", "暂时困难时申请推迟缴费。", aliases="缓缴申请", url="deferral"),
    CONTRIBUTIONS.item("instalments", "分期缴费", "申请分几次缴清费用。", aliases="分期缴费申请", url="instalments"),
    CONTRIBUTIONS.item(
        "voucher",
        "缴费凭证",
        "下载、打印、核验缴费凭证。",
        aliases="缴费凭证下载 凭证下载 缴费证明",
        icon="cert",
        url="vouchers",
    ),
    CONTRIBUTIONS.item(
        "refund",
        "退费申请",
        "符合条件的医保费退回：看条件、提交申请、查退款进度。",
        aliases="退费 居民医保退费 暂停参保退费 居民医疗保险费退费 医保退费 退费进度 怎么退钱 退钱 退保",
        paths="缴费管理→退费申请 医保服务专区→参保信息服务→居民医保退费",
        url="refund",
    ),
    CONTRIBUTIONS.item(
        "payment-problem",
        "异常申诉",
        "缴费结果与实际不符时，在缴费记录里点那一笔的“异常申诉”。",
        aliases="缴费异常 缴费异常申诉",
        url="contributions",
    ),
    ENROLMENT.item(
        "resume",
        "恢复参保",
        "停保后重新参保、续保，或取消暂停参保。",
        aliases="取消暂停参保 重新参保 续保 个人续医保 续医保 医保续保 复保 重新参保申请 个人医保续保申请表"
        " 取消暂停 还能续交",
        paths="医保服务专区→参保信息服务→取消暂停参保 医保服务专区→参保信息服务→恢复参保 缴费管理→续保"
        " 账户设置→恢复参保 个人中心→恢复参保 社保服务→恢复参保 社保申报→恢复参保 城乡居民服务→恢复参保"
        " 参保登记→恢复参保 参保登记→重新参保 地方专区→参保地→恢复参保 社保→居民医保恢复参保",
        url="resume",
    ),
    ENROLMENT.item(
        "resident-enrolment",
        "城乡居民参保登记",
        "居民第一次参加医保。",
        aliases="居民参保登记 参加城乡居民医保",
        paths="城乡居民服务→城乡居民参保登记 社保申报→城乡居民参保登记",
        url="resident_enrolment",
    ),
    ENROLMENT.item(
        "flexible-enrolment",
        "灵活就业人员参保登记",
        "灵活就业人员参加职工医保。",
        aliases="灵活就业参保",
        url="flexible_enrolment",
    ),
    ENROLMENT.item(
        "transfer",
        "转移接续",
        "换地区参保时，把缴费年限和个人账户接到新参保地（跨省通办）。",
        aliases="医保转移 关系转移 医保关系转移接续 医保关系转移 基本医疗保险关系转移接续 医保转移接续 转移",
        paths="医保服务专区→参保信息服务→转移接续 社保服务→转移接续",
        url="transfer",
    ),
    ENROLMENT.item(
        "duplicate",
        "重复参保处理",
        "在两地或两种医保中重复登记时处理。",
        aliases="重复参保 重复缴费",
        url="duplicate",
    ),
    ENROLMENT.item(
        "certificate",
        "参保凭证打印",
        "开具并打印参保凭证。",
        aliases="参保凭证 参保证明 参保状态证明",
        paths="医保服务专区→参保信息服务→参保凭证打印",
        icon="cert",
        url="certificate",
    ),
    CENTRE.item(
        "me",
        "个人中心",
        "参保状态、所在单位、缴费记录、申请和消息。",
        aliases="我的",
        url="me",
    ),
    CENTRE.item(
        "my-insurance",
        "我的医保",
        "参保状态、保障时间、能不能报销、欠费、医保卡和个人账户，都在一页。",
        aliases="医保信息 我的医保信息 详细医保信息 参保时段",
        paths="个人中心→我的医保 我的→我的医保",
        url="my_insurance",
        icon="medical",
    ),
    CENTRE.item(
        "account",
        "个人账户",
        "参保状态、欠费情况、缴费记录和账户变动。",
        aliases="个人账户信息 个人账户信息页面 保障信息 参保状态 参保状态查询 个人参保信息"
        " 医保查询服务 欠费情况 账户变动",
        paths="账户设置→个人账户 市民中心→医保查询服务 医保服务专区→参保信息服务→个人参保信息"
        " 社保服务→参保状态查询 城乡居民服务→参保状态查询 在线服务→参保状态查询 社保→参保状态查询"
        " 地方专区→参保地→参保状态查询",
        url="account",
    ),
    CENTRE.item(
        "benefit-query",
        "待遇查询",
        "查某一天能不能享受医保待遇，为什么。",
        aliases="享受待遇 待遇享受 待遇享受情况 医保待遇查询",
        paths="个人中心→待遇查询 医保服务专区→参保信息服务→待遇查询",
        url="benefit_query",
    ),
    CENTRE.item(
        "retirement",
        "退休年限",
        "职工医保缴了几年、离退休还差几年、补缴大概多少钱。",
        aliases="退休医保年限 缴费年限 累计缴费年限 退休补缴 趸缴",
        paths="个人中心→退休年限 医保服务专区→参保信息服务→退休年限",
        url="retirement",
        icon="record",
    ),
    CENTRE.item(
        "my-applications",
        "我的申请",
        "每件申请办到了哪一步。",
        aliases="我的办件 申请状态 申请状态跟踪",
        url="my_applications",
        icon="track",
    ),
    CENTRE.item(
        "messages", "消息", "网厅发给您的通知。", aliases="我的消息 站内信 通知消息", url="messages", icon="message"
    ),
    CENTRE.item(
        "account-balance",
        "个人账户余额",
        "职工医保个人账户的余额和明细。",
        aliases="账户余额 个人账户明细 医保钱包",
        url="personal_account",
    ),
    CENTRE.item(
        "family-account",
        "亲情账户",
        "绑定家人，替家人办理。",
        aliases="家庭成员 我的家庭成员",
        paths="账户设置→亲情账户",
        url="family",
        icon="family",
    ),
    CENTRE.item(
        "family-sharing",
        "家庭共济",
        "用个人账户为近亲属缴费。",
        aliases="账户共济 家人代缴 近亲属代缴",
        url="family_sharing",
        icon="family",
    ),
    SETTINGS.item(
        "account-settings", "账户设置", "账户、认证和停缴、恢复参保的入口。", aliases="账号设置", url="account_settings"
    ),
    SETTINGS.item(
        "real-name",
        "实名认证",
        "输入姓名和身份证号，上传身份证照片，核实身份。",
        aliases="人脸识别 身份认证",
        paths="我的→实名认证",
        url="real_name",
    ),
    SETTINGS.item(
        "bind-card",
        "绑定医保卡",
        "输入医保卡号和密码，把本人的医保卡绑定到账户。",
        aliases="医保卡绑定 绑定社保卡 绑定医保账户 医保卡 解绑医保卡 医保卡密码",
        paths="我的→我的医保→绑定医保卡 缴费→绑定医保卡 账户设置→绑定医保卡",
        url="medical_card",
        icon="medical",
    ),
    SETTINGS.item(
        "bank-account",
        "绑定银行卡",
        "退费和代缴使用的银行账户。",
        aliases="银行账户信息 银行账户",
        paths="账户设置→绑定银行卡",
        url="bank_account",
    ),
    SETTINGS.item(
        "payment-password",
        "支付密码",
        "缴费时另外输入的密码。",
        aliases="设置支付密码",
        paths="账户设置→支付密码",
        url="payment_password",
        icon="shield",
    ),
    SETTINGS.item(
        "security",
        "账号安全",
        "修改密码、手机号和邮箱，查看登录记录。",
        aliases="修改密码 登录记录 更换手机号 更换邮箱",
        paths="账户设置→账号安全",
        url="account_security",
        icon="shield",
    ),
    SETTINGS.item(
        "reminder-settings",
        "提醒设置",
        "选择用短信、邮件接收哪些缴费提醒。",
        aliases="消息设置 通知设置 缴费提醒 关闭提醒",
        paths="账户设置→提醒设置",
        url="reminder_settings",
        icon="message",
    ),
    SETTINGS.item(
        "subscription",
        "政策动态订阅",
        "有新的通知、政策解读、新闻时告诉您。",
        aliases="订阅 政策动态 相关政策动态 订阅政策 新闻订阅 政策订阅 退订",
        paths="账户设置→政策动态订阅 帮助中心→政策动态订阅",
        url="subscription",
        icon="message",
    ),
    SETTINGS.item(
        "information-change",
        "基本信息变更",
        "手机号、邮箱、通讯地址自己改；姓名、身份证号有误，看带什么材料到哪里改。",
        aliases="信息变更 信息更正 信息有误 个人信息变更 修改地址 联系方式变更",
        paths="个人中心→基本信息变更 账户设置→基本信息变更 医保服务专区→参保信息服务→基本信息变更",
        url="information_change",
        icon="person",
    ),
)
