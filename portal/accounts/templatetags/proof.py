"""The challenge that a form at the door carries."""

from typing import Any

from django import template

from portal.accounts.adapters import client_address
from portal.accounts.services import proof

register = template.Library()


@register.inclusion_tag("account/_proof.html")
def proof_field() -> dict[str, Any]:
    """Always: before a code is sent."""
    return {"challenge": proof.challenge()}


@register.inclusion_tag("account/_proof.html", takes_context=True)
def login_proof_field(context: dict[str, Any]) -> dict[str, Any]:
    """Only after wrong log-ins."""
    is_needed = proof.needs_proof(client_address(context["request"]))
    return {"challenge": proof.challenge() if is_needed else ""}
