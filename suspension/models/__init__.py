"""What is applied for, what was sent with it, and the wordings that the desk keeps."""

from suspension.models.applications import (
    Application,
    ApplicationEvent,
    ApplicationQuerySet,
    Attachment,
    Revision,
    attachment_id,
)
from suspension.models.bulk import BulkApproval, BulkApprovalLine
from suspension.models.canned import CannedText, CannedTextQuerySet
from suspension.models.findings import DuplicateFinding
from suspension.models.offers import ItemSettings
from suspension.models.real_name import RealNameReview
from suspension.models.transfers import TransferLeg

__all__ = [
    "Application",
    "ApplicationEvent",
    "ApplicationQuerySet",
    "Attachment",
    "BulkApproval",
    "BulkApprovalLine",
    "CannedText",
    "CannedTextQuerySet",
    "DuplicateFinding",
    "ItemSettings",
    "RealNameReview",
    "Revision",
    "TransferLeg",
    "attachment_id",
]
