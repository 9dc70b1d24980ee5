"""What somebody has typed between two steps, kept in the session so that a reader of its table learns nothing."""

import base64
import json
from collections.abc import Mapping

from django.contrib.sessions.backends.base import SessionBase

from portal.crypto import DecryptionError, decrypt, encrypt

PREFIX = "hall_sealed_"


def keep(session: SessionBase, name: str, values: Mapping[str, object]) -> None:
    """Put the values away under a name; an earlier content is gone."""
    text = json.dumps(dict(values), ensure_ascii=False)
    session[PREFIX + name] = base64.b64encode(encrypt(text, context=_context(name))).decode()


def kept(session: SessionBase, name: str) -> dict[str, str]:
    """The values, or nothing when there are none, or none that can still be read."""
    sealed = session.get(PREFIX + name)
    if not isinstance(sealed, str):
        return {}
    try:
        values: dict[str, str] = json.loads(decrypt(base64.b64decode(sealed), context=_context(name)))
    except (DecryptionError, ValueError):
        return {}
    return values


def drop(session: SessionBase, name: str) -> None:
    """Forget them."""
    session.pop(PREFIX + name, None)


def _context(name: str) -> str:
    return f"session.{name}"
