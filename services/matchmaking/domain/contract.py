"""A loan contract, the money drawn under it, and the jobs that it shall keep."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from services.matchmaking.domain.days import day_of
from services.matchmaking.domain.errors import AskRefused, Fault
from services.matchmaking.domain.referral import Referral
from services.matchmaking.domain.rules import LONGEST_TENOR_MONTHS

CHECKED_AFTER_MONTHS: Final = (3, 6, 12)
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Contract:
    """What was signed; amounts in CNY, the rate in per cent a year."""

    id: UUID
    referral_id: UUID
    candidate_id: UUID
    uscc: str
    district: str
    bank: str
    product: str
    amount: Decimal
    tenor_months: int
    annual_rate_percent: Decimal
    signed_on: date
    jobs_committed: int
    drawn: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Drawdown:
    """Money that flowed."""

    id: UUID
    contract_id: UUID
    amount: Decimal
    drawn_on: date


@dataclass(frozen=True, slots=True)
class Commitment:
    """Whether the jobs were kept `months` after signing; nobody knows before the month is known."""

    contract_id: UUID
    months: int
    due_on: date
    committed: int
    insured: int | None = None
    checked_on: date | None = None

    @property
    def month(self) -> str:
        """The month whose insured headcount is looked at."""
        return f"{self.due_on:%Y-%m}"

    @property
    def kept(self) -> bool | None:
        """What the headcount says; None is unknown, which is not kept."""
        return None if self.insured is None else self.insured >= self.committed


def sign(
    referral: Referral,
    *,
    contract_id: UUID,
    amount: Decimal,
    tenor_months: int,
    annual_rate_percent: Decimal,
    signed_on: date,
    jobs_committed: int,
    today: date,
) -> tuple[Contract, tuple[Commitment, ...]]:
    """Sign within what was granted; the jobs will be looked at three times.

    Raises AskRefused: with every fault.
    """
    faults: list[Fault] = []
    granted = referral.approved_amount or Decimal(0)
    rate = referral.approved_rate_percent or Decimal(0)
    granted_on = day_of(referral.decided_at) if referral.decided_at else signed_on
    _within(faults, "/amount", amount, granted)
    _within(faults, "/annual_rate_percent", annual_rate_percent, rate)
    _within(faults, "/tenor_months", tenor_months, LONGEST_TENOR_MONTHS)
    _between(faults, "/signed_on", signed_on, granted_on, today)
    if faults:
        raise AskRefused(faults)
    contract = Contract(
        id=contract_id,
        referral_id=referral.id,
        candidate_id=referral.candidate_id,
        uscc=referral.uscc,
        district=referral.district,
        bank=referral.bank,
        product=referral.product,
        amount=amount,
        tenor_months=tenor_months,
        annual_rate_percent=annual_rate_percent,
        signed_on=signed_on,
        jobs_committed=jobs_committed,
    )
    commitments = tuple(
        Commitment(contract_id, months, months_after(signed_on, months), jobs_committed)
        for months in CHECKED_AFTER_MONTHS
    )
    return contract, commitments


def draw(
    contract: Contract, *, drawdown_id: UUID, amount: Decimal, drawn_on: date, today: date
) -> tuple[Contract, Drawdown]:
    """Draw money, never more altogether than was signed. Raises AskRefused."""
    faults: list[Fault] = []
    _within(faults, "/amount", amount, contract.amount - contract.drawn)
    _between(faults, "/drawn_on", drawn_on, contract.signed_on, today)
    if faults:
        raise AskRefused(faults)
    drawn = replace(contract, drawn=contract.drawn + amount)
    return drawn, Drawdown(drawdown_id, contract.id, amount, drawn_on)


def check(commitment: Commitment, insured: int | None, *, today: date) -> Commitment | None:
    """Return the commitment as a headcount shows it; None where that is nothing new.

    Before its day nothing is checked. A month that is not known, or no longer, leaves it unknown.
    """
    if today < commitment.due_on or insured == commitment.insured:
        return None
    return replace(commitment, insured=insured, checked_on=None if insured is None else today)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of a shorter month (民法典 art. 202)."""
    whole = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(whole, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _within(faults: list[Fault], pointer: str, value: Decimal | int, most: Decimal | int) -> None:
    if value <= 0:
        faults.append(_fault(pointer, "must_exceed", limit=0))
    elif value > most:
        faults.append(_fault(pointer, "too_large", limit=most))


def _between(faults: list[Fault], pointer: str, day: date, first: date, last: date) -> None:
    if day < first:
        faults.append(_fault(pointer, "date_too_early", limit=first))
    if day > last:
        faults.append(_fault(pointer, "date_in_future", limit=last))


def _fault(pointer: str, code: str, **values: object) -> Fault:
    return {"pointer": pointer, "code": code, "values": values}
