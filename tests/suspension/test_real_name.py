"""实名认证: at once when the register confirms, else by a caseworker who sees the photos, which are then removed."""

import secrets

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.gateways import identity
from portal.accounts.gateways.identity import Verdict
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from portal.notifications.models import Message
from suspension.models import RealNameReview
from suspension.services.materials import folder_of, page_of
from suspension.services.real_name import decide
from tests import factories
from tests.accounts.conftest import Register
from tests.accounts.letters import last_code
from tests.portal.test_ways_in import follow
from tests.suspension import files, names
from tests.suspension.names import ID_NUMBER, NAME

PAGE, DESK = "/accounts/security/real-name/", reverse("admin:suspension_application_realnames")
pytestmark = pytest.mark.django_db


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    found = Register()
    monkeypatch.setattr(identity, "check", found.check)
    return found


@pytest.fixture
def newcomer() -> User:
    return factories.user(name="未实名用户")


def typed(area: PoolingArea, **changes: object) -> dict[str, object]:
    data = {"name": NAME, "resident_id": ID_NUMBER, "area": area.pk, "asks_staff": "on"}
    photos = {"front": files.picture("人像面.jpg"), "back": files.picture("国徽面.jpg")}
    return data | photos | {"token": secrets.token_urlsafe(24)} | changes


def photos_of(review: RealNameReview) -> list[bool]:
    return [page_of(one, page=1).exists() for one in (review.front, review.back)]


def refused(error: pytest.ExceptionInfo[BusinessRuleError]) -> str:
    return error.value.reasons[0].code


class TestPage:
    def test_is_done_at_once_when_the_register_confirms(
        self, register: Register, newcomer: User, area: PoolingArea
    ) -> None:
        person = factories.person(area=area, name=NAME, id_number=ID_NUMBER)
        client = factories.client_of(newcomer)
        form = client.get(PAGE).content.decode()
        for words in ("尚未实名", ">姓名", ">身份证号", "身份证照片（人像面）", "身份证照片（国徽面）"):
            assert words in form

        page = client.post(PAGE, typed(area), follow=True).content.decode()

        assert "实名认证已完成" in page
        assert "已实名" in page
        newcomer.refresh_from_db()
        person.refresh_from_db()
        assert newcomer.display_name == NAME
        assert person.user == newcomer
        assert not RealNameReview.objects.exists()
        assert Message.objects.get(recipient=newcomer).title == "实名认证已完成"

    def test_waits_for_staff_when_the_register_cannot_say(
        self, register: Register, newcomer: User, area: PoolingArea
    ) -> None:
        register.verdict = Verdict.UNAVAILABLE
        client = factories.client_of(newcomer)

        page = client.post(PAGE, typed(area), follow=True).content.decode()

        assert "等待工作人员审核" in page
        assert ID_NUMBER not in page
        review = RealNameReview.objects.get()
        assert photos_of(review) == [True, True]
        assert not (folder_of(review.front) / "original").exists()
        newcomer.refresh_from_db()
        assert newcomer.id_index is None

    def test_is_refused_with_the_reason_when_staff_are_not_wanted(
        self, register: Register, newcomer: User, area: PoolingArea
    ) -> None:
        register.verdict = Verdict.MISMATCH

        answer = factories.client_of(newcomer).post(PAGE, typed(area, asks_staff=""))

        assert answer.status_code == 422
        assert "姓名与身份证号不一致" in answer.content.decode()
        assert not RealNameReview.objects.exists()

    @pytest.mark.parametrize("file", [files.pdf(), files.text("身份证.jpg", b"<html>")])
    def test_takes_photos_only(self, register: Register, newcomer: User, area: PoolingArea, file: object) -> None:
        answer = factories.client_of(newcomer).post(PAGE, typed(area, front=file))

        assert answer.status_code == 422
        assert register.asked == []

    def test_whoever_has_a_name_sees_that_and_no_form(self, resident: InsuredPerson) -> None:
        user = factories.account_of(resident)
        User.objects.filter(pk=user.pk).update(id_index="x" * 20)

        page = factories.client_of(user).get(PAGE).content.decode()

        assert "已实名" in page
        assert '<form class="card narrow"' not in page


class TestProve:
    def test_an_id_has_one_account(self, register: Register, newcomer: User, area: PoolingArea) -> None:
        names.proved(names.claim(area=area), by=newcomer)

        with pytest.raises(BusinessRuleError) as error:
            names.proved(names.claim(area=area), by=factories.user())

        assert refused(error) == "account.id-taken"

    def test_one_waits_at_a_time_and_a_repeat_leads_back(
        self, register: Register, newcomer: User, area: PoolingArea
    ) -> None:
        register.verdict = Verdict.UNKNOWN
        token = secrets.token_urlsafe(24)
        names.proved(names.claim(area=area), by=newcomer, token=token)

        with pytest.raises(ConflictError):
            names.proved(names.claim(area=area), by=newcomer)
        with pytest.raises(AlreadyDone):
            names.proved(names.claim(area=area), by=factories.user(), token=token)
        assert RealNameReview.objects.count() == 1


class TestDesk:
    def test_a_caseworker_sees_the_photos_and_names_the_account(
        self, newcomer: User, area: PoolingArea, caseworker: User
    ) -> None:
        review = names.waiting(area=area, by=newcomer)
        client = factories.client_of(caseworker)
        page = client.get(DESK).content.decode()
        assert NAME in page
        assert ID_NUMBER in page
        photo = client.get(reverse("admin:suspension_application_realname_photo", args=[review.number, "front"]))
        assert photo["Content-Type"] == "image/png"
        looks = AccessLog.objects.filter(user=caseworker, subject_kind="account", subject_id=newcomer.pk)
        assert set(looks.values_list("action", flat=True)) == {"reveal-id", "view"}

        done = client.post(DESK, {"number": review.number, "action": "approve"}, follow=True).content.decode()

        assert "已通过" in done
        newcomer.refresh_from_db()
        assert newcomer.display_name == NAME
        assert newcomer.id_index
        assert photos_of(review) == [False, False]
        assert client.get(photo.request["PATH_INFO"]).status_code == 404

    def test_a_rejection_needs_a_reason_and_lets_one_try_again(
        self, register: Register, newcomer: User, area: PoolingArea, caseworker: User
    ) -> None:
        review = names.waiting(area=area, by=newcomer)
        client = factories.client_of(caseworker)
        without = client.post(DESK, {"number": review.number, "action": "reject"})
        assert without.status_code == 422
        assert photos_of(review) == [True, True]

        client.post(DESK, {"number": review.number, "action": "reject", "note": "国徽面看不清，请重拍。"})

        page = factories.client_of(newcomer).get(PAGE).content.decode()
        assert "国徽面看不清，请重拍。" in page
        assert Message.objects.get(recipient=newcomer).title == "实名认证未通过"
        assert photos_of(review) == [False, False]
        assert names.proved(names.claim(area=area), by=newcomer) is None

    def test_shows_one_at_a_time(self, newcomer: User, area: PoolingArea, caseworker: User) -> None:
        names.waiting(area=area, by=newcomer)
        second = names.waiting(area=area, by=factories.user())
        client = factories.client_of(caseworker)

        assert second.number not in client.get(DESK).content.decode()
        assert second.number in client.get(f"{DESK}?page=2").content.decode()
        assert client.get(DESK).content.decode().count("还有 2 件等待审核") == 1

    def test_is_decided_once_by_somebody_else_of_the_area(
        self, newcomer: User, area: PoolingArea, caseworker: User
    ) -> None:
        own = names.waiting(area=area, by=caseworker)
        other = names.waiting(area=area, by=newcomer)
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻州市"))

        with pytest.raises(BusinessRuleError) as error:
            decide(own.number, is_approved=True, note="", by=caseworker)
        assert refused(error) == "real-name.own"
        assert (
            factories.client_of(elsewhere).post(DESK, {"number": other.number, "action": "approve"}).status_code == 404
        )
        decide(other.number, is_approved=True, note="", by=caseworker)
        with pytest.raises(ConflictError):
            decide(other.number, is_approved=False, note="不对", by=caseworker)

    def test_photos_are_for_the_desk_only(
        self, newcomer: User, area: PoolingArea, reviewer: User, stranger: User
    ) -> None:
        review = names.waiting(area=area, by=newcomer)
        address = reverse("admin:suspension_application_realname_photo", args=[review.number, "front"])

        assert factories.client_of(newcomer).get(address).status_code in {302, 403, 404}
        assert factories.client_of(stranger).get(address).status_code in {302, 403, 404}
        assert (
            factories.client_of(reviewer).post(DESK, {"number": review.number, "action": "approve"}).status_code == 403
        )


def test_the_guide_is_followed_from_the_phone_to_the_name(
    client: Client, register: Register, area: PoolingArea, settings: Settings
) -> None:
    """手机号 → 验证码 → 密码 → 我的 → 实名认证 → 姓名、身份证号、照片."""
    settings.UNPROVEN_CODE_LIMITS = {"address_hour": 1000, "hall_minute": 1000}
    client.post(reverse("register_without_id"), {"consent": "on"})
    client.post(reverse("register_phone"), {"phone": "13712345678"})
    client.post(reverse("register_code"), {"code": last_code()})
    done = client.post(
        reverse("register_password"), {"password": "春风十里 2026", "again": "春风十里 2026"}, follow=True
    ).content.decode()
    assert "还没有实名" in done
    assert register.asked == []

    assert "尚未实名" in follow(client, ("实名认证",), start="/me/")
    page = client.post(PAGE, typed(area), follow=True).content.decode()

    assert "已实名" in page
    assert User.objects.get().display_name == NAME
