"""Every template is used."""

import re
from pathlib import Path

import allauth
import django.contrib.admin

from suspension.items import ITEMS
from suspension.services.workflow import told_about
from tests.house_rules.source import ROOT, files, python_files, text

ADMIN_PAGES = r"admin/(?:\w+/){0,2}(?:change_list|change_form|delete_confirmation|object_history|app_index)\.html"
"""Django looks these up by app and model."""


def names() -> list[str]:
    """Every template, as it is named in code."""
    return [path.relative_to("templates").as_posix() for path in files() if path.parts[0] == "templates"]


def words_of_libraries() -> str:
    """The Python of allauth and the template names of Django's admin."""
    folders = [Path(allauth.__file__).parent / part for part in ("account", "core", "mfa")]
    code = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    admin = Path(django.contrib.admin.__file__).parent / "templates"
    return code + "\n".join(path.relative_to(admin).as_posix() for path in admin.rglob("*.html"))


def unused(names: list[str], *, words: str, libraries: str) -> list[str]:
    """Templates that nothing names."""
    told = {f"notifications/{item.code}_{name}" for item in ITEMS.values() for name in told_about(item)}

    def is_used(name: str) -> bool:
        stem = name.rsplit(".", 1)[0]
        if name.startswith("notifications/"):
            base = re.sub(r"_(email|sms|subject)$", "", stem)
            return base in told or base.removeprefix("notifications/") in words
        if name in words or f'"{Path(name).name}"' in words:
            return True
        return f'"{stem}.' in libraries or name in libraries or bool(re.fullmatch(ADMIN_PAGES, name))

    return [name for name in names if not is_used(name)]


def test_every_template_is_used() -> None:
    sources = [*python_files(), *(path for path in files() if path.parts[0] == "templates")]
    words = "".join(text(path) for path in sources)

    assert unused(names(), words=words, libraries=words_of_libraries()) == []


def test_a_template_that_nothing_names_is_noticed() -> None:
    planted = ["portal/old.html", "notifications/stop_old_sms.txt", "account/old.html", "admin/old.html"]

    assert unused(planted, words="portal/home.html", libraries="admin/base.html") == planted


def test_the_folder_of_templates_is_there() -> None:
    assert (ROOT / "templates" / "base.html").exists()
