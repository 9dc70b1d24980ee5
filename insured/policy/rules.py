"""What a pooling area (统筹区) may decide for itself: one frozen row of simple values, mirrored by a model."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

ResidentStopEffect = Literal["on_approval", "next_day", "next_month"]
EmployeeStopEffect = Literal["next_month", "fifteenth"]
EmployeeStartEffect = Literal["next_month", "after_30_days"]
ExtensionStart = Literal["payment_day", "next_day"]
InterruptionStart = Literal["payment_month", "next_month", "next_day"]
GapCount = Literal["A", "B"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRules:
    """The rules of one area in force from one date; the defaults are those of the demo district.

    Every field is an int, a bool or a str. RULE_FIELDS gives the Chinese name and the source of each.
    """

    # Start and end of cover
    resident_stop_effect: ResidentStopEffect = "on_approval"
    employee_stop_effect: EmployeeStopEffect = "next_month"
    employee_start_effect: EmployeeStartEffect = "next_month"
    flexible_first_waiting_months: int = 0
    stop_months_ahead: int = 3
    personal_account_usable_after_stop: bool = True
    unit_filing_day_to: int = 25
    stop_filing_day_from: int = 1
    stop_filing_day_to: int = 31

    # What may be asked for instead of a stop
    deferral_is_open: bool = False
    instalments_are_open: bool = False
    deferral_months: int = 3
    deferral_repay_months: int = 6
    instalments_max: int = 3
    instalment_min_fen: int = 20_000
    instalments_first_month: int = 1
    instalments_last_month: int = 12

    # Collection of the resident scheme
    window_start_month: int = 9
    window_start_day: int = 1
    window_end_month: int = 12
    window_end_day: int = 31
    extension_ends_month: int = 2
    extension_start: ExtensionStart = "payment_day"

    # Waiting period of the resident scheme
    fixed_waiting_months: int = 3
    gap_count: GapCount = "B"
    gap_counting_from_year: int = 2025
    waiting_floor_gap_years: int = 4
    waiting_floor_months: int = 6
    newborn_days: int = 90
    exempt_groups: str = "newborn,aided,discharged_soldier"
    exempt_days: int = 90
    useless_payment_is_refused: bool = True

    # Interruption of the employee scheme
    interruption_grace_months: int = 3
    interruption_start: InterruptionStart = "payment_month"
    interruption_is_retroactive: bool = True
    interruption_waiting_months: int = 6
    switch_min_covered_months: int = 24

    # Coming back
    flexible_min_age: int = 16
    flexible_renewal_months: str = ""
    comeback_payment_days: int = 15

    # Retirement
    retirement_age_male_months: int = 720
    retirement_age_female_months: int = 660
    retirement_delay_from_year: int = 2025
    retirement_delay_step_months: int = 4
    retirement_delay_max_months: int = 36
    retirement_years_male: int = 25
    retirement_years_female: int = 20
    retirement_paid_years: int = 10
    retirement_lump_per_mille: int = 70
    retirement_counts_deemed: bool = True
    retirement_transferred_is_local: bool = False

    # Reminders
    window_reminder_days: int = 15
    due_reminder_days: int = 5

    # Handling of an application
    promised_working_days: int = 5
    correction_working_days: int = 15
    correction_warn_days: int = 10
    absence_release_working_days: int = 1
    bulk_check_percent: int = 10

    @property
    def renewal_months(self) -> tuple[int, ...]:
        """The months of the year in which flexible workers may come back; all of them where none is named."""
        named = {int(part) for part in self.flexible_renewal_months.split(",") if part.strip().isdigit()}
        return tuple(month for month in range(1, 13) if not named or month in named)

    @property
    def exempt_group_codes(self) -> frozenset[str]:
        """The codes listed in `exempt_groups`, which are parted by commas."""
        return frozenset(code.strip() for code in self.exempt_groups.split(",") if code.strip())


class RuleField(NamedTuple):
    """How a field of AreaRules is named to people, and where its default comes from."""

    name: str
    source: str


DECREE_38: Final = "国办发〔2024〕38号"
DECREE_43: Final = "医保办发〔2021〕43号"
DECREE_21: Final = "医保发〔2022〕21号"
DECREE_RETIREMENT: Final = "全国人大常委会关于实施渐进式延迟法定退休年龄的决定（2024年）；本统筹区规则"
DECREE_FUJIAN: Final = "闽政办〔2025〕3号"
AREA: Final = "本统筹区规则"
READING: Final = "本统筹区规则（演示取值）"

RULE_FIELDS: Final[dict[str, RuleField]] = {
    "resident_stop_effect": RuleField("城乡居民停保生效时间", AREA),
    "employee_stop_effect": RuleField("职工医保停保生效时间", AREA),
    "employee_start_effect": RuleField("职工医保首次缴费后待遇开始时间", AREA),
    "flexible_first_waiting_months": RuleField("灵活就业人员首次参保等待月数", AREA),
    "stop_months_ahead": RuleField("停保年月最多可以选到几个月以后", READING),
    "personal_account_usable_after_stop": RuleField("停保后个人账户余额可以继续使用", AREA),
    "unit_filing_day_to": RuleField("单位当月申报截止日（之后按下月申报处理）", READING),
    "stop_filing_day_from": RuleField("停保申报每月几日开始", READING),
    "stop_filing_day_to": RuleField("停保申报每月几日截止", READING),
    "deferral_is_open": RuleField("开放缓缴", DECREE_21),
    "instalments_are_open": RuleField("开放分期缴费", AREA),
    "deferral_months": RuleField("最多缓缴几个月的单位缴费", DECREE_21),
    "deferral_repay_months": RuleField("缓缴的费用几个月后补缴", READING),
    "instalments_max": RuleField("最多分几期", READING),
    "instalment_min_fen": RuleField("每期最少金额（分）", READING),
    "instalments_first_month": RuleField("分期申请每年几月开始受理", READING),
    "instalments_last_month": RuleField("分期申请每年几月截止受理", READING),
    "window_start_month": RuleField("集中缴费期开始月", AREA),
    "window_start_day": RuleField("集中缴费期开始日", AREA),
    "window_end_month": RuleField("集中缴费期结束月", AREA),
    "window_end_day": RuleField("集中缴费期结束日", AREA),
    "extension_ends_month": RuleField("延长缴费期截至待遇年度几月底（0为不设）", DECREE_FUJIAN),
    "extension_start": RuleField("延长缴费期缴费后待遇开始时间", DECREE_FUJIAN),
    "fixed_waiting_months": RuleField("固定待遇等待期月数", DECREE_38),
    "gap_count": RuleField("变动待遇等待期的计算方式", AREA),
    "gap_counting_from_year": RuleField("断保年数从哪个年度算起", DECREE_38),
    "waiting_floor_gap_years": RuleField("断保满几年适用最短等待期", DECREE_38),
    "waiting_floor_months": RuleField("断保年数较长时最短等待月数", DECREE_38),
    "newborn_days": RuleField("新生儿出生后多少天内缴费可从出生之日享受", AREA),
    "exempt_groups": RuleField("不设等待期的人群（代码，逗号分隔）", DECREE_38),
    "exempt_days": RuleField("取得免等待身份后多少天内缴费有效", AREA),
    "useless_payment_is_refused": RuleField("当年已来不及享受待遇时不再收费", READING),
    "interruption_grace_months": RuleField("职工医保中断几个月以内可以补缴", DECREE_43),
    "interruption_start": RuleField("补缴后待遇开始时间", DECREE_43),
    "interruption_is_retroactive": RuleField("补缴后中断期间的费用可以追溯报销", DECREE_43),
    "interruption_waiting_months": RuleField("中断超过期限后的等待月数（不超过6个月）", DECREE_43),
    "switch_min_covered_months": RuleField("转换险种视为连续所需的连续参保月数", DECREE_43),
    "flexible_min_age": RuleField("灵活就业参保最低年龄（周岁）", READING),
    "flexible_renewal_months": RuleField("灵活就业人员续保受理月份（逗号分隔，空为全年）", AREA),
    "comeback_payment_days": RuleField("恢复参保审核通过后几天内缴费", READING),
    "retirement_age_male_months": RuleField("男性退休年龄（月）", DECREE_RETIREMENT),
    "retirement_age_female_months": RuleField("女性退休年龄（月）", DECREE_RETIREMENT),
    "retirement_delay_from_year": RuleField("延迟退休从哪一年起（0为不延迟）", DECREE_RETIREMENT),
    "retirement_delay_step_months": RuleField("延迟退休每几个月延迟1个月", DECREE_RETIREMENT),
    "retirement_delay_max_months": RuleField("延迟退休最多延迟几个月", DECREE_RETIREMENT),
    "retirement_years_male": RuleField("男性退休享受医保需累计缴费年限", AREA),
    "retirement_years_female": RuleField("女性退休享受医保需累计缴费年限", AREA),
    "retirement_paid_years": RuleField("其中本地实际缴费年限", AREA),
    "retirement_lump_per_mille": RuleField("一次性补缴费率（千分之，0为不办理）", READING),
    "retirement_counts_deemed": RuleField("视同缴费年限计入退休所需的累计年限", AREA),
    "retirement_transferred_is_local": RuleField("外地转入的缴费年限计入本地实际缴费年限", READING),
    "window_reminder_days": RuleField("集中缴费期结束前几天提醒（0为不提醒）", READING),
    "due_reminder_days": RuleField("账单到期前几天提醒（0为不提醒）", READING),
    "promised_working_days": RuleField("承诺办理时限（工作日）", AREA),
    "correction_working_days": RuleField("补正期限（工作日）", READING),
    "correction_warn_days": RuleField("补正期限第几个工作日提醒", READING),
    "absence_release_working_days": RuleField("经办人几个工作日没有登录，办件退回待办", READING),
    "bulk_check_percent": RuleField("批量审核时随机抽出多少（%）单独核对", READING),
}
