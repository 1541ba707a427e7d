"""What became of a file that was pushed, shown to who pushed it."""

from pathlib import Path
from typing import Any, Final

from cli.gateway import Gateway
from cli.output import Column, Output, show_one, show_rows, write_json
from cli.problems import unknown_line
from cli.terminal import note
from cli.texts import text

SHOWN_ERRORS: Final = 10
_ERRORS: Final = (
    Column("place", label="row"),
    Column("column"),
    Column("message"),
    Column("value"),
    Column("member"),
)

_READINGS: Final = (
    Column("row"),
    Column("column"),
    Column("header"),
    Column("cell"),
    Column("value", label="read_as"),
)


def show_import(told: dict[str, Any], traced: str | None, output: Output) -> None:
    """Show what became of a file."""
    if output is Output.JSON:
        write_json({**told, "trace_id": traced})
        return
    account = {"state": told["state"], **told["counts"]}
    if output is Output.CSV:
        show_rows([account], [Column(name) for name in account], output)
    else:
        show_one({"id": told["id"], **account}, output, words={"state": "import_state"})
        shown = told["errors"][:SHOWN_ERRORS]
        if shown:
            in_one = not any(error.get("member") for error in shown)
            columns = [each for each in _ERRORS if not (in_one and each.path == "member")]
            show_rows(shown, columns, output)
        if told["more_errors"] or len(told["errors"]) > len(shown):
            note(text("push.all_errors", id=told["id"]))
    for kind in told["unknowns"]:
        note(unknown_line(kind))
    if told["dry_run"]:
        note(text("push.tried"))
    elif told["repeated"]:
        note(text("push.repeated_file"))
    tell_of_end(told)


def tell_of_end(told: dict[str, Any]) -> None:
    """Say until when the version of the contract is taken by which something was judged."""
    if told.get("contract_sunset_on"):
        named = {"feed": told["feed"], "version": told["contract_version"]}
        note(text("push.ends", **named, sunset=told["contract_sunset_on"]))


def hint(told: dict[str, Any], *, feed: str, file: Path, mapped: bool) -> None:
    """Say what helps where nothing but the layout, or a name, is in the way."""
    codes = {error.get("code") for error in told["errors"]}
    if not mapped and "column_missing" in codes:
        note(text("push.other_layout", feed=feed, file=file))
    if "enterprise_name_unknown" in codes:
        note(text("push.unknown_names", id=told["id"]))


def show_readings(gateway: Gateway, told: dict[str, Any]) -> None:
    """Show how the first records were read, beside their cells."""
    found = gateway.get(f"/v1/imports/{told['id']}/readings").json()["data"]
    if found:
        note(text("push.readings"))
        show_rows(found, _READINGS, Output.TABLE)
