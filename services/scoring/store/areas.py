"""Keeps who lost much staff in a month, and what stands of districts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.areas import AreaAlert, AreaDecision
from services.scoring.domain.errors import AreaAlertNotFound
from services.scoring.domain.rules import Source
from services.scoring.tables import (
    AREA_ALERTS,
    ENTERPRISES,
    LARGE_LOSSES,
    OBSERVATIONS,
    SUCCESSIONS,
)
from shared.bus import outbox
from shared.events.ingest import Operation
from shared.events.scoring import AreaMember
from shared.pagination import Column, Keyset, PageQuery
from shared.rows import Given

_USCCS: Final = bindparam("usccs", type_=ARRAY(Text))
_SINCE: Final = bindparam("since", type_=Text)

Row = Mapping[str, Any]
# District and month.
Area = tuple[str, str]

_NEWEST = Keyset(
    Column(AREA_ALERTS.c.raised_at, datetime, descending=True),
    Column(AREA_ALERTS.c.id, UUID, descending=True),
)


async def losses(
    session: AsyncSession, usccs: Collection[str], *, since: str
) -> Sequence[tuple[str, str, int, int]]:
    """Return (uscc, month, base, persons) of each loss from one known month to the next.

    Whoever went on as another by then has lost nobody: the staff is there.
    """
    asked = {"usccs": sorted(usccs), "since": since}
    return [tuple(row) for row in await session.execute(_LOSSES, asked)]


def _went_on(uscc: ColumnElement[str], month: ColumnElement[str]) -> ColumnElement[bool]:
    linked = SUCCESSIONS.c
    latest = (
        select(linked.predecessor, linked.effective_on, linked.withdrawn)
        .ext(distinct_on(linked.predecessor, linked.successor))
        .where(linked.predecessor == uscc)
        .order_by(linked.predecessor, linked.successor, linked.version.desc())
        .correlate_except(SUCCESSIONS)
        .subquery()
    )
    return (
        select(latest.c.predecessor)
        .where(
            latest.c.withdrawn.is_(False),
            func.to_char(latest.c.effective_on, "YYYY-MM") <= month,
        )
        .correlate_except(latest)
        .exists()
    )


def _losses() -> Select[Any]:
    told = OBSERVATIONS.c
    versions = (
        select(
            told.uscc,
            told.period,
            told.operation,
            cast(told.measures["insured_headcount"].astext, BigInteger).label("headcount"),
        )
        .ext(distinct_on(told.uscc, told.period))
        .where(
            told.feed == Source.HEADCOUNT.value,
            told.uscc == any_(_USCCS),
            told.period >= _SINCE,
        )
        .order_by(told.uscc, told.period, told.version.desc())
        .subquery()
    )
    # The month known before, by order and not by a join with itself: of a CTE the planner expects
    # few rows, and compares all with all.
    whose, month = versions.c.uscc, versions.c.period
    known = (
        select(
            whose,
            month,
            versions.c.headcount,
            func.lag(month).over(partition_by=whose, order_by=month).label("before"),
            func.lag(versions.c.headcount).over(partition_by=whose, order_by=month).label("base"),
        )
        .where(versions.c.operation != Operation.WITHDRAW.value, versions.c.headcount.is_not(None))
        .subquery("known")
    )
    month_before = func.to_char(
        func.to_date(known.c.period, "YYYY-MM") - text("interval '1 month'"), "YYYY-MM"
    )
    lost = known.c.base - known.c.headcount
    return select(known.c.uscc, known.c.period, known.c.base, lost).where(
        lost > 0, known.c.before == month_before, ~_went_on(known.c.uscc, known.c.period)
    )


# Put together once, for that takes longer than to read what they ask.
_LOSSES: Final = _losses()
_FORGET: Final = delete(LARGE_LOSSES).where(
    LARGE_LOSSES.c.month >= _SINCE, LARGE_LOSSES.c.uscc == any_(_USCCS)
)
_LARGE: Final = Given(list(LARGE_LOSSES.c))
_KEEP: Final = insert(LARGE_LOSSES).from_select(list(LARGE_LOSSES.c), select(_LARGE.table))


async def replace_losses(
    session: AsyncSession,
    usccs: Collection[str],
    large: Sequence[tuple[str, str, int, int]],
    *,
    since: str,
) -> None:
    """Keep the large losses of these enterprises from a month on instead of what was known."""
    await session.execute(_FORGET, {"usccs": sorted(usccs), "since": since})
    if large:
        rows = [(month, uscc, base, persons) for uscc, month, base, persons in large]
        await session.execute(_KEEP, _LARGE.of(rows))


async def candidates(session: AsyncSession, *, since: str) -> Mapping[Area, Sequence[AreaMember]]:
    """Return the large losses of each district and month from `since` on."""
    query = select(
        ENTERPRISES.c.district,
        LARGE_LOSSES.c.month,
        LARGE_LOSSES.c.uscc,
        LARGE_LOSSES.c.base,
        LARGE_LOSSES.c.persons,
    ).join(ENTERPRISES, ENTERPRISES.c.uscc == LARGE_LOSSES.c.uscc)
    found: dict[Area, list[AreaMember]] = defaultdict(list)
    for district, month, uscc, base, persons in await session.execute(
        query.where(LARGE_LOSSES.c.month >= since)
    ):
        found[district, month].append(AreaMember(uscc=uscc, base=base, persons=persons))
    return found


async def known(session: AsyncSession, *, since: str) -> Mapping[Area, AreaAlert]:
    """Return what stands of districts and months, locked."""
    rows = await session.execute(
        select(AREA_ALERTS).where(AREA_ALERTS.c.month >= since).with_for_update()
    )
    return {(row["district"], row["month"]): _alert(row) for row in rows.mappings()}


async def save(session: AsyncSession, decision: AreaDecision) -> None:
    """Write an alert; who comes first tells it."""
    alert = decision.alert
    values = {
        **{
            name: getattr(alert, name)
            for name in (
                "id",
                "district",
                "month",
                "version",
                "rule",
                "raised_at",
                "raised_on",
                "changed_at",
                "is_standing",
            )
        },
        "members": [member.model_dump() for member in alert.members],
    }
    if decision.told is None:
        await session.execute(
            AREA_ALERTS.update().where(AREA_ALERTS.c.id == alert.id).values(**values)
        )
        return
    written = await session.scalar(
        insert(AREA_ALERTS)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["district", "month"])
        .returning(AREA_ALERTS.c.id)
    )
    if written is not None:
        await outbox.put(session, decision.told)


def _alert(row: RowMapping) -> AreaAlert:
    return AreaAlert(
        **{
            **row,
            "members": tuple(AreaMember.model_validate(member) for member in row["members"]),
        }
    )


async def page_of(
    session: AsyncSession,
    page: PageQuery,
    *,
    districts: Collection[str],
    district: str | None = None,
    month: str | None = None,
) -> tuple[Sequence[Row], str | None]:
    """Return a page of the alerts of these districts, the last raised first."""
    query = _seen(districts)
    if district is not None:
        query = query.where(AREA_ALERTS.c.district == district)
    if month is not None:
        query = query.where(AREA_ALERTS.c.month == month)
    rows = (await session.execute(_NEWEST.page(query, page))).mappings().all()
    return _NEWEST.cut(rows, page, lambda row: (row["raised_at"], row["id"]))


async def one(session: AsyncSession, alert_id: UUID, *, districts: Collection[str]) -> Row:
    """Return an alert with the names of its members; AreaAlertNotFound if none is seen."""
    query = _seen(districts).where(AREA_ALERTS.c.id == alert_id)
    row = (await session.execute(query)).mappings().first()
    if row is None:
        raise AreaAlertNotFound
    members = [member["uscc"] for member in row["members"]]
    names = await session.execute(
        select(ENTERPRISES.c.uscc, ENTERPRISES.c.name).where(
            ENTERPRISES.c.uscc == func.any(members)
        )
    )
    by_uscc = {row.uscc: row.name for row in names}
    named = [{**member, "name": by_uscc.get(member["uscc"])} for member in row["members"]]
    return {**row, "members": named}


def _seen(districts: Collection[str]) -> Select[Any]:
    return select(AREA_ALERTS).where(AREA_ALERTS.c.district == func.any(sorted(districts)))
