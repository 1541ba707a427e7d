"""`wengang models`: what was learned from the platform's own past, trained, compared, promoted."""

import time
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows, write_json
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("version"),
    Column("id"),
    Column("state", "model_state"),
    Column("target", "target"),
    Column("as_of"),
    Column("roc_auc"),
    Column("average_precision"),
    Column("calibration_error"),
    Column("asked.by"),
    Column("promoted.by"),
)
_FIGURES: Final = (
    Column("part", "tested_part"),
    Column("by", "tested_by"),
    Column("indicator"),
    Column("events"),
    Column("roc_auc"),
    Column("average_precision"),
    Column("calibration_error"),
)
_DRIFT: Final = (
    Column("feature"),
    Column("psi"),
    Column("missing_before"),
    Column("missing_now"),
)
_WORDS: Final[Mapping[str, Words]] = {"state": "model_state", "target": "target"}
_WAITED_SECONDS: Final = 1.0
Model = Annotated[str, typer.Argument(help=text("models.id"))]
Revision = Annotated[int | None, typer.Option(min=1, help=text("models.revision"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    models = group(app, "models", text("commands.models"))
    models.command(
        "train",
        help=text("models.train"),
        epilog=examples("wengang models train --target mass_6 --wait"),
    )(train)
    models.command("list", help=text("models.list"))(list_models)
    models.command("show", help=text("models.show"))(show)
    models.command("promote", help=text("models.promote"))(promote)
    models.command("retire", help=text("models.retire"))(retire)
    models.command("drift", help=text("models.drift"))(drift)


def train(
    ctx: typer.Context,
    target: Annotated[str, typer.Option(help=text("models.target"))] = "mass_3",
    sample: Annotated[int, typer.Option(min=100, help=text("models.sample"))] = 20_000,
    handed_over_until: Annotated[str | None, typer.Option(help=text("models.handed_over"))] = None,
    seed: Annotated[int, typer.Option(min=0, help=text("models.seed"))] = 0,
    wait: Annotated[bool, typer.Option("--wait", help=text("models.wait"))] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Have a model trained; the scoring worker does it."""
    gateway = connect(ctx)
    asked = {
        "target": target,
        "sample": sample,
        "handed_over_until": handed_over_until,
        "seed": seed,
    }
    told = gateway.write("POST", "/v1/models", asked).json()
    while wait and told["state"] == "waiting":
        time.sleep(_WAITED_SECONDS)
        told = gateway.get(_path(told["id"])).json()
    _show(told, output)


@listing(_COLUMNS)
def list_models() -> Wanted:
    """List the models, the last asked for first."""
    return Wanted("/v1/models")


def show(ctx: typer.Context, model: Model, output: OutputOption = Output.TABLE) -> None:
    """Show a model with its card."""
    _show(connect(ctx).get(_path(model)).json(), output)


def promote(
    ctx: typer.Context,
    model: Model,
    revision: Revision = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Put a model into service."""
    path = f"{_path(model)}/promotion"
    _show(connect(ctx).write("POST", path, {}, if_match=_tag(revision)).json(), output)


def retire(
    ctx: typer.Context,
    model: Model,
    because: Annotated[str, typer.Argument(help=text("models.because"))],
    revision: Revision = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Take a model out of service."""
    path, said = f"{_path(model)}/retirement", {"because": because}
    _show(connect(ctx).write("POST", path, said, if_match=_tag(revision)).json(), output)


def drift(ctx: typer.Context, model: Model, output: OutputOption = Output.TABLE) -> None:
    """Compare today's enterprises with those that a model learned from."""
    found = connect(ctx).get(f"{_path(model)}/drift").json()
    if output is Output.JSON:
        write_json(found)
        return
    if output is Output.TABLE:
        typer.echo(text("models.compared", enterprises=found["enterprises"], day=found["day"]))
    show_rows(found["features"], _DRIFT, output)
    if output is Output.TABLE:
        typer.echo(
            text("models.none_yet")
            if found["since"] is None
            else text(
                "models.since",
                examples=found["examples"],
                events=found["events"],
                since=found["since"],
                error=found["calibration_error"],
            )
        )


def _path(model: str) -> str:
    return f"/v1/models/{quote(model, safe='')}"


def _tag(revision: int | None) -> str | None:
    return None if revision is None else f'"{revision}"'


def _show(told: Mapping[str, Any], output: Output) -> None:
    if output is not Output.TABLE:
        show_one(told, output, words=_WORDS)
        return
    shown = {name: value for name, value in told.items() if name != "card"}
    for name in ("asked", "promoted", "retired"):
        shown[name] = shown[name] and shown[name]["by"]
    shown["reason"] = shown["reason"] and shown["reason"]["sentence"]
    show_one(shown, output, words=_WORDS)
    if card := told.get("card"):
        typer.echo("\n" + text("models.tested", **card["tested_on"]))
        parts = {None: card["figures"], **card["groups"]}
        rows = [
            {"part": part, "by": name, **said}
            for part, figures in parts.items()
            for name, said in figures.items()
            if said
        ]
        show_rows(rows, _FIGURES, output)
