"""Pooling areas, their rules by date, holidays, and which staff work where."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured import labels
from insured.policy.roles import ROLE_RIGHTS, WITH_PEOPLE, Right, StaffRole
from insured.policy.rules import AreaRules
from portal import clock
from portal.accounts.models import User

Row = TypeVar("Row", bound=models.Model)


class ValidityQuerySet(models.QuerySet[Row]):
    """Rows with `starts_on` and an optional `ends_on`, both ends included."""

    def valid_on(self, day: date) -> Self:
        """Rows in force on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class PoolingArea(models.Model):
    """统筹区: the place whose fund pays, with the counter people can go to."""

    code = models.CharField("医保区划", max_length=6, unique=True)
    name = models.CharField("名称", max_length=50)
    agency_name = models.CharField("经办机构", max_length=100)
    agency_address = models.CharField("地址", max_length=200)
    agency_phone = models.CharField("电话", max_length=30)
    office_hours = models.CharField("办公时间", max_length=100)
    agency_account = models.CharField("收款账户（开户行和账号）", max_length=100, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "统筹区"

    def __str__(self) -> str:
        return self.name


class AreaPolicyQuerySet(models.QuerySet["AreaPolicy"]):
    def in_force(self, *, area_id: int, on: date) -> "AreaPolicy":
        """The one row in force in the area on that day; an area without one is set up wrongly and raises."""
        return self._begun(area_id=area_id, by=on)[:1].get()

    def in_force_on(self, days: Collection[date], *, area_id: int) -> dict[date, "AreaPolicy"]:
        """The rows in force on several days, in one statement; raises as `in_force` does."""
        rows = list(self._begun(area_id=area_id, by=max(days)))
        found = {day: next((row for row in rows if row.effective_from <= day), None) for day in days}
        if missing := [day for day, row in found.items() if row is None]:
            raise AreaPolicy.DoesNotExist(f"area {area_id} has no rules on {missing[0]}")
        return {day: row for day, row in found.items() if row is not None}

    def _begun(self, *, area_id: int, by: date) -> Self:
        return self.filter(area_id=area_id, effective_from__lte=by).order_by("-effective_from")


class AreaPolicy(models.Model):
    """The rules of an area from a day on, field by field as policy.rules.AreaRules. Never edited once in force."""

    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区", related_name="policies")
    effective_from = models.DateField("生效日期")
    resident_stop_effect = models.CharField(
        "城乡居民停保生效时间",
        max_length=16,
        default="on_approval",
        choices=[("on_approval", "审核通过当日"), ("next_day", "次日"), ("next_month", "次月1日")],
    )
    employee_stop_effect = models.CharField(
        "职工医保停保生效时间",
        max_length=16,
        default="next_month",
        choices=[("next_month", "次月1日"), ("fifteenth", "次月15日")],
    )
    employee_start_effect = models.CharField(
        "职工医保首次缴费后待遇开始时间",
        max_length=16,
        default="next_month",
        choices=[("next_month", "次月1日"), ("after_30_days", "30日后")],
    )
    flexible_first_waiting_months = models.PositiveSmallIntegerField("灵活就业人员首次参保等待月数", default=0)
    stop_months_ahead = models.PositiveSmallIntegerField("停保年月最多可以选到几个月以后", default=3)
    personal_account_usable_after_stop = models.BooleanField("停保后个人账户余额可以继续使用", default=True)
    unit_filing_day_to = models.PositiveSmallIntegerField("单位当月申报截止日（之后按下月申报处理）", default=25)
    stop_filing_day_from = models.PositiveSmallIntegerField("停保申报每月几日开始", default=1)
    stop_filing_day_to = models.PositiveSmallIntegerField("停保申报每月几日截止", default=31)
    deferral_is_open = models.BooleanField("开放缓缴", default=False)
    instalments_are_open = models.BooleanField("开放分期缴费", default=False)
    deferral_months = models.PositiveSmallIntegerField("最多缓缴几个月的单位缴费", default=3)
    deferral_repay_months = models.PositiveSmallIntegerField("缓缴的费用几个月后补缴", default=6)
    instalments_max = models.PositiveSmallIntegerField("最多分几期", default=3)
    instalment_min_fen = models.PositiveIntegerField("每期最少金额（分）", default=20_000)
    instalments_first_month = models.PositiveSmallIntegerField("分期申请每年几月开始受理", default=1)
    instalments_last_month = models.PositiveSmallIntegerField("分期申请每年几月截止受理", default=12)
    window_start_month = models.PositiveSmallIntegerField("集中缴费期开始月", default=9)
    window_start_day = models.PositiveSmallIntegerField("集中缴费期开始日", default=1)
    window_end_month = models.PositiveSmallIntegerField("集中缴费期结束月", default=12)
    window_end_day = models.PositiveSmallIntegerField("集中缴费期结束日", default=31)
    extension_ends_month = models.PositiveSmallIntegerField("延长缴费期截至待遇年度几月底（0为不设）", default=2)
    extension_start = models.CharField(
        "延长缴费期缴费后待遇开始时间",
        max_length=16,
        default="payment_day",
        choices=[("payment_day", "缴费当日"), ("next_day", "缴费次日")],
    )
    fixed_waiting_months = models.PositiveSmallIntegerField("固定待遇等待期月数", default=3)
    gap_count = models.CharField(
        "变动待遇等待期的计算方式", max_length=16, default="B", choices=[("A", "断保年数"), ("B", "断保年数减一")]
    )
    gap_counting_from_year = models.PositiveSmallIntegerField("断保年数从哪个年度算起", default=2025)
    waiting_floor_gap_years = models.PositiveSmallIntegerField("断保满几年适用最短等待期", default=4)
    waiting_floor_months = models.PositiveSmallIntegerField("断保年数较长时最短等待月数", default=6)
    newborn_days = models.PositiveSmallIntegerField("新生儿出生后多少天内缴费可从出生之日享受", default=90)
    exempt_groups = models.CharField(
        "不设等待期的人群（代码，逗号分隔）", max_length=200, blank=True, default="newborn,aided,discharged_soldier"
    )
    exempt_days = models.PositiveSmallIntegerField("取得免等待身份后多少天内缴费有效", default=90)
    useless_payment_is_refused = models.BooleanField("当年已来不及享受待遇时不再收费", default=True)
    interruption_grace_months = models.PositiveSmallIntegerField("职工医保中断几个月以内可以补缴", default=3)
    interruption_start = models.CharField(
        "补缴后待遇开始时间",
        max_length=16,
        default="payment_month",
        choices=[("payment_month", "缴费当月"), ("next_month", "缴费次月"), ("next_day", "缴费次日")],
    )
    interruption_is_retroactive = models.BooleanField("补缴后中断期间的费用可以追溯报销", default=True)
    interruption_waiting_months = models.PositiveSmallIntegerField("中断超过期限后的等待月数（不超过6个月）", default=6)
    switch_min_covered_months = models.PositiveSmallIntegerField("转换险种视为连续所需的连续参保月数", default=24)
    flexible_min_age = models.PositiveSmallIntegerField("灵活就业参保最低年龄（周岁）", default=16)
    flexible_renewal_months = models.CharField(
        "灵活就业人员续保受理月份（逗号分隔，空为全年）", max_length=40, blank=True, default=""
    )
    comeback_payment_days = models.PositiveSmallIntegerField("恢复参保审核通过后几天内缴费", default=15)
    retirement_age_male_months = models.PositiveSmallIntegerField("男性退休年龄（月）", default=720)
    retirement_age_female_months = models.PositiveSmallIntegerField("女性退休年龄（月）", default=660)
    retirement_delay_from_year = models.PositiveSmallIntegerField("延迟退休从哪一年起（0为不延迟）", default=2025)
    retirement_delay_step_months = models.PositiveSmallIntegerField("延迟退休每几个月延迟1个月", default=4)
    retirement_delay_max_months = models.PositiveSmallIntegerField("延迟退休最多延迟几个月", default=36)
    retirement_years_male = models.PositiveSmallIntegerField("男性退休享受医保需累计缴费年限", default=25)
    retirement_years_female = models.PositiveSmallIntegerField("女性退休享受医保需累计缴费年限", default=20)
    retirement_paid_years = models.PositiveSmallIntegerField("其中本地实际缴费年限", default=10)
    retirement_lump_per_mille = models.PositiveSmallIntegerField("一次性补缴费率（千分之，0为不办理）", default=70)
    retirement_counts_deemed = models.BooleanField("视同缴费年限计入退休所需的累计年限", default=True)
    retirement_transferred_is_local = models.BooleanField("外地转入的缴费年限计入本地实际缴费年限", default=False)
    window_reminder_days = models.PositiveSmallIntegerField("集中缴费期结束前几天提醒（0为不提醒）", default=15)
    due_reminder_days = models.PositiveSmallIntegerField("账单到期前几天提醒（0为不提醒）", default=5)
    promised_working_days = models.PositiveSmallIntegerField("承诺办理时限（工作日）", default=5)
    correction_working_days = models.PositiveSmallIntegerField("补正期限（工作日）", default=15)
    correction_warn_days = models.PositiveSmallIntegerField("补正期限第几个工作日提醒", default=10)
    absence_release_working_days = models.PositiveSmallIntegerField("经办人几个工作日没有登录，办件退回待办", default=1)
    bulk_check_percent = models.PositiveSmallIntegerField("批量审核时随机抽出多少（%）单独核对", default=10)

    objects = AreaPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "统筹区规则"
        constraints = [
            models.UniqueConstraint(fields=["area", "effective_from"], name="one_policy_per_day"),
            models.CheckConstraint(condition=Q(gap_count__in=["A", "B"]), name="gap_count_known"),
            models.CheckConstraint(condition=Q(interruption_waiting_months__lte=6), name="interruption_waiting_capped"),
            models.CheckConstraint(
                condition=Q(
                    stop_filing_day_from__gte=1,
                    stop_filing_day_from__lte=F("stop_filing_day_to"),
                    stop_filing_day_to__lte=31,
                ),
                name="stop_filing_days",
                violation_error_message="停保申报的起止日应在1至31之间，开始不晚于截止。",
            ),
            models.CheckConstraint(
                condition=Q(
                    instalments_max__gte=2,
                    instalments_max__lte=12,
                    instalments_first_month__gte=1,
                    instalments_first_month__lte=F("instalments_last_month"),
                    instalments_last_month__lte=12,
                    deferral_months__gte=1,
                    deferral_repay_months__gte=1,
                ),
                name="instalment_rules_possible",
                violation_error_message="分期应为2至12期，受理月份在1至12月之间；缓缴和补缴的月数至少为1。",
            ),
            models.CheckConstraint(
                condition=Q(retirement_delay_step_months__gte=1, retirement_lump_per_mille__lte=1000),
                name="retirement_rules_possible",
                violation_error_message="延迟退休的间隔至少1个月，补缴费率最多千分之1000。",
            ),
            models.CheckConstraint(
                condition=Q(bulk_check_percent__lte=100, absence_release_working_days__gte=1),
                name="desk_rules_possible",
                violation_error_message="抽查比例最多100%，退回待办至少隔1个工作日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.effective_from}"

    def as_rules(self) -> AreaRules:
        """The same values for the policy functions."""
        return AreaRules(**{field.name: getattr(self, field.name) for field in fields(AreaRules)})


class HolidayOverride(models.Model):
    """A day that is a working day or a holiday, whatever the calendar library says."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    note = models.CharField("说明", max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节假日调整"


class StaffAssignmentQuerySet(ValidityQuerySet["StaffAssignment"]):
    def valid_on(self, day: date) -> Self:
        """Posts held on that day and not taken away."""
        return super().valid_on(day).filter(ended_at__isnull=True)

    def held_by(self, user: User, *, on: date) -> Self:
        """The posts of this person on that day. A superuser holds none that decides cases or sees people."""
        held = self.valid_on(on).filter(user=user)
        return held.filter(role=StaffRole.ADMINISTRATOR) if user.is_superuser else held

    def areas_of(self, user: User) -> models.QuerySet["StaffAssignment", int]:
        """Subquery: the areas whose people this person works with today; auditors and administrators have none."""
        return self.held_by(user, on=clock.today()).filter(role__in=WITH_PEOPLE).values_list("area_id", flat=True)

    def areas_with(self, user: User, right: Right) -> models.QuerySet["StaffAssignment", int]:
        """Subquery: the areas in which a post of today gives this right; one of another area gives nothing here."""
        roles = [role for role, rights in ROLE_RIGHTS.items() if right in rights]
        return self.held_by(user, on=clock.today()).filter(role__in=roles).values_list("area_id", flat=True)

    def posted_in(self, user: User) -> models.QuerySet["StaffAssignment", int]:
        """Subquery: the areas this person works for today, in any role."""
        return self.held_by(user, on=clock.today()).values_list("area_id", flat=True)


class StaffAssignment(models.Model):
    """Which role a staff member holds in which area, from when to when; rights end with it at the next request."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="工作人员", related_name="assignments"
    )
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区", related_name="staff")
    role = models.CharField("岗位", max_length=16, choices=list(labels.STAFF_ROLES.items()))
    starts_on = models.DateField("生效日期")
    ends_on = models.DateField("终止日期", null=True, blank=True)
    ended_at = models.DateTimeField("提前终止时间", null=True, blank=True)

    objects = StaffAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "area", "role"],
                condition=Q(ends_on__isnull=True, ended_at__isnull=True),
                name="assignment_once",
            ),
            *(
                models.UniqueConstraint(
                    fields=["user", "area"],
                    condition=Q(ends_on__isnull=True, ended_at__isnull=True) & ~Q(role=left_out),
                    name=f"posts_clash_without_{left_out}",
                    violation_error_message="同一人在同一统筹区不能兼任不相容的岗位。",
                )
                for left_out in (StaffRole.REVIEWER, StaffRole.SUPERVISOR)
            ),
            models.CheckConstraint(condition=Q(role__in=list(labels.STAFF_ROLES)), name="staff_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assignment_dates"
            ),
        ]

    def state_on(self, day: date) -> str:
        """A code of labels.POST_STATES."""
        if self.ended_at or (self.ends_on and self.ends_on < day):
            return "over"
        return "to-come" if self.starts_on > day else "held"


class PostEvent(models.Model):
    """A post given or taken away, and by whom; nobody means the shell. Append-only by trigger."""

    assignment = models.ForeignKey(
        StaffAssignment, on_delete=models.PROTECT, verbose_name="岗位", related_name="events"
    )
    action = models.CharField("动作", max_length=8, choices=list(labels.POST_ACTIONS.items()))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="操作人", related_name="+"
    )
    ends_on = models.DateField("终止日期", null=True)
    reason = models.CharField("说明", max_length=200)
    at = models.DateTimeField("时间", auto_now_add=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "岗位变动"
        constraints = [
            models.CheckConstraint(condition=Q(action__in=list(labels.POST_ACTIONS)), name="post_action_known")
        ]
