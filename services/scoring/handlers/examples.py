"""Examples of the platform's past, read slice by slice: no table holds them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from services.scoring.examples import (
    SCHEMA,
    as_if_pushed,
    dense,
    examples,
    month_ends,
    relabelled,
)
from services.scoring.features.months import last_day
from services.scoring.store import examples as store
from services.scoring.store import facts, rule_sets
from shared.db import Sessions, transaction

# So many enterprises are read at once, each slice in a transaction of its own: a long one would
# hold back whatever the relay may send.
_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """Examples in the columns of `examples.SCHEMA`, with the labels as known on each day asked."""

    enterprises: int
    of: dict[date, pl.DataFrame]


async def past_days(
    sessions: Sessions, until: date, *, handed_over_until: date | None = None, actor: str
) -> tuple[date, ...]:
    """Return the ends of months of which the platform knew something, up to a day.

    With months that were handed over, those of which they tell. How much was known of a day, the
    first enterprises of any sample say.
    """
    async with transaction(sessions, actor=actor) as session:
        first = await store.first_received(session)
        if first is not None and handed_over_until is not None:
            month = await store.first_month(session)
            first = first if month is None else min(first, last_day(month))
        if first is None:
            return ()
        drawn = await store.following(session, "", limit=_AT_ONCE)
        known = await facts.read_months(session, list(drawn), since=first)
    if handed_over_until is not None:
        known = as_if_pushed(known, handed_over_until)
    days = month_ends(first, until)
    return await asyncio.to_thread(dense, known.headcounts, days)


async def gather(
    sessions: Sessions,
    days: Sequence[date],
    as_ofs: Sequence[date],
    *,
    sample: int,
    by_rules: bool,
    handed_over_until: date | None = None,
    actor: str,
) -> Gathered:
    """Return the examples of so many enterprises, drawn by a hash of their codes.

    Each of `as_ofs` gives the same examples with the labels as they were known on that day.
    `by_rules`: with the likelihood by the rules of the day, which needs all facts and takes about
    four times as long. `handed_over_until`: see `examples.as_if_pushed`.
    """
    reached, drawn = "", 0
    parts: dict[date, list[pl.DataFrame]] = {day: [SCHEMA.to_frame()] for day in as_ofs}
    while days and drawn < sample:
        async with transaction(sessions, actor=actor) as session:
            keys = await store.following(session, reached, limit=min(_AT_ONCE, sample - drawn))
            if not keys:
                break
            read = facts.read if by_rules else facts.read_months
            known = await read(session, list(keys), since=min(days))
            editions = await rule_sets.in_force(session) if by_rules else None
        if handed_over_until is not None:
            known = as_if_pushed(known, handed_over_until)
        # Beside the loop, so that facts are handled meanwhile.
        first, *others = as_ofs
        found = await asyncio.to_thread(examples, known, days, first, editions)
        parts[first].append(found)
        for as_of in others:
            parts[as_of].append(await asyncio.to_thread(relabelled, found, known, as_of))
        reached, drawn = list(keys.values())[-1], drawn + len(keys)
    return Gathered(drawn, {day: pl.concat(frames) for day, frames in parts.items()})
