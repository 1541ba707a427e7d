"""`wengang area-alerts`: districts where many enterprises lost much staff in one month."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("raised_at"),
    Column("district", district_name),
    Column("month"),
    Column("enterprises"),
    Column("persons"),
    Column("is_standing"),
    Column("id"),
)
_MEMBERS: Final = (
    Column("name"),
    Column("uscc"),
    Column("base"),
    Column("persons", label="persons_lost"),
)
_WORDS: Final[Mapping[str, Words]] = {"district": district_name}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    alerts = group(app, "area-alerts", text("commands.area_alerts"))
    alerts.command(
        "list",
        help=text("area_alerts.list"),
        epilog=examples("wengang area-alerts list --month 2020-08 --district 110105"),
    )(list_alerts)
    alerts.command("show", help=text("area_alerts.show"))(show_alert)


@listing(_COLUMNS)
def list_alerts(
    district: District = None,
    month: Annotated[str | None, typer.Option(help=text("area_alerts.month"))] = None,
) -> Wanted:
    """List the alerts of districts, the last raised first."""
    return Wanted("/v1/area-alerts", {"district": district, "month": month})


def show_alert(
    ctx: typer.Context,
    alert_id: Annotated[str, typer.Argument(metavar="ID", help=text("area_alerts.id"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show an alert with its enterprises."""
    alert = connect(ctx).get(f"/v1/area-alerts/{quote(alert_id, safe='')}").json()
    if output is not Output.TABLE:
        show_one(alert, output)
        return
    members = alert.pop("members")
    show_one(alert, output, words=_WORDS)
    show_rows(members, _MEMBERS, output)
