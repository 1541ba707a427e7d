"""Working off files: looked at as a whole, then part by part, each in a transaction of its own.

A worker that dies leaves an import as it was after its last part; whoever takes it up goes on
with the next row, and ends in the same counts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.columns.parts import Layout
from services.ingest.columns.reading import layout_of
from services.ingest.domain.fates import Origin, State, Version
from services.ingest.domain.feeds import version_of
from services.ingest.domain.quarantine import quarantine
from services.ingest.domain.rows import Fault, Row, Sifted, turned_away
from services.ingest.domain.settling import settle
from services.ingest.files import judging
from services.ingest.files.entries import Entry
from services.ingest.files.entries import part as part_of
from services.ingest.files.judging import Judged, Kinds, judge, named
from services.ingest.files.reading import Form, Sending, entries, form_of
from services.ingest.files.refusals import FileRefused
from services.ingest.files.unread import note_unread
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.handlers.settling import Settled, know_and_settle
from services.ingest.handlers.taking import Taken, added, take, told
from services.ingest.handlers.targets import Known, Sender
from services.ingest.handlers.thresholds import Threshold, too_many
from services.ingest.mapping.model import Format
from services.ingest.store import imports, leases, trials
from services.ingest.store.imports import Import

PART: Final = 1000
LEASE: Final = timedelta(seconds=30)


class _TakenBack(Exception):
    """Ends a savepoint whose writes were only for looking."""


@dataclass(frozen=True)
class Work:
    """An import that this worker has, and the lease by which it has it."""

    import_id: UUID
    lease: UUID


@dataclass(frozen=True)
class Surveyed:
    """A file that was looked at as a whole: what it is and how many rows it has, or why not."""

    form: Form | None
    total: int
    faults: Sequence[Fault] = ()
    passed: Sequence[Mapping[str, int | str]] = ()
    members: Sequence[str] = ()
    errors: int | None = None
    layout: Layout | None = None


def survey(sending: Sending, bounds: WorkbookBounds, taken: Import) -> Surveyed:
    """Read the whole file once, before anything is taken: what makes it unreadable refuses it."""
    members: Sequence[str] = ()
    try:
        form = form_of(sending, bounds)
        members = form.members
        layout = _layout(sending, form, taken)
        passed: Kinds = {}
        total = 0 if layout is None else layout.rows
        if layout is None:
            with entries(sending, form, bounds) as found:
                for entry in found:
                    if entry.passed is None:
                        total += 1
                    else:
                        judging.note(passed, entry.passed, row=entry.number)
        note_unread(passed, sending, form, bounds)
    except FileRefused as refused:
        return Surveyed(None, 0, refused.faults, members=members)
    if not total:
        return Surveyed(None, 0, (Fault(0, None, "file_without_rows"),), members=members)
    if taken.reject_above is not None:
        today = taken.received_on
        above = Threshold(taken.reject_above, total)
        over = too_many(sending, form, bounds, layout, above=above, today=today)
        if over is not None:
            return Surveyed(None, total, over.faults, members=members, errors=over.count)
    return Surveyed(form, total, passed=list(passed.values()), layout=layout)


async def begin(
    session: AsyncSession, work: Work, surveyed: Surveyed, taken: Import, *, now: datetime
) -> None:
    """Note what a file turned out to be; one that cannot be read ends here."""
    if surveyed.form is None:
        await imports.add_errors(session, work.import_id, surveyed.faults, after=0)
        await leases.end(
            session,
            work.import_id,
            work.lease,
            state=State.REJECTED,
            at=now,
            errors=surveyed.errors or len(surveyed.faults),
            members=surveyed.members,
            total=surveyed.total or None,
            rows=surveyed.total,
            rejected=surveyed.total,
        )
        return
    form = {
        "format": surveyed.form.format,
        "encoding": surveyed.form.encoding,
        "members": surveyed.form.members,
        "total": surveyed.total,
        "unknowns": surveyed.passed,
    }
    state = State.VALIDATING if taken.dry_run else State.COMMITTING
    await leases.begin(session, work.import_id, work.lease, form=form, state=state)


def surveyed_before(sending: Sending, taken: Import) -> Surveyed | None:
    """Return what is noted of a file that was looked at; its layout is seen again."""
    if taken.total is None or taken.format is None:
        return None
    form = Form(Format(taken.format), taken.encoding, tuple(taken.members))
    layout = _layout(sending, form, taken)
    return Surveyed(form, taken.total, layout=layout)


def _layout(sending: Sending, form: Form, taken: Import) -> Layout | None:
    """Return how a file goes in columns; what is only tried goes by rows."""
    return None if taken.dry_run else layout_of(sending, form)


class Parts:
    """A file's rows in parts, from some row on; it is read in a thread, and closed there."""

    def __init__(
        self,
        sending: Sending,
        form: Form,
        bounds: WorkbookBounds,
        *,
        after: int,
        codes_of: Callable[[frozenset[str]], Awaitable[Mapping[str, Sequence[str]]]],
    ) -> None:
        """Prepare to read; `codes_of` looks enterprises up that the file only names."""
        self._sending = sending
        self._codes_of = codes_of
        self._opened: AbstractContextManager[Iterator[Entry]] = entries(sending, form, bounds)
        self._after = after
        self._entries: Iterator[Entry] = iter(())

    async def __aenter__(self) -> "Parts":
        self._entries = await asyncio.to_thread(self._begin)
        return self

    async def __aexit__(self, *_fault: object) -> None:
        await asyncio.to_thread(self._opened.__exit__, None, None, None)

    async def next(self, taken: Import) -> Judged | None:
        """Return the next part, judged; None when there are no more."""
        part = await asyncio.to_thread(part_of, self._entries, most=PART)
        if not part:
            return None
        names = named(part)
        codes = await self._codes_of(names) if names else {}
        return await asyncio.to_thread(self._judged, part, taken.received_on, codes)

    def _begin(self) -> Iterator[Entry]:
        records = (entry for entry in self._opened.__enter__() if entry.passed is None)
        return islice(records, self._after, None)

    def _judged(
        self, part: Sequence[Entry], today: date, codes: Mapping[str, Sequence[str]]
    ) -> Judged:
        return judge(self._sending.contract, part, today=today, codes=codes)


async def take_part(session: AsyncSession, work: Work, judged: Judged) -> Import:
    """Let a part take effect, and note how far the import has got. Raises LeaseLost."""
    taken = await leases.hold(session, work.import_id, work.lease)
    sender = Sender(taken.agency, version_of(taken.feed, taken.contract_version))
    if taken.dry_run:
        part = told(judged, await _try(session, sender, judged.sifted, taken))
    else:
        part = await take(session, sender, judged, Origin(taken.id, taken.received_at))
    return await note(session, work, taken, part)


async def note(session: AsyncSession, work: Work, taken: Import, part: Taken) -> Import:
    """Note what has become of a part, and how far the import has got by it. Raises LeaseLost."""
    await imports.add_errors(session, taken.id, part.faults, after=taken.errors)
    further = replace(
        taken,
        counts=taken.counts + part.counts,
        errors=taken.errors + len(part.faults),
        unknowns=added(taken.unknowns, part.unknowns),
    )
    await leases.advance(
        session,
        work.import_id,
        work.lease,
        counts=further.counts,
        errors=further.errors,
        unknowns=further.unknowns,
        within=LEASE,
    )
    return further


async def end(session: AsyncSession, work: Work, *, now: datetime) -> None:
    """End an import whose rows are through; say so if it has changed nothing. Raises LeaseLost."""
    taken = await leases.hold(session, work.import_id, work.lease)
    await trials.forget(session, taken.id)
    repeats = None
    if taken.counts.changes_nothing and not taken.withdrawn:
        earlier = await imports.latest_of_content(session, taken.content, before=taken.id)
        if earlier is not None and _same(earlier, taken):
            repeats = earlier.id
    await leases.end(
        session,
        work.import_id,
        work.lease,
        state=taken.counts.state,
        at=now,
        repeats=repeats,
    )


def _same(earlier: Import, taken: Import) -> bool:
    ended = earlier.finished_at is not None and not earlier.state.is_broken_off
    return ended and earlier.counts.rejected == taken.counts.rejected


async def _try(session: AsyncSession, sender: Sender, sifted: Sifted, taken: Import) -> Settled:
    """Decide rows as if they were taken, and take everything back but what the file has said.

    Values are compared as text here: that is how a trial remembers them.
    """
    settled = Settled(Known(sifted), settle((), {}))
    with suppress(_TakenBack):
        async with session.begin_nested():
            origin = Origin(taken.id, taken.received_at)
            settled = await know_and_settle(session, sender, sifted, origin)
            raise _TakenBack
    rows = [_in_text(row) for row in settled.known.sifted.rows]
    held = {
        key: replace(entry, content=_as_text(entry.content))
        for key, entry in settled.known.held.items()
    }
    held |= await trials.held(session, taken.id, rows) if rows else {}
    strangers = [_in_text(row) for row in settled.known.sifted.strangers]
    said = {
        key: replace(entry, content=_as_text(entry.content))
        for key, entry in settled.known.said.items()
    }
    if strangers:
        said |= await trials.held(session, taken.id, strangers)
    waiting = quarantine(strangers, said)
    settlement = settle(rows, held, agency=sender.voice)
    kept = [Version(row.key, 1, row.content) for row in waiting.waiting]
    await trials.save(session, taken.id, [*settlement.versions, *kept])
    sifted = turned_away(settled.known.sifted, settlement.exhausted)
    return Settled(replace(settled.known, sifted=sifted), settlement + waiting)


def _in_text(row: Row) -> Row:
    return replace(row, content=_as_text(row.content))


def _as_text(content: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in content.items()}
