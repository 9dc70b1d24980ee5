"""Long lists of the desk: a paginator that stops counting, and what a list's page is given with its rows."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import IntegerField, QuerySet, Subquery
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

if TYPE_CHECKING:
    PaginatorBase = Paginator[Any]
else:
    # Django's paginator is generic for the type checker only.
    PaginatorBase = Paginator

COUNTED_ROWS = 1_000


class BoundedPaginator(PaginatorBase):
    """Counts to 1,000 and stops: nobody turns to a page behind that, and counting a million takes a second.

    It counts in the order of the list, along the index that the list is read by: without one the whole table is read.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return self.object_list[:COUNTED_ROWS].count()


class CountOf(Subquery):
    """How many rows another query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def complete(response: HttpResponseBase, of_rows: Callable[[Any], Mapping[str, object]] | None = None) -> None:
    """Give a list's page the numbers of the pages around it, and what `of_rows` makes of its rows."""
    context: dict[str, Any] = getattr(response, "context_data", None) or {}
    if found := context.get("cl"):
        context |= {"earlier_page": found.page_num - 1, "later_page": found.page_num + 1}
        context |= of_rows(found.result_list) if of_rows else {}
