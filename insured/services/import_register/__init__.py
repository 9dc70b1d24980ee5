"""Loads a register from files, each row once."""

from insured.services.import_register.engine import Outcome, refusals_of, run_import, try_import
from insured.services.import_register.loader import Column, Loader, Verdict
from insured.services.import_register.register import ENROLLMENTS, PERSONS, UNITS
from insured.spreadsheet import Line

__all__ = [
    "ENROLLMENTS",
    "PERSONS",
    "UNITS",
    "Column",
    "Line",
    "Loader",
    "Outcome",
    "Verdict",
    "refusals_of",
    "run_import",
    "try_import",
]
