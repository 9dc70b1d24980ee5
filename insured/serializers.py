"""Enrollments as JSON: the identity masked, no key of the database."""

from typing import ClassVar

from rest_framework import serializers

from insured.models import CoveragePeriod, Enrollment, InsuredPerson, PoolingArea
from insured.services.benefits import BenefitOn
from portal.labels import say
from portal.masking import mask_id


class PersonSerializer(serializers.ModelSerializer[InsuredPerson]):
    """参保人, as little as is needed to tell whose record it is."""

    id_number = serializers.SerializerMethodField(help_text="证件号码，中间以 * 代替")

    class Meta:
        model = InsuredPerson
        fields: ClassVar[tuple[str, ...]] = ("name", "id_number")
        read_only_fields = fields

    def get_id_number(self, person: InsuredPerson) -> str:
        return mask_id(person.id_number)


class AreaSerializer(serializers.ModelSerializer[PoolingArea]):
    """统筹区."""

    class Meta:
        model = PoolingArea
        fields: ClassVar[tuple[str, ...]] = ("code", "name")
        read_only_fields = fields


class PeriodSerializer(serializers.ModelSerializer[CoveragePeriod]):
    """参保时段, both days included; no end means until something ends it."""

    class Meta:
        model = CoveragePeriod
        fields: ClassVar[tuple[str, ...]] = ("starts_on", "ends_on")
        read_only_fields = fields


class EnrollmentSerializer(serializers.ModelSerializer[Enrollment]):
    """参保关系 with the periods that count."""

    person = PersonSerializer(read_only=True)
    area = AreaSerializer(read_only=True)
    employer_name = serializers.CharField(source="employer.name", help_text="参保单位名称")
    scheme_name = serializers.CharField(source="get_scheme_display", help_text="险种名称")
    category_name = serializers.CharField(source="get_category_display", help_text="人员类别名称")
    status_name = serializers.CharField(source="get_status_display", help_text="参保状态名称")
    periods = PeriodSerializer(many=True, read_only=True)

    class Meta:
        model = Enrollment
        fields: ClassVar[tuple[str, ...]] = (
            "person",
            "scheme",
            "scheme_name",
            "is_basic",
            "area",
            "employer_name",
            "category",
            "category_name",
            "status",
            "status_name",
            "joined_on",
            "first_joined_on",
            "paused_on",
            "last_paid_month",
            "periods",
        )
        read_only_fields = fields


class BenefitSerializer(serializers.Serializer[BenefitOn]):
    """享受待遇 on one day."""

    day = serializers.DateField(help_text="查询的日期")
    is_covered = serializers.BooleanField(help_text="这一天是否享受待遇")
    scheme = serializers.CharField(help_text="报销的险种，没有为空")
    reason = serializers.SerializerMethodField(help_text="为什么")

    def get_reason(self, answer: BenefitOn) -> str:
        return say(answer.reason)
