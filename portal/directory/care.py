"""Service items of care and reimbursement, which are done elsewhere, and of the platform behind the hall.

Materials as in the 2023 list of 全国医疗保障经办政务服务事项.
"""

from portal.directory.service import Channel, Elsewhere, Service, Shelf

CARE = Shelf("personal", "在线服务", "medical")
PLATFORM = Shelf("everyone", "国家医保平台", "info")
APP = "国家医保服务平台APP"
COUNTER = Channel("参保地医保经办窗口", "带本人身份证或社保卡；替家人问的，再带家人的身份证。")

CARE_SERVICES: tuple[Service, ...] = (
    CARE.item(
        "e-card",
        "医保电子凭证",
        "电子医保卡（医保码）在哪里激活、怎样出示。",
        aliases="电子医保卡 医保码 为家人申领 为家人申领医保电子凭证",
        elsewhere=Elsewhere(
            why="医保电子凭证由国家医疗保障局统一签发，激活后看病、买药时出示就能结算，不用带实体卡。本网厅不签发，也不能代您激活。",
            places=(
                Channel(APP, "登录并完成实名认证后，找“医保电子凭证”，按提示激活；以后打开就能出示。"),
                Channel(f"{APP}的“亲情账户”", "老人、孩子没有手机的，家人可以在那里为他们申领、激活。"),
                Channel(
                    "参保地医保经办窗口", "没有智能手机的，带身份证和社保卡去问；看病时出示社保卡或身份证也能结算。"
                ),
            ),
            here=("certificate", "mobile-care", "spending"),
        ),
    ),
    CARE.item(
        "spending",
        "消费记录",
        "每一次看病、住院、买药花了多少，到哪里查。",
        aliases="消费明细 看病记录 就医记录 费用明细",
        paths="医保服务专区→参保信息服务→消费记录",
        icon="record",
        elsewhere=Elsewhere(
            why="看病购药的费用由医院、药店和医保结算系统记账，本网厅只管参保和缴费，没有您的看病记录。",
            places=(
                Channel(APP, "登录后找“消费记录”。"),
                Channel("就诊的医院、药店", "向收费处要结算单和费用明细清单。"),
                COUNTER,
            ),
            here=("yearly-spending", "contributions", "account", "account-balance"),
        ),
    ),
    CARE.item(
        "yearly-spending",
        "年度费用明细",
        "一年看病买药一共花了多少、医保报了多少，到哪里查。",
        aliases="年度医疗费用 年度费用汇总 年度费用 家人的年度医疗费用",
        paths="医保服务专区→参保信息服务→年度费用明细",
        icon="record",
        elsewhere=Elsewhere(
            why="一年的医疗费用和医保支付金额由医保结算系统汇总，本网厅没有这些数据，查不到本人的，也查不到家人的。"
            "每年缴了多少医保费，可以在本网厅的“缴费记录”里查。",
            places=(
                Channel(APP, "登录后找“年度费用明细”。"),
                Channel(
                    f"{APP}的“亲情账户”",
                    "查家人的年度医疗费用：先在那里绑定家人。本网厅的亲情账户只代办停缴和缴费，两边要分别绑定。",
                ),
                COUNTER,
            ),
            here=("spending", "contributions", "account", "family-account"),
        ),
    ),
    CARE.item(
        "reimbursement",
        "在线报销",
        "没有直接结算的费用，到哪里交单据报销。",
        aliases="报销 零星报销 手工报销 医疗单据",
        elsewhere=Elsewhere(
            why="在医院、药店出示医保码或社保卡的，当场就结算了，不用再报销。没有直接结算的费用要审核票据，由参保地收，"
            "本网厅不收医疗单据。",
            places=(
                Channel("参保地医保经办窗口", "交票据和清单，填报销申请，审核后汇到您的银行卡。"),
                Channel(APP, "有的参保地开通了网上报销：登录后看有没有“报销”页面，按提示上传单据。"),
            ),
            bring=(
                "医保电子凭证、身份证或社保卡",
                "医院的收费票据",
                "费用清单",
                "诊断证明；住院的，还要出院小结或病历",
                "本人的银行卡",
            ),
            here=("reimbursement-query", "bank-account", "benefit-query"),
        ),
    ),
    CARE.item(
        "reimbursement-query",
        "报销查询",
        "报销的进度和结果到哪里查。",
        aliases="报销进度 就医报销查询",
        elsewhere=Elsewhere(
            why="报销由参保地的经办机构审核，进度记在结算系统里，本网厅查不到。",
            places=(
                Channel(APP, "登录后在“消费记录”里看已经结算的；参保地开通了“报销查询”的，在那里看进度和结果。"),
                Channel("参保地医保经办窗口", "带身份证和交单据时的回执。"),
            ),
            here=("reimbursement", "progress"),
        ),
    ),
    CARE.item(
        "remote-care",
        "异地就医备案",
        "到外地看病前，在哪里备案。",
        aliases="异地就医 异地备案 跨省通办",
        elsewhere=Elsewhere(
            why="跨省异地就医备案在全国统一的系统里办，备案完成后，在外地可以用医保码直接结算。",
            places=(
                Channel(APP, "登录后找“异地就医备案”，按提示提交。"),
                Channel("国家异地就医备案小程序", "在微信里按这个名称搜索，看清主办单位是国家医疗保障局再用。"),
                COUNTER,
            ),
            bring=("医保电子凭证、身份证或社保卡", "长期居住的，居住证明；转外就医的，转诊证明"),
            here=("transfer", "agencies", "hotline"),
        ),
    ),
    CARE.item(
        "benefits",
        "医疗待遇申请",
        "门诊慢特病等待遇到哪里申请。",
        aliases="待遇申请 门诊慢特病申请 慢特病认定",
        elsewhere=Elsewhere(
            why="门诊慢特病等待遇要由医生认定病情，由定点医院和参保地的经办机构办，本网厅不受理。",
            places=(
                Channel("参保地定点医院的医保办", "先请医生开认定表；多数地方在医院就能办完。"),
                COUNTER,
            ),
            bring=("医保电子凭证、身份证或社保卡", "门诊慢特病病种待遇认定申请表", "病历、检查报告、诊断证明"),
            here=("benefit-query", "account"),
        ),
    ),
    CARE.item(
        "mobile-care",
        "移动就诊购药",
        "用手机挂号、看病、买药，到哪里办。",
        aliases="移动支付 医保移动支付 移动就医 手机购药",
        elsewhere=Elsewhere(
            why="挂号、看病和买药由医院和药店的渠道办，医保移动支付在那里付款。本网厅只收医保费。",
            places=(
                Channel("就诊医院的公众号、小程序或APP", "挂号、付费时选“医保移动支付”，用医保码确认。"),
                Channel(APP, "登录后找“移动就诊购药”，看哪些医院和药店开通了。"),
            ),
            here=("e-card", "pay"),
        ),
    ),
    CARE.item(
        "prescriptions",
        "处方下载",
        "电子处方到哪里看、到哪里取药。",
        aliases="医疗保障处方下载 电子处方 电子处方流转 处方流转",
        elsewhere=Elsewhere(
            why="处方由医生开在医院和电子处方中心的系统里，本网厅没有您的处方。",
            places=(
                Channel(APP, "登录后找“医疗保障处方下载”，按提示看处方、下载。"),
                Channel("开处方的医院", "在医院的公众号里看，或者到药房打印。"),
            ),
            here=("e-card", "mobile-care"),
        ),
    ),
    PLATFORM.item(
        "platform",
        "国家医保信息平台",
        "全国统一的医保信息平台做什么，本网厅做什么。",
        aliases="国家医疗保障信息平台 公共服务 经办管理 智能监控 宏观决策 国家医保平台",
        elsewhere=Elsewhere(
            why="国家医保信息平台由国家医疗保障局建设，分公共服务（医保电子凭证、移动支付、电子处方流转）、经办管理"
            "（异地就医结算、支付管理）、智能监控（基金监管）和宏观决策（数据和政策）四部分。后三部分是工作人员用的，"
            "个人不用办任何事。",
            places=(
                Channel(APP, "公共服务在这里：医保电子凭证、异地就医备案、信息查询、业务经办、亲情账户。"),
                COUNTER,
            ),
            here=("e-card", "mobile-care", "prescriptions", "remote-care"),
        ),
    ),
    PLATFORM.item(
        "app-update",
        "APP更新",
        "网厅是网页，不用装APP；官方APP怎样更新。",
        aliases="定期更新APP 更新APP 下载APP 手机APP",
        elsewhere=Elsewhere(
            why="本网厅在浏览器里打开，一直是最新的，不用安装，也不用更新。让您点链接更新“网厅APP”的，是骗子。",
            places=(
                Channel(APP, "在手机的应用商店里按名称查找，点“更新”。不要从短信和聊天里的链接安装。"),
                Channel("浏览器和手机系统", "保持更新，能补上安全漏洞。在手机的“设置”里打开自动更新。"),
            ),
            here=("phishing", "security"),
        ),
    ),
)
