"""Reads the facts about enterprises as the features take them: columns, one statement a kind."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Double,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.rules import Source
from services.scoring.features import facts as schemas
from services.scoring.features.deeds import HELP_DAYS, PLAN_DAYS, VISIT_DAYS
from services.scoring.features.facts import Facts
from services.scoring.features.headcount import oldest_month
from services.scoring.features.months import month_of
from services.scoring.features.opinions import OLDEST_DAYS
from services.scoring.features.records import FEEDS, RECORDS, oldest
from services.scoring.features.successions import ascribed
from services.scoring.store import affiliations, copying, presence, successions
from services.scoring.tables import (
    ENTRIES,
    HELP,
    LAYOFF_REPORTS,
    OBSERVATIONS,
    OPINIONS,
    REFUTATIONS,
    VISITS,
)
from shared.events.ingest import Operation

_ZONE = "Asia/Shanghai"
_USCCS = bindparam("usccs", type_=ARRAY(Text))


def _day(moment: ColumnElement[Any]) -> ColumnElement[date]:
    return cast(func.timezone(_ZONE, moment), Date)


def _versioned(table: Table) -> dict[str, ColumnElement[Any]]:
    return {
        "uscc": table.c.uscc,
        "version": table.c.version,
        "is_withdrawn": (
            table.c.operation == Operation.WITHDRAW.value if "operation" in table.c else false()
        ),
        "received_on": _day(table.c.received_at),
        "import_id": cast(table.c.import_id, Text),
    }


def _deed(table: Table) -> dict[str, ColumnElement[Any]]:
    return {
        "uscc": table.c.uscc,
        "id": cast(table.c.id, Text),
        "received_on": _day(table.c.occurred_at),
    }


def _measure(name: str, of: type[BigInteger | Double[float]]) -> ColumnElement[Any]:
    return cast(OBSERVATIONS.c.measures[name].astext, of)


_HEADCOUNTS = {
    **_versioned(OBSERVATIONS),
    "period": OBSERVATIONS.c.period,
    "headcount": _measure("insured_headcount", BigInteger),
    "arrears": _measure("months_in_arrears", BigInteger),
    "pay": _measure("contribution_base_average", Double),
    "due": _measure("due", Double),
    "paid": _measure("paid", Double),
    "origin": null(),
}
_REPORTS = {
    **_versioned(LAYOFF_REPORTS),
    "reported_on": LAYOFF_REPORTS.c.reported_on,
    "reference": LAYOFF_REPORTS.c.reference,
    "planned": LAYOFF_REPORTS.c.planned_layoffs,
    "headcount": LAYOFF_REPORTS.c.headcount,
    "layoff_on": LAYOFF_REPORTS.c.layoff_on,
}
_OPINIONS = {
    **_versioned(OPINIONS),
    "item": cast(OPINIONS.c.item, Text),
    "published_on": _day(OPINIONS.c.published_at),
    "source": OPINIONS.c.source,
    "cluster": OPINIONS.c.cluster,
    "is_negative": OPINIONS.c.negative,
    "confidence": OPINIONS.c.confidence,
    "kinds": OPINIONS.c.kinds,
    "announced": OPINIONS.c.announced,
    "announced_share": OPINIONS.c.announced_share,
}
_VISITS = {
    **_deed(VISITS),
    "visited_on": VISITS.c.visited_on,
    "on_site": VISITS.c.on_site,
    "operating": VISITS.c.operating,
    "owner_reachable": VISITS.c.owner_reachable,
    "equipment_moved": VISITS.c.equipment_moved,
    "gathering": VISITS.c.gathering,
    "planned": VISITS.c.planned_layoffs,
    "layoff_on": VISITS.c.layoff_on,
    "wages_owed_months": VISITS.c.wages_owed_months,
}
_HELP = {
    **_deed(HELP),
    "service": HELP.c.service,
    "given_on": HELP.c.given_on,
    "persons": HELP.c.persons,
    "amount": cast(HELP.c.amount, Double),
}
_ENTRIES = {
    **_versioned(ENTRIES),
    "status": ENTRIES.c.status,
    "capital": cast(ENTRIES.c.registered_capital, Double),
}
_RECORDS = {
    **_versioned(OBSERVATIONS),
    "feed": OBSERVATIONS.c.feed,
    "period": OBSERVATIONS.c.period,
    "measures": cast(OBSERVATIONS.c.measures, Text),
}
_REFUTATIONS = {"uscc": REFUTATIONS.c.uscc, "received_on": _day(REFUTATIONS.c.occurred_at)}


async def read(session: AsyncSession, usccs: Collection[str], *, since: date) -> Facts:
    """Return all versions of all facts that the features of days from `since` on may need."""
    wanted = sorted(usccs)
    there = await presence.kinds(session, wanted)

    def after(days: int) -> date:
        return since - timedelta(days=days)

    found: dict[str, pl.DataFrame] = {}
    for name, columns, schema, where in (
        ("reports", _REPORTS, schemas.REPORTS, LAYOFF_REPORTS.c.reported_on > after(PLAN_DAYS)),
        (
            "opinions",
            _OPINIONS,
            schemas.OPINIONS,
            _day(OPINIONS.c.published_at) >= after(OLDEST_DAYS),
        ),
        ("visits", _VISITS, schemas.VISITS, VISITS.c.visited_on > after(VISIT_DAYS)),
        ("help", _HELP, schemas.HELP, HELP.c.given_on > after(HELP_DAYS)),
        ("records", _RECORDS, RECORDS, _may_matter(since)),
    ):
        if name in there:
            found[name] = await _frame(session, wanted, columns, schema, where)
    if "affiliations" in there:
        found["affiliations"], found["troubles"] = await affiliations.read(session, wanted)
    return replace(await _months(session, wanted, there, since=since), **found)


async def read_months(session: AsyncSession, usccs: Collection[str], *, since: date) -> Facts:
    """Return what `read` does, but of the months and of what decides which of them count alone.

    That are headcounts, successions, entries of the register and refutations.
    """
    wanted = sorted(usccs)
    return await _months(session, wanted, await presence.kinds(session, wanted), since=since)


def _may_matter(since: date) -> ColumnElement[bool]:
    return or_(
        *(
            and_(OBSERVATIONS.c.feed == feed.value, OBSERVATIONS.c.period >= oldest(feed, since))
            for feed in FEEDS
        )
    )


async def _months(
    session: AsyncSession, wanted: Sequence[str], there: Collection[str], *, since: date
) -> Facts:
    async def months(of: Collection[str]) -> pl.DataFrame:
        values = {"usccs": sorted(of), "oldest": oldest_month(month_of(since))}
        return await copying.read(session, _RECENT_MONTHS, schemas.HEADCOUNTS, values)

    found = {
        "headcounts": await months(wanted),
        "entries": await _framed(session, _ALL_ENTRIES, wanted, schemas.ENTRIES),
    }
    if "refutations" in there:
        found["refutations"] = await _frame(session, wanted, _REFUTATIONS, schemas.REFUTATIONS)
    if "successions" in there:
        rules = successions.rules(await successions.versions(session, wanted), wanted)
        if givers := set(rules.filter(pl.col("other") != pl.col("uscc"))["other"]):
            theirs = await months(givers)
            found["headcounts"] = pl.concat([found["headcounts"], ascribed(theirs, rules)])
        found["successions"] = rules
    return Facts(**found)


async def _frame(
    session: AsyncSession,
    wanted: Sequence[str],
    columns: dict[str, ColumnElement[Any]],
    schema: pl.Schema,
    *where: ColumnElement[bool],
) -> pl.DataFrame:
    asked = _asked(columns, schema).where(*where)
    return await _framed(session, asked, wanted, schema)


async def _framed(
    session: AsyncSession, asked: Select[Any], wanted: Sequence[str], schema: pl.Schema
) -> pl.DataFrame:
    rows: Sequence[Any] = (await session.execute(asked, {"usccs": wanted})).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


def _asked(columns: dict[str, ColumnElement[Any]], schema: pl.Schema) -> Select[Any]:
    # The order in which the features name the columns, whatever the table's is.
    chosen = [columns[name].label(name) for name in schema]
    return select(*chosen).where(columns["uscc"] == any_(_USCCS))


# Of everyone who is judged: put together once, for that takes longer than to read what they ask.
_RECENT_MONTHS = copying.told(
    _HEADCOUNTS,
    schemas.HEADCOUNTS,
    OBSERVATIONS.c.uscc == any_(_USCCS),
    OBSERVATIONS.c.feed == Source.HEADCOUNT.value,
    OBSERVATIONS.c.period >= bindparam("oldest", type_=Text),
    # A bureau sends a month of everyone at once.
    alike={
        "received_on": OBSERVATIONS.c.received_at,
        "import_id": OBSERVATIONS.c.import_id,
        "period": OBSERVATIONS.c.period,
    },
)
_ALL_ENTRIES = _asked(_ENTRIES, schemas.ENTRIES)
