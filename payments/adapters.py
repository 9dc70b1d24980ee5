"""Answers to questions that lower apps ask by a name in the settings."""

from collections.abc import Iterable

from payments.spreadsheet import Column, Table, as_csv


def plain_csv(title: str, *, heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    """A table of texts as a CSV file without formulas (settings.CSV_WRITER)."""
    return as_csv(Table(title=title, columns=tuple(Column(head) for head in heads), rows=rows))
