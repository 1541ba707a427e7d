"""What is asked of ingest: take in a batch, show what became of it, show the register."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.body import read_records
from services.ingest.domain.contract import FeedContract, Target
from services.ingest.domain.errors import (
    ContentGone,
    EnterpriseNotFound,
    FeedNotFound,
    FeedNotHeld,
    ImportNotFound,
)
from services.ingest.domain.facts import (
    enterprises_changed,
    observations_recorded,
    protection_list_published,
)
from services.ingest.domain.fates import Settlement, Version, account, settle
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import Fault, Sifted, keep_known, sift
from services.ingest.store import imports, observations, opinions, protection_lists, register
from services.ingest.store.imports import Import
from services.ingest.store.register import Enterprise
from shared.auth.identity import Caller, CallerKind
from shared.blobs import Blobs
from shared.bus import outbox
from shared.ids import uuid7
from shared.pagination import PageQuery

# The answer to a batch names so many reasons; the rest stand in the list of errors.
FIRST_ERRORS = PageQuery(limit=100)


@dataclass(frozen=True)
class Outcome:
    """What a sender is told: the import, and the first reasons of its rejected rows.

    `repeated`: the same content had been taken before, and this is the import that took it.
    """

    taken: Import
    faults: Sequence[Fault]
    more_faults: bool
    repeated: bool = False


@dataclass(frozen=True)
class _Settled:
    sifted: Sifted
    settlement: Settlement
    enterprise_ids: Mapping[str, int]


async def receive(
    session: AsyncSession, blobs: Blobs, *, feed: str, body: bytes, caller: Caller, now: datetime
) -> Outcome:
    """Take in a batch: each record ends in exactly one fate, and the sender learns which.

    Content that was taken before and would change nothing now is the same import as then. It is
    judged again nevertheless: since then its enterprises may have entered the register, or
    another batch may have superseded it.
    """
    contract = FEEDS.get(feed)
    if contract is None or feed not in caller.feeds:
        raise FeedNotHeld(feed)
    records = read_records(body)
    sifted = sift(contract, records, today=now.date())
    blob = await blobs.put(body)
    content = {"agency": caller.subject, "feed": feed, "sha256": blob.sha256}
    await imports.lock_content(session, **content)
    settled = await _settle(session, contract, sifted, agency=caller.subject)
    faults = settled.sifted.faults
    counts = account(settled.settlement, faults, rows=len(records))
    if counts.changes_nothing:
        earlier = await imports.latest_of_content(session, **content)
        if earlier is not None and earlier.counts.rejected == counts.rejected:
            return await _outcome(session, earlier, repeated=True)
    taken = Import(
        id=uuid7(),
        feed=feed,
        contract_version=contract.version,
        agency=caller.subject,
        content_sha256=blob.sha256,
        content_bytes=blob.size,
        received_at=now,
        counts=counts,
    )
    await imports.add(session, taken, faults)
    await _record(session, contract, settled, taken)
    return Outcome(taken, faults[: FIRST_ERRORS.limit], len(faults) > FIRST_ERRORS.limit)


async def _settle(
    session: AsyncSession, contract: FeedContract, sifted: Sifted, *, agency: str
) -> _Settled:
    """Decide the rows against what is on record, which is locked from here to the commit."""
    rows = sifted.rows
    if contract.target is Target.REGISTER:
        new = await register.enrol(session, rows) if rows else frozenset()
        held = await register.held(session, rows) if rows else {}
        known = {key: entry for key, entry in held.items() if key[0] not in new}
        return _Settled(sifted, settle(rows, known), {})
    if contract.target is Target.OPINIONS:
        fresh = await opinions.enrol(session, rows, agency=agency) if rows else frozenset()
        held = await opinions.held(session, rows, agency=agency) if rows else {}
        known = {key: item for key, item in held.items() if key not in fresh}
        return _Settled(sifted, settle(rows, known), {})
    ids = await register.lock(session, {row.key[0] for row in rows}) if rows else {}
    sifted = keep_known(sifted, ids)
    rows = sifted.rows
    if not rows:
        held = {}
    elif contract.target is Target.PROTECTION_LISTS:
        held = await protection_lists.held(session, rows, ids=ids)
    else:
        held = await observations.held(session, contract.name, rows, ids=ids)
    return _Settled(sifted, settle(rows, held), ids)


async def _record(
    session: AsyncSession, contract: FeedContract, settled: _Settled, taken: Import
) -> None:
    """Write the new versions and state them, in the transaction that decided them."""
    versions: Sequence[Version] = settled.settlement.versions
    if not versions:
        return
    if contract.target is Target.REGISTER:
        await register.save(session, versions, import_id=taken.id, received_at=taken.received_at)
        changed = enterprises_changed(versions, import_id=taken.id, received_at=taken.received_at)
        await outbox.put(session, *changed)
        return
    if contract.target is Target.OPINIONS:
        # They are stated when it is known whom they are about.
        await opinions.save(
            session,
            versions,
            agency=taken.agency,
            import_id=taken.id,
            received_at=taken.received_at,
        )
        return
    if contract.target is Target.PROTECTION_LISTS:
        await protection_lists.save(
            session,
            versions,
            ids=settled.enterprise_ids,
            import_id=taken.id,
            received_at=taken.received_at,
        )
        published = protection_list_published(
            versions, import_id=taken.id, received_at=taken.received_at
        )
        await outbox.put(session, *published)
        return
    await observations.save(
        session,
        contract.name,
        versions,
        ids=settled.enterprise_ids,
        import_id=taken.id,
        received_at=taken.received_at,
    )
    recorded = observations_recorded(
        contract, versions, import_id=taken.id, received_at=taken.received_at
    )
    await outbox.put(session, *recorded)


def feeds(caller: Caller) -> list[FeedContract]:
    """List the feeds that the caller may know of: an agency its own, an officer all."""
    return [feed for feed in FEEDS.values() if _knows(caller, feed.name)]


def feed(name: str, *, caller: Caller) -> FeedContract:
    """Return one feed that the caller may know of."""
    found = FEEDS.get(name)
    if found is None or not _knows(caller, name):
        raise FeedNotFound
    return found


async def show_import(session: AsyncSession, import_id: UUID, *, caller: Caller) -> Outcome:
    """Return an import with its first errors."""
    return await _outcome(session, await _own(session, import_id, caller))


async def list_imports(
    session: AsyncSession, query: PageQuery, *, caller: Caller, feed: str | None
) -> tuple[list[Import], str | None]:
    """Return a page of imports: an agency's own, or everyone's for the city."""
    return await imports.page(session, query, agency=_owner(caller), feed=feed)


async def list_errors(
    session: AsyncSession, import_id: UUID, query: PageQuery, *, caller: Caller
) -> tuple[list[Fault], str | None]:
    """Return a page of an import's errors."""
    await _own(session, import_id, caller)
    return await imports.errors(session, import_id, query)


async def content(
    session: AsyncSession, blobs: Blobs, import_id: UUID, *, caller: Caller
) -> AsyncIterator[bytes]:
    """Return what the sender sent, byte by byte as it came."""
    taken = await _own(session, import_id, caller)
    if not await blobs.exists(taken.content_sha256):
        raise ContentGone
    return blobs.stream(taken.content_sha256)


async def show_enterprise(session: AsyncSession, uscc: str, *, caller: Caller) -> Enterprise:
    """Return an entry of the register in the caller's districts."""
    found = await register.get(session, uscc, districts=caller.districts)
    if found is None:
        raise EnterpriseNotFound
    return found


async def list_enterprises(
    session: AsyncSession,
    query: PageQuery,
    *,
    caller: Caller,
    name_part: str | None,
    district: str | None,
    status: str | None,
) -> tuple[list[Enterprise], str | None]:
    """Return a page of the register in the caller's districts."""
    districts = caller.districts if district is None else caller.districts & {district}
    return await register.page(
        session, query, districts=districts, name_part=name_part, status=status
    )


async def _outcome(session: AsyncSession, taken: Import, *, repeated: bool = False) -> Outcome:
    faults, more = await imports.errors(session, taken.id, FIRST_ERRORS)
    return Outcome(taken, faults, more is not None, repeated)


async def _own(session: AsyncSession, import_id: UUID, caller: Caller) -> Import:
    found = await imports.get(session, import_id, agency=_owner(caller))
    if found is None:
        raise ImportNotFound
    return found


def _owner(caller: Caller) -> str | None:
    return caller.subject if caller.kind is CallerKind.AGENCY else None


def _knows(caller: Caller, feed: str) -> bool:
    return caller.kind is not CallerKind.AGENCY or feed in caller.feeds
