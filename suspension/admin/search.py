"""One box that recognises what was typed and asks one indexed predicate."""

import re

from django.db.models import Q

from insured.services.search import WORDS, person_predicate
from portal.identity import is_public_number, normalize_public_number

NAME = re.compile(WORDS)
NOTHING = Q(pk__in=[])


def search_predicate(typed: str) -> Q:
    """受理编号, a whole resident ID, its last four characters with the name, or the beginning of a name."""
    text = " ".join(typed.split())
    if is_public_number(text):
        return Q(number=normalize_public_number(text))
    if (found := person_predicate(text, via="person__")) is not None:
        return found
    return Q(person__name__startswith=text) if NAME.fullmatch(text) else NOTHING
