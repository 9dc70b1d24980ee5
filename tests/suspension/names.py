"""Accounts without a name, and what they send to get one."""

import secrets

from insured.models import PoolingArea
from portal.accounts.gateways.identity import Verdict
from portal.accounts.models import User
from suspension.models import RealNameReview
from suspension.services import materials, real_name
from suspension.services.real_name import Claim
from tests import factories
from tests.suspension import files

NAME, ID_NUMBER = "陈新人", factories.resident_id(serial=736)


def claim(*, area: PoolingArea, name: str = NAME, resident_id: str = ID_NUMBER, asks_staff: bool = True) -> Claim:
    """What the form gives."""
    front, back = (materials.read_upload(files.picture()) for _ in range(2))
    return Claim(name=name, resident_id=resident_id, area=area, front=front, back=back, asks_staff=asks_staff)


def proved(wanted: Claim, *, by: User, token: str = "") -> RealNameReview | None:
    """Sent from one's own page."""
    token = token or secrets.token_urlsafe(24)
    return real_name.prove(wanted, token=token, page="/accounts/security/real-name/", address="127.0.0.1", by=by)


def waiting(*, area: PoolingArea, by: User) -> RealNameReview:
    """A review whose photos are drawn; the register is not asked."""
    wanted, token = claim(area=area), secrets.token_urlsafe(24)
    with materials.stored(wanted.front) as front, materials.stored(wanted.back) as back:
        for public_id in (front, back):
            real_name._draw(public_id, upload=wanted.front)
        return real_name._send(wanted, front=front, back=back, said=Verdict.UNAVAILABLE, token=token, page="/", by=by)
