"""Who is covered, where, by which rules."""

from insured.models.areas import AreaPolicy, HolidayOverride, PoolingArea, StaffAssignment
from insured.models.coverage import CoveragePeriod, Enrollment
from insured.models.people import Employer, EmployerAgent, FamilyRelation, InsuredPerson

__all__ = [
    "AreaPolicy",
    "CoveragePeriod",
    "Employer",
    "EmployerAgent",
    "Enrollment",
    "FamilyRelation",
    "HolidayOverride",
    "InsuredPerson",
    "PoolingArea",
    "StaffAssignment",
]
