"""`wengang cases stats`: what became of the cases of a period, and the resolution rate."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.gateway import connect
from cli.lists import District
from cli.output import Output, OutputOption, show_one
from cli.texts import examples, text, word


def register(cases: typer.Typer) -> None:
    """Add the command to `wengang cases`."""
    cases.command(
        "stats",
        help=text("cases.stats"),
        epilog=examples("wengang cases stats --since 2020-07-31 --until 2020-09-30"),
    )(count_cases)


def count_cases(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option(help=text("cases.opened_since"))] = None,
    until: Annotated[str | None, typer.Option(help=text("cases.opened_until"))] = None,
    district: District = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Count the cases that were opened in a period."""
    query = {"since": since, "until": until, "district": district}
    counted = connect(ctx).get("/v1/statistics/cases", query).json()
    show_one(_lines(counted) if output is Output.TABLE else counted, output)


def _lines(counted: Mapping[str, Any]) -> dict[str, Any]:
    rate = counted["resolution_rate"]
    told = {
        "by_status": _by(counted["by_status"], "case_status"),
        "by_outcome": _by(counted["by_outcome"], "outcome"),
        "on_time": "\n".join(
            f"{word('clock', each['clock'])} {each['in_time']}/{each['in_time'] + each['late']}"
            for each in counted["on_time"]
        ),
        "resolution_rate": f"{rate['numerator']}/{rate['denominator']} = {rate['value'] or '–'}",
        "numerator": rate["numerator_definition"],
        "denominator": rate["denominator_definition"],
    }
    return {**counted, **told}


def _by(counts: Mapping[str, int], words: str) -> list[str]:
    """Say how many there are of each."""
    return [f"{word(words, code)} {count}" for code, count in counts.items()]
