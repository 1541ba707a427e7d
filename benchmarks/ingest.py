"""How many rows a second go the whole way of a file, each kind beside the bare COPY of them.

Figure: a million headcounts through the gateway's HTTP, from the first byte of the upload until
the import has ended: validated, applied, stated. Limit: PostgreSQL's own binary COPY of what was
accepted, in the order of the keys, into an empty table with the same key, right after it. Both are
medians: of three months a kind, and of the copies after each. The platform is the gateway and
ingest with its relay; the register knows all enterprises before.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg import sql

from benchmarks import headcounts
from benchmarks.measurement import BenchmarkFailed, Measurement
from benchmarks.platform import Platform, running_platform
from shared.http import AsyncClient, client

ROWS: Final = 1_000_000
FULL_ROWS: Final = 5_000_000
MEMORY: Final = "ingest/peak-memory"
_ALLOWED_MB: Final = 600
_KINDS: Final = (
    ("ingest/csv", "csv", ("2024-01", "2024-02", "2024-03")),
    ("ingest/ndjson", "ndjson", ("2024-04", "2024-05", "2024-06")),
    ("ingest/parquet", "parquet", ("2024-07", "2024-08", "2024-09")),
)
_RESEND: Final = "ingest/resend-5pct"
# All but the last twentieth of a month are said again in one file, a twentieth of them otherwise.
_REPLACE: Final = "ingest/replace"
_TOLD, _CHANGED = 0.95, 0.05
_WITHDRAW: Final = "ingest/withdraw"
_AGENCY: Final = "agency-hrss"
_LIMIT: Final = "binary COPY of the accepted rows, sorted, into an empty keyed table"
_EMPTY: Final = (
    "CREATE TABLE ingest.bench_limit (LIKE ingest.observations_insured_headcount"
    " INCLUDING CONSTRAINTS INCLUDING INDEXES)"
)
# Nobody who would take the facts runs here: the stream has to hold those of all files.
_BUS: Final = {"INGEST_BUS__STREAM_BYTES": str(2560 * 1024**2)}
_PIECE: Final = 256 * 1024
_WITHIN: Final = 600.0  # seconds
_LOOK: Final = 0.1
_COPIES: Final = 2  # after each figure
_FULL_TIMES: Final = 1  # five million rows are long enough to level out what else the machine does


async def measure(*, full: bool = False) -> Sequence[Measurement]:
    """Send each kind of file, and take the limit after each."""
    rows = FULL_ROWS if full else ROWS
    with (
        _folder() as folder,
        running_platform("ingest", "gateway", settings=_BUS) as platform,
    ):
        run = _Run(platform, folder, rows, _FULL_TIMES if full else len(_KINDS[0][2]))
        run.enrol()
        async with client() as http:
            measured = [await run.measured(http, *each) for each in _KINDS]
            measured.append(await run.resent(http))
            measured.append(await run.replaced(http))
            measured.append(await run.withdrawn(http))
        peak = sum(platform.peak_memory(name) for name in ("ingest-api", "ingest-worker"))
    memory = Measurement(MEMORY, peak / 1024**2, "MB", _ALLOWED_MB, "the memory that it may take")
    return [*measured, memory]


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder into which PostgreSQL, another user, may copy as well."""
    with tempfile.TemporaryDirectory(prefix="wengang-bench-") as made:
        Path(made).chmod(0o777)
        yield Path(made)


@dataclass(frozen=True)
class _Run:
    platform: Platform
    folder: Path
    rows: int
    times: int

    def enrol(self) -> None:
        """Let the register know everyone."""
        statement = (
            "COPY ingest.enterprises (uscc, version, name, district, status)"
            " FROM STDIN (FORMAT csv)"
        )
        with (
            psycopg.connect(self.platform.admin_url) as connection,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for piece in headcounts.register(self.rows):
                copy.write(piece)
        with psycopg.connect(self.platform.admin_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE ingest.enterprises")

    async def measured(
        self, http: AsyncClient, name: str, kind: str, months: Sequence[str], changed: float = 0.0
    ) -> Measurement:
        """Send months, each in a file of its own, and take the limit after each."""
        speeds: list[float] = []
        limits: list[float] = []
        for month in months[: self.times]:
            file = headcounts.file(self.folder, kind, rows=self.rows, month=month, changed=changed)
            speeds.append(self.rows / await self._seconds(http, name, file))
            limits.extend(self._bare_copies(month))
        return Measurement(name, median(speeds), "rows/s", median(limits), _LIMIT)

    async def resent(self, http: AsyncClient) -> Measurement:
        """Send the months of the first kind again, a twentieth of each changed."""
        _, kind, months = _KINDS[0]
        return await self.measured(http, _RESEND, kind, months, changed=0.05)

    async def replaced(self, http: AsyncClient) -> Measurement:
        """Replace the months of the second kind as a whole, each by one file."""
        _, _, months = _KINDS[1]
        speeds: list[float] = []
        limits: list[float] = []
        for month in months[: self.times]:
            file = headcounts.file(
                self.folder,
                "csv",
                rows=self.rows,
                month=month,
                changed=_CHANGED,
                broken=False,
                told=_TOLD,
            )
            seconds, told = await self._timed(http, file, replaces_period=month)
            if told["state"] != "completed" or not told["withdrawn"]:
                raise BenchmarkFailed(f"{_REPLACE}: {told['state']} {told['counts']}")
            speeds.append(self.rows / seconds)
            limits.extend(self._bare_copies(month))
        return Measurement(_REPLACE, median(speeds), "rows/s", median(limits), _LIMIT)

    async def withdrawn(self, http: AsyncClient) -> Measurement:
        """Take the months of the third kind back, each by one request."""
        _, _, months = _KINDS[2]
        speeds: list[float] = []
        limits: list[float] = []
        for month in months[: self.times]:
            headers = {"Authorization": f"Bearer {self.platform.token_of(_AGENCY)}"}
            self._settle()
            begun = time.perf_counter()
            answer = await http.post(
                f"{self.platform.gateway}/v1/feeds/insured_headcount/periods/{month}/withdrawals",
                json={"reason": "benchmark"},
                headers={**headers, "Idempotency-Key": str(uuid4())},
                timeout=_WITHIN,
            )
            seconds = time.perf_counter() - begun
            if not answer.is_success:
                raise BenchmarkFailed(f"{_WITHDRAW}: {answer.status_code} {answer.text[:500]}")
            speeds.append(answer.json()["facts"] / seconds)
            self._settle()
            limits.extend(self._bare_copies(month))
        return Measurement(_WITHDRAW, median(speeds), "rows/s", median(limits), _LIMIT)

    async def _seconds(self, http: AsyncClient, name: str, file: Path) -> float:
        seconds, told = await self._timed(http, file)
        if told["counts"]["rows"] != self.rows or told["counts"]["rejected"] * 100 > self.rows:
            raise BenchmarkFailed(f"{name}: {told['state']} {told['counts']}")
        return seconds

    async def _timed(
        self, http: AsyncClient, file: Path, **query: str
    ) -> tuple[float, Mapping[str, Any]]:
        # To sign in is no part of the way.
        headers = {"Authorization": f"Bearer {self.platform.token_of(_AGENCY)}"}
        self._settle()
        begun = time.perf_counter()
        told = await self._import(http, file, headers, query)
        seconds = time.perf_counter() - begun
        self._settle()
        return seconds, told

    async def _import(
        self, http: AsyncClient, file: Path, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Send a file; return the import when it has ended."""
        sent = await http.post(
            f"{self.platform.gateway}/v1/feeds/insured_headcount/files",
            params={"filename": file.name, **query},
            content=_bytes(file),
            headers={**headers, "Idempotency-Key": str(uuid4())},
        )
        if not sent.is_success:
            raise BenchmarkFailed(f"{file.name}: {sent.status_code} {sent.text[:500]}")
        until = time.monotonic() + _WITHIN
        address = f"{self.platform.gateway}/v1/imports/{sent.json()['id']}"
        while time.monotonic() < until:
            told = (await http.get(address, headers=headers)).json()
            if told["finished_at"] is not None:
                return dict(told)
            await asyncio.sleep(_LOOK)
        raise BenchmarkFailed(f"{file.name}: not within {_WITHIN:g} s")

    def _settle(self) -> None:
        """Wait until all is relayed, and let no checkpoint of what was before fall into it."""
        with psycopg.connect(self.platform.admin_url, autocommit=True) as connection:
            until = time.monotonic() + _WITHIN
            while connection.execute("SELECT 1 FROM ingest.outbox LIMIT 1").fetchone():
                if time.monotonic() > until:
                    raise BenchmarkFailed("the outbox does not drain")
                time.sleep(_LOOK)
            connection.execute("CHECKPOINT")

    def _bare_copies(self, month: str) -> Sequence[float]:
        """Return the rows a second of PostgreSQL's own COPY, each time."""
        file = self.folder / "limit.bin"
        kept = (
            "SELECT * FROM ingest.observations_insured_headcount WHERE period = {day}"
            " AND version = 1 ORDER BY period, enterprise_id"
        )
        with psycopg.connect(self.platform.admin_url, autocommit=True) as connection:
            day = sql.Literal(f"{month}-01")
            copied = connection.execute(
                sql.SQL(f"COPY ({kept}) TO {{file}} (FORMAT binary)").format(
                    day=day, file=sql.Literal(str(file))
                )
            ).rowcount
            return [copied / self._copied_in(connection, file) for _ in range(_COPIES)]

    def _copied_in(self, connection: psycopg.Connection, file: Path) -> float:
        """Return how many seconds the COPY into a new table takes."""
        connection.execute(_EMPTY)
        connection.execute("CHECKPOINT")
        begun = time.perf_counter()
        connection.execute(
            sql.SQL("COPY ingest.bench_limit FROM {file} (FORMAT binary)").format(
                file=sql.Literal(str(file))
            )
        )
        seconds = time.perf_counter() - begun
        connection.execute("DROP TABLE ingest.bench_limit")
        return seconds


async def _bytes(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            yield piece
