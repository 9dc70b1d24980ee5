"""退费申请 from the form to the money: case T2, its two results, and what becomes of the cover."""

import secrets
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import CoveragePeriod, InsuredPerson, PoolingArea
from payments.models import ContributionRecord, Refund
from payments.services import invariants, refunds
from payments.services.dropping import drop
from portal.accounts.models import User
from portal.notifications.models import Message
from suspension import items
from suspension.models import Application
from suspension.policy.transitions import Action, State
from suspension.services import desk, effect, refunding
from suspension.services.desk import Decision
from tests import factories
from tests.payments import records
from tests.payments import refunding as money
from tests.suspension import asking_back
from tests.suspension.asking_back import filed

pytestmark = pytest.mark.django_db
DECEMBER, JANUARY = "2025-12-15T02:00:00Z", "2026-01-05T02:00:00Z"


@pytest.fixture
def yuan(area: PoolingArea) -> InsuredPerson:
    return asking_back.employed_since(area=area)


def approved(application: Application, *, by: User, second: User | None = None) -> Application:
    taken = desk.take(number=application.number or "", version=application.version, by=by)
    given = {"number": application.number or "", "token": secrets.token_urlsafe(24)}
    done = desk.decide(Decision(action=Action.APPROVE), version=taken.version, by=by, **given)
    if second is not None:
        given["token"] = secrets.token_urlsafe(24)
        done = desk.decide(Decision(action=Action.CONFIRM), version=done.version, by=second, **given)
    done.refresh_from_db()
    return done


def test_t2_before_the_year_begins_gives_all_of_it_back(
    yuan: InsuredPerson, caseworker: User, area: PoolingArea
) -> None:
    reviewer = factories.staff(area=area, role="reviewer")
    finance = (factories.staff(area=area, role="finance"), factories.staff(area=area, role="finance", name="钱二"))
    with time_machine.travel(DECEMBER, tick=False):
        application = approved(filed(yuan), by=caseworker, second=reviewer)
        assert (application.state, application.refund_fen) == (State.APPROVED, 40_000)

        refund = money.released(Refund.objects.get(basis=application.number), makers=finance)
        assert not effect.apply_effect(application.number or "")
        refunds.confirm_payout(
            refund.number, version=refund.version, reference="回单0001", token=money.token(), by=finance[0]
        )
        assert effect.apply_due_effects() == 1

    application.refresh_from_db()
    assert application.state == State.COMPLETED
    back = ContributionRecord.objects.get(kind="991")
    assert (back.personal_fen, back.period_starts_on) == (-40_000, date(2026, 1, 1))
    assert not invariants.refunds_out_of_line()


def test_what_finance_drops_is_not_told_as_paid(yuan: InsuredPerson, caseworker: User, area: PoolingArea) -> None:
    reviewer = factories.staff(area=area, role="reviewer")
    finance = (factories.staff(area=area, role="finance"), factories.staff(area=area, role="finance", name="钱二"))
    with time_machine.travel(DECEMBER, tick=False):
        application = approved(filed(yuan), by=caseworker, second=reviewer)
        for somebody in finance:
            refund = Refund.objects.get(basis=application.number)
            drop(refund.number, version=refund.version, text="与另一件重复核准", token=money.token(), by=somebody)
        assert effect.apply_due_effects() == 1

    application.refresh_from_db()
    assert (application.state, application.refund_fen) == (State.COMPLETED, 0)
    assert [one.code for one in refunding.refused_of(application)] == ["refund.dropped"]
    told = Message.objects.filter(subject_number=application.number).latest("pk")
    assert "没有退费" in told.body
    assert "已经退出" not in told.body


def test_t2_once_the_year_has_begun_stops_and_gives_nothing_back(yuan: InsuredPerson, caseworker: User) -> None:
    with time_machine.travel(JANUARY, tick=False):
        application = approved(filed(yuan), by=caseworker)

    assert (application.state, application.refund_fen) == (State.COMPLETED, 0)
    assert [one.code for one in refunding.refused_of(application)] == ["refund.begun"]
    assert not Refund.objects.exists()


def test_the_day_of_filing_counts_and_not_that_of_a_slow_review(
    yuan: InsuredPerson, caseworker: User, area: PoolingArea
) -> None:
    with time_machine.travel("2025-12-31T02:00:00Z", tick=False):
        application = filed(yuan)
    with time_machine.travel(JANUARY, tick=False):
        done = approved(application, by=caseworker, second=factories.staff(area=area, role="reviewer"))

    assert done.refund_fen == 40_000


def test_a_cover_that_goes_on_ends_with_it(area: PoolingArea, caseworker: User) -> None:
    person = factories.person(area=area, user=factories.user())
    row = factories.enrollment(of=person)
    factories.period(of=row, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    factories.period(of=row, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    records.year_of(person, year=2026, paid_on=date(2025, 10, 20))
    with time_machine.travel(DECEMBER, tick=False):
        application = filed(person, refund_cause="other")
        done = approved(application, by=caseworker)

    row.refresh_from_db()
    assert (row.status, done.refund_fen) == ("2", 0)
    assert not CoveragePeriod.objects.counting().filter(enrollment=row, starts_on__year=2026).exists()


def test_the_pages_lead_from_the_conditions_to_the_number(yuan: InsuredPerson) -> None:
    browser = factories.client_of(factories.account_of(yuan))
    code = ContributionRecord.objects.get(person=yuan).number
    with time_machine.travel(DECEMBER, tick=False):
        assert (
            reverse("refund_form")
            in browser.get(reverse("refund"), {"paid": code, "cause": "joined-310"}).content.decode()
        )
        typed = {
            "paid": code,
            "cause": "joined-310",
            "holder": "程予安",
            "bank": "示例银行",
            "account": "6222 0211 9901 0012 345",
            "contact_phone": yuan.phone,
            "contact_email": "",
            "note": "",
            "uses_credential": "on",
        }
        refused = browser.post(reverse("refund_form"), typed)
        assert (refused.status_code, "还缺银行卡照片" in refused.content.decode()) == (422, True)
        draft = Application.objects.get(item=items.REFUND.code)
        draft.attachments.create(slot="bank-card", name="卡.png", content_type="image/png", size=1, sha256="0" * 64)
        assert browser.post(reverse("refund_form"), typed)["Location"] == reverse("refund_check")
        page = browser.get(reverse("refund_check"))
        assert "审核通过后退回" in page.content.decode()
        assert "6222021199010012345" not in page.content.decode()
        sent = browser.post(
            reverse("refund_check"),
            {"token": page.context["token"], "revision": page.context["draft"].revision, "person": yuan.number},
        )

        application = Application.objects.get(item=items.REFUND.code)
        assert sent["Location"] == reverse("application_submitted", args=[application.number])
        assert "退费申请已提交" in browser.get(sent["Location"]).content.decode()
        assert "要退的缴费" in browser.get(reverse("application", args=[application.number])).content.decode()


def test_a_strangers_application_is_not_there(yuan: InsuredPerson, area: PoolingArea) -> None:
    with time_machine.travel(DECEMBER, tick=False):
        application = filed(yuan)
        stranger = factories.client_of(factories.account_of(factories.resident(area=area)))

        assert stranger.get(reverse("application", args=[application.number])).status_code == 404


def test_the_desk_sees_both_results(yuan: InsuredPerson, caseworker: User) -> None:
    with time_machine.travel(JANUARY, tick=False):
        application = filed(yuan)
        desk.take(number=application.number or "", version=application.version, by=caseworker)
        browser: Client = factories.client_of(caseworker)
        page = browser.get(reverse("admin:suspension_application_review", args=[application.number]))

    assert "2026年度的待遇期已经从2026年1月1日开始" in page.content.decode()
    assert "如果今天审核通过" in page.content.decode()
    assert "依据：退费申请表（演示取值）" in page.content.decode()
