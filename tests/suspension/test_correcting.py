"""退回补正 of 退费 and 转移接续: only what was named changes, the rules are asked again, the promise stands still."""

import json
from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments.models import ContributionRecord
from payments.services.giving_back import Account, Part, ask_back
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Delivery
from suspension import items, labels
from suspension.models import Application, TransferLeg
from suspension.policy.transitions import Action, State
from suspension.services import aftercare, effect, filing, refunding, transfer
from suspension.services.kinds import KINDS
from suspension.services.refund import claims_of
from tests import factories
from tests.insured import families
from tests.suspension import asking_back, cases, transferring
from tests.suspension.correcting import again, returned

pytestmark = pytest.mark.django_db
DECEMBER = "2025-12-15T02:00:00Z"
MARCH = "2026-03-10T02:00:00Z"


@pytest.fixture
def yuan(area: PoolingArea) -> InsuredPerson:
    return asking_back.employed_since(area=area)


@pytest.fixture
def mover(area: PoolingArea) -> InsuredPerson:
    return transferring.mover(area=area, to=transferring.neighbour())


@pytest.fixture
def there_staff(mover: InsuredPerson) -> User:
    return factories.staff(area=transferring.new_of(mover).area, name="孙经办")


def given_back_by_another(person: InsuredPerson) -> None:
    """The whole of the payment is on its way back for another reason."""
    (claim, *_) = claims_of(person, today=date(2025, 12, 15))
    record = ContributionRecord.objects.get(person=person)
    (back,) = claim.backs
    part = Part(record=record, amount_fen=back.amount_fen, first=back.first.first_day, last=back.last.first_day)
    account = Account(holder="程予安", bank="示例银行", number=asking_back.ACCOUNT)
    ask_back([part], basis="YB20251216OTHER0", account=account)


def told(found: Application) -> list[str]:
    """What went out by SMS, in order."""
    rows = Delivery.objects.filter(subject_number=found.number, channel="sms").order_by("id")
    return list(rows.values_list("template", flat=True))


def codes(refused: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


class TestWhatCanBeCorrected:
    def test_is_said_for_every_item_that_is_returned_and_for_no_other(self) -> None:
        assert set(labels.CORRECTABLE_IN) == {one.code for one in items.ITEMS.values() if one.is_correctable}

    @pytest.mark.parametrize(
        ("item", "name"), [(item, name) for item, names in labels.CORRECTABLE_IN.items() for name in names]
    )
    def test_changes_something_of_the_request(self, item: str, name: str) -> None:
        assert KINDS[item].request.__dataclass_fields__.keys() & {name, *labels.OPENED_WITH.get(name, ())}

    @time_machine.travel(DECEMBER, tick=False)
    def test_a_field_of_another_item_cannot_be_named(self, yuan: InsuredPerson, caseworker: User) -> None:
        with pytest.raises(BusinessRuleError) as refused:
            returned(asking_back.filed(yuan), "stop_month", by=caseworker)

        assert codes(refused) == ["desk.fields-needed"]


class TestRefund:
    @time_machine.travel(DECEMBER, tick=False)
    def test_only_what_was_named_changes_and_each_revision_is_kept(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "refund_account", by=caseworker)
        assert (found.state, found.correction_due_on) == (State.RETURNED, date(2026, 1, 6))

        number = found.number
        again(
            found, refund_account="6222021199010099999", refund_bank="另一家银行", refund_cause="double", note="顺便改"
        )

        found.refresh_from_db()
        assert (found.state, found.number, found.revision, found.returned_fields) == (State.SUBMITTED, number, 2, [])
        assert (found.refund_account, found.refund_bank) == ("6222021199010099999", "另一家银行")
        assert (found.refund_cause, found.note) == ("joined-310", "")
        sent = [json.loads(one.content)["refund_account"] for one in found.revisions.order_by("no")]
        assert sent == [asking_back.ACCOUNT, "6222021199010099999"]
        assert told(found) == ["refund_submitted", "refund_returned"]

    @time_machine.travel(DECEMBER, tick=False)
    def test_the_payment_itself_is_never_exchanged(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), *labels.CORRECTABLE_IN["refund"], by=caseworker)

        again(found, coverage_year=2027)

        found.refresh_from_db()
        assert found.coverage_year == 2026

    @time_machine.travel(DECEMBER, tick=False)
    def test_the_conditions_are_asked_again_when_it_comes_back(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "note", by=caseworker)
        given_back_by_another(yuan)

        with pytest.raises(BusinessRuleError) as refused:
            again(found, note="补充")

        found.refresh_from_db()
        assert codes(refused) == ["refund.asked-already"]
        assert (found.state, found.revision) == (State.RETURNED, 1)

    @time_machine.travel(DECEMBER, tick=False)
    def test_the_conditions_are_asked_once_more_at_the_approval(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "note", by=caseworker)
        taken = cases.taken(again(found, note="补充"), by=caseworker)
        given_back_by_another(yuan)

        with pytest.raises(BusinessRuleError) as refused:
            cases.decided(taken, by=caseworker)

        assert codes(refused) == ["refund.asked-already"]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"refund_account": ""}, "refund.account-missing"),
            ({"refund_cause": ""}, "refund.cause-missing"),
            ({"refund_cause": "death"}, "refund.proof-missing"),
            ({"contact_phone": ""}, "refund.phone-missing"),
        ],
    )
    @time_machine.travel(DECEMBER, tick=False)
    def test_what_is_lacking_after_the_correction_is_said(
        self, changes: dict[str, str], code: str, yuan: InsuredPerson, caseworker: User
    ) -> None:
        found = returned(asking_back.filed(yuan), *labels.CORRECTABLE_IN["refund"], by=caseworker)

        with pytest.raises(BusinessRuleError) as refused:
            again(found, **changes)

        assert codes(refused) == [code]

    def test_the_day_of_filing_counts_although_the_year_began_meanwhile(
        self, yuan: InsuredPerson, caseworker: User, area: PoolingArea
    ) -> None:
        with time_machine.travel("2025-12-31T02:00:00Z", tick=False):
            found = returned(asking_back.filed(yuan), "refund_account", by=caseworker)
        with time_machine.travel("2026-01-07T02:00:00Z", tick=False):
            taken = cases.taken(again(found, refund_bank="示例银行示例支行"), by=caseworker)
            referred = cases.decided(taken, by=caseworker)
            reviewer = factories.staff(area=area, role="reviewer")
            done = cases.decided(referred, by=reviewer, action=Action.CONFIRM)

        assert (referred.state, done.state, done.refund_fen) == (State.SECOND_REVIEW, State.APPROVED, 40_000)

    def test_what_a_reviewer_sent_back_can_still_be_returned(
        self, yuan: InsuredPerson, caseworker: User, area: PoolingArea
    ) -> None:
        with time_machine.travel(DECEMBER, tick=False):
            referred = cases.decided(cases.taken(asking_back.filed(yuan), by=caseworker), by=caseworker)
            reviewer = factories.staff(area=area, role="reviewer")
            back = cases.decided(referred, by=reviewer, action=Action.SEND_BACK, text="卡号看不清")
            found = cases.decided(back, by=caseworker, action="return", fields=("material",), text="请重传银行卡。")

        assert found.state == State.RETURNED

    def test_the_promised_time_stands_still(self, yuan: InsuredPerson, caseworker: User) -> None:
        with time_machine.travel(MARCH, tick=False):
            first = asking_back.filed(yuan)
            promised = first.due_on
            found = returned(first, "note", by=caseworker)
        with time_machine.travel("2026-03-24T02:00:00Z", tick=False):
            sent = again(found, note="补充")

        assert promised == date(2026, 3, 17)
        assert sent.due_on == date(2026, 3, 31)

    def test_is_warned_at_ten_days_and_closed_after_fifteen(self, yuan: InsuredPerson, caseworker: User) -> None:
        with time_machine.travel(MARCH, tick=False):
            found = returned(asking_back.filed(yuan), "note", by=caseworker)
        for day, warned, closed in (("23", 0, 0), ("24", 1, 0), ("25", 0, 0), ("31", 0, 0)):
            with time_machine.travel(f"2026-03-{day}T02:00:00Z", tick=False):
                assert (effect.warn_of_corrections(), effect.close_overdue()) == (warned, closed)
        with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
            assert effect.close_overdue() == 1

        found.refresh_from_db()
        assert (found.state, found.refund_fen) == (State.LAPSED, None)
        assert told(found)[2:] == ["refund_correction_reminder", "refund_lapsed"]

    def test_begins_again_with_what_was_sent_after_it_lapsed(self, yuan: InsuredPerson, caseworker: User) -> None:
        with time_machine.travel(DECEMBER, tick=False):
            found = returned(asking_back.filed(yuan), "note", by=caseworker)
        with time_machine.travel("2026-01-20T02:00:00Z", tick=False):
            effect.close_overdue()
            draft = aftercare.copy_to_draft(number=found.number or "", by=factories.account_of(yuan))

            draft.refresh_from_db()
            assert (draft.refund_account, draft.refers_to) == (asking_back.ACCOUNT, found)
            decision = refunding.decision_of(draft, today=date(2026, 1, 20))
            assert [one.code for one in decision.refused] == ["refund.begun"]

    @time_machine.travel(DECEMBER, tick=False)
    def test_is_withdrawn_instead(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "note", by=caseworker)

        filing.withdraw(number=found.number or "", version=found.version, by=factories.account_of(yuan))

        assert Application.objects.get(pk=found.pk).state == State.WITHDRAWN
        assert asking_back.filed(yuan).state == State.SUBMITTED

    @time_machine.travel(DECEMBER, tick=False)
    def test_two_windows_send_it_once(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "note", by=caseworker)
        stale = Application.objects.get(pk=found.pk)
        again(found, note="第一个窗口")

        with pytest.raises(ConflictError):
            again(stale, note="第二个窗口")

        found.refresh_from_db()
        assert (found.note, found.revisions.count()) == ("第一个窗口", 2)


class TestTransfer:
    @pytest.fixture(autouse=True)
    def clock(self, march_10: object) -> object:
        return march_10

    def test_another_place_is_named_and_both_clocks_start_with_their_steps(self, area: PoolingArea) -> None:
        staff = factories.staff(area=area)
        person = factories.person(area=area, user=factories.user())
        old = factories.enrollment(of=person, status="2", paused_on=date(2026, 1, 1))
        factories.period(of=old, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
        filed = transferring.filed(person, about=old, transfer_from_id=old.pk, transfer_target="江苏省", note="原话")
        found = returned(filed, "transfer_way", by=staff)

        with time_machine.travel("2026-03-17T02:00:00Z", tick=False):
            transferring.accepted(again(found, transfer_target="江苏省昆山市", note="顺便改"), by=staff)
        with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
            transferring.finished(found, "out", by=staff)

        found.refresh_from_db()
        out, coming = TransferLeg.objects.get(kind="out"), TransferLeg.objects.get(kind="in")
        assert (found.transfer_target, found.note) == ("江苏省昆山市", "原话")
        assert (out.starts_on, out.due_on) == (date(2026, 3, 17), date(2026, 3, 31))
        assert (coming.place, coming.starts_on, coming.due_on) == ("江苏省昆山市", date(2026, 3, 20), date(2026, 3, 27))
        assert told(found)[:3] == ["transfer_submitted", "transfer_returned", "transfer_approved"]

    def test_another_record_of_the_person_is_left(self, mover: InsuredPerson, there_staff: User) -> None:
        found = returned(transferring.between(mover), "transfer_way", by=there_staff)

        again(found, transfer_from_id=None, transfer_source="江苏省昆山市")

        found.refresh_from_db()
        assert transfer.way_of(found) == "in"
        assert transfer.facts_of(found, today=date(2026, 3, 10)).source.area == "江苏省昆山市"

    def test_only_ways_about_the_same_record_are_offered(self, mover: InsuredPerson, there_staff: User) -> None:
        found = returned(transferring.between(mover), "transfer_way", by=there_staff)

        offered = [one.code for one in transfer.offers_for(found, today=date(2026, 3, 10)) if not one.reasons]

        assert offered == ["between-1", "in-1"]

    def test_somebody_elses_record_is_never_left(
        self, mover: InsuredPerson, there_staff: User, area: PoolingArea
    ) -> None:
        found = returned(transferring.between(mover), "transfer_way", by=there_staff)
        other = factories.resident(area=area).enrollments.get()

        with pytest.raises(Enrollment.DoesNotExist):
            again(found, transfer_from_id=other.pk)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"transfer_from_id": None, "transfer_source": " "}, "transfer.no-source"),
            ({"contact_phone": ""}, "stop.phone-missing"),
        ],
    )
    def test_the_rules_judge_what_is_sent_now(
        self, changes: dict[str, Any], code: str, mover: InsuredPerson, there_staff: User
    ) -> None:
        found = returned(transferring.between(mover), *labels.CORRECTABLE_IN["transfer"], by=there_staff)

        with pytest.raises(BusinessRuleError) as refused:
            again(found, **changes)

        assert codes(refused) == [code]

    def test_the_rules_are_asked_again(self, mover: InsuredPerson, there_staff: User) -> None:
        found = returned(transferring.between(mover), "note", by=there_staff)
        Enrollment.objects.filter(pk=transferring.old_of(mover).pk).update(paused_on=date(2026, 4, 1))

        with pytest.raises(BusinessRuleError) as refused:
            again(found, note="补充")

        assert codes(refused) == ["transfer.stop-ahead"]

    def test_holds_the_place_of_a_second_one_until_it_lapses(self, mover: InsuredPerson, there_staff: User) -> None:
        found = returned(transferring.between(mover), "note", by=there_staff)

        with pytest.raises(BusinessRuleError) as refused:
            transferring.between(mover)
        with time_machine.travel("2026-03-24T02:00:00Z", tick=False):
            assert effect.warn_of_corrections() == 1
        with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
            assert effect.close_overdue() == 1
            second = transferring.between(mover)

        assert (codes(refused), second.state) == (["transfer.running"], State.SUBMITTED)
        assert told(found)[2:] == ["transfer_correction_reminder", "transfer_lapsed"]


class TestWho:
    """A relative with consent may, nobody else; at the desk nobody sends it again."""

    @pytest.fixture(params=["refund", "transfer"])
    def found(
        self, request: pytest.FixtureRequest, yuan: InsuredPerson, mover: InsuredPerson, caseworker: User
    ) -> Application:
        if request.param == "refund":
            return returned(asking_back.filed(yuan), "note", by=caseworker)
        return returned(transferring.between(mover), "note", by=request.getfixturevalue("there_staff"))

    @pytest.fixture(autouse=True)
    def clock(self, march_10: object) -> object:
        return march_10

    def test_a_relative_with_consent_corrects_and_the_event_says_so(
        self, found: Application, area: PoolingArea
    ) -> None:
        daughter = factories.resident(area=area)
        families.consented(actor=daughter, relative=found.person)

        again(found, note="女儿补充", by=factories.account_of(daughter))

        event = found.events.get(action=Action.RESUBMIT)
        assert (event.actor, event.acted_for) == (factories.account_of(daughter), found.person)

    def test_nobody_else(self, found: Application, stranger: User, caseworker: User) -> None:
        for who in (stranger, caseworker):
            with pytest.raises(PermissionError):
                again(found, note="别人的话", by=who)
            assert factories.client_of(who).get(f"/applications/{found.number}/correct/").status_code == 404

        found.refresh_from_db()
        assert (found.state, found.revision) == (State.RETURNED, 1)
