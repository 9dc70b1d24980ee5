"""How the services of insured are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from typing import Any

from insured.gateways.card import Answer, Result
from insured.models import CardBinding, CreditedMonths, InsuredPerson
from insured.policy.dates import Month
from insured.services import cards, chain_alarm, counter, disclosure, drafts, family, information
from insured.services import credits as credits_of
from insured.services import posts as services
from insured.services.import_register import UNITS, engine
from insured.spreadsheet import Line
from portal.audit.models import AuditCheck
from tests import factories
from tests.insured import families, posts, rule_drafts

Call = Callable[[], object]
Arrange = Callable[[Any], Call]


def _invite(scene: Any) -> Call:
    return lambda: families.invited(by=scene.account, relative=factories.resident(area=scene.person.area))


def _family(call: Callable[[InsuredPerson, InsuredPerson], object], *, is_accepted: bool = False) -> Arrange:
    """A service of 亲情账户 on an invitation from the scene's person to another resident."""

    def arrange(scene: Any) -> Call:
        relative = factories.resident(area=scene.person.area)
        families.invited(by=scene.account, relative=relative)
        if is_accepted:
            families.accepted(inviter=scene.person, relative=relative)
        return lambda: call(scene.person, relative)

    return arrange


def _find_person(scene: Any) -> Call:
    return lambda: counter.find_person(scene.person.id_number, reason="到窗口", by=scene.by)


def _tell_of_check(_scene: Any) -> Call:
    check = AuditCheck.objects.create(fault_count=1, faults=[["audit_accesslog", 1, "deleted"]])
    return lambda: chain_alarm.tell_of_check(check)


def _disclose(scene: Any) -> Call:
    person = scene.person.pk
    return lambda: disclosure.disclose("look-up", subject_kind="insuredperson", subject_id=person, by=scene.by)


def _give_post(scene: Any) -> Call:
    administrator = factories.staff(area=scene.person.area, role="administrator")
    return lambda: posts.given(by=administrator, area=scene.person.area)


def _appoint(scene: Any) -> Call:
    account = factories.user(name="何管理")
    new = posts.new_post(to=account, area=scene.person.area, role="administrator")
    return lambda: services.appoint_from_shell(new)


def _end_post(scene: Any) -> Call:
    administrator = factories.staff(area=scene.person.area, role="administrator")
    post = scene.by.assignments.get()
    return lambda: services.end_post(post.pk, reason="调离", by=administrator)


def _end_at_counter(scene: Any) -> Call:
    actor = factories.resident(area=scene.person.area)
    families.consented(actor=actor, relative=scene.person)
    return lambda: family.end_at_counter(
        actor_number=actor.number, relative_number=scene.person.number, is_identity_checked=True, by=scene.by
    )


def _at_counter(scene: Any) -> Call:
    inviter = factories.resident(area=scene.person.area)
    families.invited(by=factories.account_of(inviter), relative=scene.person)
    return lambda: family.accept_at_counter(
        inviter_number=inviter.number, relative_number=scene.person.number, is_identity_checked=True, by=scene.by
    )


def _open_run(_scene: Any) -> Call:
    return lambda: engine.open_run("persons", file_hash="0" * 64, file_name="a.csv")


def _take_chunk(scene: Any) -> Call:
    run = engine.open_run("units", file_hash="0" * 64, file_name="a.csv")
    cells = {"单位编号": "U1", "单位名称": "甲", "单位类型": "01", "统筹区": scene.person.area.code}
    return lambda: engine.take_chunk(run, loader=UNITS, lines=[Line(2, cells)])


def _try_chunk(scene: Any) -> Call:
    cells = {"单位编号": "U1", "单位名称": "甲", "单位类型": "01", "统筹区": scene.person.area.code}
    return lambda: engine.try_chunk(UNITS, [Line(2, cells)])


def _close_run(_scene: Any) -> Call:
    run = engine.open_run("persons", file_hash="0" * 64, file_name="a.csv")
    return lambda: engine.close_run(run)


def _credit(scene: Any) -> Call:
    said = credits_of.Transferred(
        person_id=scene.person.pk,
        area_id=scene.person.area_id,
        scheme="310",
        months=[Month(2020, 1), Month(2020, 2)],
        place="江苏省昆山市",
        number="YB1",
    )
    return lambda: credits_of.credit_transfer(said, by=scene.by)


def _recognised(scene: Any) -> CreditedMonths:
    new = credits_of.Deemed(first=Month(2012, 1), last=Month(2012, 12), basis="示医保认1号", reference="FH1")
    person, maker = scene.person, factories.staff(area=scene.person.area, role="finance")
    return credits_of.recognise_deemed(new, person=person, area_id=person.area_id, maker=maker, by=scene.by)


def _deem(scene: Any) -> Call:
    return lambda: _recognised(scene)


def _take_back(scene: Any) -> Call:
    row = _recognised(scene)
    maker = factories.staff(area=scene.person.area, role="finance")
    return lambda: credits_of.take_back_deemed(row.pk, reference="FH2", basis="更正1号", maker=maker, by=scene.by)


def _draft(scene: Any) -> Call:
    return lambda: rule_drafts.drafted(area=scene.person.area)


def _keep(scene: Any) -> Call:
    by = factories.staff(area=scene.person.area, role="administrator")
    return lambda: rule_drafts.kept(area=scene.person.area, by=by)


def _hand_in(scene: Any) -> Call:
    by = factories.staff(area=scene.person.area, role="administrator")
    draft = rule_drafts.kept(area=scene.person.area, by=by, promised_working_days=9)
    return lambda: drafts.hand_in(draft.number, version=1, by=by)


def _withdraw(scene: Any) -> Call:
    draft = rule_drafts.drafted(area=scene.person.area)
    return lambda: drafts.withdraw_draft(draft.number, version=1, by=draft.drafted_by)


def _decide(scene: Any) -> Call:
    draft = rule_drafts.drafted(area=scene.person.area)
    supervisor = factories.staff(area=scene.person.area, role="supervisor")
    return lambda: rule_drafts.decided(draft, by=supervisor)


def _card(scene: Any, *, is_bound: bool) -> Call:
    """On a card of the scene's person; the card service is not asked here."""
    answer = Answer(result=Result.OK, state="normal", check_no="KF1")

    def bind() -> CardBinding:
        return cards._bind(scene.person, number="D11990001", answer=answer, by=scene.account)

    if not is_bound:
        return bind
    bound = bind()
    return lambda: (cards._refreshed(bound, state="lost"), cards.end_binding(by=scene.account))


def _change_contacts(scene: Any) -> Call:
    wanted, token = information.Contacts(address="示例市文昌路8号", follows_account=True), secrets.token_urlsafe(24)
    return lambda: information.change_contacts(wanted, token=token, page="/", by=scene.account)


SERVICES: dict[str, tuple[Arrange, list[str]]] = {
    "insured.services.family.accept_at_counter": (_at_counter, []),
    "insured.services.family.end_at_counter": (_end_at_counter, []),
    "insured.services.family._invite": (_invite, []),
    "insured.services.family.accept": (
        _family(lambda person, relative: families.accepted(inviter=person, relative=relative)),
        [],
    ),
    "insured.services.family.decline": (
        _family(lambda person, relative: families.declined(inviter=person, relative=relative)),
        [],
    ),
    "insured.services.family.end": (
        _family(lambda person, relative: families.ended(actor=person, relative=relative), is_accepted=True),
        [],
    ),
    "insured.services.cards._bind": (lambda scene: _card(scene, is_bound=False), []),
    "insured.services.cards._refreshed": (lambda scene: _card(scene, is_bound=True), []),
    "insured.services.cards.end_binding": (lambda scene: _card(scene, is_bound=True), []),
    "insured.services.information.change_contacts": (_change_contacts, []),
    "insured.services.chain_alarm.tell_of_check": (_tell_of_check, []),
    "insured.services.counter.find_person": (_find_person, []),
    "insured.services.disclosure.disclose": (_disclose, []),
    "insured.services.import_register.engine.open_run": (_open_run, []),
    "insured.services.import_register.engine.take_chunk": (_take_chunk, []),
    "insured.services.import_register.engine.try_chunk": (_try_chunk, []),
    "insured.services.import_register.engine.close_run": (_close_run, []),
    "insured.services.credits.credit_transfer": (_credit, []),
    "insured.services.credits.recognise_deemed": (_deem, []),
    "insured.services.credits.take_back_deemed": (_take_back, []),
    "insured.services.drafts.draft_rules": (_draft, []),
    "insured.services.drafts.keep_draft": (_keep, []),
    "insured.services.drafts.hand_in": (_hand_in, []),
    "insured.services.drafts.withdraw_draft": (_withdraw, []),
    "insured.services.drafts.decide_draft": (_decide, ["insured_poolingarea"]),
    "insured.services.posts.give_post": (_give_post, ["accounts_user"]),
    "insured.services.posts.appoint_from_shell": (_appoint, ["accounts_user"]),
    "insured.services.posts.end_post": (_end_post, []),
}
"""Service → how it is called, and the tables it locks."""
