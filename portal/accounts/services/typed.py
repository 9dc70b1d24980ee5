"""What was typed into a form that came after the session's end: sealed, and given back to the same person."""

import json
import time
from dataclasses import dataclass

from django.http import HttpRequest

from portal.accounts.services.sealed import keep, kept

NAME = "typed"
LIMIT = 30_000
KEPT_SECONDS = 3600
SECRET = frozenset({"password", "again", "old"})
CSRF = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent, without its files."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool


def keep_typed(request: HttpRequest, *, user_id: int) -> bool:
    """Put the form away for this person; False for anything that is no form, is secret, or is too long."""
    if request.method != "POST":
        return False
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != CSRF]
    text = json.dumps(fields, ensure_ascii=False)
    if not fields or SECRET & {name for name, _ in fields} or len(text) > LIMIT:
        return False
    values = {
        "user": str(user_id),
        "path": request.get_full_path(),
        "fields": text,
        "files": "yes" if request.FILES else "",
        "until": str(int(time.time()) + KEPT_SECONDS),
    }
    keep(request.session, NAME, values)
    return True


def typed_before(request: HttpRequest) -> Typed | None:
    """What this person had typed, for an hour; nothing for anybody else."""
    values = kept(request.session, NAME)
    if not values or values["user"] != str(request.user.pk) or int(values["until"]) < time.time():
        return None
    fields = tuple((name, value) for name, value in json.loads(values["fields"]))
    return Typed(path=values["path"], fields=fields, had_files=bool(values["files"]))
