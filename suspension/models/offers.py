"""办理要求: the reasons and materials of an item in an area, from a day on."""

from datetime import date

from django.db import models

from insured.models import PoolingArea


class ItemSettingsQuerySet(models.QuerySet["ItemSettings"]):
    def in_force(self, *, area_id: int, item: str, on: date) -> "ItemSettings | None":
        """The row in force on that day; None where the area asks for what everybody asks for."""
        return self.filter(area=area_id, item=item, effective_from__lte=on).order_by("-effective_from").first()


class ItemSettings(models.Model):
    """What an area offers and asks for on a form. Never edited; services/offers.py says what `content` holds."""

    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    item = models.CharField("事项", max_length=32)
    effective_from = models.DateField("生效日期")
    content = models.JSONField("内容")
    source = models.CharField("依据", max_length=200)

    objects = ItemSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理要求"
        constraints = [
            models.UniqueConstraint(fields=["area", "item", "effective_from"], name="one_item_settings_per_day")
        ]
