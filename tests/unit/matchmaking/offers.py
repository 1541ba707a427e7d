"""Terms and banks that tests begin with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.matchmaking.domain.product import Bank
from services.matchmaking.domain.terms import GuaranteeKind, Terms
from shared.codes.size_classes import SizeClass

BANK = Bank("bank-a", "甲银行", active=True)

TERMS = Terms(
    name="稳岗贷",
    borrower_sizes=(SizeClass.SMALL, SizeClass.MICRO),
    industries=("I", "65", "6513"),
    districts=("110105", "1101K1"),
    amount_min=Decimal("100000.00"),
    amount_max=Decimal("5000000.00"),
    tenor_min_months=3,
    tenor_max_months=36,
    annual_rate_percent=Decimal("3.8500"),
    guarantees=(GuaranteeKind.CREDIT, GuaranteeKind.SURETY),
    first_loan=True,
    quota=Decimal("200000000.00"),
    valid_from=date(2020, 7, 1),
    valid_until=date(2021, 6, 30),
    policy_tag=None,
)


def terms(**changed: Any) -> Terms:
    """Return terms without faults, but for what is changed."""
    return replace(TERMS, **changed)
