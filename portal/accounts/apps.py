"""The app of who is at the door."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """User accounts; knows phone, e-mail and the blind index of an ID, nothing of coverage."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "账号"
