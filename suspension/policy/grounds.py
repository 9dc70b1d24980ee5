"""What each automatic check rests on, so that the desk can say so of a green one as well; a red one has its reasons."""

from collections.abc import Mapping
from types import MappingProxyType

from insured.policy.eligibility import SOURCE_BAN
from insured.policy.rules import AREA, DECREE_43, READING
from suspension.policy import cancel, planner, refund, resume
from suspension.policy.stop import SOURCE_AREA, SOURCE_FORM, SOURCE_ONE, SOURCE_REFUND, SOURCE_UNIT
from suspension.policy.transfer import SOURCE_TRANSFER

GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "active": SOURCE_AREA,
        "own-account": SOURCE_UNIT,
        "alive": SOURCE_AREA,
        "only-one": SOURCE_AREA,
        "window": READING,
        "month": READING,
        "resume": SOURCE_FORM,
        "still-approved": cancel.SOURCE,
        "in-time": cancel.SOURCE,
        "resumable": AREA,
        "own-account-join": SOURCE_UNIT,
        "qualified": SOURCE_BAN,
        "age": READING,
        "one-scheme": SOURCE_ONE,
        "payable": AREA,
        "priced": planner.SOURCE,
        "complete": resume.SOURCE_FORM,
        "refund-own": SOURCE_AREA,
        "refund-paid": SOURCE_REFUND,
        "refund-not-begun": SOURCE_REFUND,
        "refund-ahead": SOURCE_REFUND,
        "refund-once": SOURCE_REFUND,
        "refund-cause": refund.SOURCE_PRACTICE,
        "refund-ending": SOURCE_REFUND,
        "refund-complete": refund.SOURCE_FORM,
        "transfer-alive": SOURCE_TRANSFER,
        "transfer-working": SOURCE_TRANSFER,
        "transfer-places": SOURCE_TRANSFER,
        "transfer-stopped": SOURCE_TRANSFER,
        "transfer-joined": SOURCE_TRANSFER,
        "transfer-once": SOURCE_TRANSFER,
        "instalments-open": READING,
        "instalments-own": AREA,
        "instalments-once": AREA,
        "instalments-owed": DECREE_43,
        "instalments-count": READING,
    }
)
"""Check → the rule or document."""
