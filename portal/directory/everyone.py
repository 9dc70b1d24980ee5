"""The door, help and content, for whoever comes."""

from portal.directory.service import GUIDE, ZONE, Service, Shelf

DOOR = Shelf("everyone", "网厅", "person")
HELP = Shelf("everyone", "帮助中心", "help")
MENU = Shelf("everyone", "办事专区", "list")
NEWS = Shelf("everyone", "政策资讯", "info")

EVERYONE: tuple[Service, ...] = (
    DOOR.item("home", "首页", "回到网厅首页。", aliases="返回首页 网厅首页 医疗保障单位网厅", url="home", icon="list"),
    DOOR.item("login", "登录", "用身份证号、手机号或邮箱登录。", aliases="个人登录 用户登录", url="account_login"),
    DOOR.item("register", "注册", "开通网厅账户。", aliases="注册账号 用户注册", url="account_signup"),
    DOOR.item(
        "forgotten-password", "忘记密码", "重新设置密码。", aliases="找回密码 密码重置", url="account_reset_password"
    ),
    DOOR.item(
        "services",
        "全部事项",
        "网厅的全部服务事项。",
        aliases="事项目录 更多服务",
        url="services",
        icon="list",
    ),
    DOOR.item(
        "regions",
        "地方专区",
        "选择参保地，办理当地的事项。",
        aliases="选择参保地 地方渠道 参保地",
        url="regions",
        icon="list",
    ),
    MENU.item("social-insurance", "社保服务", "停保、恢复参保和查询。", url=ZONE),
    MENU.item("declarations", "社保申报", "停保、恢复参保的申报。", url=ZONE),
    MENU.item("enrolment", "参保登记", "参保、停保、恢复参保、转移。", url=ZONE),
    MENU.item("resident-services", "城乡居民服务", "城乡居民医保的参保、暂停和查询。", url=ZONE),
    MENU.item("online-services", "在线服务", "个人医保停保申报和其他网上服务。", url=ZONE),
    MENU.item("insurance-services", "医保服务专区", "参保信息服务的入口。", url=ZONE),
    MENU.item(
        "coverage-information",
        "参保信息服务",
        "查参保信息，取消暂停参保，打印参保凭证。",
        paths="医保服务专区→参保信息服务",
        url=ZONE,
    ),
    MENU.item("citizen-centre", "市民中心", "医保查询服务的入口。", url=ZONE),
    MENU.item("case-enquiries", "业务办理查询", "办理事项进度查询的入口。", url=ZONE),
    MENU.item("payment-app", "社保", "从支付宝“社保”进来的事项。", url=ZONE),
    MENU.item("staff-changes", "人员增减", "单位增加、减少参保人员。", aliases="人员增减项", url=ZONE, icon="unit"),
    HELP.item("help", "帮助中心", "各事项的办理步骤。", aliases="帮助 在线帮助文档 操作指南", url="help"),
    HELP.item("faq", "常见问题", "停缴、续保、缴费的常见问题。", aliases="常见问题解答 问答", url="faq"),
    HELP.item(
        "stop-guide",
        "停缴办事指南",
        "停缴的条件、材料、步骤和影响。",
        aliases="终止缴费办事指南 停保办事指南 停缴说明",
        url=GUIDE,
    ),
    HELP.item("resume-guide", "续保办事指南", "续保的条件、流程、费用。", aliases="恢复参保办事指南", url=GUIDE),
    HELP.item(
        "renewal-rules",
        "续保条件、流程、费用",
        "按参保地现行规定：为什么续保、条件、时间、流程、费用。",
        aliases="个人续医保怎么交 续医保怎么交 续保怎么缴费 续医保的条件 续医保流程 续医保费用 续保时间 为什么要续保"
        " 续保指南",
        url="renewal_rules",
    ),
    HELP.item("payment-guide", "缴费办事指南", "网上缴费的时间、渠道和步骤。", aliases="缴费时间 缴费渠道", url=GUIDE),
    HELP.item(
        "progress",
        "办事进度查询",
        "不用登录，用受理编号查申请办到哪一步。",
        aliases="受理编号查询 申请编号查询 申请编号 受理编号 办理进度 办件进度 审核进度 办理事项进度查询",
        paths="个人中心→办事进度查询 业务办理查询→办理事项进度查询 社保服务→办事进度查询 社保申报→办事进度查询"
        " 城乡居民服务→办事进度查询 在线服务→办事进度查询 地方专区→参保地→办事进度查询 社保→办事进度查询",
        url="progress",
        icon="track",
    ),
    HELP.item(
        "online-support",
        "在线客服",
        "向工作人员提问。",
        aliases="客服 咨询 催办 在线咨询",
        icon="message",
        url="consult",
    ),
    HELP.item(
        "hotline",
        "客服热线",
        "拨打12393，人工服务时间为工作日。",
        aliases="12393 服务热线 医保热线 咨询电话 热线电话",
        icon="phone",
        url="hotline",
    ),
    HELP.item(
        "feedback",
        "问题反馈",
        "网厅的问题和建议。",
        aliases="意见反馈 网站找错 投诉建议",
        icon="message",
        url="feedback",
    ),
    HELP.item("rating", "好差评", "评价一次办理。", aliases="评价 服务评价"),
    HELP.item("glossary", "名词解释", "停缴、停保、暂停参保、终止参保有什么不同。", aliases="词语解释", url="glossary"),
    HELP.item(
        "waiting-period",
        "待遇等待期",
        "断缴后多久生效：按参保地现行规定逐种情况算好。",
        aliases="等待期 断缴 中断缴费 断交续交 断缴后多久生效 断缴等待期 新农合断交续交后 断缴后多久能报销",
        url="waiting_rules",
    ),
    HELP.item(
        "agencies",
        "经办机构",
        "窗口的地址、电话和办公时间。",
        aliases="医保经办机构 线下办理 线下缴费 办事大厅 服务窗口 社保局窗口 社保部门 银行转账",
        url="agencies",
    ),
    HELP.item(
        "forms",
        "表格下载",
        "停保登记表、续保申请表等。",
        aliases="基本医疗保险停保登记表 停保登记表 申请表 单位经办授权书",
        icon="file",
    ),
    HELP.item(
        "accessibility",
        "无障碍说明",
        "长者模式、键盘操作和放大。",
        aliases="无障碍 无障碍声明 适老化 长辈版 长者模式",
        icon="elder",
        url="accessibility",
    ),
    HELP.item(
        "privacy", "隐私政策", "网厅怎样保护个人信息。", aliases="个人信息保护 隐私", icon="shield", url="privacy"
    ),
    HELP.item(
        "phishing",
        "谨防钓鱼网站",
        "认准官方网址，识别假网站。",
        aliases="钓鱼网站 官方网址 假网站 防骗",
        url="phishing",
        icon="shield",
    ),
    NEWS.item(
        "contribution-standards",
        "缴费标准",
        "各年度、各类人员的缴费金额。",
        aliases="我的应缴 应缴金额 缴费金额",
        paths="帮助中心→缴费标准 缴费管理→缴费标准",
        url="standards",
    ),
    NEWS.item(
        "pay-channels",
        "官方缴费渠道",
        "可以在哪些官方平台缴医保费，怎样认出它们。",
        aliases="支付宝 微信城市服务 国家医保服务平台 国家医保服务平台APP 税务 税务部门"
        " 电子税务局 缴费平台 第三方支付平台",
        paths="缴费管理→官方缴费渠道 帮助中心→官方缴费渠道",
        icon="pay",
        url="pay_channels",
    ),
    NEWS.item("policies", "政策解读", "医保政策的说明。", aliases="政策", paths="帮助中心→政策解读", url="policies"),
    NEWS.item("news", "新闻动态", "医保新闻。", aliases="新闻 政策动态", paths="帮助中心→新闻动态", url="news"),
    NEWS.item("notices", "通知公告", "集中缴费期、系统维护等通知。", aliases="公告", url="notices"),
)
