"""The building as a Django app: one signal, which puts the triggers back after every migrate."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db import connections
from django.db.models.signals import post_migrate

from portal import triggers


def install_triggers(*, using: str, **_: Any) -> None:
    """SQLite drops a table's triggers at every later ALTER, so they are made again each time."""
    triggers.install(connections[using])


class PortalConfig(AppConfig):
    """The ground floor; no models of its own."""

    name = "portal"
    label = "portal"
    verbose_name = "网厅"

    def ready(self) -> None:
        # Sent per app, after the last migration of all apps. One sender is enough, and it must have models.
        post_migrate.connect(install_triggers, sender=apps.get_app_config("audit"), dispatch_uid="portal.triggers")


class HallAdminConfig(AdminConfig):
    """The admin with our site, which asks for an assignment and a second factor."""

    default_site = "suspension.admin.HallAdminSite"
