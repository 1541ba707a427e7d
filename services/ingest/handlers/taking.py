"""Letting a part of a file take effect row by row, and what has become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Counts, Origin, account
from services.ingest.domain.periods import only_of
from services.ingest.domain.rows import Fault
from services.ingest.files.judging import Judged
from services.ingest.handlers.settling import Settled, know_and_settle, record
from services.ingest.handlers.targets import Sender

_MOST_UNKNOWNS: Final = 50

Kind = Mapping[str, int | str]


@dataclass(frozen=True)
class Taken:
    """What has become of a part: its account, and the reasons in the sender's own words.

    `unknowns`: what was left out of rows that were taken, as kinds. `ids`: the enterprises that
    its rows are about; `facts`: those with their periods.
    """

    counts: Counts
    faults: Sequence[Fault]
    unknowns: Sequence[Kind]
    ids: Sequence[int]
    facts: Sequence[tuple[int, str]] = ()


async def take(
    session: AsyncSession,
    sender: Sender,
    judged: Judged,
    origin: Origin,
    *,
    period: str | None = None,
) -> Taken:
    """Let rows take effect; `period`: of that one alone, which their file replaces."""
    sifted = judged.sifted
    if period is not None:
        sifted = only_of(sender.contract, period, sifted)
    settled = await know_and_settle(session, sender, sifted, origin)
    await record(session, sender, settled, origin)
    return told(judged, settled)


def told(judged: Judged, settled: Settled) -> Taken:
    """Tell what has become of a part, or would."""
    known = settled.known
    faults = judged.faults(known.sifted.faults)
    ids = known.enterprise_ids
    return Taken(
        account(settled.settlement, faults, rows=len(judged.entries)),
        judged.as_sent(faults),
        added(judged.unknowns(faults), settled.left_behind(judged.entries)),
        list(ids.values()),
        [(ids[row.key[0]], row.key[1]) for row in known.sifted.rows if row.key[0] in ids],
    )


def added(before: Sequence[Kind], more: Sequence[Kind]) -> Sequence[Kind]:
    """Add the counts of equal kinds; a file with very many kinds has the first of them told."""
    kinds: dict[object, dict[str, int | str]] = {_kind(each): dict(each) for each in before}
    for each in more:
        known = kinds.setdefault(_kind(each), {**each, "rows": 0})
        known["rows"] = int(known["rows"]) + int(each["rows"])
    return list(kinds.values())[:_MOST_UNKNOWNS]


def _kind(each: Kind) -> tuple[tuple[str, int | str], ...]:
    own = {"rows", "first_row", "value"}
    return tuple(sorted((name, value) for name, value in each.items() if name not in own))
