"""The API of insured: one's own enrollments, read only."""

from rest_framework.generics import ListAPIView

from insured.models import Enrollment
from insured.models.coverage import EnrollmentQuerySet
from insured.serializers import EnrollmentSerializer
from insured.services.overview import with_periods
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
