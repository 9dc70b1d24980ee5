"""What the code must not do, found in its syntax: floats near money, guessable tokens, hidden order, open forms."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

from portal.guarded import GUARDED
from tests.house_rules.source import APPS, calls, dotted, python_files, tree

MONEY = ("payments", "insured/policy", "portal/money.py", "suspension")
FLOAT_ALLOWED = {"suspension/services/materials.py", "suspension/services/rendering.py"}
"""The size of a rendered page is no money."""
RANDOM_ALLOWED = ("portal/demo/", "portal/simulators/", "portal/transactions.py")
"""Invented people, invented failures and the jitter of a retry."""
WRITES = {
    "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create", "save",
    "acreate", "aupdate", "adelete", "asave", "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in {"portal", *APPS}]
HAN = range(0x4E00, 0xA000)


def floats(node: ast.AST) -> list[int]:
    """Lines with a float literal, a call of float or a division that makes one."""
    return [
        found.lineno
        for found in ast.walk(node)
        if (isinstance(found, ast.Constant) and isinstance(found.value, float))
        or (isinstance(found, ast.Name) and found.id == "float")
        or (isinstance(found, ast.BinOp) and isinstance(found.op, ast.Div) and not joins_a_path(found))
    ]


def joins_a_path(node: ast.BinOp) -> bool:
    """`folder / "name"` divides nothing."""
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def guarded_writes(node: ast.AST, *, names: set[str]) -> list[int]:
    """Lines that write through the manager of a guarded model: Model.objects….create(…) and its kin."""
    return [
        call.lineno
        for call in calls(node)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITES
        and dotted(call.func).split(".")[0] in names
        and ("objects" in dotted(call.func).split(".") or "_default_manager" in dotted(call.func).split("."))
    ]


def uses_random(node: ast.Module) -> bool:
    """The module imports `random`, whose numbers can be guessed."""
    return any(
        (isinstance(found, ast.Import) and any(name.name == "random" for name in found.names))
        or (isinstance(found, ast.ImportFrom) and found.module == "random")
        for found in ast.walk(node)
    )


def open_forms(node: ast.AST) -> list[int]:
    """Lines with fields = "__all__" or an exclude: a new column would be in the form at once."""
    return [
        found.lineno
        for found in ast.walk(node)
        if isinstance(found, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id in {"fields", "exclude"} for target in found.targets)
        and isinstance(found.value, ast.Constant)
        and found.value.value == "__all__"
    ]


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("a = 0.1", 1),
        ("float(a)", 1),
        ("a / 2", 1),
        ("a // 2", 0),
        ("a / 'b'", 0),
        ("a = '0.1'", 0),
        ("Decimal('0.1')", 0),
    ],
)
def test_finds_a_float(code: str, count: int) -> None:
    assert len(floats(ast.parse(code))) == count


@pytest.mark.parametrize("path", python_files(under=MONEY), ids=str)
def test_no_float_stands_near_money(path: Path) -> None:
    assert path.as_posix() in FLOAT_ALLOWED or floats(tree(path)) == []


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("Application.objects.create(x=1)", 1),
        ("Application.objects.filter(pk=1).exclude(a=2).update(x=1)", 1),
        ("Application.objects.filter(pk=1).first()", 0),
        ("PoolingArea.objects.create(x=1)", 0),
        ("form.save()", 0),
    ],
)
def test_finds_a_write_of_a_guarded_model(code: str, count: int) -> None:
    assert len(guarded_writes(ast.parse(code), names={"Application"})) == count


def test_every_guarded_model_exists() -> None:
    assert [label for label in GUARDED if apps.get_model(label) is None] == []


def test_guarded_models_are_written_in_services_only() -> None:
    names = {label.split(".")[1] for label in GUARDED}
    found = {
        str(path): lines
        for path in python_files()
        if not {"services", "services.py"} & set(path.parts) and (lines := guarded_writes(tree(path), names=names))
    }

    assert found == {}


def test_tokens_come_from_secrets() -> None:
    found = [
        path.as_posix()
        for path in python_files()
        if uses_random(tree(path)) and not path.as_posix().startswith(RANDOM_ALLOWED)
    ]

    assert found == []


def test_finds_a_guessable_number_and_an_open_form() -> None:
    assert uses_random(ast.parse("from random import choice"))
    assert open_forms(ast.parse("class Meta:\n    fields = '__all__'")) == [2]


def test_no_form_takes_every_field() -> None:
    assert {str(path): lines for path in python_files() if (lines := open_forms(tree(path)))} == {}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_model_has_no_hidden_order(model: type[Model]) -> None:
    assert list(model._meta.ordering) == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_model_and_its_fields_are_named_in_chinese(model: type[Model]) -> None:
    inherited = {"id", "password", "last_login", "is_superuser", "groups", "user_permissions"}
    fields = [field for field in model._meta.get_fields() if isinstance(field, Field) and field.name not in inherited]
    texts = {model._meta.label: str(model._meta.verbose_name)} | {
        field.name: str(field.verbose_name) for field in fields
    }

    assert {name: words for name, words in texts.items() if not any(ord(char) in HAN for char in words)} == {}
