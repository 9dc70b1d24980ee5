"""Rewrites what older keys encrypted or indexed with the current ones; may be stopped and started again."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F

from portal import crypto, triggers
from portal.crypto import BlindIndexField, EncryptedTextField

Row = tuple[Any, ...]


def chunks(rows: "models.QuerySet[Any, Row]", *, size: int) -> Iterator[list[Row]]:
    """Rows by ascending primary key, which is their first column."""
    last = None
    while page := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:size]):
        yield page
        last = page[-1][0]


def may_write(model: type[models.Model]) -> Any:
    """One transaction for a chunk; without triggers where the table is append-only."""
    if triggers.APPEND_ONLY in triggers.TRIGGERS.get(model._meta.db_table, ()):
        return triggers.suspended(connection)
    return transaction.atomic()


def with_ciphertext(model: type[models.Model], *, column: str) -> models.QuerySet[Any]:
    return model._base_manager.annotate(ciphertext=ExpressionWrapper(F(column), output_field=BinaryField()))


def encrypt_again(model: type[models.Model], field: "EncryptedTextField[Any, Any]", *, size: int) -> int:
    """Number of texts rewritten. One changed meanwhile is left alone: it was written with the current key."""
    rows = with_ciphertext(model, column=field.name)
    written = 0
    for page in chunks(rows.filter(**{f"{field.name}__isnull": False}).values_list("pk", "ciphertext"), size=size):
        old = [(pk, bytes(data)) for pk, data in page if crypto.key_id_of(bytes(data)) != crypto.current_field_key()]
        with may_write(model) if old else nullcontext():
            for pk, data in old:
                text = crypto.decrypt(data, context=field.context)
                written += rows.filter(pk=pk, ciphertext=data).update(**{field.name: text})
    return written


def index_again(model: type[models.Model], field: "BlindIndexField[Any, Any]", *, size: int) -> tuple[int, int]:
    """Numbers of indexes made anew, and of those that keep their old key because the value is not stored."""
    current = f"{crypto.current_index_key()}$"
    rows = model._base_manager.filter(**{f"{field.name}__isnull": False}).exclude(
        **{f"{field.name}__startswith": current}
    )
    if not field.source:
        return 0, rows.count()
    written = 0
    for page in chunks(rows.values_list("pk", field.source, field.name), size=size):
        with may_write(model):
            for pk, value, old in page:
                if value is not None:
                    new = {field.name: field.index_of(value)}
                    written += model._base_manager.filter(pk=pk, **{field.name: old}).update(**new)
    return written, rows.count()


class Command(BaseCommand):
    """Run after a new key was put at the end of FIELD_KEYS or INDEX_KEYS, and before an old one is taken out."""

    help = "用当前密钥重写所有加密字段和盲索引；可中断后重新运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chunk", type=int, default=500, help="每个事务的行数")

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                name = f"{model._meta.label}.{field.name}"
                if isinstance(field, EncryptedTextField):
                    self.stdout.write(f"{name}: 重新加密 {encrypt_again(model, field, size=options['chunk'])} 行")
                elif isinstance(field, BlindIndexField):
                    written, kept = index_again(model, field, size=options["chunk"])
                    self.stdout.write(f"{name}: 重建索引 {written} 行，仍用旧密钥 {kept} 行")
