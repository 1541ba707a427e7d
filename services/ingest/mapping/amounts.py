"""Amounts of money as senders write them, `1,000(万元人民币)`, in CNY; or why that is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

from services.ingest.mapping.numbers import NumberUnreadable, written

_CENT: Final = Decimal("0.01")


class AmountUnreadable(ValueError):
    """The text is no number with a unit and a currency that the mapping knows."""


class RateUnknown(ValueError):
    """The currency has no rate in the mapping: what the amount is in CNY is not known."""

    def __init__(self, currency: str) -> None:
        super().__init__(currency)
        self.currency = currency


@dataclass(frozen=True)
class AmountForm:
    """How a sender writes amounts: units and what they count, currencies and what one is in CNY.

    A rate of None: the currency is known, its rate is not. `currency` is meant where none is said.
    """

    units: Mapping[str, Decimal]
    currencies: Mapping[str, Decimal | None]
    currency: str
    decimal: str = "."

    def read(self, text: str, *, unit: str = "") -> Decimal:
        """Return the amount in CNY, rounded to the fen; `unit` is meant where it says none.

        Raises AmountUnreadable, RateUnknown.
        """
        try:
            before, number, after = written(text, decimal=self.decimal)
        except NumberUnreadable:
            raise AmountUnreadable(text) from None
        count, currency = self._taken_apart(after + before or unit)
        rate = self.currencies.get(currency)
        if rate is None:
            raise RateUnknown(currency)
        try:
            return (number * count * rate).quantize(_CENT, rounding=ROUND_HALF_EVEN)
        except InvalidOperation:  # more digits than any amount has: 999999999999999e13
            raise AmountUnreadable(text) from None

    def _taken_apart(self, words: str) -> tuple[Decimal, str]:
        """Return unit and currency: the longest unit after which a known currency is left."""
        starts = [unit for unit in self.units if words.startswith(unit)]
        starts.sort(key=len, reverse=True)
        for unit in (*starts, ""):
            rest = words.removeprefix(unit)
            if rest in self.currencies or not rest:
                return self.units.get(unit, Decimal(1)), rest or self.currency
        if starts:
            # A unit of ours and something behind it: money, of a kind that the mapping lacks.
            return self.units[starts[0]], words.removeprefix(starts[0])
        raise AmountUnreadable(words)
