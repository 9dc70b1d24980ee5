"""Who was found to pay twice: what the desk's list of 重复参保 is read from."""

from django.db import models

from insured.models import InsuredPerson, PoolingArea


class DuplicateFinding(models.Model):
    """重复参保线索: a record of this area is half of a duplicate of this person, as of `found_at`. Written by a job.

    A list of people to look at: whether it is still so, and what is proposed, is asked anew when the list is shown.
    """

    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区", related_name="+")
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="+")
    found_at = models.DateTimeField("最近发现时间")

    class Meta:
        verbose_name = verbose_name_plural = "重复参保线索"
        constraints = [models.UniqueConstraint(fields=["person", "area"], name="one_duplicate_finding_per_area")]
        indexes = [models.Index(fields=["area", "id"], name="duplicate_finding_of_area")]

    def __str__(self) -> str:
        return f"{self.area_id}:{self.person_id}"
