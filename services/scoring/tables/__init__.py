"""The tables of the schema `scoring`."""

from services.scoring.tables.affiliated import STIRRED, TROUBLES
from services.scoring.tables.areas import AREA_ALERTS, LARGE_LOSSES
from services.scoring.tables.attempts import ATTEMPTS
from services.scoring.tables.backtests import BACKTEST_CASES, BACKTESTS
from services.scoring.tables.base import KERNEL, METADATA
from services.scoring.tables.city import OUTLOOKS, REJUDGEMENT_PARTS, REJUDGEMENTS, SLOTS
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
from services.scoring.tables.labels import OUTCOMES
from services.scoring.tables.lists import (
    CAPACITIES,
    WORK_LIST_ENTRIES,
    WORK_LIST_LEAVERS,
    WORK_LISTS,
)
from services.scoring.tables.models import LEARNED, MODELS
from services.scoring.tables.rules import RULE_SETS, RULE_TRIALS

__all__ = [
    "AREA_ALERTS",
    "ASSESSMENTS",
    "ATTEMPTS",
    "BACKTESTS",
    "BACKTEST_CASES",
    "CAPACITIES",
    "CASE_PLACES",
    "ENTERPRISES",
    "ENTRIES",
    "HELP",
    "KERNEL",
    "LARGE_LOSSES",
    "LAYOFF_REPORTS",
    "LEARNED",
    "METADATA",
    "MODELS",
    "OBSERVATIONS",
    "OPINIONS",
    "OUTCOMES",
    "OUTLOOKS",
    "REFUTATIONS",
    "REJUDGEMENTS",
    "REJUDGEMENT_PARTS",
    "RULE_SETS",
    "RULE_TRIALS",
    "SLOTS",
    "STANDINGS",
    "STIRRED",
    "SUCCESSIONS",
    "TROUBLES",
    "VISITS",
    "WARNINGS",
    "WORK_LISTS",
    "WORK_LIST_ENTRIES",
    "WORK_LIST_LEAVERS",
]
