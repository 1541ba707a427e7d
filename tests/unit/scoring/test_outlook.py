"""Of whom nothing is known, nothing is said; what each source said last is told."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from services.scoring.domain.findings import Finding
from services.scoring.domain.outlook import Newest, Outlook, age_days, outlook
from services.scoring.domain.rules import Family, Source
from services.scoring.features.facts import ENTRIES, HELP, VISITS, Facts
from services.scoring.features.newest import newest
from shared.messages import Language, say
from tests.unit.scoring.facts import IMPORT, LONG_AGO, USCC, frame, series
from tests.unit.scoring.recorded import TODAY, Record, event, facts, month

DEED = "00000000-0000-7000-8000-000000000002"
OWED = Finding("S1", Family.WAGES, 0.5, 0.5, {}, "2026-09", Source.HEADCOUNT, IMPORT)
HELPED = replace(OWED, strength=-0.1, weight=0.0)


def heard(source: Source, days_ago: int) -> dict[Source, Newest]:
    on = TODAY - timedelta(days=days_ago)
    return {source: Newest(source, on.isoformat(), on, IMPORT)}


@pytest.mark.parametrize(
    ("newest_", "said"),
    [
        ({}, Outlook.UNKNOWN),
        (heard(Source.HEADCOUNT, 62), Outlook.NOTHING_FOUND),
        (heard(Source.HEADCOUNT, 63), Outlook.UNKNOWN),
        # Who is in the register, or once had a dispute, is not thereby well.
        (heard(Source.REGISTER, 1), Outlook.UNKNOWN),
        (heard(Source.DISPUTE, 1), Outlook.UNKNOWN),
        (heard(Source.ELECTRICITY, 5), Outlook.NOTHING_FOUND),
        (heard(Source.VISIT, 5), Outlook.NOTHING_FOUND),
    ],
)
def test_silence_is_not_health(newest_: dict[Source, Newest], said: Outlook) -> None:
    assert outlook((), newest_, TODAY) is said
    # Help that reached it is no finding either; whatever is found is told, however old it is.
    assert outlook((HELPED,), newest_, TODAY) is said
    assert outlook((OWED, HELPED), newest_, TODAY) is Outlook.FOUND


def test_the_newest_fact_of_each_source_is_told_with_what_brought_it() -> None:
    dispute = event(Source.DISPUTE, 20, workers=3)
    known = facts(
        [
            month(Source.TAX, "2026-07", owed="0"),
            month(Source.TAX, "2026-08", owed="0"),
            dispute,
            # Taken back, and told only tomorrow: neither is known today.
            event(Source.RENT, 3).withdrawn(TODAY),
            Record(Source.POSTING, "2026-10", {"postings": 3}, TODAY + timedelta(days=1)),
        ]
    )
    entry = {
        "uscc": USCC, "version": 1, "is_withdrawn": False, "received_on": LONG_AGO,
        "import_id": str(IMPORT), "status": "active", "capital": None,
    }  # fmt: skip
    helped = [
        {"uscc": USCC, "id": deed, "received_on": TODAY, "service": service, "given_on": TODAY}
        for deed, service in ((DEED, "loan"), (str(IMPORT), "training"))
    ]
    visit = {"uscc": USCC, "id": DEED, "received_on": TODAY, "visited_on": date(2026, 10, 1)}
    known = replace(
        known,
        entries=pl.DataFrame([entry], schema=ENTRIES),
        help=pl.DataFrame(helped, schema=HELP),
        visits=pl.DataFrame([visit], schema=VISITS),
    )
    told = newest(known, USCC, TODAY)
    assert {source: one.period for source, one in told.items()} == {
        Source.HEADCOUNT: "2026-09",
        Source.TAX: "2026-08",
        Source.DISPUTE: dispute.period,
        Source.REGISTER: "2020-01-01",
        Source.LOAN: "2026-10-15",
        Source.SERVICE: "2026-10-15",
        Source.VISIT: "2026-10-01",
    }
    assert told[Source.TAX].id == IMPORT
    assert str(told[Source.VISIT].id) == DEED
    # A month ends with its last day.
    assert age_days(told[Source.TAX], TODAY) == 45
    assert age_days(told[Source.DISPUTE], TODAY) == 20


def test_what_was_looked_at_and_found_false_is_known_all_the_same() -> None:
    known = facts([month(Source.TAX, "2026-08", owed="5000")], refuted=TODAY)
    assert newest(known, USCC, TODAY).keys() == {Source.HEADCOUNT, Source.TAX}
    entry = {
        "uscc": USCC, "version": 1, "is_withdrawn": False, "received_on": LONG_AGO,
        "import_id": str(IMPORT), "status": "active", "capital": None,
    }  # fmt: skip
    entered = replace(known, entries=pl.DataFrame([entry], schema=ENTRIES))
    assert Source.REGISTER in newest(entered, USCC, TODAY)


def test_a_month_that_is_not_over_is_no_day_old() -> None:
    told = newest(frame(series({"2026-10": 5})), USCC, TODAY)
    assert age_days(told[Source.HEADCOUNT], TODAY) == 0
    assert newest(Facts(), USCC, TODAY) == {}
    assert newest(frame(series({"2026-10": 5})), "91110105MA7654321X", TODAY) == {}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("source", list(Source))
def test_every_source_has_a_name(source: Source, language: Language) -> None:
    assert say(f"words.source.{source.value}", language)
