"""Rows that newer imports have overtaken: what is on record around them, by order of receipt.

An import may be worked off after others that were received later: it waited for its turn or its
lease, was set aside and taken up again, or is large. docs/adr/0029 says what becomes of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import Target
from services.ingest.domain.fates import Held, Origin
from services.ingest.domain.periods import covers
from services.ingest.domain.rows import Key, Row
from services.ingest.domain.settling import Overtaken, around
from services.ingest.domain.voices import Taking
from services.ingest.handlers.targets import RECORDERS, Known, Sender
from services.ingest.store import withdrawals


async def overtaken(
    session: AsyncSession, sender: Sender, known: Known, origin: Origin
) -> Mapping[Key, Overtaken]:
    """Return what surrounds those keys of which something was received after `origin`.

    Said by anybody, or taken back by the sender itself.
    """
    rows = known.sifted.rows
    newer = {key for key, held in known.held.items() if _is_newer(held, origin)}
    if rows and sender.contract.target is Target.OBSERVATIONS:
        since = await withdrawals.since(
            session, sender.contract, origin.received_at, agency=sender.agency
        )
        newer |= {
            row.key for row in rows if any(covers(taking.period, row.key[1]) for taking in since)
        }
    about = [row for row in rows if row.key in newer]
    if not about:
        return {}
    histories = await RECORDERS[sender.contract.target].history(session, sender, known, about)
    return await surroundings(session, sender, histories, about, origin.received_at)


async def surroundings(
    session: AsyncSession,
    sender: Sender,
    histories: Mapping[Key, Sequence[Held]],
    about: Sequence[Row],
    received_at: datetime,
) -> Mapping[Key, Overtaken]:
    """Return what surrounds keys at the receipt of an import, of which `histories` tell all."""
    takings: Sequence[Taking] = ()
    if sender.contract.target is Target.OBSERVATIONS:
        origins = [held.origin for told in histories.values() for held in told if held.origin]
        first = min((origin.received_at for origin in origins), default=received_at)
        # A file that replaced the period may be the first that has said anything of it.
        takings = await withdrawals.since(session, sender.contract, min(first, received_at))
    return {
        row.key: around(
            histories.get(row.key, ()),
            received_at,
            [taking for taking in takings if covers(taking.period, row.key[1])],
        )
        for row in about
    }


def _is_newer(held: Held, origin: Origin) -> bool:
    return held.origin is not None and held.origin.received_at > origin.received_at
