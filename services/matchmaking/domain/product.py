"""A bank's product, and how it is put in place or replaced."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from services.matchmaking.domain.errors import BankNotAdmitted, ProductChangedMeanwhile
from services.matchmaking.domain.rules import settle
from services.matchmaking.domain.terms import Terms

ANY = "*"


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as the gateway told of it."""

    client_id: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Product:
    """What a bank offers under a code of its own; `version` counts how often it was put."""

    bank: Bank
    code: str
    version: int
    terms: Terms
    created_at: datetime
    updated_at: datetime

    @property
    def tag(self) -> str:
        """The entity tag of this version."""
        return f'"{self.version}"'


def offer(
    current: Product | None,
    terms: Terms,
    *,
    bank: Bank | None,
    code: str,
    expected: Collection[str],
    now: datetime,
) -> Product:
    """Put a product in place, or a new version over the current one.

    `expected` holds the tags (or ANY) of which the current product must have one; none: no matter.

    Raises:
        BankNotAdmitted: the bank is not known or was shut out.
        ProductChangedMeanwhile: the current product is not as expected.
        TermsRefused: the terms have faults.
    """
    if bank is None or not bank.active:
        raise BankNotAdmitted
    if expected and (current is None or not {ANY, current.tag} & set(expected)):
        raise ProductChangedMeanwhile
    settled = settle(terms)
    if current is None:
        return Product(bank, code, 1, settled, created_at=now, updated_at=now)
    return replace(current, version=current.version + 1, terms=settled, updated_at=now)
