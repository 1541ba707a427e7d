"""A figure, the limit that stands beside it, and the statistics that both are made by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class BenchmarkFailed(Exception):
    """A benchmark could not be run to its end; the text says why."""


@dataclass(frozen=True)
class Measurement:
    """What the platform reached, and what the bare parts reach, in one unit."""

    name: str
    figure: float
    unit: str
    limit: float
    limit_name: str

    @property
    def ratio(self) -> float:
        """Figure by limit: of a rate better when high, of a delay better when low."""
        return self.figure / self.limit

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "figure": self.figure,
            "unit": self.unit,
            "limit": self.limit,
            "limit_name": self.limit_name,
            "ratio": self.ratio,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that at least `share` (above 0, to 1) of the values do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
