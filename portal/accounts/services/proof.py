"""A proof of work in place of a picture puzzle: the browser counts for a moment, nobody reads or hears anything."""

import json
from datetime import timedelta

import structlog
from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.accounts.models import RateCounter
from portal.accounts.services.limits import HALL, Limit, TooOften, hidden, spend

WORK = 50_000
"""About half a second of a browser on average."""
LIFE = timedelta(minutes=20)
MOST_LETTERS = 2000
WRONG_WINDOW = 900
log = structlog.get_logger(__name__)


def challenge() -> str:
    """What the browser has to solve, as JSON; made without a write."""
    made = create_challenge(ChallengeOptions(max_number=WORK, hmac_key=_key(), expires=timezone.now() + LIFE))
    return json.dumps(
        {
            "algorithm": made.algorithm,
            "challenge": made.challenge,
            "maxnumber": made.max_number,
            "salt": made.salt,
            "signature": made.signature,
        }
    )


def is_proven(solution: str) -> bool:
    """Whether this solves a challenge of ours that is still alive; each one counts once."""
    if not solution or len(solution) > MOST_LETTERS:
        return False
    is_right, _ = verify_solution(solution, _key())
    if not is_right:
        return False
    try:
        spend(Limit("proof-once", hidden(solution), 1, int(LIFE.total_seconds())))
    except TooOften:
        return False
    return True


def count_wrong(address: str) -> None:
    """A log-in failed: count it for the address and for the hall, so that one guess on many accounts shows, too."""
    for kind, subject, seconds in _wrong(address):
        try:
            spend(Limit(kind, subject, settings.LOGIN_LIMITS[kind], seconds))
        except TooOften:
            log.warning("logins_wrong_too_often", kind=kind)


def needs_proof(address: str) -> bool:
    """Whether a log-in from there has to be proven: after wrong ones there, or many wrong ones anywhere."""
    full = RateCounter.objects.filter(resets_at__gt=timezone.now())
    return any(
        full.filter(kind=kind, subject=subject, count__gte=settings.LOGIN_LIMITS[kind]).exists()
        for kind, subject, _ in _wrong(address)
    )


def _wrong(address: str) -> tuple[tuple[str, str, int], ...]:
    return (("wrong_address", hidden(address), WRONG_WINDOW), ("wrong_hall", HALL, 60))


def _key() -> str:
    return salted_hmac("accounts.proof", "challenge", algorithm="sha256").hexdigest()
