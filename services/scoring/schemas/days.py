"""Days as clients name them."""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

# No source reaches back so far; what looks back from an earlier day would leave the calendar.
_FIRST: Final = date(1990, 1, 1)

Day = Annotated[date, Field(ge=_FIRST)]
