"""What looks like distress and is none: moves of staff, bounced payments, rumours."""

from dataclasses import dataclass
from enum import StrEnum

from simulation.chance import Chance, between
from simulation.shape import Parameters
from simulation.world.hidden import State
from simulation.world.months import MONTHS
from simulation.world.register import Enterprise


class DecoyKind(StrEnum):
    """Why something only looks bad."""

    TRANSFER = "transfer"
    OUTSOURCING = "outsourcing"
    MOVED_OUT = "moved_out"
    BANK_MISTAKE = "bank_mistake"
    CAPITAL_CUT = "capital_cut"
    RUMOUR = "rumour"

    @property
    def moves_staff(self) -> bool:
        """Tell whether insured staff leave the enterprise without losing their jobs."""
        return self in {DecoyKind.TRANSFER, DecoyKind.OUTSOURCING, DecoyKind.MOVED_OUT}


@dataclass(frozen=True, slots=True)
class Decoy:
    """One such thing in one month; `draw` decides its day, `share` how much of the staff moves."""

    kind: DecoyKind
    month: int
    draw: float
    share: float = 0.0


def decoys(
    enterprise: Enterprise, states: tuple[State, ...], parameters: Parameters, chance: Chance
) -> tuple[Decoy, ...]:
    """Return what befalls an enterprise in its healthy months, at most one a month."""
    given = parameters.decoys
    draw = chance.stream(enterprise.uscc, "decoys")
    loud = (enterprise.staff / 50) ** 0.5
    # The elder of a pair of sisters gives, the younger takes.
    gives = enterprise.sister is not None and enterprise.serial % 2 == 0
    table = (
        (DecoyKind.TRANSFER, given.transfer if gives else 0.0, given.transfer_share),
        (DecoyKind.OUTSOURCING, given.outsourcing, given.outsourcing_share),
        (DecoyKind.MOVED_OUT, given.moved_out, (1.0, 1.0)),
        (DecoyKind.BANK_MISTAKE, given.bank_mistake, (0.0, 0.0)),
        (DecoyKind.CAPITAL_CUT, given.healthy_capital_cut, (0.0, 0.0)),
        (DecoyKind.RUMOUR, min(0.2, given.rumour * loud), (0.0, 0.0)),
    )
    found: list[Decoy] = []
    moved_out = False
    for month in range(MONTHS):
        number, day, size = draw.random(), draw.random(), draw.random()
        if states[month] is not State.HEALTHY or moved_out:
            continue
        for kind, share, sizes in table:
            if number < share:
                found.append(Decoy(kind, month, day, between(*sizes, size)))
                moved_out = kind is DecoyKind.MOVED_OUT
                break
            number -= share
    return tuple(found)
