"""Persons, employers, who acts for an employer and who is whose relative."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured import labels
from insured.models.areas import PoolingArea, StaffAssignment, ValidityQuerySet
from portal import clock
from portal.accounts.models import User
from portal.crypto import BlindIndexField, EncryptedTextField


class InsuredPersonQuerySet(models.QuerySet["InsuredPerson"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: oneself."""
        return self.filter(user=user)

    def acted_for_by(self, user: User) -> Self:
        """The relatives who let this user act for them today (亲情账户)."""
        consented = FamilyRelation.objects.consented().filter(person__user=user)
        return self.filter(pk__in=consented.values("relative"))

    def within_reach_of(self, user: User) -> models.QuerySet["InsuredPerson", int]:
        """Keys of oneself and of the relatives one may act for today; two index look-ups, no OR over the table."""
        relatives = FamilyRelation.objects.consented().filter(person__user=user).values_list("relative_id", flat=True)
        return self.filter(user=user).values_list("pk", flat=True).union(relatives)

    def in_charge_of(self, user: User) -> Self:
        """At the desk: the persons of the pooling areas the staff member works for today."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))


class InsuredPerson(models.Model):
    """参保人. The resident ID and the phone are encrypted; they are found through blind indexes."""

    number = models.CharField("人员编号", max_length=20, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="网厅账号", related_name="person"
    )
    name = models.CharField("姓名", max_length=50)
    certificate_type = models.CharField("证件类型", max_length=2, default="01")
    id_number = EncryptedTextField("证件号码")
    id_index = BlindIndexField("证件号码索引", source="id_number", purpose="resident-id", unique=True)
    id_last4_index = BlindIndexField(
        "证件号码后四位索引", source="id_number", purpose="resident-id-last4", part="last4"
    )
    phone = EncryptedTextField("手机号码", null=True)
    email = models.EmailField("电子邮箱", blank=True)
    address = EncryptedTextField("通讯地址", null=True)
    born_on = models.DateField("出生日期")
    sex = models.CharField("性别", max_length=1, choices=[("男", "男"), ("女", "女")])
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="参保地")
    is_deceased = models.BooleanField("已死亡", default=False)
    is_disqualified = models.BooleanField("因违规被取消参保资格", default=False)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)

    objects = InsuredPersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参保人"
        indexes = [
            models.Index(fields=["id_last4_index", "name"], name="person_last4_name"),
            models.Index(fields=["name"], name="person_name_prefix", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.number


class EmployerQuerySet(models.QuerySet["Employer"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: the units whose agent this user is today."""
        return self.filter(agents__in=EmployerAgent.objects.valid_on(clock.today()).filter(user=user))

    def in_charge_of(self, user: User) -> Self:
        """At the desk: the units of the staff member's pooling areas."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))


class Employer(models.Model):
    """参保单位; flexible workers and residents stand under a virtual unit of their area."""

    number = models.CharField("单位编号", max_length=20, unique=True)
    name = models.CharField("单位名称", max_length=100)
    unit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    kind = models.CharField("单位管理类型", max_length=2, choices=list(labels.EMPLOYER_KINDS.items()))
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    phone = models.CharField("单位联系电话", max_length=20, blank=True)
    is_small = models.BooleanField("中小微企业或个体工商户", default=False)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参保单位"
        constraints = [
            models.UniqueConstraint(fields=["unit_code"], condition=~Q(unit_code=""), name="unit_code_once"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.EMPLOYER_KINDS)), name="employer_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_virtual(self) -> bool:
        """True for the unit that stands for flexible workers or residents of an area."""
        return self.kind != "01"


class EmployerAgent(models.Model):
    """单位经办人: who may act for an employer, from when to when."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="账号", related_name="agencies"
    )
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, verbose_name="参保单位", related_name="agents")
    starts_on = models.DateField("生效日期")
    ends_on = models.DateField("终止日期", null=True, blank=True)

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位经办人"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "employer"], condition=Q(ends_on__isnull=True), name="agent_once_per_employer"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="agent_dates"
            ),
        ]


class FamilyRelationQuerySet(models.QuerySet["FamilyRelation"]):
    def current(self) -> Self:
        """Not ended by either side."""
        return self.filter(ended_on__isnull=True)

    def consented(self) -> Self:
        """The relative consents to be acted for, today."""
        return self.current().filter(consented_at__isnull=False)

    def pending(self) -> Self:
        """Invited, and not answered."""
        return self.current().filter(consented_at__isnull=True, invited_at__isnull=False)

    def visible_to(self, user: User) -> Self:
        """In the hall: those with oneself on either side."""
        return self.current().filter(Q(person__user=user) | Q(relative__user=user))


class FamilyRelation(models.Model):
    """亲属关系: the relative of a person. With `consented_at` the relative lets the person act for them, until it ends.

    A row that was never invited is known from the register and gives no right. `consent_version` names the wording
    that was agreed to.
    """

    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="relations")
    relative = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, verbose_name="亲属", related_name="+")
    kind = models.CharField("关系", max_length=1, choices=list(labels.RELATIONS.items()))
    invited_at = models.DateTimeField("邀请时间", null=True, blank=True)
    consented_at = models.DateTimeField("同意代办时间", null=True, blank=True)
    consent_version = models.CharField("同意书版本", max_length=16, blank=True)
    declined_at = models.DateTimeField("谢绝时间", null=True, blank=True)
    ended_on = models.DateField("解除日期", null=True, blank=True)

    objects = FamilyRelationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "亲属关系"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "relative"], condition=Q(ended_on__isnull=True), name="relation_once"
            ),
            models.CheckConstraint(condition=~Q(person=F("relative")), name="relation_of_two"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.RELATIONS)), name="relation_known"),
        ]

    @property
    def is_pending(self) -> bool:
        """Invited, and not answered."""
        return self.consented_at is None and self.invited_at is not None
