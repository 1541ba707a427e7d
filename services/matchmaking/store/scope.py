"""Whose things an asker may see, as a condition of every query."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from services.matchmaking.tables import CASE_PLACES
from shared.sight import within


@dataclass(frozen=True)
class Scope:
    """The bounds of an asker; None is no bound.

    Officers see districts, a representative the enterprises that they act for, a bank its own.
    """

    districts: frozenset[str] | None = None
    usccs: frozenset[str] | None = None
    bank: str | None = None

    def conditions(
        self,
        *,
        district: ColumnElement[str],
        uscc: ColumnElement[str],
        bank: ColumnElement[str] | None = None,
    ) -> Iterator[ColumnElement[bool]]:
        """Say the bounds of columns; a list without banks is not for banks at all."""
        if self.districts is not None:
            yield within(self.districts, registered=district, uscc=uscc, places=CASE_PLACES)
        if self.usccs is not None:
            yield uscc.in_(sorted(self.usccs))
        if self.bank is not None:
            if bank is None:
                raise TypeError("a bank asks for what no bank may see")
            yield bank == self.bank
