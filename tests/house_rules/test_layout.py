"""Where things stand: file names, lengths, nothing of this machine."""

import re
from pathlib import Path

import pytest

from tests.house_rules.source import APPS, ROOT, files, python_files, text

NAMES = {
    *("urls", "views", "api", "admin", "tasks", "management", "forms", "serializers", "filters", "services", "models"),
    *("items", "labels", "policy", "spreadsheet", "gateways", "channels", "apps", "migrations", "templatetags"),
    *("adapters", "middleware", "content", "__init__"),
}
FORBIDDEN = {"utils.py", "helpers.py", "selectors.py", "signals.py"}
MAX_LINES = 400
LONGER = {"portal/settings.py"}
"""One file by the house's own rule."""
MACHINE = re.compile(r"(?<![\w.$}])/(?:home|root|Users|work|mnt)/[\w.-]+")
ALLOWED_PATHS = {"/home/hall"}
"""The home of the user inside the container."""


def names_in(folder: Path) -> set[str]:
    """What lies directly in an app, without suffix."""
    inside = {path.relative_to(folder).parts[0] for path in files() if path.is_relative_to(folder)}
    return {Path(name).stem for name in inside}


def machine_paths(content: str) -> list[str]:
    """Absolute paths that only exist on somebody's machine."""
    return [found for found in MACHINE.findall(content) if found not in ALLOWED_PATHS]


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_only_files_of_the_common_names(app: str) -> None:
    assert names_in(Path(app)) - NAMES == set()


def test_no_file_is_called_after_nothing() -> None:
    assert [path for path in files() if path.name in FORBIDDEN] == []


@pytest.mark.parametrize("folder", ["portal", "insured", "payments", "suspension", "tests"])
def test_no_module_is_longer_than_the_limit(folder: str) -> None:
    too_long = {
        str(path): count
        for path in python_files(under=(folder,))
        if (count := text(path).count("\n")) > MAX_LINES and path.as_posix() not in LONGER
    }

    assert too_long == {}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("see /home/anna/hall", ["/home/anna"]),
        ("open(/root/x)", ["/root/x"]),
        ("/Users/me/x", ["/Users/me"]),
        ("https://example.com/home/anna", []),
        ("/home/hall/var", []),
        ("redirect('/homepage/')", []),
    ],
)
def test_recognises_paths_of_a_machine(content: str, found: list[str]) -> None:
    assert machine_paths(content) == found


def test_no_file_names_a_path_of_this_machine() -> None:
    this = Path("tests/house_rules/test_layout.py")
    found = {str(path): paths for path in files() if path != this and (paths := machine_paths(text(path)))}

    assert found == {}


def test_no_file_names_the_folder_it_was_written_in() -> None:
    assert [path for path in files() if path.suffix != ".png" and str(ROOT) in text(path)] == []


def test_debug_stays_false() -> None:
    lines = re.findall(r"^DEBUG\b.*$", text(Path("portal/settings.py")), re.MULTILINE)

    assert lines == ["DEBUG = False"]
