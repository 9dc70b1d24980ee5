"""Contribution records as JSON: amounts in whole fen, no key of the database, no identity."""

from typing import ClassVar

from rest_framework import serializers

from payments.labels import period_text
from payments.models import ContributionRecord
from portal.audit.labels import PURPOSES


class ContributionSerializer(serializers.ModelSerializer[ContributionRecord]):
    """缴费记录."""

    scheme_name = serializers.CharField(source="get_scheme_display", help_text="险种名称")
    kind_name = serializers.CharField(source="get_kind_display", help_text="缴费类型名称")
    way_name = serializers.CharField(source="get_way_display", help_text="缴费方式名称")
    employer_name = serializers.CharField(source="employer.name", help_text="参保单位名称")
    period = serializers.SerializerMethodField(help_text="费款所属期，如 2026年度、2026年1月")

    class Meta:
        model = ContributionRecord
        fields: ClassVar[tuple[str, ...]] = (
            "number",
            "scheme",
            "scheme_name",
            "kind",
            "kind_name",
            "way",
            "way_name",
            "is_received",
            "employer_name",
            "period",
            "period_starts_on",
            "period_ends_on",
            "base_fen",
            "personal_fen",
            "unit_fen",
            "fiscal_fen",
            "aid_fen",
            "paid_on",
        )
        read_only_fields = fields

    def get_period(self, record: ContributionRecord) -> str:
        return period_text(first=record.period_starts_on, last=record.period_ends_on)


class LookUpSerializer(serializers.Serializer[dict[str, str]]):
    """查询用途, as the form of the desk asks for it."""

    person = serializers.CharField(max_length=20, help_text="人员编号")
    purpose = serializers.ChoiceField(choices=list(PURPOSES.items()), help_text="查询用途")
    reason = serializers.CharField(min_length=2, max_length=100, help_text="用途说明")
