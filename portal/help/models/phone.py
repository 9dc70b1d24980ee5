"""电话记录: what was said on the phone about a case. Written by a service only, and append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.help import labels


class PhoneNote(models.Model):
    """One call. `subject` is the public number of what it was about (受理编号), which is never looked up here."""

    subject = models.CharField("业务编号", max_length=32)
    area_code = models.CharField("统筹区", max_length=6)
    direction = models.CharField("通话", max_length=8, choices=list(labels.CALL_DIRECTIONS.items()))
    text = models.CharField("内容", max_length=500)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="记录人", related_name="+"
    )
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "电话记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=list(labels.CALL_DIRECTIONS)), name="phone_note_direction_known"
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="phone_note_about_something"),
        ]
        indexes = [models.Index(fields=["subject", "id"], name="phone_note_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.at:%Y-%m-%d}"
