"""Which feature gives which reading, of which feed; and all of them for some enterprises."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from services.scoring.domain.figures import Figure
from services.scoring.domain.rules import Reading, Source
from services.scoring.features import (
    affiliations,
    complaints,
    courts,
    dues,
    pay,
    power,
    registrations,
    sales,
    staffing,
)
from services.scoring.features.records import FEEDS, figures, of_feed

Feature = Callable[[pl.DataFrame, date], pl.DataFrame]

FEATURES: Final[Mapping[Source, Mapping[Reading, Feature]]] = {
    Source.RENEWAL: {Reading.RENEWED: staffing.renewed},
    Source.CLAIM: {
        Reading.CLAIMED: staffing.claimed,
        Reading.LAID_OFF_IN_30_DAYS: partial(staffing.laid_off, staffing.CLAIM_DAYS),
        Reading.LAID_OFF_IN_90_DAYS: partial(staffing.laid_off, staffing.SPLIT_DAYS),
    },
    Source.POSTING: {
        Reading.POSTINGS_FALL: staffing.postings_fall,
        Reading.POSTINGS_NONE: staffing.postings_none,
    },
    Source.WAGES: {Reading.WAGES_RECORDED: pay.owed, Reading.WAGES_CRIMINAL: pay.criminal},
    Source.DEFERRAL: {Reading.DEFERRAL_ASKED: pay.deferral},
    Source.ELECTRICITY: {
        Reading.POWER_FALL: power.fall,
        Reading.POWER_IDLE: power.idle,
        Reading.POWER_CUT: power.cut,
    },
    Source.UTILITY: {
        Reading.UTILITIES_OWED: dues.utilities,
        Reading.UTILITY_CUT: dues.utility_cut,
    },
    Source.RENT: {Reading.RENT_OWED: dues.rent, Reading.RENT_SHUT_OUT: dues.shut_out},
    Source.INVOICES: {Reading.INVOICES_FALL: sales.fall, Reading.INVOICES_NONE: sales.none},
    Source.TAX: {
        Reading.TAX_OWED: partial(dues.taxes, "owed"),
        Reading.TAX_DEFERRED: partial(dues.taxes, "deferred"),
    },
    Source.OVERDUE: {Reading.OVERDUE: dues.loans},
    Source.COURT: {
        Reading.EQUITY_FROZEN: partial(courts.in_force, "equity_freeze"),
        Reading.ENFORCED: partial(courts.in_force, "enforcement"),
        Reading.DISHONEST: partial(courts.in_force, "dishonest_debtor"),
        Reading.BANKRUPT: partial(courts.in_force, "bankruptcy_accepted"),
    },
    Source.LAWSUIT: {Reading.SUED: courts.sued},
    Source.REGISTRATION: {
        Reading.LISTED_ABNORMAL: registrations.abnormal,
        Reading.LISTED_SERIOUS: registrations.serious,
        Reading.CAPITAL_LESS: registrations.capital_less,
        Reading.REPRESENTATIVES: registrations.representatives,
        Reading.MOVING_OUT: partial(registrations.changed, "move_out"),
        Reading.DEREGISTERING: partial(registrations.changed, "deregistration_notice"),
        Reading.EQUITY_PLEDGED: registrations.pledged,
    },
    Source.DISPUTE: {
        Reading.DISPUTED: complaints.disputed,
        Reading.COMMON_CLAIM: complaints.common_claim,
    },
    Source.HOTLINE: {
        Reading.CALLED: complaints.called,
        Reading.CALLS_RISING: complaints.rising,
        Reading.GATHERING_CALLED: complaints.gathering,
    },
}


def measure_records(known: pl.DataFrame, as_of: date) -> Mapping[str, Mapping[Reading, Figure]]:
    """Return the figures of every enterprise; a feed that said nothing costs nothing."""
    told = set(known["feed"])
    rows = {source: of_feed(known, source, as_of) for source in FEEDS if source.value in told}
    measured: dict[str, dict[Reading, Figure]] = defaultdict(dict)
    for source, feed in rows.items():
        for reading, feature in FEATURES[source].items():
            _add(measured, reading, feature(feed, as_of), as_of)
    if Source.LAWSUIT in rows and Source.INVOICES in rows:
        sums = courts.sued_for(rows[Source.LAWSUIT], rows[Source.INVOICES], as_of)
        _add(measured, Reading.SUED_FOR, sums, as_of)
    return measured


# What is told of two enterprises, and what went wrong with the other.
Relation = Callable[[pl.DataFrame, pl.DataFrame, date], pl.DataFrame]
RELATIONS: Final[Mapping[Reading, Relation]] = {
    Reading.AFFILIATE_FAILED: affiliations.in_group,
    Reading.CUSTOMER_FAILED: affiliations.of_debtors,
}


def measure_affiliations(
    links: pl.DataFrame, troubles: pl.DataFrame, as_of: date
) -> Mapping[str, Mapping[Reading, Figure]]:
    """Return the figures of every enterprise whose affiliates are in trouble."""
    measured: dict[str, dict[Reading, Figure]] = defaultdict(dict)
    for reading, feature in RELATIONS.items():
        _add(measured, reading, feature(links, troubles, as_of), as_of)
    return measured


def _add(
    measured: dict[str, dict[Reading, Figure]],
    reading: Reading,
    counted: pl.DataFrame,
    as_of: date,
) -> None:
    for uscc, figure in figures(counted, as_of).items():
        measured[uscc][reading] = figure
