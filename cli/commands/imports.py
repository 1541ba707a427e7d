"""`wengang imports`: what became of what was pushed."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.problems import fault_line
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("received_at"),
    Column("feed"),
    Column("agency"),
    Column("state", "import_state"),
    Column("counts.rows"),
    Column("counts.accepted"),
    Column("counts.duplicate"),
    Column("counts.superseding"),
    Column("counts.rejected"),
    Column("id"),
)
_ERRORS: Final = (
    Column("place", label="row"),
    Column("column"),
    Column("message"),
    Column("value"),
    Column("code"),
)
_WORDS: Final = {"state": "import_state"}
ImportId = Annotated[str, typer.Argument(metavar="ID", help=text("imports.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    imports = group(app, "imports", text("commands.imports"))
    imports.command("list", help=text("imports.list"))(list_imports)
    imports.command("show", help=text("imports.show"))(show_import)
    imports.command("cancel", help=text("imports.cancel"))(cancel_import)
    imports.command(
        "errors",
        help=text("imports.errors"),
        epilog=examples("wengang imports errors ID --all -o csv > errors.csv"),
    )(list_errors)


@listing(_COLUMNS)
def list_imports(
    feed: Annotated[str | None, typer.Option(help=text("imports.of_feed"))] = None,
) -> Wanted:
    """List imports, newest first."""
    return Wanted("/v1/imports", {"feed": feed})


def show_import(
    ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE
) -> None:
    """Show an import with its counts."""
    taken = connect(ctx).get(_path(import_id)).json()
    if output is Output.TABLE:
        counts = taken.pop("counts")
        errors = [fault_line(error, place=in_file(error["place"])) for error in taken["errors"]]
        unknowns = [
            f"{kind['column']}: {kind['message']} ({kind['rows']})"
            for kind in taken.get("unknowns", ())
        ]
        taken = {
            **taken,
            **counts,
            "errors": ["\n".join(errors)] if errors else [],
            "unknowns": ["\n".join(unknowns)] if unknowns else [],
        }
    show_one(taken, output, words=_WORDS)


def cancel_import(
    ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE
) -> None:
    """End an import that is under way."""
    told = connect(ctx).write("POST", f"{_path(import_id)}/cancellation", {}).json()
    show_one({**told.pop("counts"), "state": told["state"]}, output, words=_WORDS)


def in_file(place: int | None) -> str:
    """Say where something stands: its row, or the file as a whole."""
    return text("row", row=place) if place is not None else text("whole_file")


@listing(_ERRORS)
def list_errors(import_id: ImportId) -> Wanted:
    """List why rows were not taken."""
    return Wanted(f"{_path(import_id)}/errors")


def _path(import_id: str) -> str:
    return f"/v1/imports/{quote(import_id, safe='')}"
