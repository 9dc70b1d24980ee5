"""One box that recognises what was typed and asks one indexed predicate."""

import re
from typing import cast

from django.db.models import Q

from insured.models import InsuredPerson
from portal.crypto import BlindIndexField
from portal.errors import BusinessRuleError
from portal.identity import is_public_number, normalize_public_number, normalize_resident_id

WORDS = r"[^\W\d_]+(?:[·•. ][^\W\d_]+)*"
LAST4 = re.compile(rf"(?P<before>\d{{3}}[\dXx]) ?(?P<name>{WORDS})|(?P<first>{WORDS}) ?(?P<after>\d{{3}}[\dXx])")
NAME = re.compile(WORDS)
NOTHING = Q(pk__in=[])


def _index(name: str) -> "BlindIndexField[str, str]":
    return cast("BlindIndexField[str, str]", InsuredPerson._meta.get_field(name))


def search_predicate(typed: str) -> Q:
    """受理编号, a whole resident ID, its last four characters with the name, or the beginning of a name."""
    text = " ".join(typed.split())
    if is_public_number(text):
        return Q(number=normalize_public_number(text))
    try:
        number = normalize_resident_id(text)
    except BusinessRuleError:
        pass
    else:
        return Q(person__id_index__in=_index("id_index").candidates_of(number))
    if found := LAST4.fullmatch(text):
        last4, name = (found["before"] or found["after"]).upper(), found["name"] or found["first"]
        return Q(person__id_last4_index__in=_index("id_last4_index").candidates_of(last4), person__name=name)
    if NAME.fullmatch(text):
        return Q(person__name__startswith=text)
    return NOTHING
