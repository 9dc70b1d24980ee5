"""The ways to pay: each speaks one protocol, and only addresses and keys say which company is behind it."""

from functools import lru_cache

from django.conf import settings

from payments.gateways.alipay import Alipay
from payments.gateways.alipay import Keys as AlipayKeys
from payments.gateways.base import Gateway
from payments.gateways.debit import Bank
from payments.gateways.debit import Keys as BankKeys
from payments.gateways.unionpay import Unionpay
from payments.gateways.unionpay.signing import Keys as UnionpayKeys
from payments.gateways.wechatpay import Wechatpay
from payments.gateways.wechatpay.transport import Keys as WechatpayKeys

_alipay, _wechatpay, _unionpay = lru_cache(Alipay), lru_cache(Wechatpay), lru_cache(Unionpay)
_bank = lru_cache(Bank)


def gateways() -> tuple[Gateway, ...]:
    """Those that this hall has keys for, in the order in which payers see them."""
    found: list[Gateway] = []
    if settings.ALIPAY:
        found.append(_alipay(AlipayKeys(**settings.ALIPAY)))
    if settings.WECHATPAY:
        found.append(_wechatpay(WechatpayKeys(**settings.WECHATPAY)))
    if settings.UNIONPAY:
        found.append(_unionpay(UnionpayKeys(**settings.UNIONPAY)))
    return tuple(found)


def bank() -> Bank | None:
    """The bank that checks accounts and takes money by mandate; None when this hall has no key for one."""
    return _bank(BankKeys(**settings.BANK)) if settings.BANK else None


def reconciled() -> tuple[Gateway, ...]:
    """Those whose bill files are compared with the ledger: the ways to pay, and the bank."""
    collecting = bank()
    return (*gateways(), collecting) if collecting else gateways()


def gateway(code: str) -> Gateway:
    """The one with this code: alipay, wechat, unionpay or debit. KeyError when this hall has none."""
    collecting = bank() if code == Bank.code else None
    return collecting or {one.code: one for one in gateways()}[code]
