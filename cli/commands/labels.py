"""`wengang labels`: what warnings came to, to learn from."""

from typing import Final

import typer

from cli.codes import district_name
from cli.lists import Wanted, listing
from cli.output import Column
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("raised_on"),
    Column("uscc"),
    Column("district", district_name),
    Column("place", "place"),
    Column("likelihood"),
    Column("headcount"),
    Column("jobs_at_risk"),
    Column("label", "outcome_label"),
    Column("outcome", "outcome"),
    Column("lost_in_three_months"),
    Column("lost_in_six_months"),
    Column("rules"),
    Column("warning_id"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "labels",
        help=text("commands.labels"),
        epilog=examples("wengang labels --all -o csv > labels.csv"),
    )(list_labels)


@listing(_COLUMNS)
def list_labels() -> Wanted:
    """List what warnings came to, the oldest first."""
    return Wanted("/v1/labels")
