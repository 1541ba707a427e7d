"""The query parameter that narrows a list to a district: a code of today, or a refusal."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import AfterValidator, WithJsonSchema

from shared.codes.divisions import DISTRICTS, district


def _known(code: str) -> str:
    """Refuse a code that no district has: to answer an empty list would look like good news."""
    return district(code).code


_CODES: Final = WithJsonSchema({"type": "string", "enum": [one.code for one in DISTRICTS]})

DistrictQuery = Annotated[
    Annotated[str, AfterValidator(_known), _CODES] | None, Query(description="Code of a district.")
]
