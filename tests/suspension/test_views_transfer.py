"""转移接续 on the pages: conditions, form, check, progress, and the desk's steps."""

from datetime import date

import pytest
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from suspension.models import Application, TransferLeg
from suspension.policy.transitions import State
from tests import factories
from tests.suspension import cases, transferring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
LEG = "/admin/suspension/application/transfers/{}/{}/"


@pytest.fixture
def mover(area: PoolingArea) -> InsuredPerson:
    return transferring.mover(area=area, to=transferring.neighbour())


@pytest.fixture
def browser(mover: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(mover))


@pytest.fixture
def there_staff(mover: InsuredPerson) -> User:
    return factories.staff(area=transferring.new_of(mover).area, name="孙经办")


def typed(**changes: str) -> dict[str, str]:
    return {"way": "between-1", "place": "", "contact_phone": "13800138000", "contact_email": "", "note": ""} | changes


def test_from_the_conditions_to_the_number(mover: InsuredPerson, browser: Client) -> None:
    page = browser.get("/transfer/")
    assert "从示例市（职工基本医疗保险）转到邻州市（职工基本医疗保险）" in page.text
    assert "跨省通办" in page.text
    assert "2026年3月24日" in page.text

    assert browser.post("/transfer/form/", typed()).headers["Location"] == "/transfer/check/"
    check = browser.get("/transfer/check/")
    assert "示例市" in check.text
    body = {"person": mover.number, "token": check.context["token"], "revision": check.context["draft"].revision}
    sent = browser.post("/transfer/check/", body)

    found = Application.objects.get(item="transfer")
    assert found.state == State.SUBMITTED
    assert sent.headers["Location"] == f"/applications/{found.number}/submitted/"
    assert "转移接续申请已提交" in browser.get(sent.headers["Location"]).text
    assert found.number in browser.get("/transfer/").text


def test_says_what_to_do_first_with_a_way_there(area: PoolingArea) -> None:
    browser = factories.client_of(factories.account_of(factories.resident(area=area)))

    page = browser.get("/transfer/")

    assert "请先办理停缴" in page.text
    assert 'href="/stop/"' in page.text


def test_a_place_outside_is_asked_for_and_kept(area: PoolingArea) -> None:
    browser = factories.client_of(factories.account_of(factories.resident(area=area)))

    refused = browser.post("/transfer/form/", typed(way="in-1"))
    browser.post("/transfer/form/", typed(way="in-1", place="江苏省昆山市", save="1"))

    assert refused.status_code == 422
    assert "请填写外地的转出地" in refused.text
    assert "江苏省昆山市" in browser.get("/transfer/form/").text


def test_nobody_elses_progress(mover: InsuredPerson, area: PoolingArea) -> None:
    found = transferring.between(mover)
    stranger = factories.client_of(factories.account_of(factories.resident(area=area)))

    assert stranger.get(f"/applications/{found.number}/").status_code == 404


def test_the_person_sees_each_step_with_its_day(
    mover: InsuredPerson, browser: Client, area: PoolingArea, there_staff: User
) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)
    page = browser.get(f"/applications/{found.number}/")
    assert "最晚2026年3月24日办完" in page.text

    transferring.finished(found, "out", by=factories.staff(area=area))
    transferring.finished(found, "in", by=there_staff)

    page = browser.get(f"/applications/{found.number}/")
    assert "累计26个月" in page.text
    assert "按连续参保计算" in page.text


def test_the_desk_of_each_area_records_its_step(mover: InsuredPerson, area: PoolingArea, there_staff: User) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)
    here = factories.client_of(factories.staff(area=area))
    there = factories.client_of(there_staff)

    assert found.number in here.get("/admin/suspension/application/transfers/").text
    assert found.number not in there.get("/admin/suspension/application/transfers/").text
    assert there.get(LEG.format(found.number, "out")).status_code == 404
    token = "t" * 20
    sent = here.post(
        LEG.format(found.number, "out"), {"outcome": "done", "token": token, "balance": "12.30", "note": ""}
    )
    assert sent.status_code == 303
    out = TransferLeg.objects.get(kind="out")
    assert (out.balance_fen, out.months) == (1230, 24)
    again = there.post(LEG.format(found.number, "in"), {"outcome": "impossible", "token": "u" * 20, "note": ""})
    assert again.status_code == 422
    there.post(LEG.format(found.number, "in"), {"outcome": "done", "token": "v" * 20, "note": ""})
    found.refresh_from_db()
    assert found.state == State.COMPLETED


def test_the_paper_of_another_area_is_typed_span_by_span(area: PoolingArea) -> None:
    person = factories.flexible(area=area)
    staff = factories.staff(area=area)
    found = transferring.accepted(
        transferring.filed(person, about=person.enrollments.get(), transfer_source="江苏省昆山市"), by=staff
    )
    desk = factories.client_of(staff)
    typed = {"outcome": "done", "scheme": "310", "balance": "", "note": "", "months": "13"}

    unread = desk.post(
        LEG.format(found.number, "out"), typed | {"token": "t" * 20, "spans": "2022-01 至 2022-12\n二〇二三年一月"}
    )
    slip = desk.post(LEG.format(found.number, "out"), typed | {"token": "u" * 20, "spans": "2022-01 至 2022-11"})
    done = desk.post(
        LEG.format(found.number, "out"), typed | {"token": "v" * 20, "spans": "2022年1月 - 2022年12月\n\n2023-02"}
    )

    assert (unread.status_code, slip.status_code, done.status_code) == (422, 422, 303)
    assert "第2行看不懂" in unread.text
    assert "各段加起来是11个月" in slip.text
    out = TransferLeg.objects.get(application=found, kind="out")
    assert out.spans == [["2022-01", "2022-12"], ["2023-02", "2023-02"]]
    assert "2022年1月至12月，2023年2月" in desk.get(LEG.format(found.number, "in")).text


def test_a_reviewer_looks_and_records_nothing(mover: InsuredPerson, area: PoolingArea, there_staff: User) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)
    reviewer = factories.client_of(factories.staff(area=area, role="reviewer"))

    assert reviewer.get(LEG.format(found.number, "out")).status_code == 200
    sent = reviewer.post(LEG.format(found.number, "out"), {"outcome": "done", "token": "t" * 20, "note": ""})

    assert sent.status_code == 403


def test_the_review_page_shows_both_sides(mover: InsuredPerson, there_staff: User) -> None:
    found = cases.taken(transferring.between(mover), by=there_staff)
    page = factories.client_of(there_staff).get(f"/admin/suspension/application/{found.number}/review/")

    assert "转移接续已受理" in page.text

    assert "示例市 → 邻州市" in page.text
    assert "全部通过" in page.text


def test_a_wish_of_the_stop_leads_here(area: PoolingArea) -> None:
    person = transferring.mover(area=area, to=transferring.neighbour(), last=date(2025, 12, 31))
    Application.objects.create(
        item="stop",
        person=person,
        enrollment=transferring.old_of(person),
        area=area,
        applicant=factories.account_of(person),
        state="completed",
        number="YB20260101AAAAAA1",
        submitted_at="2026-01-01T02:00:00Z",
        due_on="2026-01-08",
        effective_on="2026-01-01",
        wants_transfer=True,
        contact_phone="13800138000",
        transfer_target="邻州市",
    )

    page = factories.client_of(factories.account_of(person)).get("/transfer/")

    assert "转往：邻州市" in page.text
