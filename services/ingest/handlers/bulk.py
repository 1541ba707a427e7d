"""Taking a chunk of a file in columns: the same fates as row by row, in one transaction."""

import asyncio
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.columns.facts import observations_recorded
from services.ingest.columns.parts import Layout
from services.ingest.columns.reading import ROW, Chunk, chunks
from services.ingest.columns.register import Codes
from services.ingest.columns.rows import as_rows, in_columns
from services.ingest.columns.settling import ID, NOTED, PERIOD, Settlement, crowded, settle
from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import Counts, Origin
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import Row, Sifted
from services.ingest.files.entries import Entry, Sent
from services.ingest.files.judging import Judged, judge
from services.ingest.files.reading import Sending
from services.ingest.handlers import taking
from services.ingest.handlers.taking import Taken
from services.ingest.handlers.targets import Sender
from services.ingest.handlers.working import Work, note
from services.ingest.store import bulk, leases, observations, quarantine, receipts
from services.ingest.store.imports import Import
from services.ingest.store.observations import Periods
from shared.bus import outbox
from shared.events.ingest import ObservationsRecorded

# More that nobody knows yet than this: the register has grown, and is read on from where we were.
_MANY = 1000


@dataclass(frozen=True)
class Part:
    """Some rows of a file: all that are good, and what the judge has seen.

    `ids`: the number of each good row's enterprise, as far as it was known when they were read.
    """

    chunk: Chunk
    judged: Judged
    rows: pl.DataFrame
    ids: pl.Series


class Chunks:
    """A file's rows in columns behind those that were taken; read in a thread."""

    def __init__(self, sending: Sending, layout: Layout, taken: Import, codes: Codes) -> None:
        self._codes = codes
        self._contract = sending.contract
        self._today = taken.received_on
        self._chunks: Iterator[Chunk] = chunks(
            sending, layout, today=self._today, after=taken.counts.rows
        )

    async def next(self) -> Part | None:
        """Return the next rows; None if there are no more."""
        return await asyncio.to_thread(self._next)

    def _next(self) -> Part | None:
        chunk = next(self._chunks, None)
        if chunk is None:
            return None
        judged = judge(self._contract, chunk.rest, today=self._today, codes={})
        rows = _rows(self._contract, chunk, judged)
        return Part(chunk, judged, rows, self._codes.ids(rows[self._contract.key[0]]))


async def keep_up(session: AsyncSession, codes: Codes) -> None:
    """Learn of all enterprises that came to the register since."""
    while more := await bulk.newer_codes(session, codes.newest):
        await asyncio.to_thread(codes.learn, more)


async def take_chunk(session: AsyncSession, work: Work, part: Part, codes: Codes) -> None:
    """Let rows take effect, and note how far the import has got. Raises LeaseLost."""
    taken = await leases.hold(session, work.import_id, work.lease)
    await note(session, work, taken, await take(session, taken, part, codes))


async def take(
    session: AsyncSession, taken: Import, part: Part, codes: Codes, *, period: str | None = None
) -> Taken:
    """Let rows take effect; `period`: that one alone, which their file replaces."""
    contract = FEEDS[taken.feed]
    await observations.lock(session, contract.name, whole=True)
    rows = part.rows
    ids = await _ids(session, codes, rows[contract.key[0]], part.ids)
    behind = await _behind(session, contract, ids)
    behind += await _overtaken(session, contract, rows, ids, taken)
    # Rows about enterprises that the register does not know, whose rows wait, or of whom something
    # newer is on record go one by one; so do those that are turned away.
    rows = rows.with_columns((ids.set(ids.is_in(behind), None) if behind else ids).alias(ID))
    if partly := _partly_read(part):
        away = pl.col(contract.key[0]).is_in(partly)
        rows = rows.with_columns(pl.when(~away).then(pl.col(ID)).alias(ID))
    if period is not None:
        rows = rows.with_columns(pl.when(_is_of(contract, period)).then(pl.col(ID)).alias(ID))
    known = rows.filter(pl.col(ID).is_not_null()) if rows[ID].null_count() else rows
    held = await _held(session, contract, known, taken)
    if full := crowded(known, held):
        rows = rows.with_columns(pl.when(~pl.col(ID).is_in(full)).then(pl.col(ID)).alias(ID))
        known = rows.filter(pl.col(ID).is_not_null())
    settlement = await asyncio.to_thread(settle, known, held, measured=contract.measured)
    await _record(session, contract, settlement, taken)
    aside = _aside(contract, part, rows.filter(pl.col(ID).is_null()))
    sender = Sender(taken.agency, contract, alone=period is not None)
    origin = Origin(taken.id, taken.received_at)
    others = await taking.take(session, sender, aside, origin, period=period)
    counts = Counts(
        rows=known.height,
        accepted=settlement.accepted,
        duplicate=settlement.duplicate,
        superseding=settlement.superseding,
        rejected=0,
    )
    about = array("i", known[ID].to_numpy().tobytes())
    about.extend(others.ids)
    return Taken(counts + others.counts, others.faults, others.unknowns, about)


def _partly_read(part: Part) -> list[str]:
    """Return the enterprises of rows of which something is left out: that is told row by row."""
    rest = part.chunk.rest
    return [row.key[0] for row in part.judged.sifted.rows if rest[row.index].unknowns]


def _is_of(contract: FeedContract, period: str) -> pl.Expr:
    """Tell rows of a period: a month is its first day, as the fast way has it."""
    whole = Periods(contract).kept(period)
    return pl.col(PERIOD) == (pl.lit(whole) if isinstance(whole, str) else pl.lit(whole, pl.Date))


def _rows(contract: FeedContract, chunk: Chunk, judged: Judged) -> pl.DataFrame:
    good = chunk.good
    more = [replace(row, index=chunk.rest[row.index].number) for row in judged.sifted.rows]
    if more:
        good = pl.concat([good, in_columns(contract, more)])
    return good.rename({contract.key[1]: PERIOD})


async def _ids(session: AsyncSession, codes: Codes, usccs: pl.Series, ids: pl.Series) -> pl.Series:
    """Return the number of each enterprise; null where the register has none."""
    missing = usccs.filter(ids.is_null()).unique()
    if len(missing) > _MANY:
        await keep_up(session, codes)
        ids = codes.ids(usccs)
        missing = usccs.filter(ids.is_null()).unique()
    if len(missing):
        codes.learn_few(await bulk.codes_of(session, missing.to_list()))
        ids = codes.ids(usccs)
    return ids


async def _behind(session: AsyncSession, contract: FeedContract, ids: pl.Series) -> list[int]:
    """Return the enterprises about which rows wait: what came later may not overtake them."""
    known = ids.drop_nulls().to_numpy()
    if not len(known):
        return []
    first, last = int(known.min()), int(known.max())
    return list(await quarantine.behind_between(session, contract.name, first, last))


async def _overtaken(
    session: AsyncSession,
    contract: FeedContract,
    rows: pl.DataFrame,
    ids: pl.Series,
    taken: Import,
) -> list[int]:
    """Return the enterprises of which imports that came later have said something already."""
    known = ids.drop_nulls()
    later = await receipts.received_after(session, contract.name, taken.received_at)
    if not later or known.is_empty():
        return []
    if any(each.takes_back for each in later):
        return known.unique().to_list()
    numbers = [each.no for each in later]
    return await bulk.said_by(session, contract, rows[PERIOD].unique(), known, numbers)


def _aside(contract: FeedContract, part: Part, strangers: pl.DataFrame) -> Judged:
    """Return what is not taken in columns: what the judge refused, and rows about strangers."""
    rest, sifted = part.chunk.rest, part.judged.sifted
    taken = {rest[row.index].number for row in sifted.rows}
    rows = as_rows(contract, strangers.sort(ROW))
    entries = {row.index: _entry(part.chunk, contract, row) for row in rows}
    # The sender's own cells, where they are at hand.
    entries |= {e.number: e for e in rest if e.number not in taken or e.number in entries}
    numbers = sorted(entries)
    places = {number: place for place, number in enumerate(numbers)}
    return Judged(
        [entries[number] for number in numbers],
        Sifted(
            tuple(replace(row, index=places[row.index]) for row in rows),
            tuple(replace(f, row=places[rest[f.row].number]) for f in sifted.faults),
        ),
    )


def _entry(chunk: Chunk, contract: FeedContract, row: Row) -> Entry:
    """Return what is told of a good row; only its enterprise can be wrong."""
    about = Sent(chunk.headers[contract.key[0]], row.key[0])
    return Entry(row.index, {}, sent=lambda _column: about)


async def _held(
    session: AsyncSession, contract: FeedContract, rows: pl.DataFrame, taken: Import
) -> pl.DataFrame:
    """Return what is on record of the keys of rows."""
    held = await bulk.held(session, contract, rows)
    awaited = await receipts.awaited(session, contract.name, taken.received_at)
    numbers = held[bulk.IMPORT].unique().to_list()
    noted = await receipts.noted(session, numbers, agency=taken.agency, awaited=awaited)
    if not noted:
        return held.drop(bulk.IMPORT)
    return held.with_columns(pl.col(bulk.IMPORT).is_in(noted).alias(NOTED)).drop(bulk.IMPORT)


async def _record(
    session: AsyncSession, contract: FeedContract, settlement: Settlement, taken: Import
) -> None:
    versions = settlement.versions
    if versions.is_empty():
        return

    def facts() -> outbox.Written:
        bodies = observations_recorded(
            contract, versions, import_id=taken.id, received_at=taken.received_at
        )
        return outbox.written(session, ObservationsRecorded, bodies)

    # The facts are written and signed while PostgreSQL takes the rows.
    writing = asyncio.ensure_future(asyncio.to_thread(facts))
    try:
        await bulk.append(session, contract, versions, import_id=taken.id)
    finally:
        await asyncio.wait({writing})
    await outbox.put_written(session, writing.result())
