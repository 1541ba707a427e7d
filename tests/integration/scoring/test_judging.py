"""Facts come in, warnings go out: kept, judged and told in one transaction."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from shared.db import Sessions, transaction
from shared.events.ingest import ObservationsRecorded, Operation
from tests.integration.scoring.saying import (
    IMPORT,
    A,
    B,
    C,
    Said,
    at,
    headcounts,
    registered,
    rows,
    sweep,
    sweep_until,
    tell,
    told,
)

DAY = date(2026, 10, 15)
NOW = at(DAY)
TO_240 = [
    Said(A, "2026-06", 300),
    Said(A, "2026-07", 280),
    Said(A, "2026-08", 260),
    Said(A, "2026-09", 240),
]
STANDING = (
    "SELECT uscc, level, version, headcount, jobs_at_risk, district FROM scoring.warnings"
    " WHERE state = 'standing' ORDER BY uscc"
)


async def test_a_loss_of_statutory_size_raises_a_yellow_warning(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)

    assert await rows(sessions, STANDING) == [(A, "yellow", 1, 240, 60, "110105")]
    assert await told(sessions) == [("raised", "1", "yellow", None)]
    assert await rows(
        sessions, "SELECT as_of, likelihood, points_to, place, since FROM scoring.assessments"
    ) == [(DAY, 0.0175, "yellow", "yellow", DAY)]  # .01 + .01 * (.7624 - .05) / .95
    assert await rows(sessions, "SELECT place, judged_on FROM scoring.standings") == [
        ("yellow", DAY)
    ]


async def test_arrears_lift_the_cap_at_once(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)
    owing = Said(A, "2026-09", 240, 2, version=2, operation=Operation.SUPERSEDE)
    await tell(sessions, headcounts([owing], received=NOW), now=NOW)

    # In distress 30 % of the 240 who are left are at risk.
    assert await rows(sessions, STANDING) == [(A, "red", 2, 240, 72, "110105")]
    assert await told(sessions) == [
        ("raised", "1", "yellow", None),
        ("level_changed", "2", "red", None),
    ]


async def test_healthy_enterprises_leave_no_trace_but_their_facts(sessions: Sessions) -> None:
    healthy = [Said(A, "2026-08", 300, 0), Said(A, "2026-09", 305, 0)]
    await tell(sessions, registered(A), headcounts(healthy, received=NOW), now=NOW)

    assert await told(sessions) == []
    assert await rows(sessions, "SELECT * FROM scoring.assessments") == []
    assert await rows(sessions, "SELECT place, judged_on FROM scoring.standings") == [
        ("none", None)
    ]
    assert await rows(sessions, "SELECT count(*) FROM scoring.observations") == [(2,)]


async def test_a_warning_waits_for_the_register_entry(sessions: Sessions) -> None:
    await tell(sessions, headcounts(TO_240, received=NOW), now=NOW)
    assert await told(sessions) == []

    later = at(DAY + timedelta(days=1))
    await tell(sessions, registered(A), now=later)

    assert await told(sessions) == [("raised", "1", "yellow", None)]
    assert await rows(sessions, "SELECT raised_on, as_of FROM scoring.warnings") == [
        (later.date(), later.date())
    ]


async def test_what_is_heard_twice_counts_once(sessions: Sessions) -> None:
    said = headcounts(TO_240, received=NOW)
    await tell(sessions, registered(A), said, said, registered(A), said, now=NOW)

    assert await told(sessions) == [("raised", "1", "yellow", None)]
    assert await rows(sessions, "SELECT count(*) FROM scoring.observations") == [(4,)]


async def test_an_older_register_entry_does_not_undo_a_newer(sessions: Sessions) -> None:
    newer = registered(A, district="110108", version=2)
    both = newer.model_copy(
        update={
            name: tuple(value for entry in (newer, registered(A)) for value in getattr(entry, name))
            for name in newer.columns
        }
    )
    for entries in ((newer, registered(A)), (registered(A), newer), (both,)):
        await tell(sessions, *entries, now=NOW)
        assert await rows(sessions, "SELECT district, version FROM scoring.enterprises") == [
            ("110108", 2)
        ]


async def test_warnings_follow_the_enterprise_to_another_district(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)

    await tell(sessions, registered(A, district="110108", version=2), now=NOW)

    assert await rows(sessions, STANDING) == [(A, "yellow", 1, 240, 60, "110108")]
    assert await told(sessions) == [("raised", "1", "yellow", None)]


async def test_a_raise_that_the_same_day_corrects_is_taken_back(sessions: Sessions) -> None:
    wrong = [Said(A, "2026-08", 300), Said(A, "2026-09", 30)]
    right = [Said(A, "2026-09", 300, version=2, operation=Operation.SUPERSEDE)]
    await tell(sessions, registered(A), now=NOW)
    await tell(sessions, headcounts(wrong, received=NOW), now=NOW)
    await tell(sessions, headcounts(right, received=NOW), now=NOW)

    assert await told(sessions) == [
        ("raised", "1", "orange", None),
        ("lifted", "2", None, "corrected"),
    ]
    assert await rows(sessions, STANDING) == []
    assert await rows(sessions, "SELECT * FROM scoring.assessments") == []


async def test_a_withdrawn_month_is_unknown_again(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)
    gone = [
        Said(A, month, None, version=2, operation=Operation.WITHDRAW)
        for month in ("2026-08", "2026-09")
    ]
    await tell(sessions, headcounts(gone, received=NOW), now=NOW)

    # What is left is 300 to 280 up to July, by now 76 days old: .95 * 2^(-76/60) = .3948; E1 is
    # 6.7 % -> .3, E2 20 persons -> .8; L = .9 * (1 - (1 - .1185)(1 - .3159)) = .3572; I2 -> blue
    # and what has come of as much: .01 + .01 * (.3572 - .05) / .95
    assert await rows(
        sessions, "SELECT likelihood, points_to, headcount FROM scoring.assessments"
    ) == [(0.0132, "blue", 280)]
    assert await told(sessions) == [
        ("raised", "1", "yellow", None),
        ("level_changed", "2", "blue", None),
    ]


async def test_evidence_that_ages_comes_down_step_by_step(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)

    await sweep_until(sessions, DAY, DAY + timedelta(days=150))

    # By hand, with x = .95 * 2^(-age/60): L = .9 (1.3 x - .3 x^2) falls under .40 at an age of 81
    # days, where the matrix says blue; the trigger lapses at 91, which leaves a potential risk;
    # L falls under .25 at 125. DAY is at 15. Each step is taken seven days after the first day
    # that allows it: at ages of 88, 98 and 132.
    assert await rows(
        sessions,
        "SELECT place, min(as_of), max(because) FROM scoring.assessments"
        " GROUP BY place ORDER BY min(as_of)",
    ) == [
        ("yellow", DAY, None),
        ("blue", date(2026, 12, 27), "evidence_aged"),
        ("potential_risk", date(2027, 1, 6), "evidence_aged"),
        ("none", date(2027, 2, 9), "evidence_aged"),
    ]
    assert await told(sessions) == [
        ("raised", "1", "yellow", None),
        ("level_changed", "2", "blue", None),
        ("lifted", "3", None, "evidence_aged"),
    ]


async def test_an_enterprise_that_holds_its_staff_recovers(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)
    day = DAY
    for month, reported in (
        ("2026-10", date(2026, 10, 30)),
        ("2026-11", date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 30)),
    ):
        await sweep_until(sessions, day, reported)
        said = headcounts([Said(A, month, 240)], received=at(reported))
        await tell(sessions, said, now=at(reported))
        day = reported
    await sweep_until(sessions, day, date(2027, 1, 20))

    # Against July it is 40 persons, against August 20: yellow; against September nothing is lost,
    # so 30 December is the first day that allows a step.
    assert await rows(
        sessions,
        "SELECT place, min(as_of), max(because) FROM scoring.assessments"
        " GROUP BY place ORDER BY min(as_of)",
    ) == [
        ("yellow", DAY, None),
        ("blue", date(2027, 1, 6), "recovered"),
        ("potential_risk", date(2027, 1, 13), "recovered"),
        ("none", date(2027, 1, 20), "recovered"),
    ]
    assert await told(sessions) == [
        ("raised", "1", "yellow", None),
        ("level_changed", "2", "blue", None),
        ("lifted", "3", None, "recovered"),
    ]


async def test_a_day_is_swept_once(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)
    tomorrow = DAY + timedelta(days=1)
    every_row = (
        "SELECT a::text FROM scoring.assessments AS a UNION ALL"
        " SELECT s::text || s.xmin FROM scoring.standings AS s UNION ALL"
        " SELECT w::text || w.xmin FROM scoring.warnings AS w"
    )
    await sweep(sessions, tomorrow)
    once = await rows(sessions, every_row)

    await sweep(sessions, tomorrow)
    await sweep(sessions, DAY)

    assert await rows(sessions, every_row) == once
    assert len(await rows(sessions, "SELECT * FROM scoring.assessments")) == 2


@pytest.mark.parametrize(
    ("feed", "period", "values", "kept"),
    [
        ("invoices", "2026-09", {"issued_amount": (Decimal("5.50"),)}, {"issued_amount": "5.50"}),
        ("electricity", "2026-09-08", {"kwh": (5,), "supply": (None,)}, {"kwh": 5}),
        (
            "lawsuit",
            "2026-09-08/（2026）京0105民初1号",
            {"role": ("defendant",)},
            {"role": "defendant"},
        ),
    ],
)
async def test_what_no_feature_reads_yet_is_kept_and_judges_nobody(
    sessions: Sessions,
    feed: str,
    period: str,
    values: dict[str, tuple[int | Decimal | str | None, ...]],
    kept: dict[str, object],
) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)
    judged = await rows(sessions, "SELECT * FROM scoring.assessments")
    other = ObservationsRecorded(
        feed=feed,
        import_id=IMPORT,
        received_at=NOW,
        uscc=(A,),
        period=(period,),
        operation=(Operation.RECORD,),
        version=(1,),
        values=values,
    )
    await tell(sessions, other, now=NOW)
    await tell(sessions, headcounts(TO_240, received=NOW), now=NOW)

    other_feeds = "SELECT feed, period, measures FROM scoring.observations WHERE feed = '{}'"
    assert await rows(sessions, other_feeds.format(feed)) == [(feed, period, kept)]
    assert await rows(sessions, "SELECT * FROM scoring.assessments") == judged


async def test_one_standing_warning_an_enterprise(sessions: Sessions) -> None:
    await tell(sessions, registered(A), headcounts(TO_240, received=NOW), now=NOW)

    with pytest.raises(IntegrityError, match="uq_warnings_one_standing"):
        async with transaction(sessions, actor="test") as session:
            await session.execute(
                text(
                    "INSERT INTO scoring.warnings SELECT gen_random_uuid(), uscc, district, state,"
                    " level, version, raised_at, raised_on, as_of, likelihood, headcount,"
                    " jobs_at_risk, reasons FROM scoring.warnings"
                )
            )


@contextmanager
def counting(sessions: Sessions) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    engine = sessions.kw["bind"].sync_engine
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_thousand_enterprises_take_as_many_statements_as_three(
    sessions: Sessions,
) -> None:
    # Whoever judges first writes the rules that come with the platform, once.
    other = headcounts([Said("91110105MD00000001", "2026-09", 300)], received=NOW)
    await tell(sessions, other, now=NOW)
    counts = []
    for usccs in ([A, B, C], [f"91110105MB{number:08}" for number in range(1000)]):
        said = [
            Said(uscc, month, count)
            for uscc in usccs
            for month, count in (("2026-08", 300), ("2026-09", 240))
        ]
        with counting(sessions) as sent:
            await tell(sessions, registered(*usccs), headcounts(said, received=NOW), now=NOW)
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert counts[0] < 40
    assert await rows(sessions, "SELECT count(*) FROM scoring.warnings") == [(1003,)]
    assert len(await told(sessions)) == 1003


async def test_workers_that_meet_neither_deadlock_nor_miss_each_other(
    sessions: Sessions,
) -> None:
    usccs = [f"91110105MC{number:08}" for number in range(40)]
    months = {"2026-06": 300, "2026-07": 280, "2026-08": 260, "2026-09": 240}
    facts = [
        headcounts([Said(uscc, month, count) for uscc in order], received=NOW)
        for month, count in months.items()
        for order in (usccs[:25][::-1], usccs[15:])
    ]
    entries = [registered(*usccs[::-1]), registered(*usccs)]

    await asyncio.gather(*(tell(sessions, fact, now=NOW) for fact in (*facts, *entries)))

    assert await rows(
        sessions,
        "SELECT level, headcount, count(*) FROM scoring.warnings WHERE state = 'standing'"
        " GROUP BY level, headcount",
    ) == [("yellow", 240, 40)]
