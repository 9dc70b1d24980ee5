"""The API of insured: one's own enrollments and whether benefits are due on a day, read only."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from insured.forms import BenefitForm
from insured.models import Enrollment, InsuredPerson
from insured.models.coverage import EnrollmentQuerySet
from insured.serializers import BenefitSerializer, EnrollmentSerializer
from insured.services.benefits import benefit_on
from insured.services.overview import with_periods
from portal import clock
from portal.accounts.models import User


class EnrollmentList(ListAPIView[Enrollment]):
    """参保关系: one's own with their coverage periods, all at once: a person has a handful."""

    queryset = Enrollment.objects.none()
    serializer_class = EnrollmentSerializer
    pagination_class = None
    filter_backends = ()

    def get_queryset(self) -> EnrollmentQuerySet:
        user = self.request.user
        if not isinstance(user, User):
            return Enrollment.objects.none()
        return with_periods(Enrollment.objects.visible_to(user))


class BenefitDetail(APIView):
    """享受待遇: whether a basic scheme pays on the day `on` (today without it), and why."""

    serializer_class = BenefitSerializer

    @extend_schema(parameters=[OpenApiParameter("on", OpenApiTypes.DATE)], responses=BenefitSerializer)
    def get(self, request: Request) -> Response:
        form = BenefitForm({"on": request.query_params.get("on") or clock.today()})
        if not form.is_valid():
            raise ValidationError(form.errors.get_json_data())
        person = InsuredPerson.objects.filter(user=request.user.pk).first()
        if person is None:
            raise NotFound
        return Response(BenefitSerializer(benefit_on(person, day=form.cleaned_data["on"])).data)
