"""An enterprise's authorisation: which data, which banks, what for, until when (PIPL art. 23)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.matchmaking.domain.errors import (
    AskRefused,
    AuthorizationEnded,
    Fault,
    SecondPersonNeeded,
)
from services.matchmaking.domain.pack import DataItem

LONGEST: Final = timedelta(days=90)


class Standing(StrEnum):
    """Whether an authorisation holds."""

    PENDING = "pending"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_LIVE: Final = frozenset({Standing.PENDING, Standing.ACTIVE})


@dataclass(frozen=True, slots=True)
class Scope:
    """What an enterprise permits; `banks` None means any bank of the platform."""

    items: frozenset[DataItem]
    banks: frozenset[str] | None
    purpose: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Authorization:
    """An authorisation as given; on paper it waits for a second person."""

    id: UUID
    candidate_id: UUID
    uscc: str
    scope: Scope
    valid_from: date
    standing: Standing
    given_by: str
    paper_reference: str | None
    confirmed_by: str | None = None

    def holds(self, today: date) -> bool:
        """Tell whether it permits anything on a day."""
        return self.standing is Standing.ACTIVE and (
            self.valid_from <= today <= self.scope.valid_until
        )

    def covers(self, bank: str, today: date) -> bool:
        """Tell whether it lets a bank read on a day."""
        banks = self.scope.banks
        return self.holds(today) and (banks is None or bank in banks)


def give(
    scope: Scope,
    *,
    authorization_id: UUID,
    candidate_id: UUID,
    uscc: str,
    by: str,
    paper_reference: str | None,
    is_own: bool,
    known_banks: Iterable[str],
    today: date,
) -> Authorization:
    """Take an authorisation down: the enterprise's own holds at once, a paper once confirmed.

    Raises AskRefused: with every fault.
    """
    if faults := _faults(scope, paper_reference, is_own, frozenset(known_banks), today):
        raise AskRefused(faults)
    return Authorization(
        id=authorization_id,
        candidate_id=candidate_id,
        uscc=uscc,
        scope=scope,
        valid_from=today,
        standing=Standing.ACTIVE if is_own else Standing.PENDING,
        given_by=by,
        paper_reference=paper_reference,
    )


def confirm(given: Authorization, *, by: str, today: date) -> Authorization:
    """Let a second person confirm that the signed paper is there and says this.

    Raises AuthorizationEnded, SecondPersonNeeded.
    """
    if given.standing is not Standing.PENDING or given.scope.valid_until < today:
        raise AuthorizationEnded(given.standing)
    if by == given.given_by:
        raise SecondPersonNeeded
    return replace(given, standing=Standing.ACTIVE, confirmed_by=by)


def withdraw(given: Authorization) -> Authorization:
    """End an authorisation; possible at any time while it lives. Raises AuthorizationEnded."""
    if given.standing not in _LIVE:
        raise AuthorizationEnded(given.standing)
    return replace(given, standing=Standing.WITHDRAWN)


def covering(given: Sequence[Authorization], bank: str, today: date) -> list[Authorization]:
    """Return those that let a bank read on a day."""
    return [one for one in given if one.covers(bank, today)]


def items_for(given: Sequence[Authorization], bank: str, today: date) -> frozenset[DataItem]:
    """Return what a bank may read on a day."""
    return frozenset(item for one in covering(given, bank, today) for item in one.scope.items)


def _faults(
    scope: Scope,
    paper_reference: str | None,
    is_own: bool,
    known_banks: frozenset[str],
    today: date,
) -> list[Fault]:
    faults: list[Fault] = []
    last = today + LONGEST
    if scope.valid_until < today:
        faults.append(_fault("/valid_until", "date_too_early", limit=today))
    if scope.valid_until > last:
        faults.append(_fault("/valid_until", "too_large", limit=last))
    faults += [
        _fault("/banks", "bank_unknown", bank=bank)
        for bank in sorted((scope.banks or frozenset()) - known_banks)
    ]
    if not is_own and not paper_reference:
        faults.append(_fault("/paper_reference", "missing"))
    if is_own and paper_reference:
        faults.append(_fault("/paper_reference", "unknown_field"))
    return faults


def _fault(pointer: str, code: str, **values: object) -> Fault:
    return {"pointer": pointer, "code": code, "values": values}
