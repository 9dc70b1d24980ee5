"""How a post is shown in a list."""

from dataclasses import dataclass
from datetime import date

from django import template

from insured.labels import POST_STATES
from insured.models import StaffAssignment

register = template.Library()
TONES = {"held": "ok", "to-come": "info", "over": "neutral"}


@dataclass(frozen=True, slots=True)
class PostState:
    """Its name and colour."""

    name: str
    tone: str
    is_over: bool


@register.simple_tag
def post_state(post: StaffAssignment, today: date) -> PostState:
    """Whether the post is held, to come or over."""
    code = post.state_on(today)
    return PostState(POST_STATES[code], TONES[code], code == "over")
