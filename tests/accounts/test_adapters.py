"""Who is logged in, asked by every page that needs an account."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from portal.accounts.adapters import account_of
from portal.accounts.models import User


def test_the_account_is_whoever_is_logged_in(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = User(display_name="张演示")

    assert account_of(request) is request.user


def test_a_page_open_to_strangers_may_not_ask(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    with pytest.raises(TypeError):
        account_of(request)
