"""Everything a fresh or updated hall needs before its first page, in one process."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Migrate, make the cache table, collect the static files; in demo mode also seed and fill the help centre."""

    help = "Migrates, makes the cache table, collects the static files; in demo mode seeds people and help."

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to repeat."""
        call_command("migrate", interactive=False, verbosity=1)
        call_command("createcachetable")
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO:
            call_command("seed_demo")
            call_command("load_help")
