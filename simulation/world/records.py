"""What agencies push: a push, and records in the forms of the feeds' contracts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from simulation.world.course import Row
from simulation.world.months import text_of
from simulation.world.plans import Plan
from simulation.world.register import Enterprise

Record = Mapping[str, object]
_AT_ONCE: Final = 10_000


class Feed(StrEnum):
    """The feeds that the city's agencies push."""

    REGISTER = "enterprise_register"
    HEADCOUNT = "insured_headcount"
    REPORT = "layoff_report"
    LIST = "protection_list"
    OPINION = "opinion_item"


# Who pushes what.
AGENCIES: Mapping[Feed, str] = {
    Feed.REGISTER: "agency-amr",
    Feed.HEADCOUNT: "agency-hrss",
    Feed.REPORT: "agency-hrss",
    Feed.LIST: "agency-deit",
    Feed.OPINION: "agency-opinion",
}


@dataclass(frozen=True, slots=True)
class Push:
    """What one agency sends at once to one feed."""

    agency: str
    feed: str
    records: Sequence[Record]


def pushes(feed: Feed, records: Iterable[Record]) -> Iterator[Push]:
    """Yield pushes by who owns the feed, of at most so many records; none if there are none."""
    waiting: list[Record] = []
    for record in records:
        waiting.append(record)
        if len(waiting) == _AT_ONCE:
            yield Push(AGENCIES[feed], feed.value, waiting)
            waiting = []
    if waiting:
        yield Push(AGENCIES[feed], feed.value, waiting)


def register_record(enterprise: Enterprise, *, status: str, capital: Decimal) -> Record:
    """Return an entry of the register."""
    record: dict[str, object] = {
        "uscc": enterprise.uscc,
        "name": enterprise.name.full,
        "district": enterprise.district,
        "industry": enterprise.trade.code,
        "status": status,
        "established_on": enterprise.established_on.isoformat(),
        "registered_capital": f"{capital:.2f}",
    }
    if enterprise.known_as:
        record["short_names"] = ";".join(enterprise.known_as)
    return record


def headcount_record(enterprise: Enterprise, row: Row, *, wrong_by: int = 0) -> Record:
    """Return a month's headcount; `wrong_by` is what somebody mistyped."""
    insured = max(0, row.staff + wrong_by)
    record: dict[str, object] = {
        "uscc": enterprise.uscc,
        "month": text_of(row.month),
        "insured_headcount": insured,
        "months_in_arrears": row.in_arrears,
        "joined": row.joined,
        "left": row.left,
    }
    if insured:
        record["contribution_base_average"] = f"{row.base:.2f}"
        record["due"] = f"{row.due:.2f}"
        record["paid"] = f"{row.paid:.2f}"
    return record


def report_record(uscc: str, plan: Plan, reported_on: date) -> Record:
    """Return the report of a layoff by art. 41."""
    return {
        "uscc": uscc,
        "reported_on": reported_on.isoformat(),
        "planned_layoffs": sum(loss.jobs for loss in plan.losses),
        "headcount": plan.headcount,
        "layoff_on": plan.first_on.isoformat(),
        "ground": plan.ground,
    }


def list_record(
    uscc: str, *, kind: str, edition: str, since: date, until: date | None, reason: str
) -> Record:
    """Return an entry of an edition of a protection list."""
    record: dict[str, object] = {
        "uscc": uscc,
        "list_kind": kind,
        "edition": edition,
        "valid_from": since.isoformat(),
        "reason": reason,
    }
    if until is not None:
        record["valid_until"] = until.isoformat()
    return record
