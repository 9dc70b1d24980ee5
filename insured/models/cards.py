"""绑定的医保卡: which card of a person the card service has confirmed, and how it stood when it was last asked."""

from typing import Self

from django.db import models
from django.db.models import Q

from insured import labels
from insured.models.people import InsuredPerson
from portal.accounts.models import User
from portal.crypto import BlindIndexField, EncryptedTextField


class CardBindingQuerySet(models.QuerySet["CardBinding"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(person__user=user)

    def bound(self) -> Self:
        """Not ended."""
        return self.filter(ended_at__isnull=True)


class CardBinding(models.Model):
    """A card that is its person's own. The number is sealed and shown masked; the password is kept nowhere."""

    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, verbose_name="持卡人", related_name="cards")
    number = EncryptedTextField("医保卡号")
    number_index = BlindIndexField("医保卡号索引", source="number", purpose="medical-card")
    check_no = models.CharField("卡服务核验编号", max_length=40)
    state = models.CharField("卡状态", max_length=8, choices=list(labels.CARD_STATES.items()))
    checked_at = models.DateTimeField("核对时间")
    bound_at = models.DateTimeField("绑定时间")
    ended_at = models.DateTimeField("解除时间", null=True, blank=True)

    objects = CardBindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "医保卡绑定"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at__isnull=True),
                name="one_bound_card",
                violation_error_message="已经绑定了一张医保卡。",
            ),
            models.UniqueConstraint(
                fields=["number_index"],
                condition=Q(ended_at__isnull=True),
                name="card_bound_once",
                violation_error_message="这张医保卡已经绑定。",
            ),
            models.CheckConstraint(condition=Q(state__in=list(labels.CARD_STATES)), name="card_state_known"),
        ]
