"""How long scoring takes for two million enterprises, and for five thousand that have changed.

Both run the platform's own functions against a real PostgreSQL. The city: features, model, rules
and the write-back of a wide panel of two years; reading the months of a city from the record is not
among it. The model is a champion that is trained as the platform trains its own, on a part of the
panel. Limit: the bare parts of that, one after another in the same run: plain arithmetic on the
panel, CatBoost's `predict` of the champion's trees, a sorted COPY into a new table that gets its
key. The changed: their new month as one bureau would send it, from the handler of the bus to the
commit, with the champion in service. Limit: a second.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import psycopg
from sqlalchemy.engine import make_url

from benchmarks import city
from benchmarks.measurement import Measurement
from benchmarks.servers import Servers, bare_servers
from services.scoring.city import judge_panel
from services.scoring.domain.course import UNNOTICED
from services.scoring.domain.model_life import version_of
from services.scoring.features.headcount import features
from services.scoring.features.months import month_at
from services.scoring.features.panel import PANEL_MONTHS, Floats, Panel
from services.scoring.handlers import judging, rejudging
from services.scoring.history import Course
from services.scoring.learning import options_of
from services.scoring.model import artifact
from services.scoring.model.shadow import MonthsModel, cases_of
from services.scoring.model.training import train
from services.scoring.tables import KERNEL
from shared import migrations
from shared.auth.keys import SigningKey
from shared.bus.consumer import Delivery
from shared.calendar import SHANGHAI
from shared.db import Kernel, Sessions, open_engine, open_sessions, transaction
from shared.events.ingest import ObservationsRecorded, Operation
from shared.ids import uuid7
from shared.service import native

ENTERPRISES: Final = 2_000_000
CHANGED: Final = 5_000
CITY, SHARE, MEMORY, CHANGES = (
    "scoring/city",
    "scoring/city/seconds",
    "scoring/city/peak-memory",
    "scoring/changed",
)
_AT_ONCE: Final = 100_000
_CORES: Final = 2
_RUNS: Final = 3
_PIECE: Final = 1024 * 1024
_TRAINED_ON: Final = 20_000
_ALLOWED_SECONDS: Final = 20.0
_ALLOWED_MB: Final = 4_096
_ALLOWED_CHANGED: Final = 1.0
_PARTS: Final = "bare: arithmetic on the panel + predict + sorted COPY into a new keyed table"
_SERVICE: Final = "scoring"
_LARGE: Final = 0.15
_CHAMPION: Final = 1


async def measure(enterprises: int = ENTERPRISES, changed: int = CHANGED) -> list[Measurement]:
    """Judge the city and the changed, each beside its limit."""
    now = datetime.now(UTC)
    as_of = now.astimezone(SHANGHAI).date()
    panel = city.made(enterprises, as_of)
    model = _trained(panel)
    with bare_servers() as servers:
        migrations.upgrade(
            migrations.history("services.scoring", servers.database_urls[_SERVICE]["migrate"])
        )
        with psycopg.connect(_address(servers), autocommit=True) as database:
            _touch(database, panel)
            async with _opened(servers) as sessions:
                took = await _city(sessions, panel, model, now)
            bare = _bare(database, panel, model)
            peak = _peak_memory()
            _promote(database, model)
            native.settle()  # as a worker does: what the city left is not looked through each time
            async with _opened(servers) as sessions:
                changes = await _changed(sessions, database, panel.part(0, changed), now)
    return [
        Measurement(CITY, took, "s", bare, _PARTS),
        Measurement(SHARE, took, "s", _ALLOWED_SECONDS, "what it may take"),
        Measurement(MEMORY, peak, "MB", _ALLOWED_MB, "what it may take, with the panel"),
        Measurement(CHANGES, changes, "s", _ALLOWED_CHANGED, "what it may take"),
    ]


def _trained(panel: Panel) -> MonthsModel:
    """Train a champion on the panel's own features, as the platform trains its own."""
    named = features(panel.part(0, min(_TRAINED_ON, len(panel)))).named()
    lost = np.nan_to_num(named["cumulated_share"]) + 0.1 * np.nan_to_num(named["arrears"])
    random = np.random.default_rng(1)
    labels = (lost + random.normal(0.0, 0.1, len(lost)) > _LARGE).astype(np.float64)
    keys = [str(place) for place in range(len(labels))]
    cases = cases_of(named, keys=keys, labels=labels)
    return MonthsModel(version_of(_CHAMPION), train(cases, {}, options_of(seed=0)))


def _promote(database: "psycopg.Connection[tuple[object, ...]]", champion: MonthsModel) -> None:
    """Put the champion into service, as if two persons had."""
    made, digest = artifact.to_text(champion.model)
    database.execute(
        "INSERT INTO scoring.models (id, number, state, revision, target, as_of, sample, seed,"
        " asked_by, asked_at, trained_at, card, artifact, digest, promoted_by, promoted_at)"
        " OVERRIDING SYSTEM VALUE VALUES (%s, %s, 'champion', 3, 'mass_3', current_date, %s, 0,"
        " 'bench:one', now(), now(), '{}', %s, %s, 'bench:another', now())",
        (uuid7(), _CHAMPION, _TRAINED_ON, made, digest),
    )


def _address(servers: Servers, login: str = "migrate") -> str:
    url = make_url(servers.database_urls[_SERVICE][login]).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


@asynccontextmanager
async def _opened(servers: Servers) -> AsyncGenerator[Sessions, None]:
    engine = open_engine(servers.database(_SERVICE, "worker"), name="bench-scoring")
    kernel = Kernel(_SERVICE, KERNEL, SigningKey.generate(_SERVICE))
    try:
        yield open_sessions(engine, kernel)
    finally:
        await engine.dispose()


def _touch(database: "psycopg.Connection[tuple[object, ...]]", panel: Panel) -> None:
    """Let scoring know of everyone."""
    with database.cursor() as cursor, cursor.copy("COPY scoring.standings (uscc) FROM STDIN") as to:
        to.write(panel.uscc.to_frame().write_csv(include_header=False))
    database.execute("VACUUM ANALYZE scoring.standings")


async def _city(sessions: Sessions, panel: Panel, model: MonthsModel, now: datetime) -> float:
    """Judge parts on both cores, and write each as soon as it is judged."""
    as_of = now.astimezone(SHANGHAI).date()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(_CORES) as cores:
        begun = time.perf_counter()
        async with transaction(sessions, actor="service:scoring") as session:
            judged = [
                loop.run_in_executor(cores, _judged, part, as_of, model) for part in _parts(panel)
            ]
            for part in judged:
                await rejudging.keep(session, await part, slot=0, now=now)
        return time.perf_counter() - begun


def _parts(panel: Panel) -> list[Panel]:
    count = len(panel)
    return [panel.part(begin, min(begin + _AT_ONCE, count)) for begin in range(0, count, _AT_ONCE)]


def _judged(panel: Panel, as_of: date, model: MonthsModel) -> rejudging.JudgedPart:
    found = judge_panel(panel, as_of, model)
    return rejudging.JudgedPart(
        courses=[Course(one.uscc, as_of, as_of, UNNOTICED) for one in found.judged],
        days=found.judged,
        today={one.uscc: one for one in found.judged},
        likelihoods=found.likelihoods,
    )


def _bare(
    database: "psycopg.Connection[tuple[object, ...]]", panel: Panel, model: MonthsModel
) -> float:
    """Take the seconds of arithmetic, prediction and COPY alone."""
    begun = time.perf_counter()
    named = _arithmetic(panel.headcount)
    arithmetic = time.perf_counter() - begun
    del named
    matrix = np.vstack([model.matrix(features(part).named()) for part in _parts(panel)])
    place = {feature: column for column, feature in enumerate(model.model.features)}
    margins, predicting = np.zeros(len(panel)), 0.0
    for member in model.model.members:
        read = matrix[:, [place[feature] for feature in member.features]]
        begun = time.perf_counter()
        margins += member.trees.margins(read, threads=_CORES)
        predicting += time.perf_counter() - begun
    rows = pl.DataFrame(
        {"uscc": panel.uscc, "likelihood": np.zeros(len(panel)), "learned": margins}
    ).with_columns(pl.col("learned").round(4))
    written = rows.write_csv(include_header=False).encode()
    begun = time.perf_counter()
    with database.transaction():
        database.execute(
            "CREATE TABLE scoring.bench_limit"
            " (uscc text, likelihood double precision, learned double precision)"
        )
        statement = "COPY scoring.bench_limit FROM STDIN (FORMAT csv)"
        with database.cursor() as cursor, cursor.copy(statement) as copy:
            for start in range(0, len(written), _PIECE):
                copy.write(written[start : start + _PIECE])
        database.execute("ALTER TABLE scoring.bench_limit ADD PRIMARY KEY (uscc)")
    copying = time.perf_counter() - begun
    database.execute("DROP TABLE scoring.bench_limit")
    return arithmetic + predicting + copying


def _arithmetic(counts: Floats) -> list[Floats]:
    """Compute some forty features as plain arithmetic of whole months."""
    now = counts[-1]
    falls = [counts[-1 - back] - now for back in range(1, 13)]
    shares = [fall / np.maximum(counts[-1 - back], 1.0) for back, fall in enumerate(falls, 1)]
    steps = [counts[row] - counts[row - 1] for row in range(12, PANEL_MONTHS)]
    spans = [counts[-3:], counts[-6:], counts[-12:]]
    return [
        *falls,
        *shares,
        *steps,
        *(span.mean(axis=0) for span in spans),
        *(span.max(axis=0) for span in spans),
        *(span.min(axis=0) for span in spans),
    ]


async def _changed(
    sessions: Sessions,
    database: "psycopg.Connection[tuple[object, ...]]",
    panel: Panel,
    now: datetime,
) -> float:
    """Let a month of these enterprises come in by the handler; the median of some runs counts."""
    _tell_of_before(database, panel)
    took = []
    for version in range(1, _RUNS + 1):
        events = _news(panel, now, version)
        begun = time.perf_counter()
        for event in events:
            delivery = Delivery(uuid7(), "ingest", now, "agency:bench", now)
            async with transaction(sessions, actor="service:scoring") as session:
                await judging.keep_observations(session, event, delivery)
        took.append(time.perf_counter() - begun)
    return sorted(took)[len(took) // 2]


def _tell_of_before(database: "psycopg.Connection[tuple[object, ...]]", panel: Panel) -> None:
    """Let the record hold the months before the last, learned long ago."""
    import_id = panel.import_ids[0]
    with (
        database.cursor() as cursor,
        cursor.copy(
            "COPY scoring.observations (uscc, feed, period, version, operation, measures,"
            " received_at, import_id) FROM STDIN"
        ) as copy,
    ):
        for place, uscc in enumerate(panel.uscc):
            for row in range(PANEL_MONTHS - 1):
                copy.write_row(
                    (
                        uscc,
                        "insured_headcount",
                        month_at(panel.first + row),
                        1,
                        "record",
                        f'{{"insured_headcount": {int(panel.headcount[row, place])}}}',
                        "2000-01-01 00:00:00+00",
                        import_id,
                    )
                )
    database.execute("VACUUM ANALYZE scoring.observations")


def _news(panel: Panel, now: datetime, version: int) -> list[ObservationsRecorded]:
    half = len(panel) // 2
    operation = Operation.RECORD if version == 1 else Operation.SUPERSEDE
    events = []
    for begin, end in ((0, half), (half, len(panel))):
        part = panel.part(begin, end)
        events.append(
            ObservationsRecorded(
                feed="insured_headcount",
                import_id=uuid7(),
                received_at=now,
                uscc=tuple(part.uscc),
                period=(month_at(part.last),) * len(part),
                operation=(operation,) * len(part),
                version=(version,) * len(part),
                values={"insured_headcount": tuple(int(count) for count in part.headcount[-1])},
            )
        )
    return events


def _peak_memory() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak) / 1024
