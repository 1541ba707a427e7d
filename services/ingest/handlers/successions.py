"""Who went on as whom: recorded by the registrar or the city, read by officers."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import EnterpriseNotFound, SuccessionUnknown
from services.ingest.domain.succession import ENDING, Said, Succession, record, withdraw
from services.ingest.handlers.feeds import held_by
from services.ingest.store import register, successions
from shared.auth.identity import Caller, CallerKind
from shared.codes.divisions import DISTRICTS

_REGISTER = "enterprise_register"


async def put(
    session: AsyncSession, pair: tuple[str, str], said: Said, *, caller: Caller, now: datetime
) -> Succession:
    """Record that the first of a pair went on as the second.

    Raises FeedNotHeld, EnterpriseNotFound, and what `domain.succession.record` raises.
    """
    before, others = await _locked(session, pair, caller)
    onward = await _onward(session, pair[1])
    decided = record(pair, said, before, others, onward, by=caller.subject, now=now)
    if decided is not None:
        await successions.save(session, decided)
        return decided
    if before is None:
        raise SuccessionUnknown
    return before


async def take_back(
    session: AsyncSession, pair: tuple[str, str], *, caller: Caller, now: datetime
) -> Succession:
    """Take back that the first of a pair went on as the second.

    Raises FeedNotHeld, EnterpriseNotFound, SuccessionUnknown.
    """
    before, _ = await _locked(session, pair, caller)
    decided = withdraw(before, by=caller.subject, now=now)
    await successions.save(session, decided)
    return decided


async def standing(session: AsyncSession, uscc: str, *, caller: Caller) -> list[Succession]:
    """List what stands of an enterprise in the caller's districts: whence it came, whither it went.

    The registrar sees what it may record: of every enterprise. Raises FeedNotHeld,
    EnterpriseNotFound.
    """
    districts = caller.districts
    if caller.kind is CallerKind.AGENCY:
        held_by(caller, _REGISTER)
        districts = frozenset(district.code for district in DISTRICTS)
    if await register.get(session, uscc, districts=districts) is None:
        raise EnterpriseNotFound
    return [one for one in await successions.of(session, uscc) if not one.withdrawn]


async def _locked(
    session: AsyncSession, pair: tuple[str, str], caller: Caller
) -> tuple[Succession | None, tuple[Succession, ...]]:
    """Lock both entries; return what is on record of the pair, and what else stands of the two."""
    if caller.kind is CallerKind.AGENCY:
        held_by(caller, _REGISTER)
    # A chain is of more entries than these two: nobody else may add a link while one is added.
    await successions.one_at_a_time(session)
    if len(await register.lock(session, set(pair))) < len(set(pair)):
        raise EnterpriseNotFound
    found = await successions.of(session, *pair)
    before = next((one for one in found if (one.predecessor, one.successor) == pair), None)
    return before, tuple(one for one in found if one is not before and not one.withdrawn)


async def _onward(session: AsyncSession, uscc: str) -> tuple[Succession, ...]:
    """Return in what an enterprise ended, in what that one did, and so on; a ring but once."""
    chain: list[Succession] = []
    passed: set[str] = set()
    while uscc not in passed:
        passed.add(uscc)
        for one in await successions.of(session, uscc):
            if one.predecessor == uscc and not one.withdrawn and one.said.kind in ENDING:
                chain.append(one)
                uscc = one.successor
                break
    return tuple(chain)
