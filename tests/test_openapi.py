"""docs/openapi.yaml is what the code generates, and describes every address of the API."""

import os
import re

import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from tests.house_rules.addresses import PARAMETER, all_addresses
from tests.house_rules.source import ROOT

PAGE = ROOT / "docs" / "openapi.yaml"
PLACE = re.compile(r"\{\w+\}")
OWN = "/api/v1/schema/"
"""The description does not describe itself."""
WRITE = "HALL_WRITE_DOCS"
"""Set it to write the file anew instead of comparing it; then read the difference."""


def generated() -> str:
    """The description as drf-spectacular makes it; what it cannot describe is a warning and fails."""
    with GENERATOR_STATS.silence():
        GENERATOR_STATS.reset()
        schema = SchemaGenerator().get_schema(request=None, public=True)
        assert not GENERATOR_STATS, GENERATOR_STATS.emit_summary()
    validate_schema(schema)
    return str(OpenApiYamlRenderer().render(schema, renderer_context={}).decode())


def test_the_file_is_what_the_code_generates() -> None:
    text = generated()
    if os.environ.get(WRITE):
        PAGE.write_text(text, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == text


def test_every_address_of_the_api_is_described() -> None:
    described = yaml.safe_load(PAGE.read_text(encoding="utf-8"))["paths"]
    addresses = {f"/{one.route}" for one in all_addresses() if one.route.startswith("api/v1/")} - {OWN}

    assert {PLACE.sub("<>", path) for path in described} == {PARAMETER.sub("<>", path) for path in addresses}
