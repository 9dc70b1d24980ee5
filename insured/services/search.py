"""Recognise what somebody typed to find a person: one indexed predicate, or none."""

import re
from typing import cast

from django.db.models import Q

from insured.models import InsuredPerson
from portal.crypto import BlindIndexField
from portal.errors import BusinessRuleError
from portal.identity import normalize_resident_id

WORDS = r"[^\W\d_]+(?:[·•. ][^\W\d_]+)*"
LAST4 = re.compile(rf"(?P<before>\d{{3}}[\dXx]) ?(?P<name>{WORDS})|(?P<first>{WORDS}) ?(?P<after>\d{{3}}[\dXx])")


def person_predicate(typed: str, *, via: str = "") -> Q | None:
    """A whole resident ID, or its last four characters with the name; None for anything else.

    `via` leads from the searched table to the person, such as "person__".
    """
    text = " ".join(typed.split())
    try:
        number = normalize_resident_id(text)
    except BusinessRuleError:
        pass
    else:
        return Q(**{f"{via}id_index__in": _index("id_index").candidates_of(number)})
    found = LAST4.fullmatch(text)
    if found is None:
        return None
    last4, name = (found["before"] or found["after"]).upper(), found["name"] or found["first"]
    candidates = _index("id_last4_index").candidates_of(last4)
    return Q(**{f"{via}id_last4_index__in": candidates, f"{via}name": name})


def _index(name: str) -> "BlindIndexField[str, str]":
    return cast("BlindIndexField[str, str]", InsuredPerson._meta.get_field(name))
