"""The only writers of the access log, form tokens, job slots and the audit chain."""

from portal.audit.services.chain import Head, heads, seal_all
from portal.audit.services.checks import run_checks, start_check, start_nightly_check, walk
from portal.audit.services.records import (
    claim_slot,
    current_request_id,
    finish_slot,
    forget_tokens,
    record_access,
    use_form_token,
)

__all__ = [
    "Head",
    "claim_slot",
    "current_request_id",
    "finish_slot",
    "forget_tokens",
    "heads",
    "record_access",
    "run_checks",
    "seal_all",
    "start_check",
    "start_nightly_check",
    "use_form_token",
    "walk",
]
