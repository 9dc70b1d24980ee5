"""Long texts of the help centre as paragraphs and lists; plain text in, no markup from staff."""

from dataclasses import dataclass

from django import template

register = template.Library()
BULLET = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or the lines of one list."""

    is_list: bool
    lines: tuple[str, ...]


@register.filter
def blocks(text: str) -> list[Block]:
    """Lines that begin with "- " and stand together are one list; any other line is a paragraph."""
    found: list[Block] = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        is_list = line.startswith(BULLET)
        words = line.removeprefix(BULLET)
        if is_list and found and found[-1].is_list:
            found[-1] = Block(is_list=True, lines=(*found[-1].lines, words))
        else:
            found.append(Block(is_list=is_list, lines=(words,)))
    return found
