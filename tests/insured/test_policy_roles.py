"""The table of roles: duties that must stay apart do, and nothing is open that has no line."""

from datetime import date

import pytest

from insured.labels import STAFF_ROLES
from insured.policy import roles
from insured.policy.posts import PostFacts, check_post
from insured.policy.roles import EXCLUSIVE, ROLE_RIGHTS, Right, StaffRole
from tests.house_rules.addresses import all_addresses

TODAY = date(2026, 3, 10)
PAIRS = sorted(tuple(sorted(pair)) for pair in roles.clashes())


def facts(**more: object) -> PostFacts:
    """A post that may be given, but for what is said."""
    plain: dict[str, object] = {
        "role": "caseworker",
        "starts_on": TODAY,
        "ends_on": None,
        "is_administrator": True,
        "is_oneself": False,
        "is_superuser": False,
        "held": (),
    }
    return PostFacts(**(plain | more))


def codes(given: PostFacts) -> list[str]:
    return [reason.code for reason in check_post(given, today=TODAY)]


def test_every_role_has_rights_and_a_name() -> None:
    assert set(ROLE_RIGHTS) == set(StaffRole) == set(STAFF_ROLES)


@pytest.mark.parametrize("pair", PAIRS)
def test_two_clashing_posts_share_no_deciding_right(pair: tuple[StaffRole, StaffRole]) -> None:
    one, other = pair

    assert ROLE_RIGHTS[one] & ROLE_RIGHTS[other] & EXCLUSIVE == frozenset()


def test_only_the_reviewer_may_be_the_supervisor_too() -> None:
    assert len(PAIRS) == 14
    assert ("reviewer", "supervisor") not in PAIRS


@pytest.mark.parametrize("right", Right)
def test_every_right_belongs_to_somebody(right: Right) -> None:
    assert any(right in rights for rights in ROLE_RIGHTS.values())


def test_an_auditor_and_an_administrator_see_no_people() -> None:
    assert set(roles.WITH_PEOPLE) == {"caseworker", "reviewer", "supervisor", "finance"}


@pytest.mark.parametrize("name", sorted({one.name for one in all_addresses() if one.name.startswith("admin:")}))
def test_every_address_of_the_desk_has_a_line(name: str) -> None:
    known_to_all = {"admin:login", "admin:logout", "admin:None", "admin:autocomplete"}

    assert name in known_to_all or roles.page_of(name.removeprefix("admin:")) != roles.NOWHERE


def test_an_address_without_a_line_is_closed() -> None:
    everything = frozenset(Right)

    assert not roles.may_open("nobody_wrote_this", rights=everything)
    assert not roles.may_open("autocomplete", rights=everything)


def test_the_longest_line_counts() -> None:
    rights = roles.rights_of(["supervisor"])

    assert roles.may_open("suspension_application_review", rights=rights)
    assert roles.may_open("suspension_application_release", rights=rights, is_sending=True)
    assert not roles.may_open("suspension_application_take", rights=rights, is_sending=True)


class TestCheckPost:
    def test_allows_a_plain_one(self) -> None:
        assert codes(facts()) == []

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"is_administrator": False}, "post.not-your-area"),
            ({"is_oneself": True}, "post.oneself"),
            ({"is_superuser": True}, "post.superuser"),
            ({"starts_on": date(2026, 3, 9)}, "post.past"),
            ({"ends_on": date(2026, 3, 9)}, "post.ends-before"),
            ({"held": ["caseworker"]}, "post.held"),
            ({"held": ["reviewer"]}, "post.clash"),
        ],
    )
    def test_refuses(self, more: dict[str, object], code: str) -> None:
        assert codes(facts(**more)) == [code]

    def test_lets_a_superuser_be_administrator(self) -> None:
        assert codes(facts(is_superuser=True, role="administrator")) == []

    @pytest.mark.parametrize("pair", PAIRS)
    def test_refuses_the_second_of_two_clashing_posts(self, pair: tuple[StaffRole, StaffRole]) -> None:
        one, other = pair

        assert codes(facts(role=one, held=[other])) == codes(facts(role=other, held=[one])) == ["post.clash"]

    def test_lets_the_reviewer_be_supervisor_and_the_other_way_round(self) -> None:
        assert codes(facts(role="reviewer", held=["supervisor"])) == []
        assert codes(facts(role="supervisor", held=["reviewer"])) == []
