"""How far the import of a file has come, and which of its rows were refused."""

from django.db import models
from django.db.models import F, Q

from insured import labels


class ImportRun(models.Model):
    """One file of one kind, known by its content. Every row below the mark was taken or refused, once."""

    kind = models.CharField("种类", max_length=16, choices=list(labels.IMPORT_KINDS.items()))
    file_hash = models.CharField("文件指纹", max_length=64)
    file_name = models.CharField("文件名", max_length=200)
    mark = models.PositiveIntegerField("已处理到第几行", default=1)
    taken = models.PositiveIntegerField("已导入行数", default=0)
    refused = models.PositiveIntegerField("未导入行数", default=0)
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        constraints = [
            models.UniqueConstraint(fields=["kind", "file_hash"], name="import_once_per_file"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.IMPORT_KINDS)), name="import_kind_known"),
            models.CheckConstraint(condition=Q(mark__gte=F("taken") + F("refused")), name="import_mark_counts_rows"),
        ]


class ImportRefusal(models.Model):
    """A row that was not taken, and why; what was in it stays in the file."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, verbose_name="导入", related_name="refusals")
    line = models.PositiveIntegerField("行号")
    reasons = models.TextField("原因")

    class Meta:
        verbose_name = verbose_name_plural = "未导入的行"
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="refused_once")]
