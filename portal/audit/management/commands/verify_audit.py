"""Looks whether the append-only tables are as they were sealed, and names every row that is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit import services
from portal.audit.labels import FAULTS, fault_place


class Command(BaseCommand):
    """Exit code 1 when a row or a seal is not as it was. Reads only, but for the links of rows that are new."""

    help = "核对审计链：逐行检查只增不改的数据表，指出被修改、删除、调换、插入的行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-seal", action="store_true", help="不先封存新增的行")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["no_seal"]:
            self.stdout.write(f"新封存 {services.seal_all()} 行")
        rows = faults = 0
        for now in services.walk():
            rows += now.rows
            faults += len(now.findings)
            for one in now.findings:
                self.stdout.write(f"{fault_place(one.table, row_id=one.row_id, fault=one.fault)}：{FAULTS[one.fault]}")
        for head in services.heads():
            self.stdout.write(f"{head.table} 第{head.no}块，共{head.rows}行，末链值 {head.digest}")
        if faults:
            raise CommandError(f"核对 {rows} 行，发现 {faults} 处问题。")
        self.stdout.write(self.style.SUCCESS(f"核对 {rows} 行，没有问题。"))
