"""Read what the rules of an area say on a day, for the pages that anybody may open."""

from dataclasses import dataclass
from datetime import date

from insured.models import AreaPolicy, PoolingArea
from insured.policy.rules import AreaRules
from insured.policy.window import CollectionWindow, collection_window
from payments.services.prices import Prices, prices_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another area's answers to the same questions."""

    area: PoolingArea
    rules: AreaRules
    window: CollectionWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """An area's rules and prices on a day; `everywhere` compares all areas that have rules by then."""

    area: PoolingArea
    day: date
    rules: AreaRules
    prices: Prices
    everywhere: tuple[Elsewhere, ...]

    @property
    def year(self) -> int:
        """The coverage year that is collected for, or will be next."""
        return self.prices.collection.year

    @property
    def fiscal_fen(self) -> int:
        """What the state adds to the newest year that has a standard."""
        return self.prices.years[0].fiscal_fen if self.prices.years else 0


def read_rulebook(areas: list[PoolingArea], *, code: str, day: date) -> Rulebook | None:
    """The area with that code, else the first that has rules; None when none has. One statement per area and four."""
    found = []
    for area in areas:
        try:
            rules = AreaPolicy.objects.in_force(area_id=area.pk, on=day).as_rules()
        except AreaPolicy.DoesNotExist:
            continue
        window = collection_window(day.year + 1, rules=rules)
        found.append(Elsewhere(area=area, rules=rules, window=window))
    if not found:
        return None
    chosen = next((one for one in found if one.area.code == code), found[0])
    return Rulebook(
        area=chosen.area,
        day=day,
        rules=chosen.rules,
        prices=prices_of(chosen.area, today=day),
        everywhere=tuple(found),
    )
