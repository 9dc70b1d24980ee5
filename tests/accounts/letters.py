"""What came by SMS and e-mail: read from the outbox as its reader would see it."""

from portal.notifications.models import Delivery
from portal.notifications.services import render


def text_of(row: Delivery) -> str:
    """The words of one delivery, with its code."""
    return render(row.template, channel=row.channel, params=row.params | ({"code": row.code} if row.code else {})).text


def last(channel: str = "sms") -> Delivery:
    """The newest message on a channel."""
    return Delivery.objects.filter(channel=channel).order_by("-id")[0]


def last_code(channel: str = "sms") -> str:
    """The code in the newest message; it must be one."""
    row = last(channel)
    assert row.template == "account_code"
    assert row.code
    return row.code


def templates(channel: str = "sms") -> list[str]:
    """What was sent on a channel, oldest first."""
    return list(Delivery.objects.filter(channel=channel).order_by("id").values_list("template", flat=True))
