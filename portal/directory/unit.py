"""Service items for an employer and its agents."""

from portal.directory.service import Service, Shelf

STAFF = Shelf("unit", "人员增减", "unit")
UNIT = Shelf("unit", "单位服务", "unit")

UNIT_SERVICES: tuple[Service, ...] = (
    UNIT.item(
        "unit-login",
        "单位登录",
        "单位经办人登录后办理本单位业务。",
        aliases="企业登录 单位网厅",
        paths="单位网厅→单位登录",
        url="unit",
    ),
    STAFF.item(
        "reduction",
        "人员减少",
        "职工离职、退休、转出、死亡时，由单位申报减员。",
        aliases="减员 减员申报 人员减员 参保人员减员申报 职工医保停保 解除劳动合同证明书",
        paths="人员增减→人员减少→提交申报 人员增减项→人员减少→提交申报 单位网厅→更多服务→参保人员减员申报",
    ),
    STAFF.item(
        "addition",
        "人员增加",
        "新职工参保，或停保职工恢复。",
        aliases="增员 增员申报 人员增员 参保人员增员申报",
        paths="单位网厅→更多服务→参保人员增员申报",
        url="unit_add",
    ),
    STAFF.item("batch", "批量增减员", "用表格一次申报多名职工。", aliases="批量增员 批量减员 批量申报 职工批量减员"),
    STAFF.item("roster", "人员花名册查询", "本单位参保人员名单和状态。", aliases="单位参保人员管理 花名册"),
    UNIT.item(
        "unit-payment", "单位缴费", "查看并缴纳本单位应缴费用和欠费。", aliases="单位缴费单 欠款核定", icon="pay"
    ),
    UNIT.item(
        "wage-declaration", "缴费工资申报", "申报职工缴费基数。", aliases="工资年度申报 缴费基数申报", icon="record"
    ),
    UNIT.item("unit-information", "单位信息变更", "单位名称、银行账户、经办人变更。", aliases="单位一般信息变更"),
    UNIT.item("unit-enrolment", "单位参保登记", "新单位第一次参保。", aliases="单位注册 单位开户"),
)
