"""The named people of the demo, their units and who of them can log in: data only. None of them exists."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from portal.demo.services.areas import HOME, NEIGHBOUR
from portal.demo.services.lives import (
    FIRST_YEAR,
    STANDARDS,
    Life,
    Payment,
    employee,
    first_of,
    later,
    paused,
    resident,
    year_of,
    yearly,
)
from portal.demo.services.people import resident_id, unit_code

Kind = Literal["resident", "agent", "staff"]
PASSWORD = "Demo-hall-2026"
QINGHE, CHENGJIANG, AGENCY = "91119901MADEM00119", "91119901MADEM002X1", unit_code("12119901MADEM0035")
UNITS = (
    (QINGHE, "示例市青禾软件有限公司"),
    (CHENGJIANG, "示例市澄江精密制造有限公司"),
    (AGENCY, "示例市医疗保障事务中心"),
)
"""Unit code, which is the unit number too, and name."""


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody of the demo. `lives` tells the coverage as of a day; without it the person is not insured here."""

    name: str
    serial: int
    id_number: str
    lives: Callable[[date], tuple[Life, ...]] | None = None
    area: str = HOME
    kind: Kind | None = None
    can_log_in: bool = False
    role: str = ""
    acts_for: str = ""
    note: str = ""

    @property
    def number(self) -> str:
        """人员编号."""
        return f"{HOME}{self.serial:08d}"

    @property
    def phone(self) -> str:
        """A number of the invented block 1990000."""
        return f"1990000{self.serial:04d}"

    @property
    def email(self) -> str:
        """An address of a reserved domain; the simulated mailbox shows what comes in."""
        return f"demo{self.serial:02d}@example.com"

    @property
    def card_number(self) -> str:
        """An invented 医保卡号."""
        return f"D1199{self.serial:04d}"

    @property
    def card_password(self) -> str:
        """The six digits of the card; the demo panel tells them."""
        return f"{(self.serial * 48_611 + 271_828) % 1_000_000:06d}"


def _years(today: date, *, without: tuple[int, ...] = ()) -> list[int]:
    last = min(today.year, max(STANDARDS))
    return [year for year in range(FIRST_YEAR, last + 1) if year not in without]


def _covered(today: date, *, category: str = "1501", pay_day: int = 20) -> tuple[Life, ...]:
    """城乡居民医保, every year paid in October before it."""
    life = resident(
        category=category, years=_years(today), pay_month=10, pay_day=pay_day, joined_on=date(FIRST_YEAR, 1, 1)
    )
    return (life,)


def _employed(unit: str, *, since: date, wage_fen: int) -> Callable[[date], tuple[Life, ...]]:
    def lives(today: date) -> tuple[Life, ...]:
        return (employee(unit=unit, since=since, until=later(first_of(today), months=-1), wage_fen=wage_fen),)

    return lives


def _flexible(today: date) -> tuple[Life, ...]:
    """陆知遥: February and March 2025 were caught up on 12 April 2025 together with April (case T6)."""
    life = employee(
        unit="02",
        since=date(2020, 3, 1),
        until=later(first_of(today), months=-1),
        wage_fen=0,
        is_flexible=True,
        pay_day=12,
    )
    caught_up = date(2025, 4, 12)
    late = {date(2025, 2, 1), date(2025, 3, 1)}
    payments = tuple(replace(one, paid_on=caught_up) if one.starts_on in late else one for one in life.payments)
    return (replace(life, payments=payments),)


def _in_arrears(today: date) -> tuple[Life, ...]:
    """柏予安 and 池砚秋: flexible, the two months before this one could not be debited."""
    until = later(first_of(today), months=-3)
    return (employee(unit="02", since=date(2022, 5, 1), until=until, wage_fen=0, is_flexible=True),)


def _switched(today: date) -> tuple[Life, ...]:
    """程予安: prepaid 2026, then joined 职工医保 in November 2025 (case T2)."""
    years = resident(
        category="1501", years=[2021, 2022, 2023, 2024, 2025], pay_month=10, pay_day=20, joined_on=date(2021, 1, 1)
    )
    stopped = paused(years, on=date(2025, 11, 3))
    prepaid = replace(stopped, payments=(*stopped.payments, yearly(2026, paid_on=date(2025, 10, 20))))
    until = later(first_of(today), months=-1)
    return prepaid, employee(unit=CHENGJIANG, since=date(2025, 11, 1), until=until, wage_fen=720_000)


def _late(today: date) -> tuple[Life, ...]:
    """罗景行: paid for 2026 on 10 March 2026 and waited until 9 June (case T3)."""
    years = _years(today, without=(2021, 2026))
    life = resident(category="1501", years=years, pay_month=11, pay_day=6, joined_on=date(2022, 1, 1))
    return (_with_2026(life, yearly(2026, paid_on=date(2026, 3, 10)), begins=date(2026, 6, 10)),)


def _aided(today: date) -> tuple[Life, ...]:
    """白清和: recognised as 低保 on 8 April 2026, paid 55 yuan on 15 April (case T13)."""
    life = resident(
        category="1501", years=_years(today, without=(2026,)), pay_month=12, pay_day=3, joined_on=date(2021, 1, 1)
    )
    return (_with_2026(life, yearly(2026, paid_on=date(2026, 4, 15), aid_fen=34_500), begins=date(2026, 4, 16)),)


def _with_2026(life: Life, payment: Payment, *, begins: date) -> Life:
    return replace(
        life,
        periods=tuple(sorted((*life.periods, year_of(2026, starts_on=begins)))),
        payments=tuple(sorted((*life.payments, payment), key=lambda one: one.starts_on)),
        last_paid_month=date(max(2026, (life.last_paid_month or date.min).year), 12, 1),
    )


def _gap(_today: date) -> tuple[Life, ...]:
    """季念慈: not covered in 2025 and 2026 (case T4)."""
    life = resident(
        category="1601", years=[2021, 2022, 2023, 2024], pay_month=11, pay_day=18, joined_on=date(2021, 1, 1)
    )
    return (paused(life, on=date(2025, 1, 1)),)


def _near_retirement(_today: date) -> tuple[Life, ...]:
    """严启明: 22 years and 4 months until he turned 60 in December 2025."""
    life = employee(unit=CHENGJIANG, since=date(2003, 9, 1), until=date(2025, 12, 1), wage_fen=443_300, is_paused=True)
    return (life,)


def _lapsed(today: date) -> tuple[Life, ...]:
    """卓闻笛: flexible, stopped; the two months before this one are missing (as case T6)."""
    until = later(first_of(today), months=-3)
    return (employee(unit="02", since=date(2022, 3, 1), until=until, wage_fen=0, is_flexible=True, is_paused=True),)


def _moved(today: date) -> tuple[Life, ...]:
    """闵知夏: flexible at home until three months ago, flexible in the neighbouring city since."""
    left = later(first_of(today), months=-4)
    old = employee(unit="02", since=date(2022, 1, 1), until=left, wage_fen=0, is_flexible=True, is_paused=True)
    new = employee(
        unit="02",
        since=later(left, months=1),
        until=later(first_of(today), months=-1),
        wage_fen=0,
        is_flexible=True,
    )
    return old, replace(new, area=NEIGHBOUR)


def _paused_twice(today: date) -> tuple[Life, ...]:
    """叶临舟: resident until 2024, then flexible until two months ago; both are paused."""
    years = resident(category="1501", years=[2022, 2023, 2024], pay_month=11, pay_day=6, joined_on=date(2022, 1, 1))
    until = later(first_of(today), months=-2)
    work = employee(unit="02", since=date(2024, 12, 1), until=until, wage_fen=0, is_flexible=True, is_paused=True)
    return paused(years, on=date(2025, 1, 1)), work


def _paid_twice(today: date) -> tuple[Life, ...]:
    """裴书航: resident at home for the running year, and flexible in the neighbouring city through this month."""
    year = min(today.year, max(STANDARDS))
    home = resident(category="1501", years=[year], pay_month=11, pay_day=6, joined_on=date(year, 1, 1))
    since, until = date(year - 3, 1, 1), first_of(today)
    work = employee(unit="02", since=since, until=until, wage_fen=0, is_flexible=True, is_paused=True)
    covered = ((later(since, months=1), date(year - 1, 12, 31)),)
    return home, replace(work, area=NEIGHBOUR, periods=covered)


def _paid_ahead(today: date) -> tuple[Life, ...]:
    """路含章: flexible, paid through the month after next in one go, and employed by a unit since last month (2.7)."""
    this, last_month = first_of(today), later(first_of(today), months=-1)
    flexible = employee(
        unit="02", since=later(this, months=-30), until=later(this, months=2), wage_fen=0, is_flexible=True, pay_day=8
    )
    ahead_on = later(this, months=-2).replace(day=8)
    payments = tuple(replace(one, paid_on=min(one.paid_on, ahead_on)) for one in flexible.payments)
    left = paused(replace(flexible, payments=payments), on=this)
    return left, employee(unit=CHENGJIANG, since=last_month, until=last_month, wage_fen=650_000)


def _by_id(serial: int, *, born: str) -> str:
    return resident_id(f"119901{born}{serial:03d}")


def _staff(name: str, *, serial: int, born: str, role: str, note: str, area: str = HOME) -> Character:
    id_number = _by_id(serial, born=born)
    return Character(name, serial, id_number, area=area, kind="staff", can_log_in=True, role=role, note=note)


SU, LU, FANG, LUO = "苏文岚", "陆知遥", "方以宁", "罗景行"
AIDED, IN_ARREARS, PREPAID = "白清和", "柏予安", "路含章"
CAST = (
    Character(
        SU, 1, "119901198604120026", _covered, kind="resident", can_log_in=True, note="居民医保正常，可以办理停缴"
    ),
    Character(LU, 2, "119901199506090286", _flexible, kind="resident", can_log_in=True, note="灵活就业，逐月缴费"),
    Character(
        FANG,
        3,
        "11990119900214042X",
        _employed(QINGHE, since=date(2018, 7, 1), wage_fen=680_000),
        kind="resident",
        can_log_in=True,
        note="单位职工，停保须由单位办理；可用个人账户为配偶缴居民医保（家庭共济）",
    ),
    Character(LUO, 4, "119901199301170311", _late, kind="resident", can_log_in=True, note="另一位居民，有一件待审核"),
    Character("程予安", 5, "119901197908250159", _switched),
    Character(
        "季念慈",
        6,
        "119901195411030047",
        _gap,
        kind="resident",
        can_log_in=True,
        note="停保两年的居民，可以测算和办理恢复参保（取消暂停参保）",
    ),
    Character(
        AIDED, 7, "119901198311110887", _aided, kind="resident", can_log_in=True, note="低保对象，个人只缴 55 元"
    ),
    Character("严启明", 8, "119901196512200193", _near_retirement),
    Character("何景澄", 9, "119901198707060572", _employed(CHENGJIANG, since=date(2014, 4, 1), wage_fen=920_000)),
    Character("韩雨桐", 10, "119901199909050641", _employed(CHENGJIANG, since=date(2021, 8, 1), wage_fen=300_000)),
    Character("沈念一", 12, _by_id(12, born="20160518"), lambda today: _covered(today, category="1403")),
    Character("邹若川", 13, _by_id(13, born="19880723"), _covered, kind="resident"),
    Character("温书意", 14, _by_id(14, born="19920305"), _covered, kind="resident"),
    Character(
        "尹南汐",
        16,
        _by_id(16, born="19901127"),
        _covered,
        area=NEIGHBOUR,
        kind="resident",
        can_log_in=True,
        note="邻州市居民：停保次月生效，有一件待审核，可以撤销重来",
    ),
    Character(
        IN_ARREARS,
        17,
        _by_id(17, born="19930416"),
        _in_arrears,
        kind="resident",
        can_log_in=True,
        note="灵活就业，有两个月欠费，可以补缴",
    ),
    Character(
        "池砚秋",
        58,
        _by_id(58, born="19910808"),
        _in_arrears,
        area=NEIGHBOUR,
        kind="resident",
        can_log_in=True,
        note="邻州市灵活就业，有两个月欠费，可以申请分期缴费；11月起另有补充医疗保险费",
    ),
    Character(
        "卓闻笛",
        51,
        _by_id(51, born="19910812"),
        _lapsed,
        kind="resident",
        can_log_in=True,
        note="灵活就业，停缴后缺两个月，可以续保",
    ),
    Character(
        "闵知夏",
        52,
        _by_id(52, born="19940526"),
        _moved,
        kind="resident",
        can_log_in=True,
        note="从示例市换到邻州市参保，可以办理转移接续",
    ),
    Character(
        "叶临舟",
        53,
        _by_id(53, born="19890203"),
        _paused_twice,
        kind="resident",
        can_log_in=True,
        note="有两份暂停的医保，恢复时要选一份",
    ),
    Character(
        "裴书航",
        54,
        _by_id(54, born="19871119"),
        _paid_twice,
        kind="resident",
        can_log_in=True,
        note="两地重复缴费，登录后会提示怎么处理",
    ),
    Character(
        PREPAID,
        59,
        _by_id(59, born="19920914"),
        _paid_ahead,
        kind="resident",
        can_log_in=True,
        note="灵活就业时预缴了几个月，现在由单位参保，可以申请退费",
    ),
    Character(
        "钟以和",
        21,
        _by_id(21, born="19850617"),
        _employed(QINGHE, since=date(2016, 3, 1), wage_fen=880_000),
        kind="agent",
        can_log_in=True,
        acts_for=QINGHE,
        note="示例市青禾软件有限公司的经办人",
    ),
    Character(
        "梁承泽",
        23,
        _by_id(23, born="19810209"),
        _employed(CHENGJIANG, since=date(2012, 9, 1), wage_fen=760_000),
        kind="agent",
        can_log_in=True,
        acts_for=CHENGJIANG,
        note="示例市澄江精密制造有限公司的经办人",
    ),
    _staff("许知行", serial=31, born="19890414", role="caseworker", note="示例市经办人，受理和审核申请"),
    Character(
        "沈修远",
        32,
        _by_id(33, born="19840930"),
        _employed(AGENCY, since=date(2010, 7, 1), wage_fen=830_000),
        kind="staff",
        can_log_in=True,
        role="caseworker",
        note="示例市经办人，苏文岚的配偶，不能审核她的申请",
    ),
    _staff("顾明谦", serial=35, born="19780821", role="reviewer", note="示例市复核人"),
    _staff("江映霜", serial=36, born="19760102", role="supervisor", note="示例市主管，可以把办件退回待办"),
    _staff(
        "唐书衡",
        serial=37,
        born="19911013",
        role="caseworker",
        area=NEIGHBOUR,
        note="邻州市经办人，看不到示例市的办件",
    ),
    _staff("宋清樾", serial=38, born="19820628", role="auditor", note="示例市审计"),
    _staff("苗以宁", serial=40, born="19870722", role="finance", note="示例市财务，核定应缴、对账"),
    _staff("秦望舒", serial=42, born="19850318", role="finance", note="示例市财务，复核苗以宁提交的事项"),
    _staff("叶怀安", serial=39, born="19801205", role="administrator", note="示例市系统管理员"),
)
NEWCOMER = next(who for who in CAST if who.lives and who.kind is None)
"""Somebody insured who has no account yet and may register."""
RELATIONS = ((SU, "沈修远", "1"), ("沈修远", SU, "1"), (SU, "沈念一", "2"), ("沈念一", SU, "3"), (FANG, LUO, "1"))
"""Person, relative, kind of the relative: 配偶 both ways, 子女, 父母."""
