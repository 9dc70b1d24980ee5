"""Looks, exports and reveals: every one is in the log, none goes beyond the limit, and who reaches it is told of."""

from datetime import date

import pytest
import time_machine
from django.conf import settings as hall
from pytest_django.fixtures import Settings

from insured.models import InsuredPerson, PoolingArea, StaffAssignment
from insured.services.disclosure import ALARM, disclose
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.errors import BusinessRuleError
from portal.notifications.models import Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


def look(person: InsuredPerson, *, by: User, times: int = 1, kind: str = "look-up") -> None:
    for _ in range(times):
        disclose(kind, subject_kind="insuredperson", subject_id=person.pk, purpose="enquiry", reason="来电", by=by)


def test_a_look_is_logged_with_who_whom_purpose_and_when(resident: InsuredPerson, caseworker: User) -> None:
    look(resident, by=caseworker)

    row = AccessLog.objects.get()
    assert (row.user, row.action, row.subject_kind, row.subject_id) == (
        caseworker,
        "look-up",
        "insuredperson",
        resident.pk,
    )
    assert (row.purpose, row.reason, row.at.isoformat()) == ("enquiry", "来电", "2026-03-10T02:00:00+00:00")


def test_what_identifies_somebody_in_the_words_is_masked(resident: InsuredPerson, caseworker: User) -> None:
    disclose(
        "look-up",
        subject_kind="insuredperson",
        subject_id=resident.pk,
        reason=f"{resident.id_number} 来电 13800138000",
        by=caseworker,
    )

    assert resident.id_number not in AccessLog.objects.get().reason
    assert "13800138000" not in AccessLog.objects.get().reason


@pytest.mark.parametrize("kind", ["look-up", "export", "reveal-id", "export-log", "export-rows", "download"])
def test_the_last_of_the_day_is_given_and_the_next_refused(
    kind: str, resident: InsuredPerson, caseworker: User, settings: Settings
) -> None:
    settings.DAILY_LIMITS = dict.fromkeys(hall.DAILY_LIMITS, 3)
    look(resident, by=caseworker, times=3, kind=kind)

    with pytest.raises(BusinessRuleError) as refused:
        look(resident, by=caseworker, kind=kind)

    assert [reason.code for reason in refused.value.reasons] == ["disclosure.limit"]
    assert AccessLog.objects.filter(action=kind).count() == 3


def test_so_many_of_each_kind_a_day() -> None:
    assert hall.DAILY_LIMITS == {
        "look-up": 50,
        "export": 10,
        "reveal-id": 50,
        "find-person": 150,
        "export-log": 10,
        "export-rows": 30,
        "download": 100,
    }


def test_one_kind_does_not_use_up_another_and_a_colleague_has_their_own(
    resident: InsuredPerson, caseworker: User, reviewer: User, settings: Settings
) -> None:
    settings.DAILY_LIMITS = dict.fromkeys(hall.DAILY_LIMITS, 1)

    look(resident, by=caseworker)
    look(resident, by=caseworker, kind="export")
    look(resident, by=reviewer)

    assert AccessLog.objects.exclude(action=ALARM).count() == 3


class TestAlarm:
    @pytest.fixture(autouse=True)
    def few(self, settings: Settings) -> None:
        settings.DAILY_LIMITS = dict.fromkeys(hall.DAILY_LIMITS, 2)

    @pytest.fixture
    def watching(self, area: PoolingArea) -> list[User]:
        return [factories.staff(area=area, role=role) for role in ("supervisor", "auditor")]

    def test_sounds_once_when_the_limit_is_reached(
        self, resident: InsuredPerson, caseworker: User, watching: list[User]
    ) -> None:
        look(resident, by=caseworker)
        assert not Message.objects.exists()

        look(resident, by=caseworker)
        with pytest.raises(BusinessRuleError):
            look(resident, by=caseworker)

        assert {one.recipient for one in Message.objects.all()} == set(watching)
        assert "何经办于2026年3月10日查询缴费历史已达到每日上限（2次）" in Message.objects.all()[0].body
        row = AccessLog.objects.get(action=ALARM)
        assert (row.user, row.subject_kind, row.subject_id, row.reason) == (
            caseworker,
            "account",
            caseworker.pk,
            "查询缴费历史：2次",
        )

    def test_is_not_told_elsewhere_nor_to_who_has_left(
        self, resident: InsuredPerson, caseworker: User, area: PoolingArea
    ) -> None:
        factories.staff(area=factories.area(code="119902", name="邻市"), role="supervisor")
        gone = factories.staff(area=area, role="supervisor")
        StaffAssignment.objects.filter(user=gone).update(ends_on=date(2026, 3, 9))

        look(resident, by=caseworker, times=2)

        assert not Message.objects.exists()
        assert AccessLog.objects.filter(action=ALARM).exists()

    def test_a_supervisor_is_not_told_of_themselves(self, resident: InsuredPerson, watching: list[User]) -> None:
        look(resident, by=watching[0], times=2)

        assert [one.recipient for one in Message.objects.all()] == [watching[1]]

    @pytest.mark.usefixtures("watching")
    def test_sounds_again_on_another_day(
        self, resident: InsuredPerson, caseworker: User, march_10: time_machine.Traveller
    ) -> None:
        look(resident, by=caseworker, times=2)
        march_10.move_to("2026-03-11T02:00:00Z")

        look(resident, by=caseworker, times=2)

        assert Message.objects.count() == 4
