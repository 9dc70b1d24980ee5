"""Who is covered, where, by which rules."""

from insured.models.absence import StaffAbsence
from insured.models.areas import AreaPolicy, HolidayOverride, PoolingArea, PostEvent, StaffAssignment
from insured.models.cards import CardBinding
from insured.models.coverage import CoveragePeriod, Enrollment
from insured.models.credits import CreditedMonths
from insured.models.declarations import UnitDeclaration
from insured.models.drafts import RuleDraft
from insured.models.imports import ImportRefusal, ImportRun
from insured.models.people import Employer, EmployerAgent, FamilyRelation, InsuredPerson

__all__ = [
    "AreaPolicy",
    "CardBinding",
    "CoveragePeriod",
    "CreditedMonths",
    "Employer",
    "EmployerAgent",
    "Enrollment",
    "FamilyRelation",
    "HolidayOverride",
    "ImportRefusal",
    "ImportRun",
    "InsuredPerson",
    "PoolingArea",
    "PostEvent",
    "RuleDraft",
    "StaffAbsence",
    "StaffAssignment",
    "UnitDeclaration",
]
