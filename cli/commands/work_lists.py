"""`wengang work-lists`: whom a district looks at this week, within what it can look at."""

from itertools import islice
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import district_code, district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Wanted, listing
from cli.output import Column, Output, OutputOption, show_one, show_rows, write_json
from cli.refusals import Refused
from cli.terminal import note
from cli.texts import examples, text

_LISTS: Final = (
    Column("week"),
    Column("district", district_name),
    Column("capacity"),
    Column("listed"),
    Column("entered"),
    Column("departed"),
)
_ENTRIES: Final = (
    Column("rank"),
    Column("previous_rank"),
    Column("change", "list_change"),
    Column("is_first_time"),
    Column("is_reserve"),
    Column("place", "place"),
    Column("enterprise.name"),
    Column("enterprise.uscc"),
    Column("jobs_at_risk"),
    Column("likelihood"),
)
_LEFT: Final = (
    Column("previous_rank"),
    Column("name"),
    Column("uscc"),
    Column("because", "list_leaving", "list_left_because"),
)
_CAPACITIES: Final = (
    Column("district", district_name),
    Column("weekly"),
    Column("set_by"),
    Column("set_at"),
)
_Place = Annotated[
    str,
    typer.Argument(parser=district_code, metavar="DISTRICT", help=text("options.district")),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    work_lists = group(app, "work-lists", text("commands.work_lists"))
    work_lists.command("list", help=text("work_lists.list"))(list_lists)
    work_lists.command(
        "show",
        help=text("work_lists.show"),
        epilog=examples("wengang work-lists show 110105"),
    )(show_list)
    work_lists.command("capacities", help=text("work_lists.capacities"))(capacities)
    work_lists.command(
        "capacity",
        help=text("work_lists.capacity"),
        epilog=examples("wengang work-lists capacity 110105 40"),
    )(set_capacity)


@listing(_LISTS)
def list_lists(district: District = None) -> Wanted:
    """List the weekly lists, the last week first."""
    return Wanted("/v1/work-lists", {"district": district})


def show_list(
    ctx: typer.Context,
    district: _Place,
    week: Annotated[str | None, typer.Argument(help=text("work_lists.week"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show the list of a week, by default the last: who is on it, and who left."""
    gateway = connect(ctx)
    if week is None:
        newest = list(islice(gateway.rows("/v1/work-lists", {"district": district}), 1))
        if not newest:
            raise Refused(text("work_lists.none"))
        week = str(newest[0]["week"])
    found = gateway.get(f"/v1/work-lists/{district}/{quote(week, safe='')}").json()
    if output is Output.JSON:
        write_json(found)
        return
    show_rows(found["entries"], _ENTRIES, output)
    if output is Output.TABLE and found["left"]:
        note(text("work_lists.left"))
        show_rows(found["left"], _LEFT, output)


def capacities(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List how many enterprises districts look at in a week."""
    found = connect(ctx).get("/v1/work-list-capacities").json()["data"]
    show_rows(found, _CAPACITIES, output)


def set_capacity(
    ctx: typer.Context,
    district: _Place,
    weekly: Annotated[int, typer.Argument(min=1, max=10_000, help=text("work_lists.weekly"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Say how many enterprises a district looks at in a week."""
    path = f"/v1/work-list-capacities/{district}"
    told = connect(ctx).write("PUT", path, {"weekly": weekly}).json()
    show_one(told, output, words={"district": district_name})
