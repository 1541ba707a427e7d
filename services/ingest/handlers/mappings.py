"""The mappings of an agency: saved in versions, checked before, used by name."""

import asyncio
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.errors import MappingForOtherFeed, MappingNotFound, SampleUnreadable
from services.ingest.domain.evolution import taken
from services.ingest.domain.feeds import VERSIONS
from services.ingest.domain.rows import Fault
from services.ingest.files.refusals import FileRefused
from services.ingest.files.sampling import sample
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.handlers.feeds import held_by, sent_by
from services.ingest.mapping.document import MappingFlawed, MappingOutdated
from services.ingest.mapping.model import FeedMapping
from services.ingest.mapping.proposal import proposing
from services.ingest.mapping.proposal.document import Proposal
from services.ingest.mapping.proposal.writing import write
from services.ingest.mapping.reading import read_mapping
from services.ingest.store import mappings
from services.ingest.store.mappings import SavedMapping
from shared.auth.identity import Caller
from shared.pagination import PageQuery


async def save(
    session: AsyncSession, name: str, body: bytes, *, caller: Caller, now: datetime
) -> SavedMapping:
    """Keep a mapping as the next version of its name; the same document again is no new one."""
    mapping = await asyncio.to_thread(_read, body, now.date())
    contract = held_by(caller, mapping.feed)
    document = body.decode("utf-8-sig")
    await mappings.lock(session, caller.subject, name)
    newest = await mappings.get(session, caller.subject, name)
    if newest is not None and newest.document == document:
        return newest
    saved = SavedMapping(
        agency=caller.subject,
        name=name,
        version=1 if newest is None else newest.version + 1,
        feed=contract.name,
        document=document,
        saved_at=now,
    )
    await mappings.add(session, saved)
    return saved


async def show(
    session: AsyncSession, name: str, *, caller: Caller, version: int | None = None
) -> SavedMapping:
    """Return a version of one of the caller's mappings; the newest if none is named."""
    found = await mappings.get(session, caller.subject, name, version=version)
    if found is None:
        raise MappingNotFound
    return found


async def page(
    session: AsyncSession, query: PageQuery, *, caller: Caller
) -> tuple[list[SavedMapping], str | None]:
    """Return a page of the caller's mappings."""
    return await mappings.page(session, query, agency=caller.subject)


async def named(
    session: AsyncSession, reference: str, *, caller: Caller, feed: str
) -> SavedMapping:
    """Return the mapping that is meant by `name` or `name@version`, for files of this feed."""
    name, _, version = reference.partition("@")
    if version and not (version.isascii() and version.isdigit() and len(version) <= 9):  # noqa: PLR2004 fits an integer
        raise MappingNotFound
    found = await show(session, name, caller=caller, version=int(version) if version else None)
    if found.feed != feed:
        raise MappingForOtherFeed(reference, found.feed)
    return found


async def fits(saved: SavedMapping, contract: FeedContract) -> None:
    """Refuse a mapping that cannot serve a version of its feed's contract.

    Raises MappingOutdated.
    """
    feeds = {contract.name: contract}
    try:
        await asyncio.to_thread(read_mapping, saved.document.encode(), feeds=feeds)
    except MappingFlawed as flawed:
        name = f"{saved.name}@{saved.version}"
        raise MappingOutdated(name, contract.name, contract.version, *flawed.flaws) from None


def _read(body: bytes, today: date) -> FeedMapping:
    """Read a mapping by some version of its contract that is taken. Raises MappingFlawed.

    What is wrong is told by the version for who names none.
    """
    given = {name: taken(versions, today) for name, versions in VERSIONS.items()}
    try:
        return read_mapping(body, feeds={name: each[0] for name, each in given.items()})
    except MappingFlawed:
        for older in range(1, max(map(len, given.values()))):
            feeds = {name: each[older] for name, each in given.items() if older < len(each)}
            with suppress(MappingFlawed):
                return read_mapping(body, feeds=feeds)
        raise


async def propose(
    feed: str, content: bytes, *, filename: str, caller: Caller, today: date
) -> tuple[Proposal, str]:
    """Return what a first mapping for such files may be, and its document.

    Raises SampleUnreadable. Nothing is kept: a person edits it, tries it, and saves it.
    """
    contract = sent_by(caller, feed, None, today=today)
    return await asyncio.to_thread(_proposed, contract, content, filename, today)


def _proposed(
    contract: FeedContract, content: bytes, filename: str, today: date
) -> tuple[Proposal, str]:
    with NamedTemporaryFile(prefix="wengang-sample-") as file:
        file.write(content)
        file.flush()
        try:
            seen = sample(
                Path(file.name), filename=filename, contract=contract, bounds=WorkbookBounds()
            )
        except FileRefused as refused:
            raise SampleUnreadable([_told(fault) for fault in refused.faults]) from None
    proposal = proposing.propose(contract, seen, today=today)
    return proposal, write(proposal, contract, file=filename)


def _told(fault: Fault) -> dict[str, object]:
    """Say why a sample cannot be read; row 0 is the file as a whole."""
    told: dict[str, object] = {"pointer": "", "code": fault.code, "values": fault.values}
    if "member" in fault.values:
        told["member"] = fault.values["member"]
    return told | ({"row": fault.row} if fault.row else {})
