"""`wengang imports`: what became of what was pushed."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.output import MOST, All, Column, Limit, Output, OutputOption, show_list, show_one
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
    Column("row"),
    Column("column"),
    Column("message"),
    Column("value"),
    Column("code"),
)
ImportId = Annotated[str, typer.Argument(metavar="ID", help=text("imports.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    imports = typer.Typer(help=text("commands.imports"), no_args_is_help=True)
    imports.command("list", help=text("imports.list"))(list_imports)
    imports.command("show", help=text("imports.show"))(show_import)
    imports.command(
        "errors",
        help=text("imports.errors"),
        epilog=examples("wengang imports errors ID --all -o csv > errors.csv"),
    )(list_errors)
    app.add_typer(imports, name="imports")


def list_imports(
    ctx: typer.Context,
    feed: Annotated[str | None, typer.Option(help=text("imports.of_feed"))] = None,
    limit: Limit = MOST,
    everything: All = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """List imports, newest first."""
    show_list(
        connect(ctx),
        "/v1/imports",
        _COLUMNS,
        output,
        query={"feed": feed},
        limit=limit,
        everything=everything,
    )


def show_import(
    ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE
) -> None:
    """Show an import with its counts."""
    taken = connect(ctx).get(f"/v1/imports/{quote(import_id, safe='')}").json()
    if output is Output.TABLE:
        taken = {**taken, **taken.pop("counts")}
        taken["errors"] = [f"{error['row']} {error['message']}" for error in taken["errors"]]
    show_one(taken, output, words={"state": "import_state"})


def list_errors(
    ctx: typer.Context,
    import_id: ImportId,
    limit: Limit = MOST,
    everything: All = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """List why rows were not taken."""
    show_list(
        connect(ctx),
        f"/v1/imports/{quote(import_id, safe='')}/errors",
        _ERRORS,
        output,
        limit=limit,
        everything=everything,
    )
