"""The API of one's own applications: list, look, withdraw."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.accounts.models import User
from suspension.models import Application, ApplicationQuerySet, Attachment
from suspension.serializers import ApplicationSerializer, VersionSerializer
from suspension.services import stop


def _mine(request: Request) -> ApplicationQuerySet:
    if not isinstance(request.user, User):
        return Application.objects.none()
    kept = Prefetch("attachments", queryset=Attachment.objects.kept().order_by("id"), to_attr="kept_materials")
    return Application.objects.about(request.user).submitted().prefetch_related(kept)


class NewestFirst(CursorPagination):
    """Pages that stay right while applications are added."""

    ordering = "-id"


class ApplicationList(ListAPIView[Application]):
    """我的申请: one's own, newest first."""

    queryset = Application.objects.none()
    serializer_class = ApplicationSerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> ApplicationQuerySet:
        return _mine(self.request)


class ApplicationDetail(RetrieveAPIView[Application]):
    """One of one's own applications, by 受理编号."""

    queryset = Application.objects.none()
    serializer_class = ApplicationSerializer
    lookup_field = "number"

    def get_queryset(self) -> ApplicationQuerySet:
        return _mine(self.request)


class ApplicationWithdraw(APIView):
    """撤销申请, while nobody has taken it."""

    @extend_schema(request=VersionSerializer, responses=ApplicationSerializer)
    def post(self, request: Request, number: str) -> Response:
        """The withdrawn application; 409 when it moved since the caller looked."""
        get_object_or_404(_mine(request), number=number)
        wanted = VersionSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        if not isinstance(request.user, User):
            raise TypeError("log-in is required")
        done = stop.withdraw(number=number, version=wanted.validated_data["version"], by=request.user)
        return Response(ApplicationSerializer(done).data)
