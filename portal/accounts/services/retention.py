"""What the door forgets: codes, counters, old log-ins and ended sessions. docs/retention.md names the days."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import OneTimeCode, Purpose, RateCounter, SignIn
from portal.audit.services import forget_tokens
from portal.transactions import business_transaction

CODES = timedelta(days=30)
PROVEN_CONTACTS = timedelta(days=365)
"""A code that proved a contact address is the proof; it lasts a year."""
SIGN_INS = timedelta(days=400)
"""More than the six months that logs are kept by law (网络安全法)."""
TOKENS = timedelta(days=30)


@business_transaction
def forget() -> int:
    """Delete what is past its days; how many rows went. Harmless when repeated."""
    now = timezone.now()
    proofs = Q(purpose=Purpose.CONTACT, used_at__gt=now - PROVEN_CONTACTS)
    gone = [
        OneTimeCode.objects.filter(expires_at__lt=now - CODES).exclude(proofs).delete()[0],
        RateCounter.objects.filter(resets_at__lt=now).delete()[0],
        SignIn.objects.filter(at__lt=now - SIGN_INS).delete()[0],
        Session.objects.filter(expire_date__lt=now).delete()[0],
        forget_tokens(before=now - TOKENS),
    ]
    return sum(gone)
