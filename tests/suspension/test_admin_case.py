"""What the review page knows beside the case: cover, payments, differences, conversations; and the phone note."""

import secrets
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.db.models import F

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.help.models import PhoneNote
from portal.help.services.phone import NewCall, note_call
from suspension.admin.differences import Difference
from suspension.models import Application
from suspension.services import materials, stop
from tests import factories
from tests.help import rows as help_rows
from tests.suspension.cases import decided, filed, prove, stop_request, taken
from tests.suspension.desk_pages import text_of, url
from tests.suspension.files import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


def noted(application: Application, *, by: User, text: str = "来电询问进度", area_code: str = "119901") -> PhoneNote:
    """A call that came in."""
    call = NewCall(subject=application.number or "", area_code=area_code, direction="in", text=text)
    return note_call(call, token=secrets.token_urlsafe(24), address="/", by=by)


def sent_again(case: Application, **changes: Any) -> Application:
    """Corrected by the applicant."""
    return stop.resubmit(
        stop_request(**changes),
        number=case.number or "",
        version=case.version,
        token=secrets.token_urlsafe(24),
        by=factories.account_of(case.person),
    )


class TestChart:
    def test_is_a_picture_with_a_text_and_the_same_as_tables(
        self, mine: Application, caseworker: User, client_of
    ) -> None:
        page = text_of(client_of(caseworker).get(url("review", mine)))

        assert 'role="img" aria-labelledby="chart-title chart-text"' in page
        assert "2026年有待遇：01-01 至 12-31，已缴费：无" in page
        assert "停保生效日" in page
        assert "城乡居民基本医疗保险" in page.split("用表格看")[1]

    def test_holds_nothing_of_another_area(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        elsewhere = factories.area(code="119902", name="邻市")
        other = factories.enrollment(of=resident, status="2", employer=factories.employer(area=elsewhere))
        type(other).objects.filter(pk=other.pk).update(area=elsewhere)
        factories.period(of=other, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))

        case = client_of(caseworker).get(url("review", mine)).context["case"]

        assert [one.span.starts_on for one in case.periods] == [date(2026, 1, 1)]
        assert [one.year for one in case.chart.years] == [2026]


class TestStatements:
    def test_stay_at_twelve_with_everything_there_is_on_a_later_day(
        self, resident: InsuredPerson, caseworker: User, client_of, assert_statements
    ) -> None:
        browser = client_of(caseworker)
        first = decided(
            taken(filed(resident), by=caseworker), by=caseworker, action="reject", code="other", text="不符"
        )
        back = decided(
            taken(filed(resident), by=caseworker), by=caseworker, action="return", fields=("note",), text="请写明"
        )
        again = taken(sent_again(back, note="新单位"), by=caseworker)
        noted(again, by=caseworker)
        noted(first, by=caseworker)
        help_rows.asked(by=factories.account_of(resident))

        with time_machine.travel("2026-03-12T02:00:00Z", tick=False):
            browser = client_of(caseworker)
            browser.get(url("review", again))
            with assert_statements(12):
                page = browser.get(url("review", again))

        case = page.context["case"]
        assert (len(case.talks), len(case.earlier), len(case.differences)) == (3, 1, 1)


class TestDifferences:
    def of(self, application: Application, *, by: User, client_of: Any) -> list[Difference]:
        found: list[Difference] = client_of(by).get(url("review", application)).context["case"].differences
        return found

    def returned(self, person: InsuredPerson, *, by: User, fields: tuple[str, ...], **asked: Any) -> Application:
        return decided(taken(filed(person, **asked), by=by), by=by, action="return", fields=fields, text="请补充")

    def test_are_none_at_the_first_submission(self, mine: Application, caseworker: User, client_of) -> None:
        assert self.of(mine, by=caseworker, client_of=client_of) == []

    def test_name_each_field_before_and_now(self, resident: InsuredPerson, caseworker: User, client_of) -> None:
        names = ("reason_code", "note", "resume_month", "transfer_target", "contact_email")
        back = self.returned(resident, by=caseworker, fields=names, note="旧的")

        again = sent_again(
            back,
            reason_code="transfer",
            note="新的",
            resume_month=date(2027, 5, 1),
            wants_transfer=True,
            transfer_target="邻州市",
            contact_email="",
        )

        assert self.of(again, by=caseworker, client_of=client_of) == [
            Difference("停缴原因", "参加职工医保", "转移"),
            Difference("预计恢复月", "未填写", "2027年5月"),
            Difference("转移接续", "不需要", "需要，转往：邻州市"),
            Difference("电子邮箱", "wenlan@example.invalid", "未填写"),
            Difference("补充说明", "旧的", "新的"),
        ]

    def test_of_a_phone_that_looks_the_same_masked_are_not_lost(
        self, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        back = self.returned(resident, by=caseworker, fields=("contact_phone",))

        prove("13899998000", by=factories.account_of(resident))
        again = sent_again(back, contact_phone="13899998000")

        assert self.of(again, by=caseworker, client_of=client_of) == [
            Difference("联系电话", "138****8000", "138****8000（有改动，遮住的几位不同）")
        ]

    def test_name_the_materials_that_came_and_went(self, resident: InsuredPerson, caseworker: User, client_of) -> None:
        account, enrollment = factories.account_of(resident), resident.enrollments.get()
        draft = stop.save_draft(stop_request(), enrollment_id=enrollment.pk, by=account)
        old = materials.attach(materials.read_upload(picture()), slot="id-card", application_id=draft.pk)
        case = stop.submit(
            enrollment_id=enrollment.pk, revision=draft.revision, token=secrets.token_urlsafe(24), by=account
        )
        back = decided(
            taken(case, by=caseworker), by=caseworker, action="return", fields=("material",), text="请换一张"
        )
        materials.remove(old.public_id, application_id=back.pk)
        new = materials.attach(materials.read_upload(picture()), slot="leave-proof", application_id=back.pk)

        again = sent_again(back)

        assert self.of(again, by=caseworker, client_of=client_of) == [
            Difference("证明材料：新增", "没有", f"离职证明（{new.name}）"),
            Difference("证明材料：移除", f"身份证复印件（正面）（{old.name}）", "已移除"),
        ]


class TestTalks:
    def test_are_those_of_the_person_and_their_cases_in_this_area(
        self, mine: Application, resident: InsuredPerson, stranger: User, caseworker: User, client_of
    ) -> None:
        own = help_rows.asked(by=factories.account_of(resident), text="什么时候有结果？", subject=mine.number)
        help_rows.asked(by=factories.account_of(resident), text="在外地问的", area_code="119902")
        help_rows.asked(by=stranger, text="别人问的")
        noted(mine, by=caseworker, text="已电话说明")
        noted(mine, by=caseworker, text="别的区记的", area_code="119902")

        case = client_of(caseworker).get(url("review", mine)).context["case"]

        assert {(one.kind, one.text, one.thread) for one in case.talks} == {
            ("在线咨询（待回复）", "什么时候有结果？", own.number),
            ("来电", "已电话说明", ""),
        }


class TestPhoneNote:
    def given(self, **more: Any) -> dict[str, Any]:
        return {"direction": "out", "text": "已说明缺什么材料。", "token": secrets.token_urlsafe(24)} | more

    def test_is_kept_with_who_wrote_it_and_shown(self, mine: Application, caseworker: User, client_of) -> None:
        browser = client_of(caseworker)

        response = browser.post(
            url("phone_note", mine), self.given(text="本人 13800138000 来电，证号 119901198001010019")
        )

        row = PhoneNote.objects.get()
        assert response.status_code == 303
        assert (row.subject, row.area_code, row.author, row.direction) == (mine.number, "119901", caseworker, "out")
        assert "13800138000" not in row.text
        assert "119901198001010019" not in row.text
        assert row.text in text_of(browser.get(url("review", mine)))

    def test_sent_twice_is_kept_once(self, mine: Application, caseworker: User, client_of) -> None:
        browser, given = client_of(caseworker), self.given()

        answers = [browser.post(url("phone_note", mine), given) for _ in range(2)]

        assert PhoneNote.objects.count() == 1
        assert {answer["Location"].split("#")[0] for answer in answers} == {url("review", mine)}

    @pytest.mark.parametrize(
        "wrong", [{"text": ""}, {"direction": "sideways"}, {"direction": ""}, {"text": "长" * 501}]
    )
    def test_wants_a_direction_and_a_text_and_keeps_what_was_typed(
        self, wrong: dict[str, str], mine: Application, caseworker: User, client_of
    ) -> None:
        response = client_of(caseworker).post(url("phone_note", mine), self.given(**wrong))

        assert response.status_code == 422
        assert wrong.get("text", "已说明缺什么材料。") in text_of(response)
        assert not PhoneNote.objects.exists()

    @pytest.mark.parametrize("who", ["resident", "agent", "stranger", "elsewhere"])
    def test_is_written_by_staff_of_the_area_only(
        self, who: str, mine: Application, request: pytest.FixtureRequest, client_of
    ) -> None:
        if who == "elsewhere":
            account = factories.staff(area=factories.area(code="119902", name="邻市"))
        else:
            found = request.getfixturevalue(who)
            account = found if isinstance(found, User) else factories.account_of(found)

        response = client_of(account).post(url("phone_note", mine), self.given())

        assert response.status_code == (404 if who == "elsewhere" else 403)
        assert not PhoneNote.objects.exists()

    def test_is_never_changed(self, mine: Application, caseworker: User) -> None:
        row = noted(mine, by=caseworker)

        with pytest.raises(DatabaseError), transaction.atomic():
            PhoneNote.objects.filter(pk=row.pk).update(text=F("text"))
        with pytest.raises(DatabaseError), transaction.atomic():
            PhoneNote.objects.filter(pk=row.pk).delete()
