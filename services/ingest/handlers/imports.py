"""What became of what was pushed: imports, their errors, and what was sent."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.attempts import set_aside
from services.ingest.domain.errors import ContentGone, ImportNotFound
from services.ingest.domain.fates import State
from services.ingest.domain.quarantine import Waiting
from services.ingest.domain.rows import Fault
from services.ingest.store import imports, quarantine
from services.ingest.store.imports import Import
from shared.auth.identity import Caller, CallerKind
from shared.blobs import Blobs
from shared.pagination import PageQuery

# The answer to a push names so many reasons; the rest stand in the list of errors.
FIRST_ERRORS = PageQuery(limit=100)


@dataclass(frozen=True)
class Outcome:
    """What a sender is told: the import, and the first reasons of its rejected rows.

    `repeated`: the same content had been taken before, and this is the import that took it.
    `waited`: its rows that came before their enterprises, by how it stands with them now.
    """

    taken: Import
    faults: Sequence[Fault]
    more_faults: bool
    repeated: bool = False
    waited: Mapping[Waiting, int] = field(default_factory=dict)


async def show_import(session: AsyncSession, import_id: UUID, *, caller: Caller) -> Outcome:
    """Return an import with its first errors."""
    return await outcome(session, await own(session, import_id, caller))


async def list_imports(
    session: AsyncSession,
    query: PageQuery,
    *,
    caller: Caller,
    feed: str | None,
    state: State | None = None,
) -> tuple[list[Import], str | None]:
    """Return a page of imports: an agency's own, or everyone's for the city."""
    return await imports.page(session, query, agency=_owner(caller), feed=feed, state=state)


async def list_errors(
    session: AsyncSession, import_id: UUID, query: PageQuery, *, caller: Caller
) -> tuple[Import, list[Fault], str | None]:
    """Return an import with a page of its errors."""
    taken = await own(session, import_id, caller)
    faults, cursor = await imports.errors(session, import_id, query)
    return taken, [*(_failure(taken) if query.cursor is None else ()), *faults], cursor


async def content(
    session: AsyncSession, blobs: Blobs, import_id: UUID, *, caller: Caller
) -> tuple[Import, AsyncIterator[bytes]]:
    """Return what the sender sent, byte by byte as it came."""
    taken = await own(session, import_id, caller)
    if not await blobs.exists(taken.content_sha256):
        raise ContentGone
    return taken, blobs.stream(taken.content_sha256)


async def outcome(session: AsyncSession, taken: Import, *, repeated: bool = False) -> Outcome:
    """Return an import that stands on record with its first errors."""
    faults, more = await imports.errors(session, taken.id, FIRST_ERRORS)
    waited = await quarantine.standing(session, taken.id) if taken.counts.quarantined else {}
    return Outcome(
        taken,
        [*_failure(taken), *faults],
        more is not None,
        repeated or taken.repeats is not None,
        waited,
    )


async def own(session: AsyncSession, import_id: UUID, caller: Caller) -> Import:
    """Return an import that the caller may see."""
    found = await imports.get(session, import_id, agency=_owner(caller))
    if found is None:
        raise ImportNotFound
    return found


def _failure(taken: Import) -> list[Fault]:
    # Told first, as a fault of the whole file; it is none of the file's, and is not kept as one.
    return [] if taken.failure is None else [set_aside(taken.failures, taken.failure)]


def _owner(caller: Caller) -> str | None:
    return caller.subject if caller.kind is CallerKind.AGENCY else None
