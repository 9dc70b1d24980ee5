"""Loads units, persons, enrollments and contribution records of the first day from CSV or XLSX files."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from insured.models import ImportRun
from insured.services.import_register import Loader, refusals_of, run_import, try_import
from insured.spreadsheet import read_table
from portal.errors import BusinessRuleError
from portal.labels import say

TAKEN, WOULD_BE_TAKEN, REFUSED = "已导入", "可以导入", "未导入"


class Command(BaseCommand):
    """May be stopped at any moment and started again with the same file: it goes on where it was."""

    help = "导入名册：units、persons、enrollments、contributions、accounts；中断后用同一文件重新运行即可继续。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(settings.IMPORT_LOADERS), help="文件的种类，按此顺序导入")
        parser.add_argument("file", help=".csv 或 .xlsx 文件；与 --template 同用时为要写出的模板")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--report", help="逐行结果写到这个 .csv 文件（默认在原文件旁边）")
        parser.add_argument("--template", action="store_true", help="写出只有列名和说明的模板")

    def handle(self, *args: Any, **options: Any) -> None:
        loader: Loader[Any] = import_string(settings.IMPORT_LOADERS[options["kind"]])
        path = Path(options["file"])
        if options["template"]:
            return self._write_template(loader, path)
        if not path.is_file():
            raise CommandError(f"没有文件 {path}。")
        report = Path(options["report"] or path.with_suffix(".result.csv"))
        try:
            self._try(loader, path, report) if options["dry_run"] else self._take(loader, path, report)
        except BusinessRuleError as error:
            raise CommandError("\n".join(say(reason) for reason in error.reasons)) from error

    def _take(self, loader: Loader[Any], path: Path, report: Path) -> None:
        run: ImportRun | None = None
        for run in run_import(loader, path):
            self.stdout.write(f"到第 {run.mark} 行：已导入 {run.taken}，未导入 {run.refused}", ending="\r")
        if run is None:
            return
        refusals = refusals_of(run)
        _, lines = read_table(path)
        self._report(report, ((line.no, refusals.get(line.no, "")) for line in lines), taken=TAKEN)
        self.stdout.write(
            self.style.SUCCESS(f"完成：已导入 {run.taken} 行，未导入 {run.refused} 行；逐行结果在 {report}")
        )

    def _try(self, loader: Loader[Any], path: Path, report: Path) -> None:
        refused = self._report(
            report, ((one.line, one.reasons) for one in try_import(loader, path)), taken=WOULD_BE_TAKEN
        )
        self.stdout.write(f"只检查，没有写入：{refused} 行不能导入；逐行结果在 {report}")

    @staticmethod
    def _report(path: Path, rows: Iterable[tuple[int, str]], *, taken: str) -> int:
        refused = 0
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["行号", "结果", "原因"])
            for no, reasons in rows:
                refused += bool(reasons)
                writer.writerow([no, REFUSED if reasons else taken, reasons])
        return refused

    def _write_template(self, loader: Loader[Any], path: Path) -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow([column.title for column in loader.columns])
        for column in loader.columns:
            self.stdout.write(f"{'必填' if column.is_needed else '选填'}  {column.title}  {column.hint}")
