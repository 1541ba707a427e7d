"""The ladder on which an enterprise stands, and which of the three standings a place belongs to."""

from enum import StrEnum

from shared.events.scoring import RiskLevel


class Standing(StrEnum):
    """Not noticed, potential risk (潜在风险), or on the warning list (预警)."""

    NONE = "none"
    POTENTIAL_RISK = "potential_risk"
    WARNING = "warning"


class Place(StrEnum):
    """A rung: the two standings below a warning, then the warning's levels."""

    NONE = "none"
    POTENTIAL_RISK = "potential_risk"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        """Say how high the rung is; 0 is the floor."""
        return _RANKS[self]

    @property
    def standing(self) -> Standing:
        """Say which standing the rung belongs to."""
        return _STANDINGS[self]

    @property
    def level(self) -> RiskLevel:
        """Return the level of a warning; a ValueError on the rungs that are none."""
        return RiskLevel(self.value)

    def below(self) -> "Place":
        """Return the next lower rung; the floor has none, hence an IndexError."""
        if self is Place.NONE:
            raise IndexError("nothing lies below the floor")
        return LADDER[self.rank - 1]


LADDER = (
    Place.NONE,
    Place.POTENTIAL_RISK,
    Place.BLUE,
    Place.YELLOW,
    Place.ORANGE,
    Place.RED,
)
# Looked up for each of thousands at once.
_RANKS = {place: rank for rank, place in enumerate(LADDER)}
_STANDINGS = {
    Place.NONE: Standing.NONE,
    Place.POTENTIAL_RISK: Standing.POTENTIAL_RISK,
    Place.BLUE: Standing.WARNING,
    Place.YELLOW: Standing.WARNING,
    Place.ORANGE: Standing.WARNING,
    Place.RED: Standing.WARNING,
}
