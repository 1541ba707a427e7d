"""Rows that a contract takes become versions: decided and written in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import (
    Fate,
    Held,
    Origin,
    Settlement,
    Version,
)
from services.ingest.domain.quarantine import quarantine
from services.ingest.domain.rows import Row, Sifted, turned_away
from services.ingest.domain.settling import settle
from services.ingest.files.entries import Entry
from services.ingest.handlers import held_rows, restoring
from services.ingest.handlers.held_rows import hold
from services.ingest.handlers.overtaking import overtaken
from services.ingest.handlers.targets import RECORDERS, Known, Sender
from services.ingest.store import receipts
from services.ingest.store.quarantine import Sent


@dataclass(frozen=True)
class Settled:
    """What rows are to become, against what is on record and locked.

    `overtaken`: the rows that become history at once, for newer imports have overtaken them.
    """

    known: Known
    settlement: Settlement
    overtaken: tuple[Row, ...] = ()

    def left_behind(self, entries: Sequence[Entry]) -> list[Mapping[str, int | str]]:
        """Say how many rows of a part of a file were overtaken, as what is left out is said."""
        if not self.overtaken:
            return []
        first = entries[self.overtaken[0].index].number
        of_rows = {"rows": len(self.overtaken), "first_row": first}
        return [{"column": "", "code": "row_overtaken", "value": "", **of_rows}]


async def know_and_settle(
    session: AsyncSession, sender: Sender, sifted: Sifted, origin: Origin
) -> Settled:
    """Decide the rows against what is on record, which is locked from here to the commit."""
    known = Known(sifted)
    if sifted.rows:
        known = await RECORDERS[sender.contract.target].know(session, sender, sifted)
    strangers = known.sifted.strangers
    said = await held_rows.said(session, sender.contract, strangers, sender.agency, origin)
    known = replace(known, said=said)
    late = await overtaken(session, sender, known, origin)
    awaited = None
    if known.sifted.rows or strangers:
        awaited = await receipts.awaited(session, sender.contract.name, origin.received_at)
    # What replaces a period takes back what waits of it, if it does not say it again itself.
    before = origin.received_at if sender.alone else awaited
    waiting = quarantine(strangers, said, awaited=before)
    settlement = settle(known.sifted.rows, known.held, late, agency=sender.voice, awaited=awaited)
    settlement += waiting
    known = replace(known, sifted=turned_away(known.sifted, settlement.exhausted))
    behind = tuple(
        row
        for row in known.sifted.rows
        # A late row stands where nothing of what was learned since stays behind it.
        if row.key in late
        and late[row.key].behind(Held(0, row.content, agency=sender.voice))
        and settlement.fates[row.index] is not Fate.DUPLICATE
    )
    return Settled(known, settlement, behind)


async def record(session: AsyncSession, sender: Sender, settled: Settled, origin: Origin) -> None:
    """Write the new versions and state them, in the transaction that decided them.

    What waits for its enterprise goes into quarantine.
    """
    versions = settled.settlement.versions
    if versions:
        recorder = RECORDERS[sender.contract.target]
        # What is said again comes behind what it follows.
        for (of, restored), said in _by_origin(versions, origin):
            told = of
            if restored is not None:
                told = await restoring.origin_of(
                    session, sender.contract, of, agency=restored, facts=len(said)
                )
            await recorder.record(session, sender, settled.known, said, told)
    sent = Sent(sender.contract.name, sender.agency, origin.import_id, origin.received_at)
    await hold(session, sender.contract, settled.settlement.waiting, sent)


def _by_origin(
    versions: Sequence[Version], origin: Origin
) -> Iterable[tuple[tuple[Origin, str | None], Sequence[Version]]]:
    """Return versions by the imports that they are of, in the order of receipt.

    What stands again, by the agency that says it, comes behind what was taken back.
    """
    by_origin: dict[tuple[Origin, str | None], list[Version]] = {}
    for version in versions:
        by_origin.setdefault((version.origin or origin, version.restored), []).append(version)
    return sorted(
        by_origin.items(), key=lambda each: (each[0][0].received_at, each[0][1] is not None)
    )
