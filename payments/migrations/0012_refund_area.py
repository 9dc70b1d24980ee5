"""Refunds made before belong to the area of their order's bills."""

from typing import Any

from django.db import migrations


def fill(apps: Any, _editor: Any) -> None:
    refunds, lines = apps.get_model("payments", "Refund"), apps.get_model("payments", "OrderLine")
    for refund in refunds.objects.filter(area=None).order_by("pk").iterator():
        line = lines.objects.filter(order=refund.order_id).select_related("bill").order_by("pk").first()
        if line is not None:
            refunds.objects.filter(pk=refund.pk).update(area=line.bill.area_id)


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_giving_back")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
