"""The API of payments: one's own contribution records, read only."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from payments.filters import ContributionFilter
from payments.models import ContributionRecord
from payments.models.records import ContributionRecordQuerySet
from payments.serializers import ContributionSerializer
from portal.accounts.models import User


class NewestPeriodFirst(CursorPagination):
    """Pages of two years of months, that stay right while records are added."""

    page_size = 24
    ordering = ("-period_starts_on", "-id")

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """A cursor whose place is no date is as unknown as one that cannot be read."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except ValidationError:
            raise NotFound(self.invalid_cursor_message) from None


class ContributionList(ListAPIView[ContributionRecord]):
    """缴费记录: one's own, newest period first; narrowed by scheme and year."""

    queryset = ContributionRecord.objects.none()
    serializer_class = ContributionSerializer
    pagination_class = NewestPeriodFirst
    filterset_class = ContributionFilter

    def get_queryset(self) -> ContributionRecordQuerySet:
        user = self.request.user
        if not isinstance(user, User):
            return ContributionRecord.objects.none()
        return ContributionRecord.objects.visible_to(user).select_related("employer")
