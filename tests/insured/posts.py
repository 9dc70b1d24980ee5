"""Giving posts, as an administrator does."""

import secrets
from datetime import date
from typing import Any

from insured.models import PoolingArea, StaffAssignment
from insured.services.posts import NewPost, give_post
from portal.accounts.models import User
from tests import factories


def new_post(*, to: User, area: PoolingArea, **more: Any) -> NewPost:
    """A caseworker's post from 2026-03-10 on, if nothing else is said."""
    values = {"role": "caseworker", "starts_on": date(2026, 3, 10), "reason": "医保发〔2026〕1号"} | more
    return NewPost(login=to.handle, name=to.display_name, area_id=area.pk, **values)


def given(*, by: User, area: PoolingArea, to: User | None = None, **more: Any) -> StaffAssignment:
    """The post, given."""
    account = to or factories.user(name="新同事")
    return give_post(new_post(to=account, area=area, **more), token=secrets.token_urlsafe(24), by=by)
