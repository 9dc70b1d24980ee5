"""Content as visitors see it, the search in it, and loading what the hall comes with."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.db.models import Model

from portal import clock
from portal.directory import plain
from portal.help.models import Guide, Notice, Question, Term

Row = TypeVar("Row", bound=Model)
FOLDER = Path(__file__).resolve().parent.parent / "content"
SENTENCE_PAIRS = 4
"""From so many pairs of characters on, what was typed is taken as a sentence."""
CLOSEST = 5
"""So many questions resemble a sentence at most."""
MODELS: dict[str, type[Guide | Question | Term | Notice]] = {
    "guide": Guide,
    "question": Question,
    "term": Term,
    "notice": Notice,
}
"""Name of a table in a content file → the model its rows become."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the help centre has for a query."""

    guides: tuple[Guide, ...]
    questions: tuple[Question, ...]
    terms: tuple[Term, ...]
    notices: tuple[Notice, ...]

    def __bool__(self) -> bool:
        return bool(self.guides or self.questions or self.terms or self.notices)


def find(query: str, *, service_codes: Iterable[str] = ()) -> Found:
    """Published content whose names match; guides of the given service items are among the first. Four statements.

    A question in whole words ("网厅怎么停缴") finds what it names.
    """
    wanted = plain(query)
    codes = frozenset(service_codes)
    if not wanted:
        return Found((), (), (), ())
    questions = list(Question.objects.published().order_by("position", "id"))
    terms = list(Term.objects.published().order_by("position", "id"))
    notices = Notice.objects.published().order_by("-published_at", "-id")
    return Found(
        guides=tuple(find_guides(query, service_codes=codes)),
        questions=tuple(_named(wanted, questions, names=_names_of_question) or _closest(wanted, questions)),
        terms=tuple(_named(wanted, terms, names=lambda one: [one.name, *one.aliases.split()])),
        notices=tuple(one for one in notices if wanted in plain(one.title)),
    )


def find_guides(query: str, *, service_codes: Iterable[str] = ()) -> list[Guide]:
    """Published guides of the service items, then others that match by name."""
    codes = frozenset(service_codes)
    rows = list(Guide.objects.published().order_by("id"))
    of_items = [one for one in rows if one.service_code in codes]
    others = [one for one in rows if one.service_code not in codes]
    named = _named(plain(query), others, names=_names_of_guide, is_loose=not of_items)
    return of_items + named


def _names_of_guide(guide: Guide) -> list[str]:
    return [guide.title, *guide.aliases.split()]


def _names_of_question(question: Question) -> list[str]:
    return [question.question, question.claim, *question.aliases.split()]


def _named(wanted: str, rows: list[Row], *, names: Callable[[Row], list[str]], is_loose: bool = True) -> list[Row]:
    """Rows with a name that holds what was typed; if none and `is_loose`, those whose name stands in it."""
    keys = [(one, [plain(name) for name in names(one)]) for one in rows]
    found = [one for one, known in keys if any(wanted in key for key in known)]
    if found or not is_loose:
        return found
    return [one for one, known in keys if any(len(key) > 1 and key in wanted for key in known)]


def _closest(wanted: str, questions: list[Question]) -> list[Question]:
    """For a whole sentence: those that share most pairs of neighbouring characters with it, two fifths at least."""
    pairs = {wanted[place : place + 2] for place in range(len(wanted) - 1)}
    if len(pairs) < SENTENCE_PAIRS:
        return []
    keys = [(plain(f"{one.question}{one.aliases}"), one) for one in questions]
    shared = [(sum(pair in key for pair in pairs), one) for key, one in keys]
    close = [row for row in shared if 5 * row[0] >= 2 * len(pairs)]
    return [one for _, one in sorted(close, key=lambda row: -row[0])[:CLOSEST]]


def related(slugs: str) -> list[Guide]:
    """Published guides of these slugs, in the order given."""
    order = slugs.split()
    rows = {guide.slug: guide for guide in Guide.objects.published().filter(slug__in=order)}
    return [rows[slug] for slug in order if slug in rows]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were written, and how many stood already and were left as they are."""

    written: int
    kept: int


@transaction.atomic
def load(folder: Path = FOLDER, *, overwrite: bool = False) -> Loaded:
    """Read every content file. A row whose slug is known stays as staff left it, unless it is to be overwritten."""
    written = kept = 0
    for path in sorted(folder.glob("*.toml")):
        for table, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for row in rows:
                is_written = _put(MODELS[table], row, overwrite=overwrite)
                written, kept = written + is_written, kept + (not is_written)
    return Loaded(written, kept)


def _put(model: type[Model], row: dict[str, object], *, overwrite: bool) -> bool:
    values = {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}
    known = model._default_manager.filter(slug=values["slug"]).first()
    if known is not None and not overwrite:
        return False
    one = known or model(published_at=clock.now())
    for name, value in values.items():
        setattr(one, name, value)
    one.full_clean()
    one.save()
    return True
