"""Rule sets with their lives; those that are in force, as judging reads them."""

from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring import rulebook
from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.errors import RuleSetDayTaken, RuleSetNotFound
from services.scoring.domain.rule_document import plain
from services.scoring.domain.rule_life import RuleEntry, RuleState, Signature
from services.scoring.domain.rules import RuleSet
from services.scoring.tables import RULE_SETS
from shared.calendar import SHANGHAI
from shared.pagination import Column, Keyset, PageQuery

_NEWEST: Final = Keyset(
    Column(RULE_SETS.c.effective_from, date, descending=True),
    Column(RULE_SETS.c.version, str, descending=True),
)
_PLATFORM: Final = "platform"
_ONE_A_DAY: Final = "uq_rule_sets_one_a_day"
# They never change while a process lives, and to name one takes as long as to judge twenty.
_BUILT_IN: Final = tuple((rules, rulebook.digest(rules)) for rules in BUILT_IN.rule_sets)
# By digest: what was read once need not be read again, for a digest names its content.
_KNOWN: Final[dict[str, RuleSet]] = {}


async def in_force(session: AsyncSession) -> Editions:
    """Return the approved rule sets; the built-in ones are written where they are missing."""
    held = RULE_SETS.c
    rows = await session.execute(
        select(held.version, held.digest)
        .where(held.state == RuleState.APPROVED.value)
        .order_by(held.effective_from.desc(), held.is_built_in)
    )
    digests = dict(rows.all())
    if await _write_built_in(session, digests):
        return await in_force(session)
    missing = [version for version, digest in digests.items() if digest not in _KNOWN]
    if missing:
        documents = await session.execute(
            select(held.digest, held.document).where(held.version.in_(missing))
        )
        _KNOWN.update({digest: rulebook.read(told) for digest, told in documents})
    return Editions.of(_KNOWN[digest] for digest in digests.values())


async def _write_built_in(session: AsyncSession, digests: dict[str, str]) -> bool:
    """Write the editions that come with the platform; say whether any was not there."""
    written = False
    for rules, digest in _BUILT_IN:
        if digests.get(rules.version) == digest:
            continue
        signed = Signature(_PLATFORM, datetime.combine(rules.effective_from, time(), SHANGHAI))
        entry = RuleEntry(rules, digest, RuleState.APPROVED, 1, signed, is_built_in=True)
        row = _row(entry)
        put = insert(RULE_SETS).values(**row)
        await session.execute(
            put.on_conflict_do_update(
                index_elements=[RULE_SETS.c.version],
                set_={name: put.excluded[name] for name in row if name != "version"},
            )
        )
        written = True
    return written


async def page(session: AsyncSession, query: PageQuery) -> tuple[list[RuleEntry], str | None]:
    """Return a page of the rule sets, those from the last day first."""
    rows = (await session.execute(_NEWEST.page(select(RULE_SETS), query))).mappings().all()
    shown, cursor = _NEWEST.cut(rows, query, lambda row: (row["effective_from"], row["version"]))
    return [_entry(row) for row in shown], cursor


async def find(session: AsyncSession, version: str, *, lock: bool = False) -> RuleEntry | None:
    """Return a rule set; locked, if it is to be changed."""
    query = select(RULE_SETS).where(RULE_SETS.c.version == version)
    row = (
        (await session.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    )
    return None if row is None else _entry(row)


async def get(session: AsyncSession, version: str, *, lock: bool = False) -> RuleEntry:
    """Return a rule set; RuleSetNotFound if there is none."""
    entry = await find(session, version, lock=lock)
    if entry is None:
        raise RuleSetNotFound
    return entry


async def add(session: AsyncSession, entry: RuleEntry) -> bool:
    """Write a new rule set; tell whether its version was free."""
    written = await session.scalar(
        insert(RULE_SETS)
        .values(**_row(entry))
        .on_conflict_do_nothing(index_elements=[RULE_SETS.c.version])
        .returning(RULE_SETS.c.version)
    )
    return written is not None


async def save(session: AsyncSession, entry: RuleEntry) -> None:
    """Write what has become of a rule set. Raises RuleSetDayTaken."""
    row = _row(entry)
    try:
        async with session.begin_nested():
            await session.execute(
                update(RULE_SETS).where(RULE_SETS.c.version == row.pop("version")).values(**row)
            )
    except IntegrityError as error:
        if _ONE_A_DAY not in str(error.orig):
            raise
        raise RuleSetDayTaken(entry.rules.effective_from.isoformat()) from error


def _row(entry: RuleEntry) -> dict[str, Any]:
    signed = {
        name: (None if one is None else one.by, None if one is None else one.at)
        for name, one in (
            ("edited", entry.edited),
            ("proposed", entry.proposed),
            ("approved", entry.approved),
            ("withdrawn", entry.withdrawn),
        )
    }
    return {
        "version": entry.version,
        "state": entry.state.value,
        "effective_from": entry.rules.effective_from,
        "document": plain(entry.rules),
        "digest": entry.digest,
        "revision": entry.revision,
        "is_built_in": entry.is_built_in,
        **{f"{name}_by": by for name, (by, _) in signed.items()},
        **{f"{name}_at": at for name, (_, at) in signed.items()},
        "because": entry.because,
    }


def _entry(row: RowMapping) -> RuleEntry:
    return RuleEntry(
        rules=rulebook.read(row["document"]),
        digest=row["digest"],
        state=RuleState(row["state"]),
        revision=row["revision"],
        edited=Signature(row["edited_by"], row["edited_at"]),
        is_built_in=row["is_built_in"],
        proposed=_signature(row, "proposed"),
        approved=_signature(row, "approved"),
        withdrawn=_signature(row, "withdrawn"),
        because=row["because"],
    )


def _signature(row: RowMapping, name: str) -> Signature | None:
    return None if row[f"{name}_by"] is None else Signature(row[f"{name}_by"], row[f"{name}_at"])
