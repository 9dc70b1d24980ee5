"""What gateways have sent, byte by byte, and what became of it."""

from django.db import models

from payments import labels


class GatewayNotice(models.Model):
    """支付平台通知 as it came, stored before anybody looks at it; append-only."""

    gateway = models.CharField("支付平台", max_length=12)
    headers = models.JSONField("请求头")
    body = models.BinaryField("原文")
    sha256 = models.CharField("原文摘要", max_length=64)
    received_at = models.DateTimeField("收到时间")
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支付平台通知"
        indexes = [
            models.Index(fields=["gateway", "sha256"], name="notice_repeats"),
            models.Index(fields=["received_at"], name="notice_by_time"),
        ]


class NoticeVerdict(models.Model):
    """通知处理结果: forged, posted, a repeat, about an order that nobody knows …; append-only.

    A notice without one was on the way when a machine died: the gateway sends it again, and the query asks.
    """

    notice = models.ForeignKey(GatewayNotice, on_delete=models.PROTECT, verbose_name="通知", related_name="verdicts")
    result = models.CharField("结果", max_length=16, choices=list(labels.NOTICE_RESULTS.items()))
    detail = models.CharField("说明", max_length=200, blank=True)
    order_number = models.CharField("订单号", max_length=64, blank=True, db_index=True)
    trade_no = models.CharField("支付平台交易号", max_length=64, blank=True)
    at = models.DateTimeField("处理时间")

    class Meta:
        verbose_name = verbose_name_plural = "通知处理结果"
        constraints = [
            models.CheckConstraint(condition=models.Q(result__in=list(labels.NOTICE_RESULTS)), name="verdict_known"),
        ]
