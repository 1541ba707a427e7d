"""What agencies say of one key, each with a voice of its own, and what stands of it.

The last statement stands. Who takes back takes its own alone: what another agency has said, and has
not taken back, stands again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.ingest.domain.fates import Held, Origin

_FIRST = 0
"""Of what left no version: where moments are alike, it comes before what did."""


@dataclass(frozen=True)
class Taking:
    """An import by which an agency took a period back, or replaced it by a file."""

    origin: Origin
    period: str
    is_file: bool
    agency: str


class Voices:
    """The last statement of each agency, in the order in which they were made."""

    def __init__(self, told: Iterable[Held] = ()) -> None:
        self._last: dict[str, Held] = {}
        for each in told:
            self.hear(each)

    @property
    def standing(self) -> Held | None:
        """Return what stands: what was said last and is not taken back."""
        return next(reversed(self._last.values()), None)

    def hear(self, told: Held) -> tuple[Held, ...]:
        """Take a statement up, and return the versions that it makes.

        None, if it takes back what is hidden behind another agency's statement; two, if something
        stands again.
        """
        before = self.standing
        self._last.pop(told.agency, None)
        if not told.withdrawn:
            self._last[told.agency] = told
            return (told,)
        if before is None or before.agency != told.agency:
            return ()
        again = self.standing
        if again is None:
            return (told,)
        return told, replace(again, origin=told.origin, restored=True)


def statements(history: Sequence[Held], takings: Sequence[Taking] = ()) -> tuple[Held, ...]:
    """Return what agencies have said of a key, in the order of receipt.

    `history`: all its versions, each with its origin. Of each import the last one counts: it is
    what the import said; what only stood again is nobody's statement. `takings`: of its period,
    by anybody. Those that left no version of the key took back what was hidden, or nothing; or they
    are files that said what stood as their agency's already.
    """
    in_order = sorted(history, key=lambda held: held.version)
    last: dict[UUID, tuple[datetime, int, Held | Taking]] = {
        held.origin.import_id: (held.origin.received_at, held.version, held)
        for held in in_order
        if held.origin is not None and not held.restored
    }
    for taking in takings:
        of = taking.origin
        last.setdefault(of.import_id, (of.received_at, _FIRST, taking))
    told: list[Held] = []
    voices = Voices()
    for *_, each in sorted(last.values(), key=lambda one: one[:2]):
        held = _heard(each, voices.standing) if isinstance(each, Taking) else each
        voices.hear(held)
        told.append(held)
    return tuple(told)


def _heard(taking: Taking, standing: Held | None) -> Held:
    """Return what a taking says that left no version."""
    own = standing is not None and standing.agency == taking.agency
    if taking.is_file and standing is not None and own:
        return replace(standing, origin=taking.origin)
    return Held(0, {}, withdrawn=True, origin=taking.origin, agency=taking.agency)
