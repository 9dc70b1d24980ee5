"""The invented people: the same every time, right in every number, written exactly once."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from insured.models import Employer, Enrollment, FamilyRelation, InsuredPerson
from payments.models import ContributionRecord
from portal.audit.models import JobRun
from portal.demo import tasks
from portal.demo.services import invented, lives
from portal.demo.services.cast import CAST
from portal.demo.services.named import seed_named
from portal.identity import birth_date, check_uscc, normalize_resident_id, sex

TODAY = date(2026, 11, 22)
CHUNKS = [invented.invent(index, today=TODAY) for index in range(invented.CHUNKS)]
PLANS = [plan for chunk in CHUNKS for plan in chunk.plans]


def test_the_same_people_come_every_time() -> None:
    assert invented.invent(4, today=TODAY) == CHUNKS[4]


def test_there_are_exactly_3000_with_numbers_nobody_shares() -> None:
    named = {who.id_number for who in CAST}

    assert len(PLANS) == 3_000
    assert len({plan.id_number for plan in PLANS} - named) == 3_000
    assert len({plan.number for plan in PLANS} | {who.number for who in CAST}) == 3_000 + len(CAST)
    phones = [plan.phone for plan in PLANS if plan.phone]
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("1990000") and len(phone) == 11 for phone in phones)


def test_every_id_is_right() -> None:
    assert all(normalize_resident_id(plan.id_number) == plan.id_number for plan in PLANS)
    assert all(plan.id_number.startswith("119901") and birth_date(plan.id_number) < TODAY for plan in PLANS)


def test_units_have_different_names_and_right_codes() -> None:
    codes = invented.unit_codes()

    assert len({invented.unit_name(at) for at in range(1, len(codes) + 1)}) == len(set(codes)) == 60
    assert all(code.startswith("91119901") and check_uscc(code).is_checksum_right for code in codes)


def test_the_mix_of_schemes_is_that_of_a_district() -> None:
    active = [life for plan in PLANS for life in plan.lives if life.status == "1"]
    kinds = Counter("flexible" if life.category == "1103" else life.scheme for life in active)

    assert 0.55 < kinds["390"] / len(active) < 0.65
    assert 0.25 < kinds["310"] / len(active) < 0.35
    assert 0.07 < kinds["flexible"] / len(active) < 0.14
    assert any(life.status == "2" for plan in PLANS for life in plan.lives)


def test_nobody_has_two_active_basic_schemes_or_overlapping_cover() -> None:
    for plan in PLANS:
        assert sum(life.status == "1" for life in plan.lives) <= 1
        periods = sorted((start, end or date.max) for life in plan.lives for start, end in life.periods)
        assert all(start <= end for start, end in periods)
        assert all(before[1] < after[0] for before, after in pairwise(periods))


def test_amounts_follow_the_rules() -> None:
    for life in (life for plan in PLANS for life in plan.lives):
        for payment in life.payments:
            assert payment.paid_on <= TODAY
            if life.scheme == "390":
                assert (payment.personal_fen, payment.fiscal_fen) == lives.STANDARDS[payment.starts_on.year]
            elif life.category == "1103":
                assert (payment.base_fen, payment.personal_fen, payment.unit_fen) == (443_300, 44_330, 0)
            else:
                base = payment.base_fen or 0
                assert 443_300 <= base <= 2_216_500
                assert payment.personal_fen == (base * 2 + 50) // 100
                assert payment.unit_fen == (base * 75 + 500) // 1000


def test_relatives_fit_each_other() -> None:
    for chunk in CHUNKS:
        links = set(chunk.relations)
        for one, other, kind in links:
            assert (other, one, {"1": "1", "2": "3", "3": "2"}[kind]) in links
            own, relative = chunk.plans[one].id_number, chunk.plans[other].id_number
            if kind == "1":
                assert sex(own) != sex(relative)
            if kind == "2":
                assert birth_date(relative).year - birth_date(own).year >= 17


@pytest.mark.parametrize(("wage_fen", "base_fen"), [(300_000, 443_300), (920_000, 920_000), (3_000_000, 2_216_500)])
def test_wages_are_clamped(wage_fen: int, base_fen: int) -> None:
    assert lives.clamp(wage_fen) == base_fen


@pytest.mark.django_db
def test_a_chunk_is_written_once_and_the_rest_is_still_missing() -> None:
    seed_named(today=TODAY)
    invented.seed_units()
    before = InsuredPerson.objects.count()

    first, second = (invented.seed_chunk(0, today=TODAY) for _ in range(2))

    assert (first, second) == (True, False)
    assert InsuredPerson.objects.count() == before + 250
    assert invented.missing_chunks() == list(range(1, 12))
    assert str(invented.progress()) == "250 / 3,000"
    assert Employer.objects.filter(unit_code__in=invented.unit_codes()).count() == 60
    assert FamilyRelation.objects.filter(person__number__gte="11990100010000").exists()
    assert Enrollment.objects.filter(person__number="11990100010000").exists()
    assert ContributionRecord.objects.filter(person__number="11990100010000").exists()


@pytest.mark.django_db
def test_a_chunk_killed_half_way_leaves_nothing_and_is_written_by_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seed_named(today=TODAY)
    invented.seed_units()
    before = InsuredPerson.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(invented, "register_relations", _die)
        with pytest.raises(SystemExit):
            invented.seed_chunk(0, today=TODAY)
    assert InsuredPerson.objects.count() == before

    monkeypatch.setattr(invented, "missing_chunks", lambda: [0])
    monkeypatch.setattr(tasks, "missing_chunks", lambda: [0])
    tasks.seed_invented()

    assert InsuredPerson.objects.count() == before + 250
    assert JobRun.objects.filter(job=invented.JOB, finished_at__isnull=False).count() == 2


def _die(_rows: object) -> None:
    raise SystemExit
