"""The plainest valid object of each kind; what a test is about it sets itself."""

import itertools
import secrets
from datetime import date
from typing import Any

from django.test import Client

from insured.models import (
    AreaPolicy,
    CoveragePeriod,
    Employer,
    EmployerAgent,
    Enrollment,
    FamilyRelation,
    InsuredPerson,
    PoolingArea,
    StaffAssignment,
)
from portal.accounts.models import User
from tests.accounts.people import open_desk

_count = itertools.count(1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PASSWORD = "Demo-hall-2026"


def resident_id(*, born_on: date = date(1980, 1, 1), serial: int | None = None) -> str:
    """A resident ID with a right check digit, of nobody (address code 119901)."""
    body = f"119901{born_on:%Y%m%d}{(next(_count) if serial is None else serial) % 1000:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def area(*, code: str = "119901", name: str = "示例市", **rules: Any) -> PoolingArea:
    """A pooling area whose rules are the defaults, but for those given."""
    found, is_new = PoolingArea.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "agency_name": f"{name}医疗保障事务中心",
            "agency_address": f"{name}民生路1号",
            "agency_phone": "0000-1239300",
            "office_hours": "工作日 9:00–12:00，13:00–17:00",
        },
    )
    if is_new:
        AreaPolicy.objects.create(area=found, effective_from=date(2020, 1, 1), **rules)
        for kind, title in (("02", "灵活就业人员"), ("08", "城乡居民")):
            Employer.objects.create(number=f"{code}-{kind}", name=f"{name}{title}", kind=kind, area=found)
    return found


def user(*, name: str = "测试", is_staff: bool = False) -> User:
    """An account with the common test password."""
    account = User(display_name=name, is_staff=is_staff)
    account.set_password(PASSWORD)
    account.save()
    return account


def person(*, area: PoolingArea, name: str = "苏文岚", born_on: date = date(1986, 4, 12), **more: Any) -> InsuredPerson:
    """A person without an enrollment and without an account."""
    number = more.pop("id_number", None) or resident_id(born_on=born_on)
    fields = InsuredPerson._meta
    return InsuredPerson.objects.create(
        number=f"P{secrets.token_hex(8)}",
        name=name,
        id_number=number,
        id_index=fields.get_field("id_index").index_of(number),
        id_last4_index=fields.get_field("id_last4_index").index_of(number),
        phone=more.pop("phone", "13800138000"),
        email=more.pop("email", "wenlan@example.invalid"),
        born_on=born_on,
        sex="女" if int(number[16]) % 2 == 0 else "男",
        area=area,
        **more,
    )


def enrollment(*, of: InsuredPerson, scheme: str = "390", **more: Any) -> Enrollment:
    """An active enrollment under the area's virtual unit of its scheme."""
    kind = "08" if scheme == "390" else "02"
    return Enrollment.objects.create(
        person=of,
        scheme=scheme,
        is_basic=scheme in ("310", "390"),
        area=of.area,
        employer=more.pop("employer", None) or Employer.objects.get(area=of.area, kind=kind),
        category=more.pop("category", "1501" if scheme == "390" else "1103"),
        status=more.pop("status", "1"),
        joined_on=more.pop("joined_on", date(2020, 1, 1)),
        first_joined_on=more.pop("first_joined_on", date(2020, 1, 1)),
        **more,
    )


def period(
    *, of: Enrollment, starts_on: date = date(2026, 1, 1), ends_on: date | None = date(2026, 12, 31)
) -> CoveragePeriod:
    """The coverage of one year, if nothing else is said."""
    return CoveragePeriod.objects.create(
        enrollment=of, person=of.person, is_basic=of.is_basic, starts_on=starts_on, ends_on=ends_on
    )


def resident(*, area: PoolingArea, **more: Any) -> InsuredPerson:
    """A person with an account, covered by 390 for 2026."""
    found = person(area=area, user=user(), **more)
    period(of=enrollment(of=found))
    return found


def flexible(*, area: PoolingArea, **more: Any) -> InsuredPerson:
    """A flexible worker with an account, covered by 310 since 2024 with no end, paid through 2026-03."""
    found = person(area=area, user=user(), **more)
    row = enrollment(of=found, scheme="310", last_paid_month=date(2026, 3, 1))
    period(of=row, starts_on=date(2024, 1, 1), ends_on=None)
    return found


def employer(*, area: PoolingArea, name: str = "示例市青禾软件有限公司") -> Employer:
    """An ordinary unit."""
    return Employer.objects.create(
        number=f"U{secrets.token_hex(6)}", name=name, kind="01", area=area, phone="0000-5550100"
    )


def employee(*, of: Employer, **more: Any) -> InsuredPerson:
    """A person with an account, employed and covered by 310 with no end."""
    found = person(area=of.area, user=user(), **more)
    row = enrollment(of=found, scheme="310", employer=of, category="1101", last_paid_month=date(2026, 3, 1))
    period(of=row, starts_on=date(2024, 1, 1), ends_on=None)
    return found


def account_of(found: InsuredPerson) -> User:
    """The person's account."""
    assert found.user is not None
    return found.user


def agent(*, area: PoolingArea) -> User:
    """The agent of an ordinary employer."""
    account = user()
    EmployerAgent.objects.create(user=account, employer=employer(area=area), starts_on=date(2020, 1, 1))
    return account


def staff(*, area: PoolingArea, role: str = "caseworker", name: str = "何经办") -> User:
    """A staff member of one area."""
    account = user(name=name, is_staff=True)
    StaffAssignment.objects.create(user=account, area=area, role=role, starts_on=date(2020, 1, 1))
    return account


def relation(*, person: InsuredPerson, relative: InsuredPerson, kind: str = "1") -> FamilyRelation:
    """Two relatives."""
    return FamilyRelation.objects.create(person=person, relative=relative, kind=kind)


def client_of(account: User) -> Client:
    """A browser logged in as somebody; staff have used their second factor."""
    client = Client()
    if account.is_staff:
        open_desk(client, account)
    else:
        client.force_login(account)
    return client
