"""The API of payments: contribution records, one's own or, for staff, of somebody in their areas; read only.

Staff open a history first and say what for, as at the desk; each page they read is logged.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from insured.models import InsuredPerson
from payments.filters import ContributionFilter
from payments.models import ContributionRecord
from payments.models.records import ContributionRecordQuerySet
from payments.serializers import ContributionSerializer, LookUpSerializer
from payments.services import look_up
from portal.accounts.models import User
from portal.audit.services import record_access

SEEN = "view-history"
PERSON = OpenApiParameter(
    "person", OpenApiTypes.STR, description="人员编号：经办人员查询本统筹区的参保人，先用 look-up 写明用途"
)


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


class AtTheDesk(BasePermission):
    """Staff who may be at the desk, with their second factor, and whose work needs histories."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        user = request.user
        return isinstance(user, User) and admin.site.has_permission(request) and bool(look_up.areas_of(user))


def as_typed(number: str) -> str:
    """A 人员编号 as the database may be asked for it."""
    return number.replace("\0", "")[:20]


def person_in_charge(number: str, *, by: User) -> InsuredPerson:
    """The person, if insured in one of the areas now or before; NotFound for everybody else."""
    found = look_up.persons_of(by).filter(number=as_typed(number)).first()
    if found is None:
        raise NotFound
    return found


@extend_schema_view(get=extend_schema(parameters=[PERSON]))
class ContributionList(ListAPIView[ContributionRecord]):
    """缴费记录: newest period first; narrowed by area, scheme and year. One's own, or with `person` somebody's."""

    queryset = ContributionRecord.objects.none()
    serializer_class = ContributionSerializer
    pagination_class = NewestPeriodFirst
    filterset_class = ContributionFilter

    def get_queryset(self) -> ContributionRecordQuerySet:
        user = self.request.user
        if not isinstance(user, User):
            return ContributionRecord.objects.none()
        number = self.request.query_params.get("person", "")
        found = self._opened(number, by=user) if number else ContributionRecord.objects.visible_to(user)
        return found.select_related("employer")

    def _opened(self, number: str, *, by: User) -> ContributionRecordQuerySet:
        """The records of a history that was opened with a purpose; every page of it is logged.

        Six statements: session and account, today's posts, the person with the look, the log, the records.
        """
        if not AtTheDesk().has_permission(self.request, self):
            raise NotFound
        look = look_up.look_at(as_typed(number), by=by)
        if look is None:
            raise NotFound
        if not look.purpose:
            raise PermissionDenied("请先用 look-up 写明查询用途。")
        record_access(
            user=by,
            action=SEEN,
            subject_kind=look_up.PERSON,
            subject_id=look.person.pk,
            purpose=look.purpose,
            reason=look.reason,
        )
        return look_up.records_of(look.person, by=by)


class ContributionLookUp(APIView):
    """查询用途: opens the history of one person of the areas for half an hour; counted and logged."""

    permission_classes = (AtTheDesk,)
    serializer_class = LookUpSerializer

    @extend_schema(request=LookUpSerializer, responses={201: LookUpSerializer})
    def post(self, request: Request) -> Response:
        given = LookUpSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = request.user
        if not isinstance(user, User):
            raise NotFound
        wanted = given.validated_data
        person = person_in_charge(wanted["person"], by=user)
        look_up.open_history(person, purpose=wanted["purpose"], reason=wanted["reason"], by=user)
        return Response(LookUpSerializer(wanted).data, status=201)
