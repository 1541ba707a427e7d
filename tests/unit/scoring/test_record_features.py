"""The indicators of the feeds beside headcounts, texts and plans, each by hand-written cases."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from services.scoring.domain.assessment import assess
from services.scoring.domain.indicators_2020_2 import ADDED_2020_2
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Source
from services.scoring.features.facts import ENTRIES
from services.scoring.features.measuring import measure
from services.scoring.schemas.judged import spoken
from shared.messages import Language
from tests.unit.scoring.facts import IMPORT, LONG_AGO, USCC
from tests.unit.scoring.recorded import TODAY, Record, ago, event, facts, found, judged, month

S = Source


def months(feed: Source, name: str, values: dict[str, int | str]) -> list[Record]:
    return [month(feed, period, **{name: value}) for period, value in values.items()]


def renewals(*counts: tuple[int, int]) -> list[Record]:
    return [
        month(S.RENEWAL, f"2026-{9 - back:02}", expired=expired, renewed=renewed)
        for back, (expired, renewed) in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (renewals((10, 7)), {"E5": 0.6}),
        (renewals((10, 8)), {}),
        # fewer than ten contracts say nothing; three months together do
        (renewals((4, 0)), {}),
        (renewals((4, 2), (4, 2), (4, 2)), {"E5": 0.6}),
        # the fourth month back does not count
        (renewals((4, 4), (4, 4), (4, 4), (40, 0)), {}),
    ],
)
def test_renewals(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def claims(*days: tuple[int, int, int | None]) -> list[Record]:
    return [
        Record(S.CLAIM, ago(back).isoformat(), {"claimants": count, "laid_off": laid_off})
        for back, count, laid_off in days
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (claims((3, 4, None)), {}),
        (claims((3, 4, 0), (29, 1, 0)), {"E6": 0.5}),
        (claims((3, 4, 0), (30, 1, 0)), {}),
        (claims((3, 20, 0)), {"E6": 1.0}),
        # ten of a hundred staff, in thirty days and in ninety
        (claims((3, 10, 10)), {"E6": 0.5, "E6-SPLIT-30": 0.8, "E6-SPLIT-90": 0.8}),
        # split over two months, neither of which is enough
        (claims((3, 6, 6), (40, 6, 6)), {"E6": 0.5, "E6-SPLIT-90": 0.8}),
        (claims((3, 6, 6), (90, 6, 6)), {"E6": 0.5}),
    ],
)
def test_claims(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def test_of_an_unknown_staff_only_the_number_of_the_laid_off_counts() -> None:
    assert found(*claims((3, 19, 19)), staff=None) == {"E6": 0.5}
    assert found(*claims((3, 20, 20)), staff=None) == {
        "E6": 1.0,
        "E6-SPLIT-30": 0.8,
        "E6-SPLIT-90": 0.8,
    }


def postings(*counts: int | None) -> list[Record]:
    """Write the months back from September 2026; None is one that nobody reported."""
    return [
        month(S.POSTING, f"{2026 + (8 - back) // 12}-{(8 - back) % 12 + 1:02}", postings=count)
        for back, count in enumerate(counts)
        if count is not None
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (postings(3, *[10] * 12), {"E8": 0.3}),
        (postings(4, *[10] * 12), {}),
        # of five known months no mean is told; of six it is
        (postings(0, *[10] * 5), {}),
        (postings(0, *[10] * 6), {"E8": 0.3}),
        (postings(0, *[4] * 12), {}),
        (postings(0, 0, 5, 5, 5), {"E8-NONE": 0.3}),
        (postings(0, None, 5, 5, 5), {}),
        (postings(0, 0, 5, 5, 4), {}),
        (postings(0, 0, 5, None, 5), {}),
    ],
)
def test_postings(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def wages(since: int, *, state: str = "open", number: int = 1, **more: int | str) -> Record:
    owed: dict[str, int | str] = {"workers": 2, "amount": "8000.00", **more}
    return event(
        S.WAGES, min(since, 2), number, unpaid_since=ago(since).isoformat(), state=state, **owed
    )


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([wages(0)], {"W1-RECORDED": 0.5}),
        ([wages(30)], {"W1-RECORDED": 0.5}),
        ([wages(31)], {"W1-RECORDED": 0.75}),
        ([wages(61, state="partly_paid")], {"W1-RECORDED": 1.0}),
        ([wages(61, state="settled")], {}),
        ([wages(61, state="unfounded")], {}),
        # one worker: three months (from 15 July on) and 5,000
        ([wages(92, largest_claim="5000.00")], {"W1-RECORDED": 1.0, "W2-RECORDED": 1.0}),
        ([wages(91, largest_claim="5000.00")], {"W1-RECORDED": 1.0}),
        ([wages(92, largest_claim="4999.99")], {"W1-RECORDED": 1.0}),
        # ten workers and 30,000
        ([wages(9, workers=10, amount="30000.00")], {"W1-RECORDED": 0.5, "W2-RECORDED": 1.0}),
        ([wages(9, workers=9, amount="90000.00")], {"W1-RECORDED": 0.5}),
    ],
)
def test_wages_on_record(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def test_wages_owed_age_without_news() -> None:
    assert found(wages(30), on=TODAY + timedelta(days=1)) == {"W1-RECORDED": 0.75}


@pytest.mark.parametrize(
    ("state", "expected"),
    [("applied", {"S2": 0.3}), ("granted", {"S2": 0.3}), ("refused", {}), ("repaid", {})],
)
def test_deferrals(state: str, expected: dict[str, float]) -> None:
    assert found(event(S.DEFERRAL, 5, state=state)) == expected


def readings(first: int, last: int, kwh: int, *, supply: str | None = None) -> list[Record]:
    """Read the meter every day, from so many days ago to so many."""
    return [
        Record(S.ELECTRICITY, ago(back).isoformat(), {"days": 1, "kwh": kwh, "supply": supply})
        for back in range(first, last - 1, -1)
    ]


YEAR_BEFORE = readings(364 + 29, 364, 1000)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([*YEAR_BEFORE, *readings(29, 0, 700)], {"O1": 0.4}),
        ([*YEAR_BEFORE, *readings(29, 0, 701)], {}),
        ([*YEAR_BEFORE, *readings(29, 0, 500)], {"O1": 0.7}),
        # less than twenty days are no month
        ([*YEAR_BEFORE, *readings(18, 0, 500)], {}),
        # without the year before no season is known
        (readings(29, 0, 500), {}),
        (
            [*YEAR_BEFORE, *readings(40, 20, 1000), *readings(19, 0, 299)],
            {"O1": 0.4, "O1-IDLE": 1.0},
        ),
        ([*YEAR_BEFORE, *readings(40, 20, 1000), *readings(19, 0, 300)], {"O1": 0.4}),
        # standstill without a year before: by the half year before
        ([*readings(120, 30, 1000), *readings(29, 0, 200)], {"O1-IDLE": 1.0}),
        (readings(5, 0, 900, supply="cut_off"), {"O1-CUT": 1.0}),
    ],
)
def test_electricity(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def test_a_reading_of_a_month_is_spread_over_its_days() -> None:
    before = Record(S.ELECTRICITY, ago(360).isoformat(), {"days": 40, "kwh": 40_000})
    now = Record(S.ELECTRICITY, ago(0).isoformat(), {"days": 31, "kwh": 15_500})
    assert found(before, now) == {"O1": 0.7}


def test_a_standstill_takes_working_days_in_a_row() -> None:
    # 1 to 7 October is a holiday; 15 October and the nine working days before it
    idle = [*readings(120, 30, 1000), *readings(29, 0, 200)]
    gap = [one for one in idle if one.period != "2026-10-12"]
    assert "O1-IDLE" in found(*idle)
    assert "O1-IDLE" not in found(*gap)
    holiday = [one for one in idle if one.period != "2026-10-02"]
    assert "O1-IDLE" in found(*holiday)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([month(S.UTILITY, "2026-09/water", months_in_arrears=1)], {"O2": 0.3}),
        ([month(S.UTILITY, "2026-09/gas", months_in_arrears=2)], {"O2": 0.6}),
        ([month(S.UTILITY, "2026-09/gas", months_in_arrears=0)], {}),
        # paid since: the last month of each utility holds
        (
            [
                month(S.UTILITY, "2026-08/gas", months_in_arrears=3),
                month(S.UTILITY, "2026-09/gas", months_in_arrears=0),
                month(S.UTILITY, "2026-08/water", months_in_arrears=1),
            ],
            {"O2": 0.3},
        ),
        (
            [month(S.UTILITY, "2026-09/heating", months_in_arrears=0, supply="cut_off")],
            {"O2-CUT": 1.0},
        ),
        ([month(S.RENT, "2026-09", months_in_arrears=1)], {"O2-RENT": 0.3}),
        (
            [month(S.RENT, "2026-09", months_in_arrears=2, lease="shut_out")],
            {"O2-RENT": 0.6, "O2-SHUT-OUT": 1.0},
        ),
        ([month(S.TAX, "2026-09", owed="0.01")], {"O4": 0.4}),
        ([month(S.TAX, "2026-09", owed="0.00", deferred="5.00")], {"O4-DEFERRED": 0.2}),
        (
            [month(S.TAX, "2026-08", owed="9.00"), month(S.TAX, "2026-09", owed="0.00")],
            {},
        ),
        ([month(S.OVERDUE, "2026-09", overdue_principal="1.00")], {"F2": 0.7}),
        (
            [month(S.OVERDUE, "2026-09", overdue_principal="0.00", overdue_bills="2.00")],
            {"F2": 0.7},
        ),
        ([month(S.OVERDUE, "2026-09", overdue_principal="0.00")], {}),
    ],
)
def test_dues(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def invoices(now: tuple[str, ...], before: tuple[str, ...]) -> list[Record]:
    """Write the months back from September 2026, and back from that of the year before."""
    return [
        month(S.INVOICES, f"{year}-{9 - back:02}", issued_amount=amount)
        for year, amounts in ((2026, now), (2025, before))
        for back, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (invoices(("70", "70", "70"), ("100", "100", "100")), {"O3": 0.4}),
        (invoices(("71", "70", "70"), ("100", "100", "100")), {}),
        (invoices(("50", "50", "50"), ("100", "100", "100")), {"O3": 0.7}),
        # a month that is missing on either side is unknown
        (invoices(("10", "10"), ("100", "100", "100")), {}),
        (invoices(("10", "10", "10"), ("100", "100")), {}),
        (invoices(("0", "0", "90"), ()), {"O3-NONE": 1.0}),
        (invoices(("0", "1", "90"), ()), {}),
        (invoices(("0", "0"), ()), {}),
    ],
)
def test_invoices(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def test_red_letter_invoices_take_sales_back() -> None:
    *sold, last = reversed(invoices(("100", "100", "100"), ("100", "100", "100")))
    reversed_ = replace(last, measures={**last.measures, "reversed_amount": "90.00"})
    assert found(*sold, last) == {}
    assert found(*sold, reversed_) == {"O3": 0.4}


def court(kind: str, state: str = "in_force", **more: str) -> Record:
    return event(S.COURT, 5, kind=kind, state=state, **more)


def suits(count: int, *, days_ago: int = 9, **measures: str) -> list[Record]:
    said = {"role": "defendant", **measures}
    return [event(S.LAWSUIT, days_ago, number, **said) for number in range(count)]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([court("equity_freeze")], {"F1": 0.5}),
        ([court("equity_freeze", "lifted")], {}),
        ([court("enforcement")], {"F4": 0.6}),
        ([court("dishonest_debtor")], {"F4-DISHONEST": 0.9}),
        ([court("bankruptcy_accepted", procedure="liquidation")], {"F5": 1.0}),
        (suits(2), {}),
        (suits(3), {"F3": 0.4}),
        (suits(3, role="plaintiff"), {}),
        (suits(3, state="withdrawn"), {}),
        (suits(3, days_ago=89), {"F3": 0.4}),
        (suits(3, days_ago=90), {}),
        # one suit over a tenth of what was invoiced: 6 months of 100 are 1,200 a year
        (
            [*suits(1, amount="120"), *invoices(("100",) * 6, ())],
            {"F3-SUM": 0.4},
        ),
        ([*suits(1, amount="119"), *invoices(("100",) * 6, ())], {}),
        ([*suits(1, amount="900"), *invoices(("100",) * 5, ())], {}),
    ],
)
def test_courts(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def test_an_accepted_bankruptcy_alone_is_an_orange_warning() -> None:
    found_ = judged(court("bankruptcy_accepted"))
    assert found_.place is Place.ORANGE
    # 30 % of the staff at least are at stake
    assert found_.jobs_at_risk == 30


def change(kind: str, days_ago: int = 5, number: int = 1, **more: str | int) -> Record:
    return event(S.REGISTRATION, days_ago, number, kind=kind, **more)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([change("abnormal_list", ground="annual_report")], {"R1": 0.4}),
        ([change("abnormal_list")], {"R1": 0.4}),
        ([change("abnormal_list", ground="unreachable")], {"R1": 0.7}),
        ([change("abnormal_list"), change("abnormal_list_removed", number=2)], {}),
        ([change("abnormal_list", 3 * 365)], {"R1": 0.4}),
        ([change("abnormal_list", 3 * 366)], {"R1": 0.4, "R1-SERIOUS": 1.0}),
        ([change("serious_violation_list")], {"R1-SERIOUS": 1.0}),
        (
            [change("capital_cut", capital_before="100.00", capital_after="40.00")],
            {"R2-CUT": 0.3},
        ),
        ([change("legal_representative")], {}),
        (
            [change("legal_representative"), change("legal_representative", 182, 2)],
            {"R2-REPRESENTATIVE": 0.4},
        ),
        ([change("legal_representative"), change("legal_representative", 183, 2)], {}),
        ([change("move_out")], {"R2-MOVE": 0.5}),
        ([change("deregistration_notice")], {"R2-NOTICE": 0.8}),
        ([change("equity_pledge", share_percent=49)], {}),
        ([change("equity_pledge", share_percent=50)], {"F1-PLEDGE": 0.4}),
    ],
)
def test_registrations(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def dispute(days_ago: int = 5, number: int = 1, **more: str | int) -> Record:
    return event(S.DISPUTE, days_ago, number, **{"workers": 1, **more})


def call(days_ago: int, caller: str | None, topic: str = "wages") -> Record:
    return event(S.HOTLINE, days_ago, f"{caller}-{topic}", caller=caller, topic=topic)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([dispute(number=n) for n in range(2)], {}),
        ([dispute(number=n) for n in range(3)], {"D1": 0.4}),
        ([dispute(number=n, state="withdrawn") for n in range(3)], {}),
        ([dispute(90, n) for n in range(3)], {}),
        ([dispute(workers=10, common_claim_workers=10)], {"D1-COMMON": 0.9}),
        ([dispute(workers=12, common_claim_workers=9)], {}),
        # three persons in a week, none in the week before
        ([call(1, "a"), call(2, "b"), call(3, "c")], {"D2": 0.4, "D2-RISING": 0.2}),
        ([call(9, "a"), call(10, "b"), call(11, "c")], {"D2": 0.4}),
        # one person who calls thrice is one; who is unknown is one together
        ([call(1, "a"), call(2, "a"), call(3, "a")], {}),
        ([call(1, None), call(2, None), call(3, "a")], {}),
        ([call(n, "abc"[n], "other") for n in range(3)], {}),
        ([call(20, "a"), call(21, "b"), call(30, "c")], {}),
        ([call(8 + n % 7, f"p{n}") for n in range(10)], {"D2": 0.8}),
        ([call(9, "a", "gathering")], {}),
        ([call(9, "a", "gathering"), call(9, "b", "gathering")], {"D3-CALLED": 0.5}),
    ],
)
def test_complaints(records: list[Record], expected: dict[str, float]) -> None:
    assert found(*records) == expected


def test_a_gathering_told_by_telephone_needs_what_people_gather_for() -> None:
    told = [call(1, "a", "gathering"), call(1, "b", "gathering")]
    assert judged(*told).place.rank <= Place.BLUE.rank
    assert judged(*told, wages(40)).place is Place.RED


ONE_OF_EACH = [
    *renewals((10, 7)),
    *claims((3, 20, 20)),
    *postings(0, 0, *[10] * 12),
    wages(92, largest_claim="5000.00"),
    event(S.DEFERRAL, 5, state="applied"),
    *readings(120, 40, 1000),
    *YEAR_BEFORE,
    *readings(29, 0, 100, supply="cut_off"),
    month(S.UTILITY, "2026-09/water", months_in_arrears=2, supply="cut_off"),
    month(S.RENT, "2026-09", months_in_arrears=2, lease="shut_out"),
    *invoices(("0", "0", "10", "100", "100", "100"), ("100", "100", "100")),
    month(S.TAX, "2026-09", owed="10.00", deferred="5.00"),
    month(S.OVERDUE, "2026-09", overdue_principal="1.00"),
    *suits(3, amount="400.00"),
    *(
        event(S.COURT, 5, number, kind=kind, state="in_force")
        for number, kind in enumerate(
            ["equity_freeze", "enforcement", "dishonest_debtor", "bankruptcy_accepted"]
        )
    ),
    change("abnormal_list", 9, ground="unreachable"),
    change("serious_violation_list"),
    change("capital_cut", capital_before="100.00", capital_after="40.00", number=3),
    change("legal_representative", number=4),
    change("legal_representative", number=5),
    change("move_out", number=6),
    change("deregistration_notice", number=7),
    change("equity_pledge", number=8, share_percent=50),
    *(dispute(number=n, workers=10, common_claim_workers=10) for n in range(3)),
    *(call(n, f"p{n}", "gathering") for n in range(4)),
]


def test_every_finding_is_said_in_both_languages_and_followed_to_its_record() -> None:
    findings = judged(*ONE_OF_EACH).findings
    assert {one.indicator for one in findings} == {one.id for one in ADDED_2020_2}

    told = {(one.feed.value, one.period) for one in ONE_OF_EACH}
    for one in findings:
        assert (one.source.value, one.period) in told
        assert one.import_id == IMPORT
    reasons = [
        {
            "indicator": one.indicator,
            "family": one.family.value,
            "strength": one.strength,
            "parameters": one.parameters,
            "period": one.period,
            "source": one.source.value,
            "import_id": one.import_id,
            "rule_version": "rules-2020.5",
        }
        for one in findings
    ]
    for language in Language:
        sentences = [one.sentence for one in spoken(reasons, language)]
        assert len(set(sentences)) == len(findings)
        assert not any("{" in sentence for sentence in sentences)


def test_without_records_nothing_is_found_and_nothing_is_healthy() -> None:
    assert measure(facts([]), TODAY)[USCC].figures == {}
    assert measure(facts([], staff=None), TODAY) == {}


def test_a_record_counts_from_the_day_on_which_it_was_received() -> None:
    late = replace(court("enforcement"), received_on=TODAY + timedelta(days=1))
    assert found(late) == {}
    assert found(late, on=TODAY + timedelta(days=1)) == {"F4": 0.6}


def test_a_correction_holds_and_what_is_withdrawn_is_nothing_whatever_came_first() -> None:
    said = month(S.TAX, "2026-09", owed="10.00")
    mended = said.corrected(owed="0.00")
    gone = mended.corrected(owed="5.00").withdrawn(LONG_AGO)
    for order in ([said, mended], [mended, said]):
        assert found(*order) == {}
    assert found(said) == {"O4": 0.4}
    assert found(gone, said) == {}
    # known on a day before it was withdrawn
    assert found(said.withdrawn(TODAY), said, on=ago(1)) == {"O4": 0.4}


def test_evidence_fades_with_its_age() -> None:
    (fresh,) = judged(court("enforcement")).findings
    (aged,) = judged(court("enforcement"), on=TODAY + timedelta(days=180)).findings
    # .6 * .95 * 2^(-5/180), and half of it after one more half-life
    assert fresh.weight == pytest.approx(0.5591, abs=0.0001)
    assert aged.weight == pytest.approx(fresh.weight / 2)


def test_what_was_refuted_is_a_base_for_later_records_and_no_evidence() -> None:
    season, fallen = YEAR_BEFORE, readings(29, 0, 500)
    before = [replace(one, received_on=ago(3)) for one in (*season, *fallen, court("enforcement"))]

    def by(*records: Record, refuted: date | None, on: date = TODAY) -> set[str]:
        known = measure(facts(records, refuted=refuted), on)
        return {one.indicator for one in assess(known[USCC], on).findings}

    assert by(*before, refuted=None) == {"O1", "F4"}
    assert by(*before, refuted=ago(2)) == set()
    # twenty days of news are compared with the season that was known before
    later = TODAY + timedelta(days=20)
    news = [
        Record(S.ELECTRICITY, ago(-n).isoformat(), {"days": 1, "kwh": 500}, ago(-n))
        for n in range(1, 21)
    ]
    shifted = readings(364 + 9, 364 - 20, 1000)
    old = [replace(one, received_on=ago(3)) for one in (*shifted, *fallen)]
    assert by(*old, *news, refuted=ago(2), on=later) == {"O1"}
    assert by(*old, *news[:19], refuted=ago(2), on=later) == set()


def test_a_notice_and_the_entry_that_came_of_it_are_one_event() -> None:
    known = facts([change("move_out")])
    entries = pl.DataFrame(
        [
            {
                "uscc": USCC,
                "version": version,
                "is_withdrawn": False,
                "received_on": day,
                "import_id": str(IMPORT),
                "status": status,
                "capital": None,
            }
            for version, day, status in ((1, LONG_AGO, "active"), (2, ago(1), "moved_out"))
        ],
        schema=ENTRIES,
    )
    both = assess(measure(replace(known, entries=entries), TODAY)[USCC], TODAY)
    assert [one.indicator for one in both.findings] == ["R2"]
