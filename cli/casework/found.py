"""Which case is meant: people name it by its number, the API by its id."""

import re
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.gateway import Gateway
from cli.refusals import Refused
from cli.texts import text

# District, year and running number: 110105-2026-000001.
_NUMBER: Final = re.compile(r"\w{6}-\d{4}-\d{6}")

CaseId = Annotated[str, typer.Argument(metavar="ID", help=text("cases.id"))]
Note = Annotated[str | None, typer.Option("--note", help=text("cases.note"))]


def case_id(gateway: Gateway, asked: str) -> str:
    """Return the id of the case that is meant."""
    if not _NUMBER.fullmatch(asked):
        return asked
    found = list(gateway.rows("/v1/cases", {"number": asked}))
    if not found:
        raise Refused(text("cases.no_such_number", number=asked))
    return str(found[0]["id"])


def case_path(identifier: str) -> str:
    """Return the address of a case by its id."""
    return f"/v1/cases/{quote(identifier, safe='')}"
