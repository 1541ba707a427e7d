"""Tables of observations for the feeds of the other agencies, from power to courts."""

from collections.abc import Mapping
from typing import Final

from services.ingest.migrations.observations import create_observations_v1, drop_observations_v1

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COUNT: Final = "integer"
_LARGE: Final = "bigint"
_MONEY: Final = "numeric(20, 2)"
_TEXT: Final = "text"
_DAY: Final = "date"
_EVENT: Final = 'text COLLATE "C"'

# The feed, the type of its period, and its columns.
_FEEDS: Final[dict[str, tuple[str, Mapping[str, str]]]] = {
    "affiliation": (
        _EVENT,
        {"relation": _TEXT, "share_percent": _COUNT, "until": _DAY},
    ),
    "contract_renewal": (
        _DAY,
        {"expired": _COUNT, "renewed": _COUNT},
    ),
    "court_notice": (
        _EVENT,
        {
            "kind": _TEXT,
            "amount": _MONEY,
            "share_percent": _COUNT,
            "procedure": _TEXT,
            "state": _TEXT,
            "lifted_on": _DAY,
        },
    ),
    "electricity": (
        _DAY,
        {"days": _COUNT, "kwh": _LARGE, "supply": _TEXT},
    ),
    "hotline_call": (
        _EVENT,
        {"line": _TEXT, "topic": _TEXT, "caller": _TEXT, "persons": _COUNT},
    ),
    "invoices": (
        _DAY,
        {
            "issued_amount": _MONEY,
            "issued_count": _COUNT,
            "reversed_amount": _MONEY,
            "received_amount": _MONEY,
        },
    ),
    "job_posting": (
        _DAY,
        {
            "postings": _COUNT,
            "vacancies": _COUNT,
            "taken_back": _COUNT,
            "monthly_pay_average": _MONEY,
        },
    ),
    "labour_dispute": (
        _EVENT,
        {
            "channel": _TEXT,
            "workers": _COUNT,
            "common_claim_workers": _COUNT,
            "subject": _TEXT,
            "amount": _MONEY,
            "state": _TEXT,
        },
    ),
    "lawsuit": (
        _EVENT,
        {"role": _TEXT, "subject": _TEXT, "amount": _MONEY, "state": _TEXT},
    ),
    "loan_overdue": (
        _DAY,
        {
            "overdue_principal": _MONEY,
            "days_overdue": _COUNT,
            "overdue_bills": _MONEY,
            "lenders": _COUNT,
        },
    ),
    "register_change": (
        _EVENT,
        {
            "kind": _TEXT,
            "ground": _TEXT,
            "capital_before": _MONEY,
            "capital_after": _MONEY,
            "share_percent": _COUNT,
            "destination": _TEXT,
        },
    ),
    "rent_arrears": (
        _DAY,
        {
            "months_in_arrears": _COUNT,
            "owed": _MONEY,
            "monthly_rent": _MONEY,
            "premises": _TEXT,
            "lease": _TEXT,
        },
    ),
    "si_deferral": (
        _EVENT,
        {"state": _TEXT, "months": _COUNT, "amount": _MONEY, "deferred_until": _DAY},
    ),
    "tax_arrears": (
        _DAY,
        {"owed": _MONEY, "months_in_arrears": _COUNT, "deferred": _MONEY, "deferred_until": _DAY},
    ),
    "unemployment_claim": (
        _DAY,
        {"claimants": _COUNT, "laid_off": _COUNT},
    ),
    "utility_arrears": (
        _EVENT,
        {"months_in_arrears": _COUNT, "owed": _MONEY, "supply": _TEXT, "cut_off_on": _DAY},
    ),
    "wage_arrears": (
        _EVENT,
        {
            "workers": _COUNT,
            "amount": _MONEY,
            "largest_claim": _MONEY,
            "unpaid_since": _DAY,
            "state": _TEXT,
        },
    ),
}


def upgrade() -> None:
    """Create the tables."""
    for feed, (period, columns) in _FEEDS.items():
        create_observations_v1(feed, period=period, **columns)


def downgrade() -> None:
    """Drop the tables."""
    for feed in reversed(_FEEDS):
        drop_observations_v1(feed)
