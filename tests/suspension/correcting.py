"""Cases that are returned for correction and sent again, by the services alone."""

import secrets
from dataclasses import replace
from typing import Any

from portal.accounts.models import User
from suspension.models import Application
from suspension.services import filing
from suspension.services.filing import request_of
from suspension.services.kinds import KINDS
from tests import factories
from tests.suspension import cases


def returned(found: Application, *fields: str, by: User) -> Application:
    """退回补正 of a case that waits."""
    return cases.decided(cases.taken(found, by=by), by=by, action="return", fields=fields, text="请改正后重新提交。")


def again(found: Application, *, by: User | None = None, **changes: Any) -> Application:
    """Sent again with these changes, whether they were asked for or not."""
    kind = KINDS[found.item]
    return filing.resubmit(
        kind,
        replace(request_of(kind, found), **changes),
        number=found.number or "",
        version=found.version,
        token=secrets.token_urlsafe(24),
        by=by or factories.account_of(found.person),
    )
