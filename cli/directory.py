"""Entries that an administrator keeps (officers, partners): read one, change some of it, write it.

What is not named stays as it was; what somebody else changed in between is not overwritten.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli.gateway import Gateway
from cli.refusals import ExitCode, Refused
from cli.texts import text

Entry = dict[str, Any]
Active = Annotated[bool | None, typer.Option("--active/--inactive", help=text("options.active"))]


def put(
    gateway: Gateway,
    path: str,
    *,
    key: str,
    name: str,
    changes: Mapping[str, object],
    defaults: Mapping[str, object],
) -> Entry:
    """Write the entry `name` of the list at `path`, whose field `key` names each.

    `changes` holds every field that is written, None or an empty list for those to leave;
    `defaults` what a new entry has where nothing is said. Raises Refused: a new entry lacks a
    field, or as the gateway.
    """
    before: Entry = next((row for row in gateway.rows(path) if row[key] == name), {})
    body = {
        field: before.get(field, defaults.get(field)) if wanted in (None, []) else wanted
        for field, wanted in changes.items()
    }
    if lacking := [
        field for field, value in body.items() if value is None and field not in defaults
    ]:
        options = ", ".join(f"--{field.removesuffix('s')}" for field in lacking)
        raise Refused(
            text("directory.lacking", name=name, options=options), exit_code=ExitCode.USAGE
        )
    answer = gateway.write(
        "PUT",
        f"{path}/{quote(name, safe='')}",
        body,
        if_match=f'"{before["version"]}"' if before else None,
    )
    entry: Entry = answer.json()
    return entry
