"""What a return may name: the fields that the form of the item has."""

import pytest

from suspension import items, labels
from suspension.admin.forms import DecisionForm
from suspension.models import Application

SHARED = ["contact_phone", "contact_email", "note", "material"]


def offered(item: str) -> list[str]:
    return [name for name, _ in DecisionForm(item=item).fields["fields_to_correct"].choices]


def test_a_stop_names_what_its_form_has() -> None:
    assert sorted(offered(items.STOP.code)) == sorted(
        ["reason_code", "stop_month", "resume_month", "transfer_target", *SHARED]
    )


@pytest.mark.parametrize("item", [item.code for item in items.COMEBACK_ITEMS])
def test_a_comeback_names_how_it_is_paid_and_nothing_of_a_stop(item: str) -> None:
    assert sorted(offered(item)) == sorted(["coverage_year", *SHARED])


def test_a_field_of_another_item_is_refused() -> None:
    given = {
        "version": 1,
        "token": "t" * 20,
        "action": "return",
        "fields_to_correct": ["coverage_year"],
        "text": "请改",
    }

    assert "fields_to_correct" in DecisionForm(given, item=items.STOP.code).errors
    assert not DecisionForm(given, item=items.COMEBACK_ITEMS[0].code).errors


def test_every_name_is_a_field_of_the_application_or_stands_for_some() -> None:
    known = {field.attname for field in Application._meta.concrete_fields} | {"material"}

    for name in {name for item in items.ITEMS for name in offered(item)}:
        assert name in known or known.issuperset(labels.OPENED_WITH[name])


@pytest.mark.parametrize(
    ("item", "own"),
    [(items.REFUND, ["refund_cause", "refund_account", *SHARED]), (items.TRANSFER, ["transfer_way", *SHARED[:3]])],
)
def test_a_refund_and_a_transfer_name_their_own(item: items.Item, own: list[str]) -> None:
    assert sorted(offered(item.code)) == sorted(own)
