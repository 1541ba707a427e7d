"""Weekly lists: made of where enterprises stood at the end of the week before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.editions import Editions
from services.scoring.domain.errors import (
    CapacityChangedMeanwhile,
    CapacityNotFound,
    WorkListNotFound,
)
from services.scoring.domain.work_list import next_list, week_of
from services.scoring.store import rule_sets, work_lists
from services.scoring.store.work_lists import Capacity, Row
from shared.auth.identity import Caller
from shared.calendar import SHANGHAI
from shared.pagination import PageQuery

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Whole:
    """A list with its entries, and who left with it."""

    head: Row
    entries: tuple[Row, ...]
    left: tuple[Row, ...]
    editions: Editions


async def make_lists(session: AsyncSession, now: datetime) -> bool:
    """Make the list of this week for a district that has none yet.

    It is made of where enterprises stood when the week before ended, so neither the hour of the
    making nor what arrives in it makes a difference. True if other districts may wait.
    """
    week = week_of(now.astimezone(SHANGHAI).date())
    capacity = await work_lists.due(session, week)
    if capacity is None:
        return False
    as_of = week - _ONE_DAY
    last = await work_lists.last(session, capacity.district, week)
    standing = await work_lists.candidates(session, capacity.district, as_of)
    made = next_list(
        standing,
        last,
        capacity=capacity.weekly,
        listed_before=await work_lists.listed_before(session, [one.uscc for one in standing], week),
        refuted=await work_lists.refuted(session, last, as_of),
        elsewhere=await work_lists.elsewhere(session, last, capacity.district),
    )
    await work_lists.add(session, capacity, week, made, now=now)
    return True


async def show(session: AsyncSession, district: str, week: date, *, caller: Caller) -> Whole:
    """Return the list of a district's week. Raises WorkListNotFound."""
    head = None
    if district in caller.districts:
        head = await work_lists.find(session, district, week)
    if head is None:
        raise WorkListNotFound
    listed = await work_lists.entries(session, district, week, as_of=week - _ONE_DAY)
    left = await work_lists.leavers(session, district, week)
    return Whole(head, tuple(listed), tuple(left), await rule_sets.in_force(session))


async def list_lists(
    session: AsyncSession, page: PageQuery, *, district: str | None, caller: Caller
) -> tuple[list[Row], str | None]:
    """Return a page of the lists of the caller's districts, the last week first."""
    seen = caller.districts if district is None else caller.districts & {district}
    rows, cursor = await work_lists.page(session, page, districts=seen)
    return list(rows), cursor


async def list_capacities(session: AsyncSession, *, caller: Caller) -> list[Capacity]:
    """Return what the caller's districts can look at."""
    return await work_lists.capacities(session, districts=caller.districts)


async def put_capacity(
    session: AsyncSession,
    district: str,
    weekly: int,
    *,
    expected: int | None,
    caller: Caller,
    now: datetime,
) -> Capacity:
    """Say how many enterprises a district looks at in a week, from the next list on.

    Raises CapacityNotFound, if it is none of the caller's districts; CapacityChangedMeanwhile.
    """
    if district not in caller.districts:
        raise CapacityNotFound
    wanted = Capacity(district, weekly, 1, caller.actor, now)
    if not await work_lists.put_capacity(session, wanted, expected=expected):
        raise CapacityChangedMeanwhile(district)
    (held,) = await work_lists.capacities(session, districts=[district])
    return held
