"""The pages of one's applications: list, timeline, withdrawal, correction, materials."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson
from portal.accounts.models import User
from suspension.models import Application, Attachment
from suspension.policy.transitions import State
from suspension.services import materials
from tests import factories
from tests.suspension import files
from tests.suspension.cases import decided, filed, prove, taken
from tests.suspension.pages import hidden, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]

ClientOf = Callable[[User], Client]


class TestApplicationPage:
    def test_leads_to_a_person_who_answers(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert f"{reverse('consult')}?subject={application.number}" in page
        assert visitor.get(f"{reverse('consult')}?subject={application.number}").status_code == 200

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({}, ("没有填写", "不需要", "不使用")),
            (
                {
                    "resume_month": date(2027, 5, 1),
                    "wants_transfer": True,
                    "transfer_target": "邻州市",
                    "uses_credential": True,
                },
                ("2027年5月", "需要，转往：邻州市", "使用，代替证件复印件"),
            ),
        ],
    )
    def test_says_what_was_asked_for_beside_the_stop(
        self, asked: dict[str, Any], words: tuple[str, ...], visitor: Client, resident: InsuredPerson
    ) -> None:
        application = filed(resident, **asked)

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        for word in (*words, "预计恢复月", "转移接续", "医保电子凭证"):
            assert word in page

    def test_shows_the_timeline_and_lets_one_withdraw(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)
        page = visitor.get(f"/applications/{application.number}/").content.decode()
        assert "待审核" in page

        asked = visitor.get(f"/applications/{application.number}/withdraw/").content.decode()
        visitor.post(f"/applications/{application.number}/withdraw/", {"version": hidden(asked, "version")})

        application.refresh_from_db()
        assert application.state == State.WITHDRAWN

    def test_offers_no_withdrawal_once_it_is_reviewed(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = taken(filed(resident), by=caseworker)

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "撤销申请" not in page

    def test_a_late_withdrawal_says_what_can_be_done(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        """T17."""
        application = decided(taken(filed(resident), by=caseworker), by=caseworker)

        answer = visitor.post(f"/applications/{application.number}/withdraw/", {"version": "2"})

        assert answer.status_code == 409
        assert "取消暂停参保" in answer.content.decode()

    def test_says_when_it_is_overdue(self, resident: InsuredPerson, client_of: ClientOf) -> None:
        application = filed(resident)

        with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
            visitor = client_of(factories.account_of(resident))
            page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "已超过承诺时间" in page

    def test_tells_the_day_after_approval(self, visitor: Client, resident: InsuredPerson, caseworker: User) -> None:
        application = decided(taken(filed(resident), by=caseworker), by=caseworker)

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "停缴已于 2026年3月10日 生效" in page

    def test_tells_why_it_was_rejected_and_offers_a_new_start(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = taken(filed(resident), by=caseworker)
        decided(application, by=caseworker, action="reject", code="reason-mismatch", text="请办理在职转退休")

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "停缴原因不符；请办理在职转退休" in page
        assert "重新提交" in page

    @pytest.mark.parametrize("suffix", ["", "submitted/", "correct/"])
    def test_is_not_there_for_a_stranger(
        self, resident: InsuredPerson, stranger: User, client_of: ClientOf, suffix: str
    ) -> None:
        application = filed(resident)

        answer = client_of(stranger).get(f"/applications/{application.number}/{suffix}")

        assert answer.status_code == 404

    def test_is_not_there_for_staff_outside_the_desk(
        self, resident: InsuredPerson, caseworker: User, client_of: ClientOf
    ) -> None:
        application = filed(resident)

        assert client_of(caseworker).get(f"/applications/{application.number}/").status_code == 404

    def test_a_stranger_can_withdraw_nothing(
        self, resident: InsuredPerson, stranger: User, client_of: ClientOf
    ) -> None:
        application = filed(resident)

        answer = client_of(stranger).post(f"/applications/{application.number}/withdraw/", {"version": "2"})

        application.refresh_from_db()
        assert answer.status_code == 404
        assert application.state == State.SUBMITTED

    def test_is_changed_by_post_only(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        visitor.get(f"/applications/{application.number}/withdraw/")

        application.refresh_from_db()
        assert application.state == State.SUBMITTED


class TestCorrection:
    def returned(self, resident: InsuredPerson, caseworker: User) -> Application:
        application = taken(filed(resident), by=caseworker)
        return decided(
            application, by=caseworker, action="return", fields=("contact_phone", "material"), text="电话打不通"
        )

    def test_opens_only_the_named_fields(self, visitor: Client, resident: InsuredPerson, caseworker: User) -> None:
        application = self.returned(resident, caseworker)

        page = visitor.get(f"/applications/{application.number}/correct/").content.decode()

        assert 'name="contact_phone"' in page
        assert 'name="file_id_card"' in page
        assert 'name="reason_code"' not in page
        assert "电话打不通" in page

    def test_is_sent_again_under_the_same_number(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = self.returned(resident, caseworker)
        prove("13911112222", by=factories.account_of(resident))
        page = visitor.get(f"/applications/{application.number}/correct/").content.decode()
        body = {
            "contact_phone": "13911112222",
            "file_id_card": files.picture(),
            "token": hidden(page, "token"),
            "version": hidden(page, "version"),
        }

        answer = visitor.post(f"/applications/{application.number}/correct/", body)

        application.refresh_from_db()
        assert answer["Location"] == f"/applications/{application.number}/"
        assert application.state == State.SUBMITTED
        assert application.contact_phone == "13911112222"
        assert application.attachments.count() == 1

    def test_is_not_offered_otherwise(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        answer = visitor.get(f"/applications/{application.number}/correct/")

        assert answer["Location"] == f"/applications/{application.number}/"


class TestMaterial:
    def page_of(self, visitor: Client) -> str:
        visitor.post("/stop/form/", typed(file_id_card=files.picture()))
        materials.render_pending()
        return f"/materials/{Attachment.objects.get().public_id}/1/"

    def test_is_shown_to_its_owner(self, visitor: Client) -> None:
        answer = visitor.get(self.page_of(visitor))

        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_is_not_there_for_a_stranger(self, visitor: Client, stranger: User, client_of: ClientOf) -> None:
        assert client_of(stranger).get(self.page_of(visitor)).status_code == 404

    def test_has_no_page_that_was_not_rendered(self, visitor: Client) -> None:
        address = self.page_of(visitor)

        assert visitor.get(address.replace("/1/", "/2/")).status_code == 404
        assert visitor.get(address.replace("/1/", "/0/")).status_code == 404


class TestList:
    def test_shows_ones_own_and_no_drafts(
        self, visitor: Client, resident: InsuredPerson, area: factories.PoolingArea
    ) -> None:
        mine, others = filed(resident), filed(factories.resident(area=area))
        visitor.post("/stop/form/", typed())

        page = visitor.get("/me/applications/").content.decode()

        assert mine.number in page
        assert others.number not in page
        assert page.count("受理编号") == 1

    def test_is_flat_in_statements(self, visitor: Client, resident: InsuredPerson, assert_statements) -> None:
        for _ in range(3):
            application = filed(resident, stop_month=date(2026, 6, 1))
            Application.objects.filter(pk=application.pk).update(state=State.WITHDRAWN)

        with assert_statements(5):
            visitor.get("/me/applications/")
