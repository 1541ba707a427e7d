"""The indicator that the edition 2020.5 adds: trouble that anybody tells of in public (P4)."""

from typing import Final

from services.scoring.domain.indicator_rows import ONE, family
from services.scoring.domain.rules import Family, Reading, Source

_OPINION_DAYS: Final = 14
# So little that it corroborates nothing by itself (.15 of a reliability of .60 is below .10).
TOLD: Final = 0.15

ADDED_2020_5 = family(
    Family.OPINION,
    _OPINION_DAYS,
    (
        "P4",
        Source.OPINION,
        Reading.TROUBLE_TOLD,
        ((ONE, TOLD),),
        "[D]; anybody who does not hedge, if more than is usual of this enterprise",
    ),
)
