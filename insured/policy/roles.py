"""Who may do what at the desk: a table of roles and rights, and one of pages and rights. What is not here is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations


class StaffRole(StrEnum):
    """A post in a pooling area; the wording is labels.STAFF_ROLES."""

    CASEWORKER = "caseworker"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What a post allows."""

    ENTER = "enter"
    CASES = "cases"
    PEOPLE = "people"
    HANDLE = "handle"
    CONFIRM = "confirm"
    SUPERVISE = "supervise"
    ANSWER = "answer"
    MESSAGES = "messages"
    CONTENT = "content"
    MONEY = "money"
    SETTLE = "settle"
    RULES = "rules"
    DRAFT_RULES = "draft-rules"
    APPROVE_RULES = "approve-rules"
    POSTS = "posts"
    ASSIGN = "assign"
    AUDIT = "audit"


ROLE_RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.CASEWORKER: frozenset(
        {Right.ENTER, Right.CASES, Right.PEOPLE, Right.HANDLE, Right.ANSWER, Right.MESSAGES, Right.RULES}
    ),
    StaffRole.REVIEWER: frozenset(
        {Right.ENTER, Right.CASES, Right.PEOPLE, Right.CONFIRM, Right.ANSWER, Right.MESSAGES, Right.RULES}
    ),
    StaffRole.SUPERVISOR: frozenset(
        {
            *(Right.ENTER, Right.CASES, Right.PEOPLE, Right.SUPERVISE, Right.ANSWER, Right.MESSAGES),
            *(Right.CONTENT, Right.RULES, Right.APPROVE_RULES, Right.POSTS),
        }
    ),
    StaffRole.FINANCE: frozenset({Right.ENTER, Right.PEOPLE, Right.MONEY, Right.SETTLE, Right.RULES}),
    StaffRole.AUDITOR: frozenset({Right.ENTER, Right.AUDIT, Right.RULES, Right.POSTS}),
    StaffRole.ADMINISTRATOR: frozenset(
        {Right.ENTER, Right.CONTENT, Right.RULES, Right.DRAFT_RULES, Right.POSTS, Right.ASSIGN}
    ),
}
EXCLUSIVE = frozenset(
    {Right.HANDLE, Right.CONFIRM, Right.SETTLE, Right.DRAFT_RULES, Right.APPROVE_RULES, Right.ASSIGN, Right.AUDIT}
)
"""What decides over coverage, money, rules or posts, or looks over the shoulder of whoever does: no two clashing posts
share one of these. SUPERVISE hands cases around and decides nothing."""
COMPATIBLE = frozenset({frozenset({StaffRole.REVIEWER, StaffRole.SUPERVISOR})})
"""The only two posts that one person may hold in one area: in a small agency the head is the second reviewer."""
WITH_PEOPLE = tuple(role for role, rights in ROLE_RIGHTS.items() if Right.PEOPLE in rights)
"""The posts that see the people of their area; to the others every such list is empty."""
Pair = frozenset[StaffRole]


def clashes() -> frozenset[Pair]:
    """Pairs of posts that nobody holds in one area on one day."""
    return frozenset(frozenset(pair) for pair in combinations(StaffRole, 2)) - COMPATIBLE


def clash_with(role: str, *, held: Iterable[str]) -> str:
    """The post among those held that rules this one out; empty when none does."""
    return next((one for one in sorted(held) if frozenset({StaffRole(one), StaffRole(role)}) in clashes()), "")


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Everything that these posts allow together."""
    return frozenset(right for role in roles for right in ROLE_RIGHTS[StaffRole(role)])


@dataclass(frozen=True, slots=True)
class Page:
    """Which rights open a page, and which let one send its form (the same where nothing else is said)."""

    look: frozenset[Right]
    act: frozenset[Right]


def _page(*look: Right, act: tuple[Right, ...] = ()) -> Page:
    return Page(frozenset(look), frozenset(act or look))


CASE = "suspension_application_"
PAGES: dict[str, Page] = {
    "index": _page(Right.ENTER),
    "app_list": _page(Right.ENTER),
    "jsi18n": _page(Right.ENTER),
    "logout": _page(Right.ENTER),
    # Cases
    "suspension_": _page(Right.CASES),
    f"{CASE}walk_in": _page(Right.HANDLE),
    f"{CASE}take": _page(Right.HANDLE),
    f"{CASE}absence": _page(Right.HANDLE),
    f"{CASE}absences": _page(Right.SUPERVISE),
    f"{CASE}bulk": _page(Right.HANDLE),
    f"{CASE}counter": _page(Right.HANDLE),
    f"{CASE}duplicates": _page(Right.CASES, act=(Right.HANDLE,)),
    f"{CASE}realname": _page(Right.CASES, act=(Right.HANDLE,)),
    f"{CASE}transfer": _page(Right.CASES, act=(Right.HANDLE,)),
    f"{CASE}hand_over": _page(Right.HANDLE, Right.SUPERVISE),
    f"{CASE}release": _page(Right.HANDLE, Right.SUPERVISE),
    f"{CASE}decide": _page(Right.HANDLE, Right.CONFIRM),
    f"{CASE}preview": _page(Right.HANDLE, Right.CONFIRM),
    f"{CASE}supervision": _page(Right.SUPERVISE),
    "suspension_cannedtext_": _page(Right.CASES, act=(Right.SUPERVISE,)),
    # Money
    "payments_": _page(Right.MONEY, Right.SUPERVISE, act=(Right.SETTLE,)),
    "payments_assessmentrun_": _page(Right.MONEY, Right.SUPERVISE),
    "payments_proposal_": _page(Right.MONEY, Right.SUPERVISE, act=(Right.SETTLE,)),
    "payments_proposal_decide": _page(Right.SETTLE, Right.SUPERVISE),
    "payments_closing_": _page(Right.MONEY, act=(Right.SETTLE,)),
    "payments_billfile_": _page(Right.MONEY, act=(Right.SETTLE,)),
    "payments_offlinepayment_": _page(Right.MONEY, Right.HANDLE, Right.SUPERVISE, act=(Right.SETTLE, Right.HANDLE)),
    "payments_reminderrun_": _page(Right.MESSAGES, act=(Right.SUPERVISE,)),
    "payments_contributionrecord_": _page(Right.PEOPLE),
    # Rules, posts and people of an area
    "insured_": _page(Right.CASES),
    "insured_areapolicy_": _page(Right.RULES),
    "insured_holidayoverride_": _page(Right.DRAFT_RULES),
    "insured_ruledraft_": _page(Right.RULES, act=(Right.DRAFT_RULES,)),
    "insured_ruledraft_draft": _page(Right.DRAFT_RULES),
    "insured_ruledraft_decide": _page(Right.APPROVE_RULES),
    "insured_staffassignment_": _page(Right.POSTS, act=(Right.ASSIGN,)),
    "insured_staffassignment_give": _page(Right.ASSIGN),
    "insured_staffassignment_end": _page(Right.ASSIGN),
    # Words with visitors
    "help_": _page(Right.ENTER, act=(Right.CONTENT,)),
    "help_consultation_": _page(Right.ANSWER),
    "help_feedback_": _page(Right.ANSWER),
    "notifications_": _page(Right.MESSAGES),
    # Who looked at what
    "audit_": _page(Right.AUDIT),
}
"""Beginning of an address's name → what opens it; the longest one that fits counts."""
NOWHERE = Page(frozenset(), frozenset())


def page_of(url_name: str) -> Page:
    """The line of an address; one without a line is closed to everybody."""
    fitting = [start for start in PAGES if url_name.startswith(start)]
    return PAGES[max(fitting, key=len)] if fitting else NOWHERE


def may_open(url_name: str, *, rights: frozenset[Right], is_sending: bool = False) -> bool:
    """Whether these rights open the page, or let one send its form."""
    page = page_of(url_name)
    return bool(rights & (page.act if is_sending else page.look))
