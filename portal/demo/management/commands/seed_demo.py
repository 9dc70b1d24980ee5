"""Fills a demo hall with its named people and asks the worker for the invented ones."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal import clock
from portal.demo.services.accounts import write_list, write_register
from portal.demo.services.applications import seed_applications
from portal.demo.services.desk import seed_desk
from portal.demo.services.money import seed_money
from portal.demo.services.named import seed_named
from portal.hints import hint


class Command(BaseCommand):
    """Safe to repeat: only what is missing is written."""

    help = "Seeds the demo's areas, named people, accounts and applications; the worker writes the invented people."

    def handle(self, *args: Any, **options: Any) -> None:
        """Named people first, so that the first page has somebody to log in as."""
        today = clock.today()
        with transaction.atomic():
            seed_named(today=today)
            seed_money(today=today)
            seed_applications()
            seed_desk()
            hint("demo")
        write_register()
        self.stdout.write(f"演示账号 demo accounts: {write_list()}")
