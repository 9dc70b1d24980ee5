"""The import contracts of pyproject.toml stop what they are there to stop: each is broken once in a copy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house_rules.source import PACKAGES, ROOT, files

BREACHES = {
    "portal/audit/models.py": "from insured import models as planted\n",
    "suspension/labels/__init__.py": "from suspension import models as planted\n",
    "insured/policy/dates.py": "from django.db import models as planted\n",
    "suspension/services/stop.py": "from celery import shared_task as planted\n",
    "payments/labels.py": "from portal.simulators import phone as planted\n",
    "portal/launcher/checks.py": "from portal import money as planted\n",
}
"""File → the line that breaks the contract of the same place in pyproject.toml."""


def lint(folder: Path) -> tuple[int, list[str]]:
    """Status and, for each contract in order, KEPT or BROKEN."""
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, re.findall(r"^.+ (KEPT|BROKEN)$", done.stdout, re.MULTILINE)


def test_every_contract_is_kept_here_and_broken_by_its_breach(tmp_path: Path) -> None:
    for path in (path for path in files() if path.suffix == ".py" and path.parts[0] in PACKAGES):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")

    assert lint(tmp_path) == (0, ["KEPT"] * len(BREACHES))
    for name, line in BREACHES.items():
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(line)
    assert lint(tmp_path) == (1, ["BROKEN"] * len(BREACHES))
