"""What an agency took back uncovers what others have said: it stands again, for every reader.

docs/adr/0029 says why.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.facts import observations_recorded
from services.ingest.domain.fates import Origin
from services.ingest.store import restorations, uncovered
from services.ingest.store.periods import Place
from services.ingest.store.restorations import Restored
from shared.bus import outbox
from shared.ids import uuid7

_STATED: Final = 10_000


async def origin_of(
    session: AsyncSession, contract: FeedContract, of: Origin, *, agency: str, facts: int
) -> Origin:
    """Return the import by which further `facts` of an agency's stand again since another one."""
    said = f"{of.import_id} {agency}"
    restored = Restored(
        id=uuid7(),
        taken_back_by=of.import_id,
        feed=contract.name,
        contract_version=contract.version,
        agency=agency,
        received_at=of.received_at,
        content_sha256=hashlib.sha256(said.encode()).hexdigest(),
        facts=facts,
    )
    return Origin(await restorations.add(session, restored), of.received_at)


async def stand_again(
    session: AsyncSession, contract: FeedContract, period: str, of: Origin
) -> None:
    """Let stand again, and state, what an import uncovers that has just taken facts back.

    To be asked when the whole feed is locked, behind the withdrawal, of which it says the next
    versions.
    """
    await uncovered.join_wholes(session, alone=True)
    imports = await _restore(session, contract, period, of)
    await uncovered.join_wholes(session, alone=False)
    for origin in imports:
        await _state(session, contract, period, origin)


async def _restore(
    session: AsyncSession, contract: FeedContract, period: str, of: Origin
) -> Sequence[Origin]:
    facts_of = await uncovered.by_agency(session, contract, period, of.import_id)
    imports = [
        await origin_of(session, contract, of, agency=agency, facts=facts)
        for agency, facts in sorted(facts_of.items())
    ]
    if imports:
        await restorations.restore(session, contract, period, of.import_id)
    return imports


async def _state(session: AsyncSession, contract: FeedContract, period: str, of: Origin) -> None:
    after: Place | None = None
    while True:
        part = await restorations.next_of(
            session, contract, period, of.import_id, after=after, limit=_STATED
        )
        if part.ends is None:
            return
        await outbox.put(session, *observations_recorded(contract, part.versions, **vars(of)))
        after = part.ends
