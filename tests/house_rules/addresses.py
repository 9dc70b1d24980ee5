"""Every address of the hall, as the URL resolver has it, and how its parameters are filled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>.*?\)")


@dataclass(frozen=True, slots=True)
class Address:
    """A route with its parameters in angle brackets, and its full name."""

    route: str
    name: str

    @property
    def parameters(self) -> list[str]:
        """Names of what must be filled in."""
        return PARAMETER.findall(self.route)

    def filled(self, values: Mapping[str, object]) -> str:
        """The path; KeyError names the parameter that has no value."""
        return "/" + PARAMETER.sub(lambda found: str(values[found[1]]), self.route)


def all_addresses() -> list[Address]:
    """Every address, in the order of the resolver."""
    return list(_below(get_resolver(), prefix="", space=""))


def _below(resolver: URLResolver, *, prefix: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = prefix + _route(entry)
        if isinstance(entry, URLResolver):
            yield from _below(entry, prefix=route, space=f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield Address(route, f"{space}{entry.name}")


def _route(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    if isinstance(entry.pattern, RegexPattern):
        text = GROUP.sub(r"<\1>", text.removeprefix("^").removesuffix("$"))
    return text
