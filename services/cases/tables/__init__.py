"""The tables of `cases`; what must always hold is said to PostgreSQL as well."""

from services.cases.tables.assistance import ASSISTANCE_REQUESTS
from services.cases.tables.base import KERNEL, METADATA
from services.cases.tables.cases import (
    CASE_CLOCKS,
    CASE_WARNINGS,
    CASES,
    DELIVERIES,
    EVIDENCE,
    FINANCING_REQUESTS,
    PROGRESS_NOTES,
    REPORTS,
    TIMELINE,
    VISITS,
)
from services.cases.tables.known import (
    CALENDAR_DAYS,
    CASE_NUMBERS,
    ENTERPRISES,
    HEADCOUNTS,
    LAYOFF_REPORTS,
    OFFICERS,
    TRADES,
    WAITING_REMARKS,
)

__all__ = [
    "ASSISTANCE_REQUESTS",
    "CALENDAR_DAYS",
    "CASES",
    "CASE_CLOCKS",
    "CASE_NUMBERS",
    "CASE_WARNINGS",
    "DELIVERIES",
    "ENTERPRISES",
    "EVIDENCE",
    "FINANCING_REQUESTS",
    "HEADCOUNTS",
    "KERNEL",
    "LAYOFF_REPORTS",
    "METADATA",
    "OFFICERS",
    "PROGRESS_NOTES",
    "REPORTS",
    "TIMELINE",
    "TRADES",
    "VISITS",
    "WAITING_REMARKS",
]
