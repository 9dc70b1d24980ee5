"""The form and the check page: what belongs to them since the whole journey was built."""

import json

import pytest
import time_machine
from django.test import Client

from insured.models import Enrollment, InsuredPerson
from portal.accounts.models import User
from suspension.models import Application, Attachment, Revision
from suspension.policy.transitions import State
from tests import factories
from tests.suspension import files
from tests.suspension.cases import decided, filed, stop_request, taken
from tests.suspension.pages import check_page, confirm, hidden, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
ALL = {
    "resume_month": "2026-09",
    "wants_transfer": "on",
    "transfer_target": "邻州市",
    "uses_credential": "on",
}


@pytest.fixture
def visitor(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


def test_has_the_labels_of_the_guides(visitor: Client) -> None:
    page = visitor.get("/stop/form/").content.decode()

    for words in ("停缴起始月", "最后一个参保月", "预计恢复月", "需要转移接续", "信息有误？", "医保电子凭证", "暂存"):
        assert words in page
    for words in ("身份证复印件（正面）", "身份证复印件（反面）", "户口簿", "离职证明"):
        assert words in page


def test_begins_with_the_months_chosen_on_the_notice(visitor: Client) -> None:
    page = visitor.get("/stop/form/?stop_month=2026-06&resume_month=2026-09").content.decode()

    assert '<option value="2026-06" selected>' in page
    assert '<option value="2026-09" selected>' in page


def test_puts_an_unfinished_form_aside(visitor: Client) -> None:
    answer = visitor.post("/stop/form/", {"save": "1", "note": "明天再填"})

    page = visitor.get(answer["Location"]).content.decode()
    assert "已暂存" in page
    assert "明天再填" in page
    assert Application.objects.get().state == State.DRAFT


def test_an_unfinished_draft_leads_back_to_the_form(visitor: Client) -> None:
    visitor.post("/stop/form/", {"save": "1", "note": "明天再填"})

    assert visitor.get("/stop/check/")["Location"] == "/stop/form/"


def test_an_unfinished_draft_is_not_sent(visitor: Client) -> None:
    visitor.post("/stop/form/", typed())
    page = visitor.get("/stop/check/").content.decode()
    visitor.post("/stop/form/", {"save": "1"})

    answer = visitor.post("/stop/check/", {"token": hidden(page, "token"), "revision": "2"})

    assert answer.status_code == 422
    assert "还没有选择停缴原因" in answer.content.decode()
    assert Application.objects.get().state == State.DRAFT


def test_takes_several_files_into_named_slots(visitor: Client) -> None:
    household = [files.picture("户口簿1.png", kind="PNG"), files.picture("户口簿2.png", kind="PNG")]

    visitor.post(
        "/stop/form/",
        typed(file_id_card=files.picture(), file_id_card_back=files.picture("反面.jpg"), file_household=household),
    )

    assert sorted(Attachment.objects.values_list("slot", "name")) == [
        ("household", "户口簿1.png"),
        ("household", "户口簿2.png"),
        ("id-card", "身份证.jpg"),
        ("id-card-back", "反面.jpg"),
    ]


def test_keeps_the_good_files_when_one_is_bad(visitor: Client) -> None:
    answer = visitor.post("/stop/form/", typed(file_id_card=files.picture(), file_other=files.text("x.exe", b"MZ")))

    assert answer.status_code == 422
    assert "不是 JPG、PNG 或 PDF" in answer.content.decode()
    assert Attachment.objects.get().slot == "id-card"


def test_shows_everything_on_the_check_page_and_keeps_it_as_sent(visitor: Client) -> None:
    visitor.post("/stop/form/", typed(**ALL))
    page = visitor.get("/stop/check/").content.decode()
    for words in ("2026年9月", "需要，转往：邻州市", "代替身份证复印件", "提交后通常无法撤销，仅“待审核”时可撤销"):
        assert words in page

    confirm(visitor, page)

    sent = json.loads(Revision.objects.get().content)
    assert sent["resume_month"] == "2026-09-01"
    assert (sent["wants_transfer"], sent["transfer_target"]) == (True, "邻州市")
    assert sent["uses_credential"] is True


def test_asks_where_to_for_a_transfer(visitor: Client) -> None:
    answer = visitor.post("/stop/form/", typed(wants_transfer="on"))

    assert answer.status_code == 422
    assert "请填写转往的单位或地区" in answer.content.decode()


def test_keeps_what_was_typed_when_the_stop_became_impossible_meanwhile(
    visitor: Client, resident: InsuredPerson
) -> None:
    visitor.get("/stop/form/")
    resident.enrollments.update(status=Enrollment.PAUSED, paused_on="2026-03-10")

    answer = visitor.post("/stop/form/", typed(note="去邻州市的单位上班"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2026年3月10日" in page
    assert "去邻州市的单位上班" in page
    assert not Application.objects.exists()


def test_forgets_the_target_of_no_transfer(visitor: Client) -> None:
    visitor.post("/stop/form/", typed(transfer_target="邻州市"))

    assert Application.objects.get().transfer_target == ""


@pytest.mark.parametrize(("stop", "resume"), [("", "2026-03"), ("2026-06", "2026-06"), ("2026-06", "2026-05")])
def test_refuses_a_return_before_the_stop(visitor: Client, stop: str, resume: str) -> None:
    answer = visitor.post("/stop/form/", typed(stop_month=stop, resume_month=resume))

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("reason_code", "words"), [("retire", "居民医保没有退休手续"), ("unit-closed", "单位注销不影响您的这份医保")]
)
def test_a_reason_that_does_not_fit_is_pointed_out_and_not_refused(
    visitor: Client, caseworker: User, reason_code: str, words: str
) -> None:
    visitor.post("/stop/form/", typed(reason_code=reason_code))
    page = visitor.get("/stop/check/").content.decode()

    confirm(visitor, page)

    number = Application.objects.get().number
    desk = factories.client_of(caseworker).get(f"/admin/suspension/application/{number}/review/").content.decode()
    assert words in page
    assert words in desk
    assert "全部通过" in desk


def test_unpaid_months_are_told_before_a_stop_and_at_the_desk(area: factories.PoolingArea, caseworker: User) -> None:
    person = factories.flexible(area=area)
    Enrollment.objects.update(last_paid_month="2026-01-01")
    visitor = factories.client_of(factories.account_of(person))
    assert "未缴月份：2026年2月" in visitor.get("/stop/form/").content.decode()
    visitor.post("/stop/form/", typed(stop_month="2026-03", reason_code="other"))
    page = visitor.get("/stop/check/").content.decode()
    assert "2026年2月、2026年3月还没有缴费" in page

    confirm(visitor, page)

    number = Application.objects.get().number
    desk = factories.client_of(caseworker).get(f"/admin/suspension/application/{number}/review/").content.decode()
    assert "2026年2月、2026年3月还没有缴费" in desk


def test_the_desk_sees_the_return_the_transfer_and_the_credential(visitor: Client, caseworker: User) -> None:
    visitor.post("/stop/form/", typed(**ALL))
    confirm(visitor, visitor.get("/stop/check/").content.decode())

    number = Application.objects.get().number
    page = factories.client_of(caseworker).get(f"/admin/suspension/application/{number}/review/").content.decode()

    for words in ("2026年9月", "转往：邻州市", "医保电子凭证", "变更原因代码 6399"):
        assert words in page


def test_a_transfer_can_be_corrected(resident: InsuredPerson, visitor: Client, caseworker: User) -> None:
    application = decided(
        taken(filed(resident), by=caseworker),
        by=caseworker,
        action="return",
        fields=("transfer_target",),
        text="请写明转往哪里",
    )
    address = f"/applications/{application.number}/correct/"
    page = visitor.get(address).content.decode()
    body = {"wants_transfer": "on", "transfer_target": "邻州市"}

    visitor.post(address, body | {name: hidden(page, name) for name in ("token", "version")})

    application.refresh_from_db()
    assert (application.state, application.wants_transfer, application.transfer_target) == (
        State.SUBMITTED,
        True,
        "邻州市",
    )
    assert application.reason_code == stop_request().reason_code


def test_a_closed_window_takes_drafts_and_no_applications() -> None:
    area = factories.area(code="119902", name="邻州市", stop_filing_day_to=25)
    account = factories.account_of(factories.resident(area=area))

    with time_machine.travel("2026-03-26T02:00:00Z", tick=False):
        visitor = factories.client_of(account)
        page = check_page(visitor)
        refused = visitor.post("/stop/check/", {"token": hidden(page, "token"), "revision": hidden(page, "revision")})
    with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
        visitor = factories.client_of(account)
        confirm(visitor, visitor.get("/stop/check/").content.decode())

    assert refused.status_code == 422
    assert "请从2026年4月1日起提交" in refused.content.decode()
    assert Application.objects.get().state == State.SUBMITTED
