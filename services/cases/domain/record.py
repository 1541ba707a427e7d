"""What the projection knows of an enterprise's staff: insured headcounts and arrears by month."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Art. 41(1) of the Labour Contract Law: 20 persons, or a tenth of the staff; both included.
STATUTORY_PERSONS = 20
STATUTORY_SHARE = 10


@dataclass(frozen=True)
class Month:
    """What the social-insurance agency says of a month; None is what it did not say."""

    insured: int | None
    arrears: int | None


@dataclass(frozen=True)
class Record:
    """An enterprise by its months ("2020-08"), its industry where the register names one."""

    months: Mapping[str, Month] = field(default_factory=dict)
    industry: str | None = None

    def insured(self, month: str) -> int | None:
        """Return how many were insured in a month, if that is known."""
        known = self.months.get(month)
        return None if known is None else known.insured

    def arrears(self, month: str) -> int | None:
        """Return how many months were owed by a month, if that is known."""
        known = self.months.get(month)
        return None if known is None else known.arrears

    @property
    def latest(self) -> str | None:
        """Name the last month of which a headcount is known."""
        known = (month for month, said in self.months.items() if said.insured is not None)
        return max(known, default=None)


def is_statutory(lost: int, base: int) -> bool:
    """Tell whether a loss is of the size at which art. 41 asks for the procedure."""
    return lost >= STATUTORY_PERSONS or (lost > 0 and lost * STATUTORY_SHARE >= base)
