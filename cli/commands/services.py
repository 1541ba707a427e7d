"""`wengang services`: what the city can bring to an enterprise under warning, and on what basis."""

from typing import Final

import typer

from cli.gateway import connect
from cli.groups import group
from cli.output import Column, Output, OutputOption, show_rows
from cli.texts import text

_COLUMNS: Final = (
    Column("code"),
    Column("name"),
    Column("title", None, "policy"),
    Column("version"),
    Column("valid_from"),
    Column("valid_until"),
    Column("citation"),
    Column("confirmed"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    services = group(app, "services", text("commands.services"))
    services.command("list", help=text("services.list"))(list_services)


def list_services(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List the services with the policies behind each, a line a version."""
    found = connect(ctx).get("/v1/services").json()["data"]
    if output is Output.JSON:
        show_rows(found, _COLUMNS, output)
        return
    rows = [
        {**policy, "code": service["code"], "name": service["name"]}
        for service in found
        for policy in service["policies"]
    ]
    show_rows(rows, _COLUMNS, output)
