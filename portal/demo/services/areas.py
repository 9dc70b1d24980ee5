"""The two pooling areas of the demo: their rules, virtual units and yearly standards."""

from dataclasses import dataclass
from datetime import date

from insured.models import Employer, PoolingArea
from insured.services.register import NewArea, NewEmployer, register_area, register_employers
from payments.models import ContributionStandard
from payments.services.standards import Standard, set_standard
from portal.demo.services.lives import PROVISIONAL_YEAR, STANDARDS

HOME, NEIGHBOUR = "119901", "119902"
RULES_FROM = date(2020, 1, 1)
OFFICE_HOURS = "工作日 9:00–12:00，13:00–17:00"
AREAS = (
    NewArea(
        code=HOME,
        name="示例市",
        agency_name="示例市医疗保障事务中心",
        agency_address="示例市民生路1号政务服务中心二楼",
        agency_phone="12393",
        office_hours=OFFICE_HOURS,
        rules_from=RULES_FROM,
        agency_account="演示银行示例市分行 1199 0100 0000 0001（演示，不要真的转账）",
    ),
    NewArea(
        code=NEIGHBOUR,
        name="邻州市",
        agency_name="邻州市医疗保障事务中心",
        agency_address="邻州市安康大道8号便民服务大厅",
        agency_phone="12393",
        office_hours=OFFICE_HOURS,
        rules_from=RULES_FROM,
        agency_account="演示银行邻州市分行 1199 0200 0000 0002（演示，不要真的转账）",
        rules={
            "resident_stop_effect": "next_month",
            "employee_stop_effect": "fifteenth",
            "employee_start_effect": "after_30_days",
            "flexible_first_waiting_months": 3,
            "stop_filing_day_to": 25,
            "deferral_is_open": True,
            "instalments_are_open": True,
            "window_start_month": 10,
            "window_start_day": 15,
            "extension_start": "next_day",
            "gap_count": "A",
            "interruption_start": "next_day",
            "interruption_is_retroactive": False,
            "interruption_waiting_months": 3,
            "flexible_min_age": 18,
            "comeback_payment_days": 10,
            "retirement_years_male": 30,
            "retirement_years_female": 25,
            "retirement_counts_deemed": False,
            "retirement_transferred_is_local": True,
            "window_reminder_days": 30,
        },
    ),
)
"""示例市 has the defaults, 邻州市 what other places do: domain reference 2.3, 2.5, 2.8 and 9."""
VIRTUAL_UNITS = (("02", "灵活就业参保人员"), ("08", "城乡居民参保人员"))
SOURCE = "演示数据：各年度全国标准"
PROVISIONAL_SOURCE = "演示暂定，非官方"


@dataclass(frozen=True, slots=True)
class Places:
    """Keys of what people are registered under: area code → id, unit number → id; "02"/"08" stand per area."""

    areas: dict[str, int]
    units: dict[str, int]

    def unit(self, name: str, *, area: str) -> int:
        """The id of a unit by its number, or of the area's virtual unit of that kind."""
        return self.units[name] if name in self.units else self.units[f"{area}-{name}"]


def places() -> Places:
    """As they stand in the database."""
    return Places(
        areas=dict(PoolingArea.objects.values_list("code", "pk")),
        units=dict(Employer.objects.values_list("number", "pk")),
    )


def seed_areas() -> None:
    """Write what is missing and leave the rest as it is, edited or not."""
    known = set(PoolingArea.objects.values_list("code", flat=True))
    for row in AREAS:
        if row.code in known:
            continue
        area = register_area(row)
        register_employers(
            NewEmployer(number=f"{row.code}-{kind}", name=f"{row.name}{title}", kind=kind, area_id=area.pk)
            for kind, title in VIRTUAL_UNITS
        )
        _seed_standards(area)


def _seed_standards(area: PoolingArea) -> None:
    years = set(ContributionStandard.objects.filter(area=area, scheme="390").values_list("coverage_year", flat=True))
    for year, (personal, fiscal) in STANDARDS.items():
        is_provisional = year == PROVISIONAL_YEAR
        if year in years or (is_provisional and area.code != HOME):
            continue
        set_standard(
            Standard(
                area_id=area.pk,
                scheme="390",
                coverage_year=year,
                personal_fen=personal,
                fiscal_fen=fiscal,
                source=PROVISIONAL_SOURCE if is_provisional else SOURCE,
                is_provisional=is_provisional,
            )
        )
