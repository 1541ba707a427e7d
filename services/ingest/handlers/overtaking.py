"""Rows that newer imports have overtaken: what is on record around them, by order of receipt.

An import may be worked off after others that were received later: it waited for its turn or its
lease, was set aside and taken up again, or is large. docs/adr/0029 says what becomes of it.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import Target
from services.ingest.domain.fates import Held, Origin, Overtaken, around
from services.ingest.domain.periods import covers
from services.ingest.domain.rows import Key
from services.ingest.handlers.targets import RECORDERS, Known, Sender
from services.ingest.store import withdrawals
from services.ingest.store.withdrawals import Taking


async def overtaken(
    session: AsyncSession, sender: Sender, known: Known, origin: Origin
) -> Mapping[Key, Overtaken]:
    """Return what surrounds those keys of which something was received after `origin`."""
    rows = known.sifted.rows
    newer = {key for key, held in known.held.items() if _is_newer(held, origin)}
    around_it: dict[Key, Overtaken] = {}
    if newer:
        about = [row for row in rows if row.key in newer]
        histories = await RECORDERS[sender.contract.target].history(session, sender, known, about)
        around_it = {key: around(told, origin.received_at) for key, told in histories.items()}
    if rows and sender.contract.target is Target.OBSERVATIONS:
        since = await withdrawals.since(session, sender.contract, sender.agency, origin)
        for taking in since:
            for row in rows:
                if covers(taking.period, row.key[1]):
                    known_of = around_it.get(row.key) or Overtaken(known.held.get(row.key), ())
                    around_it[row.key] = _taken_back(known_of, taking, sender.agency)
    return {
        key: replace(each, agency=sender.agency) for key, each in around_it.items() if each.after
    }


def _is_newer(held: Held, origin: Origin) -> bool:
    return held.origin is not None and held.origin.received_at > origin.received_at


def _taken_back(about: Overtaken, taking: Taking, agency: str) -> Overtaken:
    """Let what was received in time be taken back by what took the period back.

    A file that replaced the period and left a standing fact of its agency's as it was had said the
    same; of what others had said it tells nothing.
    """
    origins = (held.origin for held in about.after if held.origin is not None)
    if any(origin.received_at <= taking.origin.received_at for origin in origins):
        return about
    before, then = about.before, Held(0, {}, True, taking.origin, agency)
    stood = before is not None and not before.withdrawn and before.agency == agency
    if taking.is_file and before is not None and stood:
        then = replace(before, origin=taking.origin, agency=agency)
    return Overtaken(before, (then, *about.after))
