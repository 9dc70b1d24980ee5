"""家庭共济: whose contribution one may pay from one's own personal account."""

from dataclasses import dataclass

from portal.errors import Reason

SOURCE = "国办发〔2021〕14号 第三条"
NEAR = ("1", "2", "3")
"""配偶、子女、父母 (AAE144)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledFacts:
    """What is to be paid and from what. `relation` is empty when nobody has agreed, None when it is one's own."""

    scheme: str
    relation: str | None
    has_account: bool
    balance_fen: int
    amount_fen: int


def check_pooled(facts: PooledFacts) -> tuple[Reason, ...]:
    """Why it is not paid from the personal account; empty when it may be."""
    if not facts.has_account:
        return (Reason("pooled.no-account"),)
    if facts.relation is None:
        return (Reason("pooled.own", source=SOURCE),)
    reasons = []
    if facts.scheme != "390":
        reasons.append(Reason("pooled.resident-only", source=SOURCE))
    if facts.relation not in NEAR:
        reasons.append(Reason("pooled.relation", source=SOURCE))
    if facts.balance_fen < facts.amount_fen:
        reasons.append(Reason("pooled.too-little", {"balance_fen": facts.balance_fen, "amount_fen": facts.amount_fen}))
    return tuple(reasons)
