"""The loop by which a worker works off files: takes one, keeps it, and lets it go at its end."""

import asyncio
import errno
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

import structlog
from nats.errors import Error as NatsError

from services.ingest.columns.parts import Layout
from services.ingest.columns.register import Codes
from services.ingest.domain.attempts import SetAside
from services.ingest.files.reading import Form, Sending
from services.ingest.files.refusals import FileRefused
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.handlers import breaking, bulk, replacing, working
from services.ingest.handlers.ahead import ahead
from services.ingest.handlers.bulk import Chunks
from services.ingest.handlers.replacing import Going, Taking, in_chunks, in_parts
from services.ingest.handlers.sending import sending_of
from services.ingest.handlers.working import LEASE, Parts, Surveyed, Work
from services.ingest.store import leases, names
from services.ingest.store.imports import Import
from services.ingest.store.leases import LeaseLost
from shared.auth.identity import CallerKind
from shared.blobs import Blobs
from shared.bus.pull import database_is_away
from shared.clock import Clock
from shared.db import Sessions, transaction
from shared.keeping import Keeping
from shared.pauses import pause
from shared.telemetry import span_from
from shared.wakes import wait

log = structlog.get_logger(__name__)
T = TypeVar("T")
Claimed = tuple[Import, UUID, int]

_LOOK_EVERY: Final = 1.0  # seconds between two looks for an import that is due, if nobody rings
_KEEP_UP_EVERY: Final = 2.0  # seconds between two looks for enterprises that are new
# Beside what replaces a period: after so many seconds at most a cancellation is noticed.
KEEP_EVERY: Final = 2.0
_RENEW_EVERY: Final = LEASE.total_seconds() / 3
# What ails the machine, not a file: no room, too many files open, a disk or a share that is gone.
_NO_MACHINE: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO, errno.ESTALE, errno.EROFS}
)


@dataclass(frozen=True)
class Importer:
    """Works off imports, `at_once` of them side by side; several workers share what is due."""

    sessions: Sessions
    clock: Clock
    blobs: Blobs
    bounds: WorkbookBounds
    at_once: int
    attempts: int = 6
    codes: Codes = field(default_factory=Codes)
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_up())
            for _ in range(self.at_once):
                group.create_task(self._slot())

    async def turn(self) -> bool:
        """Take the import that is due, if there is one, and work it off; tell whether there was."""
        claimed = await self._claimed()
        if claimed is None:
            return False
        await self._taken(*claimed)
        return True

    async def _claimed(self) -> Claimed | None:
        async with transaction(self.sessions, actor="service:ingest") as session:
            return await leases.claim(session, within=LEASE)

    async def _taken(self, taken: Import, lease: UUID, attempts: int) -> None:
        work = Work(taken.id, lease)
        with span_from({"traceparent": taken.trace or ""}, "import"):
            try:
                if taken.failures >= self.attempts and await self._given_up(work, taken):
                    return
                await self._work_off(work, taken)
            except LeaseLost:
                log.info("import.let_go", import_id=str(taken.id))
            except FileRefused as refused:
                await self._broken_off(work, taken, refused)
            except asyncio.CancelledError:
                # We are told to end: somebody else may go on at once.
                with suppress(Exception):
                    await self._give_back(work, taken, timedelta(0))
                raise
            except Exception as error:
                # Nothing is lost, and it is tried again; not for ever, if it fails by itself.
                log.exception("import.failed", import_id=str(taken.id), attempts=attempts)
                with suppress(LeaseLost):
                    if is_away(error):
                        await self._give_back_at_last(work, taken, pause(attempts))
                    else:
                        await self._failed(work, taken, error)

    async def _keep_up(self) -> None:
        """Know the register before a file asks for it: to read a million takes a second."""
        while True:
            try:
                async with transaction(self.sessions, actor="service:ingest") as session:
                    await bulk.keep_up(session, self.codes)
            except Exception:
                log.exception("register.not_read")
            await asyncio.sleep(_KEEP_UP_EVERY)

    async def _slot(self) -> None:
        while True:
            # One looks for all: idle slots that each ask are what an idle worker costs.
            async with self.looking:
                claimed = await self._due()
            try:
                await self._taken(*claimed)
            except Exception:
                log.exception("import.not_let_go", import_id=str(claimed[0].id))

    async def _due(self) -> Claimed:
        while True:
            self.bell.clear()
            try:
                claimed = await self._claimed()
            except Exception:
                log.exception("import.unclaimed")
                claimed = None
            if claimed is not None:
                return claimed
            await wait(self.bell, _LOOK_EVERY)

    async def _work_off(self, work: Work, taken: Import) -> None:
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            sending = await sending_of(session, taken, self.blobs)
        surveyed = await self._surveyed(work, taken, sending)
        if surveyed.form is None:
            return
        if taken.replaces_period is not None and not taken.dry_run:
            await self._at_once(work, taken, sending, surveyed.form, surveyed.layout)
            return
        if surveyed.layout is not None:
            await self._by_columns(work, taken, Chunks(sending, surveyed.layout, taken, self.codes))
        else:
            await self._by_rows(work, taken, sending, surveyed.form)
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            await working.end(session, work, now=self.clock.now())

    async def _at_once(
        self, work: Work, taken: Import, sending: Sending, form: Form, layout: Layout | None
    ) -> None:
        going = Going()
        keeping = Keeping(lambda: self._renewed(work, taken, read=going.rows), every=KEEP_EVERY)
        async with AsyncExitStack() as stack:
            taking: Taking
            if layout is not None:
                taking = in_chunks(Chunks(sending, layout, taken, self.codes), self.codes)
            else:
                parts = self._parts(taken, sending, form, after=0)
                taking = in_parts(await stack.enter_async_context(parts))
            session = await stack.enter_async_context(
                transaction(self.sessions, actor=_actor(taken))
            )
            await replacing.replace(session, work, taking, keeping, going, now=self.clock.now())

    async def _by_rows(self, work: Work, taken: Import, sending: Sending, form: Form) -> None:
        async with self._parts(taken, sending, form, after=taken.counts.rows) as parts:
            keep = partial(self._kept, work, taken)
            async with aclosing(ahead(partial(parts.next, taken), keep)) as following:
                async for judged in following:
                    async with transaction(self.sessions, actor=_actor(taken)) as session:
                        await working.take_part(session, work, judged)

    def _parts(self, taken: Import, sending: Sending, form: Form, *, after: int) -> Parts:
        async def codes_of(called: frozenset[str]) -> Mapping[str, Sequence[str]]:
            async with transaction(self.sessions, actor=_actor(taken)) as session:
                return await names.codes_of(session, called)

        return Parts(sending, form, self.bounds, after=after, codes_of=codes_of)

    async def _by_columns(self, work: Work, taken: Import, chunks: Chunks) -> None:
        async with aclosing(ahead(chunks.next, partial(self._kept, work, taken))) as following:
            async for chunk in following:
                async with transaction(self.sessions, actor=_actor(taken)) as session:
                    await bulk.take_chunk(session, work, chunk, self.codes)

    async def _surveyed(self, work: Work, taken: Import, sending: Sending) -> Surveyed:
        """Return what the file is: as noted, or as a look at the whole of it tells."""
        again = asyncio.to_thread(working.surveyed_before, sending, taken)
        noted = await self._kept(work, taken, again)
        if noted is not None:
            return noted
        looking = asyncio.to_thread(working.survey, sending, self.bounds, taken)
        surveyed = await self._kept(work, taken, looking)
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            await working.begin(session, work, surveyed, taken, now=self.clock.now())
        return surveyed

    async def _kept(self, work: Work, taken: Import, doing: Awaitable[T]) -> T:
        """Wait for something that may take long, and keep the import meanwhile."""
        task = asyncio.ensure_future(doing)
        while not (await asyncio.wait({task}, timeout=_RENEW_EVERY))[0]:
            await self._renewed(work, taken)
        return task.result()

    async def _renewed(self, work: Work, taken: Import, *, read: int = 0) -> None:
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            await leases.renew(session, work.import_id, work.lease, within=LEASE, read=read)

    async def _broken_off(self, work: Work, taken: Import, refused: FileRefused) -> None:
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            await breaking.break_off(session, work, refused.faults, now=self.clock.now())

    async def _failed(self, work: Work, taken: Import, error: Exception) -> None:
        failure = type(error).__name__
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            aside = await breaking.fail(
                session, work, failure, most=self.attempts, now=self.clock.now()
            )
        _tell_set_aside(taken, aside)

    async def _given_up(self, work: Work, taken: Import) -> bool:
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            aside = await breaking.give_up_if_deadly(
                session, work, most=self.attempts, now=self.clock.now()
            )
        _tell_set_aside(taken, aside)
        return aside is not None

    async def _give_back(self, work: Work, taken: Import, pause: timedelta) -> None:
        async with transaction(self.sessions, actor=_actor(taken)) as session:
            await leases.give_back(session, work.import_id, work.lease, after=pause)

    async def _give_back_at_last(self, work: Work, taken: Import, pause: timedelta) -> None:
        """Give back as soon as the database is there: a lease left behind counts as a failure."""
        while True:
            try:
                await self._give_back(work, taken, pause)
            except Exception as error:
                if not is_away(error):
                    raise
                await asyncio.sleep(_LOOK_EVERY)
            else:
                return


def is_away(error: Exception) -> bool:
    """Tell what ails the database, the bus or the machine from an import that fails by itself."""
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        return error.errno in _NO_MACHINE
    return isinstance(error, NatsError) or database_is_away(error)


def _tell_set_aside(taken: Import, aside: SetAside | None) -> None:
    if aside is not None:
        log.error("import.set_aside", import_id=str(taken.id), failures=aside.failures)


def _actor(taken: Import) -> str:
    """Name who causes the facts: the agency that sent the file, as if it had sent a batch."""
    return f"{CallerKind.AGENCY}:{taken.agency}"
