"""The pages for readers: every link and picture in them leads somewhere, and no picture is heavy."""

import re
from pathlib import Path

import pytest

from tests.house_rules.source import ROOT
from tests.test_seed_rows import is_test

PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
TEST = re.compile(r"`(tests/\S+?::\S+?)`")
PICTURE_BYTES = 150_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("picture", sorted(ROOT.glob("docs/**/*.png")), ids=lambda picture: picture.name)
def test_a_picture_is_light_and_shown(picture: Path) -> None:
    assert picture.stat().st_size < PICTURE_BYTES
    assert any(picture.name in page.read_text(encoding="utf-8") for page in PAGES)


def test_every_case_of_coming_back_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")
    cases = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| Case")]

    assert cases
    assert [line for line in cases if not TEST.search(line)] == []
    assert [name for name in TEST.findall(page) if not is_test(name)] == []
