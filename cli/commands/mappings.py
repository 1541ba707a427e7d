"""`wengang mappings`: how an agency's files are read."""

import sys
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.pushing.files import use_mapping
from cli.terminal import note
from cli.texts import examples, text

_COLUMNS: Final = (Column("name"), Column("version"), Column("feed"), Column("saved_at"))
Name = Annotated[str, typer.Argument(help=text("mappings.name"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    mappings = group(app, "mappings", text("commands.mappings"))
    mappings.command("list", help=text("mappings.list"))(list_mappings)
    mappings.command("show", help=text("mappings.show"))(show_mapping)
    mappings.command(
        "set",
        help=text("mappings.set"),
        epilog=examples("wengang --as agency-amr mappings set mappings/registry_cn.yaml"),
    )(set_mapping)


@listing(_COLUMNS)
def list_mappings() -> Wanted:
    """List one's own mappings."""
    return Wanted("/v1/mappings")


def show_mapping(
    ctx: typer.Context,
    name: Name,
    version: Annotated[int | None, typer.Option(min=1, help=text("mappings.version"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Write the document of a mapping, to be edited; with -o json all that is known of it."""
    path = f"/v1/mappings/{quote(name, safe='')}"
    found = connect(ctx).get(path, {"version": version}).json()
    if output is Output.TABLE:
        sys.stdout.write(found["document"])
        return
    show_one(found, output)


def set_mapping(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=text("mappings.file"), dir_okay=False)],
) -> None:
    """Keep a mapping as the next version of its name, which is the file's."""
    note(text("mappings.kept", name=use_mapping(connect(ctx), str(file))))
