"""The tables of `ingest`; what must always hold is said to PostgreSQL as well."""

from services.ingest.tables.base import KERNEL, METADATA
from services.ingest.tables.freshness import LATE_FEEDS
from services.ingest.tables.imports import (
    IMPORT_ERRORS,
    IMPORTS,
    IS_AWAITED,
    MAPPINGS,
    TRIAL_VERSIONS,
)
from services.ingest.tables.observations import OBSERVATIONS
from services.ingest.tables.opinions import (
    OPINION_ITEMS,
    OPINION_MENTIONS,
    OPINION_READINGS,
    OPINION_SEARCHES,
    OPINION_VERSIONS,
    OPINIONS_WAITING,
)
from services.ingest.tables.protection_lists import PROTECTION_LIST_ENTRIES
from services.ingest.tables.quarantine import QUARANTINE
from services.ingest.tables.register import (
    CASE_PLACES,
    ENTERPRISE_ALIASES,
    ENTERPRISE_NUMBERS,
    ENTERPRISE_VERSIONS,
    ENTERPRISES,
    NAMES_REVISION,
    NAMES_WAITING,
    SUCCESSIONS,
)
from services.ingest.tables.tickets import CORRECTION_TICKETS
from services.ingest.tables.uploads import UPLOADS

__all__ = [
    "CASE_PLACES",
    "CORRECTION_TICKETS",
    "ENTERPRISES",
    "ENTERPRISE_ALIASES",
    "ENTERPRISE_NUMBERS",
    "ENTERPRISE_VERSIONS",
    "IMPORTS",
    "IMPORT_ERRORS",
    "IS_AWAITED",
    "KERNEL",
    "LATE_FEEDS",
    "MAPPINGS",
    "METADATA",
    "NAMES_REVISION",
    "NAMES_WAITING",
    "OBSERVATIONS",
    "OPINIONS_WAITING",
    "OPINION_ITEMS",
    "OPINION_MENTIONS",
    "OPINION_READINGS",
    "OPINION_SEARCHES",
    "OPINION_VERSIONS",
    "PROTECTION_LIST_ENTRIES",
    "QUARANTINE",
    "SUCCESSIONS",
    "TRIAL_VERSIONS",
    "UPLOADS",
]
