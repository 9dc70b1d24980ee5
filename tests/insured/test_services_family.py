"""亲情账户: asked, agreed to, declined, ended; nobody acts without a consent of today."""

import pytest
from django.test import Client

from insured import labels
from insured.models import FamilyRelation, InsuredPerson
from insured.services import family
from portal.accounts.models import User
from portal.accounts.services.limits import TooOften
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.insured import families

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother(area: factories.PoolingArea) -> InsuredPerson:
    return factories.resident(area=area, name="周慧兰", phone="13800138077")


def told(person: InsuredPerson) -> list[str]:
    return list(Message.objects.filter(recipient=person.user_id).order_by("id").values_list("title", flat=True))


def code_of(error: pytest.ExceptionInfo[BusinessRuleError]) -> str:
    return error.value.reasons[0].code


class TestInvite:
    def test_tells_the_relative_and_gives_no_right_yet(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        families.invited(by=factories.account_of(resident), relative=mother)

        assert not family.may_act(factories.account_of(resident), person=mother)
        assert told(mother) == ["家人邀请您加入亲情账户"]
        assert Delivery.objects.get().address == "13800138077"
        assert "苏" in Message.objects.get().body
        assert "苏文岚" not in Message.objects.get().body

    def test_finds_by_the_phone_of_the_account(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        account = factories.account_of(mother)
        account.phone, account.phone_index = "13800138077", None
        account.phone_index = User._meta.get_field("phone_index").index_of("13800138077")
        account.save()

        families.invited(by=factories.account_of(resident), relative=mother, key="13800138077")

        assert FamilyRelation.objects.pending().get().relative == mother

    @pytest.mark.parametrize(("name", "key"), [("周慧", None), ("周慧兰", "000X"), ("周慧兰", "13900139000")])
    def test_finds_nobody_by_half_of_it(
        self, name: str, key: str | None, resident: InsuredPerson, mother: InsuredPerson
    ) -> None:
        with pytest.raises(BusinessRuleError) as error:
            families.invited(
                by=factories.account_of(resident), relative=mother, name=name, key=key or mother.id_number[-4:]
            )

        assert code_of(error) == "family.not-found"

    def test_is_not_sent_to_oneself(self, resident: InsuredPerson) -> None:
        with pytest.raises(BusinessRuleError) as error:
            families.invited(by=factories.account_of(resident), relative=resident)

        assert code_of(error) == "family.oneself"

    def test_is_not_sent_twice(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        families.invited(by=factories.account_of(resident), relative=mother)
        with pytest.raises(BusinessRuleError) as error:
            families.invited(by=factories.account_of(resident), relative=mother)
        families.accepted(inviter=resident, relative=mother)
        with pytest.raises(BusinessRuleError) as again:
            families.invited(by=factories.account_of(resident), relative=mother)

        assert (code_of(error), code_of(again)) == ("family.invited-already", "family.consented-already")

    def test_asks_whom_the_register_knows(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        known = factories.relation(person=resident, relative=mother)

        families.invited(by=factories.account_of(resident), relative=mother)

        assert FamilyRelation.objects.pending().get() == known

    def test_is_refused_to_an_account_without_a_person(self, mother: InsuredPerson) -> None:
        with pytest.raises(BusinessRuleError) as error:
            families.invited(by=factories.user(), relative=mother)

        assert code_of(error) == "family.no-person"

    def test_may_be_tried_five_times_a_day(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        for _ in range(family.INVITATIONS_A_DAY):
            with pytest.raises(BusinessRuleError):
                families.invited(by=factories.account_of(resident), relative=mother, name="周某")

        with pytest.raises(TooOften):
            families.invited(by=factories.account_of(resident), relative=mother)


class TestAnswer:
    def test_gives_the_right_with_its_time_and_wording(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        families.consented(actor=resident, relative=mother)

        relation = FamilyRelation.objects.consented().get()
        assert family.may_act(factories.account_of(resident), person=mother)
        assert not family.may_act(factories.account_of(mother), person=resident)
        assert relation.consent_version == labels.FAMILY_CONSENT_VERSION
        assert told(resident) == ["家人已同意由您代办"]
        assert told(mother)[-1] == "您已同意由家人代办"

    def test_no_gives_no_right_and_may_be_asked_again(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        families.invited(by=factories.account_of(resident), relative=mother)
        families.declined(inviter=resident, relative=mother)
        families.invited(by=factories.account_of(resident), relative=mother)

        assert not family.may_act(factories.account_of(resident), person=mother)
        assert FamilyRelation.objects.pending().count() == 1
        assert told(resident) == ["家人没有同意代办"]

    def test_is_only_the_relatives(self, resident: InsuredPerson, mother: InsuredPerson, stranger: User) -> None:
        families.invited(by=factories.account_of(resident), relative=mother)

        for somebody in (stranger, factories.account_of(resident)):
            with pytest.raises(ConflictError):
                family.accept(inviter_number=resident.number, by=somebody)

    def test_counts_once(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        families.consented(actor=resident, relative=mother)

        with pytest.raises(ConflictError):
            families.accepted(inviter=resident, relative=mother)


class TestEnd:
    @pytest.mark.parametrize("is_actor", [True, False])
    def test_holds_at_once_from_either_side(
        self, is_actor: bool, resident: InsuredPerson, mother: InsuredPerson
    ) -> None:
        families.consented(actor=resident, relative=mother)
        by, other = (resident, mother) if is_actor else (mother, resident)

        family.end(other_number=other.number, is_actor=is_actor, by=factories.account_of(by))

        assert not family.may_act(factories.account_of(resident), person=mother)
        assert told(resident)[-1] == told(mother)[-1] == "亲情账户代办已解除"

    def test_takes_an_invitation_back_in_silence(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        families.invited(by=factories.account_of(resident), relative=mother)

        families.ended(actor=resident, relative=mother)

        assert not FamilyRelation.objects.current().exists()
        assert told(mother) == ["家人邀请您加入亲情账户"]

    def test_leaves_what_the_register_knows(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        factories.relation(person=resident, relative=mother)

        with pytest.raises(ConflictError):
            families.ended(actor=resident, relative=mother)

    def test_is_nothing_for_a_stranger(self, resident: InsuredPerson, mother: InsuredPerson, stranger: User) -> None:
        families.consented(actor=resident, relative=mother)

        for is_actor in (True, False):
            with pytest.raises(ConflictError):
                family.end(other_number=mother.number, is_actor=is_actor, by=stranger)


class TestPages:
    def test_lead_from_the_invitation_to_the_end(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        mine = factories.client_of(factories.account_of(resident))
        hers = factories.client_of(factories.account_of(mother))
        asked = {"name": mother.name, "key": mother.id_number[-4:], "kind": "3", "token": "t" * 24}

        assert mine.post("/me/family/", asked).status_code == 302
        assert mine.post("/me/family/", asked).status_code in {303, 422}
        assert "等对方答复" in mine.get("/me/family/").content.decode()
        answer = {"number": resident.number, "answer": "yes"}
        assert "请先勾选" in hers.post("/me/family/answer/", answer).content.decode()
        assert hers.post("/me/family/answer/", answer | {"consent": "on"}).status_code == 302
        assert "代办停缴" in mine.get("/me/family/").content.decode()
        assert "可以替我代办的家人" in hers.get("/me/family/").content.decode()
        assert hers.post("/me/family/end/", {"number": resident.number, "side": "relative"}).status_code == 302
        assert mine.post("/me/family/act/", {"number": mother.number}).status_code == 404

    def test_declines_without_a_tick(self, resident: InsuredPerson, mother: InsuredPerson) -> None:
        families.invited(by=factories.account_of(resident), relative=mother)
        hers = factories.client_of(factories.account_of(mother))

        assert hers.post("/me/family/answer/", {"number": resident.number, "answer": "no"}).status_code == 302
        assert not FamilyRelation.objects.current().exists()

    @pytest.mark.parametrize(
        "typed",
        [
            {},
            {"name": "周慧兰", "key": "12", "kind": "3"},
            {"name": "周慧兰", "key": "ab12", "kind": "3"},
            {"kind": "7"},
        ],
    )
    def test_answer_what_is_typed_wrongly_at_the_field(self, typed: dict[str, str], resident: InsuredPerson) -> None:
        answer = factories.client_of(factories.account_of(resident)).post("/me/family/", typed)

        assert answer.status_code == 422

    def test_ask_for_a_log_in_and_for_a_post(self, resident: InsuredPerson) -> None:
        mine = factories.client_of(factories.account_of(resident))

        assert Client().get("/me/family/").status_code == 302
        assert [mine.get(f"/me/family/{name}/").status_code for name in ("answer", "end", "act")] == [405] * 3
