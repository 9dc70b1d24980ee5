"""Payments: what is owed and what was paid."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "缴费"

    def ready(self) -> None:
        """Keys that cannot be read are found by `migrate`, before the hall opens, not by the first payer."""
        register(check_gateway_keys)


def check_gateway_keys(**_kwargs: Any) -> Sequence[CheckMessage]:
    """Every gateway that has a key can be built from its settings."""
    from payments.gateways import gateways  # its libraries are slow to load, and only the checks need them here

    try:
        gateways()
    except (ValueError, TypeError, IndexError) as error:
        hint = "ALIPAY_…, WECHATPAY_… and UNIONPAY_… must be as .env.example says."
        return [Error(f"The keys of a payment gateway cannot be read: {error}", hint=hint, id="payments.E001")]
    return []
