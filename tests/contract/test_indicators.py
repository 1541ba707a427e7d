"""Every indicator that judges enterprises finds its fact in a feed, and every feed has a sender.

What an officer sees on a visit (O5, D3), a shock to a sector (X1) and what is counted over
enterprises (A1) is no agency's to push.
"""

import polars as pl
import pytest

from launcher.principals import principals
from services.ingest.domain.contract import Kind, Target
from services.ingest.domain.feeds import FEEDS
from services.scoring.domain.editions import RULE_SETS
from services.scoring.domain.rules import Reading, Source
from services.scoring.features.figuring import FEATURES
from services.scoring.features.records import FEEDS as READ

# Indicator -> feed and the columns that it is computed from.
FACTS = {
    "E1 headcount, month on month": ("insured_headcount", "month insured_headcount joined left"),
    "E2 loss over three months": ("insured_headcount", "month insured_headcount left"),
    "E3 layoff plan": ("layoff_report", "reported_on planned_layoffs headcount layoff_on"),
    "E4 loss rate": ("insured_headcount", "month insured_headcount"),
    "E5 renewal rate": ("contract_renewal", "month expired renewed"),
    "E6 claimants": ("unemployment_claim", "claimed_on claimants laid_off"),
    "E7 contribution base": ("insured_headcount", "month contribution_base_average"),
    "E8 job postings": ("job_posting", "month postings"),
    "W1 age of wage arrears": ("wage_arrears", "unpaid_since state"),
    "W2 size of wage arrears": ("wage_arrears", "workers amount largest_claim unpaid_since"),
    "S1 contributions unpaid": ("insured_headcount", "months_in_arrears due paid"),
    "S2 deferral": ("si_deferral", "applied_on state months"),
    "O1 electricity": ("electricity", "read_on days kwh"),
    "O2 utilities": ("utility_arrears", "month utility months_in_arrears supply"),
    "O2 rent": ("rent_arrears", "month months_in_arrears lease"),
    "O3 invoices": ("invoices", "month issued_amount reversed_amount"),
    "O4 tax arrears": ("tax_arrears", "month owed deferred"),
    "F1 equity freeze": ("court_notice", "noticed_on kind share_percent state"),
    "F1 equity pledge": ("register_change", "changed_on kind share_percent"),
    "F2 overdue": ("loan_overdue", "month overdue_principal overdue_bills days_overdue"),
    "F3 lawsuits": ("lawsuit", "filed_on role amount"),
    "F3 revenue beside them": ("invoices", "issued_amount"),
    "F4 enforcement, dishonest debtor": ("court_notice", "noticed_on kind state"),
    "F5 bankruptcy accepted": ("court_notice", "noticed_on kind procedure"),
    "R1 abnormal list": ("register_change", "changed_on kind ground"),
    "R2 capital, representative, move": ("register_change", "kind capital_before capital_after"),
    "D1 disputes": ("labour_dispute", "filed_on channel workers common_claim_workers"),
    "D2 hotline": ("hotline_call", "called_on topic caller"),
    "D3 gathering": ("hotline_call", "called_on topic persons"),
    "P1-P4 opinion": ("opinion_item", "published_at text source"),
    "X1 affiliates, customers": ("affiliation", "since other relation share_percent until"),
}
CHOICES = {
    ("court_notice", "kind"): {
        "enforcement",
        "dishonest_debtor",
        "equity_freeze",
        "bankruptcy_accepted",
    },
    ("register_change", "kind"): {
        "abnormal_list",
        "serious_violation_list",
        "capital_cut",
        "legal_representative",
        "move_out",
        "deregistration_notice",
        "equity_pledge",
    },
    ("labour_dispute", "channel"): {"arbitration", "inspection", "mediation"},
    ("hotline_call", "line"): {"12345", "12333"},
    ("utility_arrears", "supply"): {"cut_off"},
}


@pytest.mark.parametrize(("feed", "columns"), FACTS.values(), ids=list(FACTS))
def test_an_indicator_finds_its_fact(feed: str, columns: str) -> None:
    assert set(columns.split()) <= {column.name for column in FEEDS[feed].columns}


@pytest.mark.parametrize(("where", "choices"), CHOICES.items())
def test_what_an_indicator_tells_apart_can_be_said(
    where: tuple[str, str], choices: set[str]
) -> None:
    feed, name = where
    (column,) = (each for each in FEEDS[feed].columns if each.name == name)
    assert choices <= set(column.choices)


def test_every_feed_is_read_by_an_indicator_or_by_whoever_needs_it() -> None:
    read = {feed for feed, _ in FACTS.values()}
    assert set(FEEDS) == read | {"enterprise_register", "protection_list"}


# Feeds that have features of their own, and which columns.
OWN_FEATURES = {
    Source.HEADCOUNT,
    Source.LAYOFF_REPORT,
    Source.OPINION,
    Source.REGISTER,
    Source.AFFILIATION,
}
# Sources that are no feed: what officers, the city and banks do.
DEEDS = {Source.VISIT, Source.SERVICE, Source.LOAN}

_AS_READ = {
    Kind.INTEGER: pl.Int64(),
    Kind.CNY: pl.Float64(),
    Kind.DATE: pl.Date(),
}


@pytest.mark.parametrize("source", READ)
def test_a_feature_reads_what_the_feed_says(source: Source) -> None:
    columns = {column.name: column.kind for column in FEEDS[source.value].columns}
    for name, dtype in READ[source].columns.items():
        assert dtype == _AS_READ.get(columns[name], pl.String()), name


def test_every_feed_of_observations_is_judged_by_the_newest_rules() -> None:
    feeds = {Source(name) for name, feed in FEEDS.items() if feed.target is Target.OBSERVATIONS}
    assert feeds - OWN_FEATURES == set(READ)
    judged = {indicator.source for indicator in RULE_SETS[0].indicators}
    assert set(Source) - judged == {Source.SERVICE, Source.LOAN}


def test_every_feature_is_read_by_one_indicator_of_its_feed() -> None:
    of_feeds = [one for one in RULE_SETS[0].indicators if one.source not in OWN_FEATURES | DEEDS]
    sources = {one.reading: one.source for one in of_feeds}
    measured = {reading: source for source, each in FEATURES.items() for reading in each}
    assert len(sources) == len(of_feeds)
    # The one that takes two feeds beside those that take one.
    assert sources == {**measured, Reading.SUED_FOR: Source.LAWSUIT}


def test_every_feed_has_one_agency_that_pushes_it() -> None:
    pushed = [feed for agency in principals().agencies for feed in agency.feeds]
    assert sorted(pushed) == sorted(FEEDS)
