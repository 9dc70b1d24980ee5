"""在线客服: asking, answering, taking over, who may see what, and that both sides are told."""

import secrets
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from portal.help.forms import ConsultationForm, plain_subject
from portal.help.models import Consultation, ConsultationMessage
from portal.help.services import consultations as services
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.help import rows

pytestmark = pytest.mark.django_db


def token() -> str:
    return secrets.token_urlsafe(24)


@pytest.fixture
def account(resident: InsuredPerson) -> User:
    return factories.account_of(resident)


@pytest.fixture
def taken(account: User, caseworker: User) -> Consultation:
    return services.take(rows.asked(by=account).number, by=caseworker)


def codes(error: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def test_a_resident_asks_from_the_page_and_sees_the_thread(account: User) -> None:
    client = factories.client_of(account)
    values = {"text": "为什么退回？\n请说明。", "subject": "YB20260310AAAAAA1", "token": token()}

    response = client.post(reverse("consult"), values)

    found = Consultation.objects.get()
    assert response["Location"] == reverse("consultation", args=[found.number])
    assert (found.title, found.area_code, found.state) == ("为什么退回？", "119901", "open")
    assert found.subject == "YB20260310AAAAAA1"
    page = client.get(response["Location"]).content.decode()
    assert "请说明。" in page
    assert "等待工作人员接办" in page


def test_a_lost_token_shows_the_question_again_with_what_was_typed(account: User) -> None:
    response = factories.client_of(account).post(reverse("consult"), {"text": "写了很久", "token": ""})

    assert response.status_code == 422
    assert "写了很久" in response.content.decode()
    assert "页面已经失效" in response.content.decode()


def test_a_link_says_what_the_question_is_about(account: User) -> None:
    page = factories.client_of(account).get(reverse("consult"), {"subject": "YB20260310AAAAAA1"}).content.decode()

    assert 'value="YB20260310AAAAAA1"' in page


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("YB20260310AAAAAA1", "YB20260310AAAAAA1"),
        ("stop-guide", "stop-guide"),
        ("停缴须知", "停缴须知"),
        ("<script>", ""),
        ("a b", ""),
        ("x" * 41, ""),
        ("", ""),
    ],
)
def test_a_subject_is_a_plain_word(text: str, kept: str) -> None:
    assert plain_subject(text) == kept


@pytest.mark.parametrize(
    ("phone", "is_valid"),
    [("138 0013 8000", True), ("+8613800138000", True), ("", False), ("12345", False)],
)
def test_a_call_back_needs_a_phone(phone: str, is_valid: bool) -> None:
    form = ConsultationForm({"text": "请回电话", "wants_call": "on", "call_phone": phone, "call_time": "morning"})

    assert form.is_valid() is is_valid
    if is_valid:
        assert form.request().call_phone == "13800138000"


def test_no_phone_is_kept_when_no_call_is_wanted() -> None:
    form = ConsultationForm({"text": "不用打电话", "call_phone": "13800138000"})

    assert form.is_valid()
    assert form.request().call_phone is None


def test_numbers_typed_into_a_question_are_masked_before_they_are_stored(account: User) -> None:
    number = factories.resident_id()

    found = rows.asked(by=account, text=f"我是 {number}，手机 138 0013 8000", subject=number)

    kept = str(Consultation.objects.values().get()) + str(list(ConsultationMessage.objects.values()))
    assert number not in kept
    assert "138 0013 8000" not in kept
    assert found.messages.get().text == f"我是 {number[:6]}********{number[-4:]}，手机 138****8000"


def test_the_same_form_sent_twice_asks_once(account: User) -> None:
    client = factories.client_of(account)
    values = {"text": "问一次", "token": token()}

    first = client.post(reverse("consult"), values)
    second = client.post(reverse("consult"), values)

    assert Consultation.objects.count() == 1
    assert (second.status_code, second["Location"]) == (303, first["Location"])


def test_five_questions_may_wait_at_a_time(account: User) -> None:
    for _ in range(services.OPEN_LIMIT):
        rows.asked(by=account)

    response = factories.client_of(account).post(reverse("consult"), {"text": "第六件", "token": token()})

    assert response.status_code == 422
    assert "第六件" in response.content.decode()
    assert Consultation.objects.count() == services.OPEN_LIMIT


@pytest.mark.parametrize("who", ["stranger", "agent", "caseworker", "reviewer"])
def test_nobody_else_sees_a_thread_in_the_hall(
    who: str, account: User, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    found = rows.asked(by=account)
    client = client_of(request.getfixturevalue(who))

    assert client.get(reverse("consultation", args=[found.number])).status_code == 404
    assert client.post(reverse("consultation", args=[found.number]), {"text": "x"}).status_code == 404
    assert client.post(reverse("consultation_close", args=[found.number])).status_code == 404
    assert found.title not in client.get(reverse("consult")).content.decode()


@pytest.mark.parametrize("name", ["consult", "consultation", "consultation_close"])
def test_a_thread_asks_for_log_in(name: str, client: Client) -> None:
    args = [] if name == "consult" else ["ZX20260310AAAAAA1"]

    assert "/login/" in client.post(reverse(name, args=args))["Location"]


@pytest.mark.parametrize(
    ("who", "status"), [("resident", 403), ("stranger", 403), ("agent", 403), ("caseworker", 200), ("reviewer", 200)]
)
def test_staff_of_the_area_see_it_at_the_desk(
    who: str, status: int, account: User, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    found = rows.asked(by=account)
    somebody = account if who == "resident" else request.getfixturevalue(who)

    for name in ("thread", "changelist"):
        address = reverse(f"admin:help_consultation_{name}", args=[found.number] if name == "thread" else [])
        assert client_of(somebody).get(address).status_code == status


def test_staff_of_another_area_do_not_see_it_unless_the_area_is_unknown(account: User) -> None:
    elsewhere = factories.client_of(factories.staff(area=factories.area(code="119902", name="邻市")))
    here, unknown = rows.asked(by=account), rows.asked(by=account, area_code="")

    assert elsewhere.get(reverse("admin:help_consultation_thread", args=[here.number])).status_code == 404
    assert elsewhere.get(reverse("admin:help_consultation_thread", args=[unknown.number])).status_code == 200
    page = elsewhere.get(reverse("admin:help_consultation_changelist")).content.decode()
    assert unknown.number in page
    assert here.number not in page


def test_the_desk_says_how_many_questions_wait(account: User, taken: Consultation, reviewer: User) -> None:
    assert taken.taken_by is not None
    rows.asked(by=account)
    services.reply(taken.number, text="回复", token=token(), by=taken.taken_by)

    assert "1 件等待回复" in factories.client_of(reviewer).get(reverse("admin:index")).content.decode()


def test_one_staff_member_takes_it_and_the_second_is_told_who(account: User, caseworker: User, reviewer: User) -> None:
    found = rows.asked(by=account)
    services.take(found.number, by=caseworker)

    response = factories.client_of(reviewer).post(
        reverse("admin:help_consultation_act", args=[found.number, "take"]), follow=False
    )

    assert response.status_code == 409
    assert caseworker.display_name in response.content.decode()
    assert Consultation.objects.get().taken_by == caseworker


def test_only_who_took_it_answers(taken: Consultation, reviewer: User) -> None:
    with pytest.raises(ConflictError) as error:
        services.reply(taken.number, text="抢答", token=token(), by=reviewer)

    assert codes(error) == ["consult.somebody-first"]
    assert taken.messages.count() == 1


def test_nobody_answers_before_taking_it(account: User, caseworker: User) -> None:
    found = rows.asked(by=account)

    for call in (
        lambda: services.reply(found.number, text="回复", token=token(), by=caseworker),
        lambda: services.verify_identity(found.number, by=caseworker),
        lambda: services.reveal_phone(found.number, by=caseworker),
    ):
        with pytest.raises(BusinessRuleError) as error:
            call()
        assert codes(error) == ["consult.take-first"]


def test_nobody_takes_their_own_question(caseworker: User) -> None:
    found = rows.asked(by=caseworker)

    with pytest.raises(BusinessRuleError) as error:
        services.take(found.number, by=caseworker)

    assert codes(error) == ["consult.own"]


def test_an_answer_tells_the_resident_in_the_hall_and_by_sms(taken: Consultation, account: User) -> None:
    _give_addresses(account)
    by = taken.taken_by
    assert by is not None

    response = factories.client_of(by).post(
        reverse("admin:help_consultation_reply", args=[taken.number]), {"text": "已经退给您补充。", "token": token()}
    )

    assert response.status_code == 302
    found = Consultation.objects.get()
    assert (found.state, found.messages_count) == ("answered", 2)
    told = Message.objects.get(recipient=account)
    assert "有新回复" in told.title
    assert reverse(told.url_name, args=[told.subject_number]) == reverse("consultation", args=[found.number])
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"sms", "email"}
    page = factories.client_of(account).get(reverse("consultation", args=[found.number])).content.decode()
    assert "已经退给您补充。" in page


def _give_addresses(account: User) -> None:
    account.email = "demo@example.com"
    account.phone = "13800138000"
    account.phone_index = User._meta.get_field("phone_index").index_of("13800138000")
    account.save()


def test_what_the_resident_adds_tells_who_is_in_charge_in_the_hall_only(taken: Consultation, account: User) -> None:
    client = factories.client_of(account)

    client.post(reverse("consultation", args=[taken.number]), {"text": "再补充一句", "token": token()})

    told = Message.objects.get(recipient=taken.taken_by)
    assert taken.number in told.body
    assert reverse(told.url_name, args=[told.subject_number]).startswith("/admin/")
    assert Delivery.objects.count() == 0
    assert Consultation.objects.get().state == "open"


def test_what_is_added_before_anybody_took_it_tells_nobody(account: User) -> None:
    services.add(rows.asked(by=account).number, text="补充", token=token(), by=account)

    assert Message.objects.count() == 0


def test_an_answer_sent_twice_is_said_once(taken: Consultation) -> None:
    assert taken.taken_by is not None
    once = token()
    services.reply(taken.number, text="回复", token=once, by=taken.taken_by)

    with pytest.raises(AlreadyDone):
        services.reply(taken.number, text="回复", token=once, by=taken.taken_by)

    assert taken.messages.count() == 2


def test_the_identity_tick_names_who_checked(taken: Consultation, account: User) -> None:
    by = taken.taken_by
    assert by is not None
    address = reverse("admin:help_consultation_act", args=[taken.number, "verify"])

    assert factories.client_of(by).post(address).status_code == 302

    found = Consultation.objects.get()
    assert found.identity_verified_by == by
    assert AccessLog.objects.filter(user=by, action="verify-identity", subject_id=found.pk).count() == 1
    page = factories.client_of(account).get(reverse("consultation", args=[found.number])).content.decode()
    assert "身份已核实" in page


def test_the_number_to_call_is_shown_to_who_is_in_charge_and_logged(account: User, caseworker: User) -> None:
    found = rows.asked(by=account, call_phone="13800138000", call_time="morning")
    services.take(found.number, by=caseworker)
    desk = factories.client_of(caseworker)

    before = desk.get(reverse("admin:help_consultation_thread", args=[found.number])).content.decode()
    shown = desk.post(reverse("admin:help_consultation_phone", args=[found.number])).content.decode()

    assert "13800138000" not in before
    assert "13800138000" in shown
    assert AccessLog.objects.filter(user=caseworker, action="reveal-phone").count() == 1


def test_there_is_no_number_to_show_when_no_call_was_wanted(taken: Consultation) -> None:
    assert taken.taken_by is not None
    desk = factories.client_of(taken.taken_by)

    assert desk.post(reverse("admin:help_consultation_phone", args=[taken.number])).status_code == 422
    assert not AccessLog.objects.filter(action="reveal-phone").exists()


def test_a_supervisor_gives_it_back_and_another_takes_it(
    taken: Consultation, reviewer: User, area: PoolingArea
) -> None:
    supervisor = factories.staff(area=area, role="supervisor")
    address = reverse("admin:help_consultation_act", args=[taken.number, "release"])

    assert factories.client_of(reviewer).post(address).status_code == 422
    assert factories.client_of(supervisor).post(address).status_code == 302
    assert services.take(taken.number, by=reviewer).taken_by == reviewer


@pytest.mark.parametrize("by_staff", [True, False])
def test_nothing_is_written_after_the_end(by_staff: bool, taken: Consultation, account: User) -> None:
    by = taken.taken_by
    assert by is not None
    services.close(taken.number, by=by if by_staff else account)

    for call in (
        lambda: services.add(taken.number, text="还有", token=token(), by=account),
        lambda: services.reply(taken.number, text="还有", token=token(), by=by),
        lambda: services.close(taken.number, by=account),
        lambda: services.take(taken.number, by=by),
    ):
        with pytest.raises(BusinessRuleError) as error:
            call()
        assert codes(error) == ["consult.closed"]


def test_the_resident_ends_it_from_the_page(taken: Consultation, account: User) -> None:
    client = factories.client_of(account)

    client.post(reverse("consultation_close", args=[taken.number]))

    page = client.get(reverse("consultation", args=[taken.number])).content.decode()
    assert "已经结束" in page
    assert "发送</button>" not in page


def test_an_unknown_act_does_nothing(taken: Consultation) -> None:
    assert taken.taken_by is not None
    address = reverse("admin:help_consultation_act", args=[taken.number, "explode"])

    assert factories.client_of(taken.taken_by).post(address).status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "字" * 1001])
def test_an_empty_or_endless_turn_is_refused_and_kept(text: str, taken: Consultation, account: User) -> None:
    response = factories.client_of(account).post(
        reverse("consultation", args=[taken.number]), {"text": text, "token": token()}
    )

    assert response.status_code == 422
    assert taken.messages.count() == 1


def test_what_was_said_is_neither_changed_nor_removed(taken: Consultation) -> None:
    turns = ConsultationMessage.objects.filter(consultation=taken)

    for change in (lambda: turns.update(text="x"), lambda: turns._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_answering_costs_few_statements(taken: Consultation, assert_statements: Callable[[int], object]) -> None:
    assert taken.taken_by is not None

    with assert_statements(8):
        services.reply(taken.number, text="回复", token=token(), by=taken.taken_by)
