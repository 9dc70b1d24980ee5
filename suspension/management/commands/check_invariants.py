"""Asks the tables whether everything holds that must always hold, and shows what does not."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from suspension.labels import INVARIANTS as WORDS
from suspension.services.invariants import INVARIANTS

SHOWN = 20
"""Breaches named one by one; the others are counted."""


class Command(BaseCommand):
    """Exit code 1 on any breach. Reads only, and repairs nothing."""

    help = "核对不变量 I1–I11：通知、总账、支付、账单、办件、审计链、材料文件、结账；有一项不成立就以非零状态结束。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="+", choices=list(INVARIANTS), help="只核对这几项，例如 I3 I4")

    def handle(self, *args: Any, **options: Any) -> None:
        breaches = 0
        for code in options["only"] or INVARIANTS:
            began = time.perf_counter()
            found = INVARIANTS[code]()
            breaches += len(found)
            verdict = self.style.ERROR(f"{len(found)} 处") if found else self.style.SUCCESS("成立")
            self.stdout.write(f"{code:<4}{WORDS[code]}  {verdict}  {round((time.perf_counter() - began) * 1000)} 毫秒")
            for place in found[:SHOWN]:
                self.stdout.write(f"      {place}")
            if len(found) > SHOWN:
                self.stdout.write(f"      …… 还有 {len(found) - SHOWN} 处")
        if breaches:
            raise CommandError(f"有 {breaches} 处不成立。")
