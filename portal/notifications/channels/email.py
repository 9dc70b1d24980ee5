"""E-mail over SMTP, through Django's mail backend."""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from portal.notifications.channels.base import Kind, Outcome, Outgoing

NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]")


class EmailChannel:
    """The mail server of the settings; one connection per message, EMAIL_TIMEOUT seconds for every step."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one mail over; its Message-ID is made from our key, so that repeats can be told."""
        ref = message_id(outgoing.key)
        mail = EmailMessage(
            subject=outgoing.title, body=outgoing.text, to=[outgoing.address], headers={"Message-ID": ref}
        )
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Kind.TEMPORARY, detail=f"connect: {type(error).__name__}")
        try:
            connection.send_messages([mail])
        except (OSError, ValueError) as error:
            return _failure(error)
        finally:
            with suppress(OSError):
                connection.close()
        return Outcome(Kind.ACCEPTED, ref=ref[:64])

    def query(self, _key: str) -> Outcome | None:
        """SMTP cannot say what became of a mail."""
        return None


def message_id(key: str) -> str:
    """<key@domain of the sender>, always the same for the same key."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    return f"<{NOT_IN_AN_ID.sub('.', key)}@{domain}>"


def _failure(error: OSError | ValueError) -> Outcome:
    """Every SMTPException is an OSError; a ValueError is an address or a header that cannot be sent."""
    if isinstance(error, ValueError):
        return Outcome(Kind.PERMANENT, detail=type(error).__name__)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        kind = Kind.PERMANENT if codes and all(code >= 500 for code in codes) else Kind.TEMPORARY
        return Outcome(kind, detail=f"SMTP {', '.join(map(str, codes))} recipient refused")
    if isinstance(error, smtplib.SMTPDataError):
        kind = Kind.PERMANENT if error.smtp_code >= 500 else Kind.TEMPORARY
        return Outcome(kind, detail=f"SMTP {error.smtp_code} data refused")
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome(Kind.TEMPORARY, detail=f"SMTP {error.smtp_code} {type(error).__name__}")
    return Outcome(Kind.UNKNOWN, detail=type(error).__name__)


@contextmanager
def opened() -> Iterator[EmailChannel]:
    """The mail server, for one run of the worker."""
    yield EmailChannel()
