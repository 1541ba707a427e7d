"""`wengang imports`: what became of what was pushed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.codes import code_of
from cli.gateway import Gateway, connect
from cli.groups import group
from cli.lists import All, Limit, Wanted, listing
from cli.output import Column, Output, OutputOption, show_one, show_rows
from cli.problems import fault_line, unknown_line
from cli.refusals import Refused
from cli.terminal import note
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("received_at"),
    Column("feed"),
    Column("agency"),
    Column("kind", "import_kind"),
    Column("state", "import_state"),
    Column("counts.rows"),
    Column("counts.accepted"),
    Column("counts.duplicate"),
    Column("counts.superseding"),
    Column("counts.rejected"),
    Column("counts.quarantined"),
    Column("id"),
)
_ERRORS: Final = (
    Column("place", label="row"),
    Column("column"),
    Column("message"),
    Column("value"),
    Column("code"),
    Column("member"),
)
_NAMES: Final = (
    Column("name", label="looked_for"),
    Column("rows", label="rows_named"),
    Column("first", label="first_place"),
    Column("uscc"),
)
_HELD: Final = (
    Column("received_at"),
    Column("feed"),
    Column("agency"),
    Column("uscc"),
    Column("row"),
    Column("member"),
    Column("state", "quarantine_state"),
    Column("fate", "fate"),
    Column("ended_at"),
    Column("import_id"),
)
_WORDS: Final = {"state": "import_state", "kind": "import_kind"}
_WAITED: Final = {
    "held": "quarantine_held",
    "released": "quarantine_released",
    "rejected": "quarantine_rejected",
    "withdrawn": "quarantine_withdrawn",
    "expired": "quarantine_expired",
}
ImportId = Annotated[str, typer.Argument(metavar="ID", help=text("imports.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    imports = group(app, "imports", text("commands.imports"))
    imports.command("list", help=text("imports.list"))(list_imports)
    imports.command("show", help=text("imports.show"))(show_import)
    imports.command("cancel", help=text("imports.cancel"))(cancel_import)
    imports.command(
        "retry",
        help=text("imports.retry"),
        epilog=examples("wengang imports list --state failed", "wengang imports retry ID"),
    )(retry)
    imports.command(
        "errors",
        help=text("imports.errors"),
        epilog=examples(
            "wengang imports errors ID --all -o csv > errors.csv",
            "wengang imports errors ID --workbook errors.xlsx",
        ),
    )(errors)
    imports.command(
        "names",
        help=text("imports.names"),
        epilog=examples("wengang imports names ID -o csv > names.csv"),
    )(names)
    imports.command(
        "quarantine",
        help=text("imports.quarantine"),
        epilog=examples("wengang imports quarantine --state held"),
    )(list_quarantine)
    imports.command("withdraw-held", help=text("imports.withdraw_held"))(withdraw_held)


@listing(_COLUMNS)
def list_imports(
    feed: Annotated[str | None, typer.Option(help=text("imports.of_feed"))] = None,
    state: Annotated[
        str | None,
        typer.Option(parser=code_of("import_state"), help=text("imports.in_state")),
    ] = None,
) -> Wanted:
    """List imports, newest first."""
    return Wanted("/v1/imports", {"feed": feed, "state": state})


def show_import(
    ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE
) -> None:
    """Show an import with its counts."""
    taken = connect(ctx).get(_path(import_id)).json()
    if output is Output.TABLE:
        counts, waited = taken.pop("counts"), taken.pop("quarantine", {})
        errors = [fault_line(error, place=in_file(error)) for error in taken["errors"]]
        unknowns = [unknown_line(kind) for kind in taken.get("unknowns", ())]
        taken = {
            **taken,
            **counts,
            **_waited(waited),
            "errors": ["\n".join(errors)] if errors else [],
            "unknowns": ["\n".join(unknowns)] if unknowns else [],
        }
    show_one(taken, output, words=_WORDS, labels={"members": "import_members"})


def cancel_import(
    ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE
) -> None:
    """End an import that is under way."""
    told = connect(ctx).write("POST", f"{_path(import_id)}/cancellation", {}).json()
    show_one({**told.pop("counts"), "state": told["state"]}, output, words=_WORDS)


def retry(ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE) -> None:
    """Take an import up again that was set aside because working it off failed."""
    told = connect(ctx).write("POST", f"{_path(import_id)}/resumption", {}).json()
    show_one({**told.pop("counts"), "state": told["state"]}, output, words=_WORDS)


def in_file(error: Mapping[str, Any]) -> str:
    """Say where something stands: in which file of an archive, its row, or the file as a whole."""
    place, member = error["place"], error.get("member")
    where = text("row", row=place) if place is not None else text("whole_file")
    return f"{member}: {where}" if member else where


def errors(
    ctx: typer.Context,
    import_id: ImportId,
    workbook: Annotated[
        Path | None, typer.Option(dir_okay=False, help=text("imports.workbook"))
    ] = None,
    limit: Limit = 50,
    everything: All = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """List why rows were not taken, or write the sender's own table with the reasons in it."""
    if workbook is None:
        list_errors(ctx=ctx, import_id=import_id, limit=limit, everything=everything, output=output)
        return
    save_workbook(connect(ctx), import_id, workbook)
    note(text("imports.workbook_written", file=workbook))


def save_workbook(gateway: Gateway, import_id: str, file: Path) -> None:
    """Write an import's workbook of errors. Raises Refused."""
    content = gateway.get(f"{_path(import_id)}/errors.xlsx").content
    try:
        file.write_bytes(content)
    except OSError as fault:
        raise Refused(text("file_unwritable", file=file, reason=fault.strerror)) from fault


@listing(_ERRORS)
def list_errors(import_id: ImportId) -> Wanted:
    """List why rows were not taken."""
    return Wanted(f"{_path(import_id)}/errors")


def names(ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE) -> None:
    """List by which names enterprises were looked for in vain: as a CSV it is to be filled in."""
    found: dict[str, dict[str, Any]] = {}
    for error in connect(ctx).rows(f"{_path(import_id)}/errors"):
        if name := error.get("name"):
            first = in_file(error)
            about = found.setdefault(name, {"name": name, "rows": 0, "first": first, "uscc": ""})
            about["rows"] += 1
    show_rows(sorted(found.values(), key=lambda each: -each["rows"]), _NAMES, output)
    if found:
        note(text("imports.names_note"))


@listing(_HELD)
def list_quarantine(
    feed: Annotated[str | None, typer.Option(help=text("imports.of_feed"))] = None,
    state: Annotated[
        str | None,
        typer.Option(parser=code_of("quarantine_state"), help=text("imports.held_state")),
    ] = None,
    import_id: Annotated[
        str | None, typer.Option("--import", metavar="ID", help=text("imports.id"))
    ] = None,
) -> Wanted:
    """List rows that came before the register knew their enterprises."""
    return Wanted("/v1/quarantine", {"feed": feed, "state": state, "import_id": import_id})


def withdraw_held(
    ctx: typer.Context, import_id: ImportId, output: OutputOption = Output.TABLE
) -> None:
    """Take back the rows of an import that still wait for their enterprises."""
    told = connect(ctx).write("POST", f"{_path(import_id)}/quarantine/withdrawal", {}).json()
    show_one(_waited(told["quarantine"]), output)


def _waited(counts: dict[str, int]) -> dict[str, int]:
    return {label: counts[name] for name, label in _WAITED.items() if counts.get(name)}


def _path(import_id: str) -> str:
    return f"/v1/imports/{quote(import_id, safe='')}"
