"""Candidates, needs and products that tests of the domain begin with."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.matchmaking.domain.candidate import Candidate, ListSnapshot, State
from services.matchmaking.domain.firm import Firm
from services.matchmaking.domain.fit import Record
from services.matchmaking.domain.matching import Offer
from services.matchmaking.domain.need import Need
from services.matchmaking.domain.product import Bank, Product
from shared.calendar import SHANGHAI
from shared.codes.size_classes import SizeClass
from shared.events.ingest import ProtectionListKind
from tests.unit.matchmaking.offers import BANK, terms

NOW = datetime(2020, 8, 6, 9, 0, tzinfo=SHANGHAI)
TODAY = date(2020, 8, 6)
USCC = "91110105MA00000004"
FIRM = Firm(USCC, "110105", "6513", SizeClass.SMALL, size_is_provisional=True)
NEED = Need(
    amount=Decimal("1000000.00"),
    tenor_months=12,
    purpose="发放工资",
    needed_by=date(2020, 9, 30),
    jobs_to_keep=40,
    guarantees=(),
    has_loans=False,
)
LIST = ListSnapshot(ProtectionListKind.KEY, "2020-1", date(2020, 7, 1), None)


def candidate(state: State = State.CANDIDATE, **changed: Any) -> Candidate:
    """Return a candidate that stands somewhere."""
    one = Candidate(
        id=UUID(int=1),
        uscc=USCC,
        district="110105",
        state=state,
        version=3,
        selected_on=TODAY,
        lists=(LIST,),
    )
    return replace(one, **changed)


def product(bank: Bank = BANK, code: str = "steady", **changed: Any) -> Product:
    """Return a product with the terms of the tests, but for what is changed."""
    return Product(bank, code, 1, terms(**changed), created_at=NOW, updated_at=NOW)


def offer(made: Product | None = None, **changed: Any) -> Offer:
    """Return a product as it is offered today: the whole quota left, nothing known of the bank."""
    offered = made or product()
    one = Offer(offered, offered.terms.quota, Record(), authorized=True, asked=False)
    return replace(one, **changed)
