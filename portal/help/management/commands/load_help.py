"""Fills the help centre with what the hall comes with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.help.services.content import load


class Command(BaseCommand):
    """Safe to repeat: rows that are there stay as staff left them."""

    help = "Loads guides, questions, words and notices from portal/help/content; what is there already is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--overwrite", action="store_true", help="write known rows anew, too")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load(overwrite=options["overwrite"])
        self.stdout.write(f"帮助中心：写入 {loaded.written} 条，保留 {loaded.kept} 条。")
