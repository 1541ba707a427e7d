"""The tables of the schema `scoring`."""

from services.scoring.tables.base import KERNEL, METADATA
from services.scoring.tables.judged import (
    ASSESSMENTS,
    CASE_PLACES,
    ENTERPRISES,
    ENTRIES,
    HELP,
    LAYOFF_REPORTS,
    OBSERVATIONS,
    OPINIONS,
    REFUTATIONS,
    STANDINGS,
    SUCCESSIONS,
    VISITS,
    WARNINGS,
)

__all__ = [
    "ASSESSMENTS",
    "CASE_PLACES",
    "ENTERPRISES",
    "ENTRIES",
    "HELP",
    "KERNEL",
    "LAYOFF_REPORTS",
    "METADATA",
    "OBSERVATIONS",
    "OPINIONS",
    "REFUTATIONS",
    "STANDINGS",
    "SUCCESSIONS",
    "VISITS",
    "WARNINGS",
]
