"""`wengang backtests`: how right the warnings were on the platform's own history, and why."""

import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.codes import code_of
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one, show_rows, write_json
from cli.refusals import Refused
from cli.terminal import note
from cli.texts import examples, text, word

_PATH: Final = "/v1/backtests"
_LOOK_SECONDS: Final = 1.0
_RUNNING: Final = "running"
_CANCELLED: Final = "cancelled"
_COLUMNS: Final = (
    Column("id"),
    Column("state", "backtest_state"),
    Column("since"),
    Column("until"),
    Column("rules"),
    Column("judged"),
    Column("enterprises"),
    Column("asked.by"),
    Column("asked.at"),
)
_WAYS: Final = (
    Column("way"),
    Column("warnings"),
    Column("right"),
    Column("wrong"),
    Column("aside"),
    Column("open"),
    Column("layoffs"),
    Column("precision"),
    Column("recall"),
    Column("early_recall"),
    Column("lead_days"),
)
_ABLATION: Final = (
    Column("source", "source_group"),
    Column("enterprises", label="told_enterprises"),
    Column("changed", label="changed_warnings"),
    Column("precision", label="gain_precision"),
    Column("recall", label="gain_recall"),
    Column("early_recall", label="gain_early_recall"),
    Column("high_precision", label="gain_high_precision"),
    Column("high_recall", label="gain_high_recall"),
)
_BINS: Final = (Column("bin"), Column("count"), Column("said"), Column("seen"))
_NOTHING: Final = "–"

Id = Annotated[str, typer.Argument(metavar="ID", help=text("backtests.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    backtests = group(app, "backtests", text("commands.backtests"))
    backtests.command(
        "run",
        help=text("backtests.run"),
        epilog=examples(
            "wengang backtests run --since 2020-08-01 --until 2020-09-30",
            "wengang backtests run --rules rules-2021.1 --leave-out opinion",
        ),
    )(run)
    backtests.command("list", help=text("backtests.list"))(list_backtests)
    backtests.command("show", help=text("backtests.show"))(show)
    backtests.command("cancel", help=text("backtests.cancel"))(cancel)


def run(
    *,
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option(help=text("backtests.since"))] = None,
    until: Annotated[str | None, typer.Option(help=text("backtests.until"))] = None,
    horizon: Annotated[int, typer.Option(min=30, max=366, help=text("backtests.horizon"))] = 90,
    rules: Annotated[str | None, typer.Option(help=text("backtests.rules"))] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            parser=code_of("source_group"), metavar="SOURCE", help=text("backtests.leave_out")
        ),
    ] = None,
    sample: Annotated[int | None, typer.Option(min=1, help=text("backtests.sample"))] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help=text("backtests.wait"))] = True,
    output: OutputOption = Output.TABLE,
) -> None:
    """Have a period judged again, wait for the report, and show it."""
    gateway = connect(ctx)
    asked = {
        "since": since,
        "until": until,
        "horizon_days": horizon,
        "rules": rules,
        "leave_out": leave_out or [],
        "sample": sample,
    }
    told = gateway.write("POST", _PATH, asked).json()
    reached = -1
    while wait and told["state"] == _RUNNING:
        if told["judged"] != reached:
            reached = told["judged"]
            note(text("backtests.judged", judged=reached, enterprises=told["enterprises"]))
        time.sleep(_LOOK_SECONDS)
        told = gateway.get(_one(told["id"])).json()
    _show(told, output)
    if told["failure"] is not None:
        raise Refused(told["failure"]["sentence"])
    if told["state"] == _CANCELLED:
        raise Refused(text("backtests.cancelled", by=told["cancelled_by"]))


@listing(_COLUMNS)
def list_backtests() -> Wanted:
    """List the backtests, the last asked first."""
    return Wanted(_PATH)


def show(ctx: typer.Context, backtest: Id, output: OutputOption = Output.TABLE) -> None:
    """Show a backtest and its report; with -o csv what each source adds."""
    told = connect(ctx).get(_one(backtest)).json()
    _show(told, output)
    if told["failure"] is not None and output is Output.TABLE:
        note(told["failure"]["sentence"])


def cancel(ctx: typer.Context, backtest: Id, output: OutputOption = Output.TABLE) -> None:
    """Call a backtest off."""
    told = connect(ctx).write("POST", f"{_one(backtest)}/cancellation", {}).json()
    show_rows([told], _COLUMNS, output)


def _one(backtest: str) -> str:
    return f"{_PATH}/{quote(backtest, safe='')}"


def _show(told: Mapping[str, Any], output: Output) -> None:
    report = told.get("report")
    if output is Output.JSON:
        write_json(told)
        return
    if report is None:
        show_rows([told], _COLUMNS, output)
        return
    added = [_added(one) for one in report["ablation"]]
    if output is Output.CSV:
        show_rows(added, _ABLATION, output)
        return
    period = text("backtests.period", since=told["since"], until=told["until"])
    note(period)
    show_rows(_ways(report), _WAYS, output)
    note("\n" + text("backtests.ablation"))
    show_rows(added, _ABLATION, output)
    note("\n" + text("backtests.calibration"))
    show_rows([_bin(one) for one in report["calibration"]["bins"] if one["count"]], _BINS, output)
    calibration, stability = report["calibration"], report["stability"]
    show_one(
        {
            "calibration_error": _share(calibration["error"]),
            "noticed_error": _share(calibration["noticed_error"]),
            "stays": _share(stability["stays"]),
            "known_until": report["known_until"],
        },
        output,
    )


def _ways(report: Mapping[str, Any]) -> Sequence[Mapping[str, object]]:
    named = [
        (text("backtests.every"), report["whole"]["every"]),
        (text("backtests.high"), report["whole"]["high"]),
        (text("backtests.micro"), report["micro"]["every"]),
    ]
    if single := report["best_single"]:
        name = word("indicator", single["indicator"])
        named.append((text("backtests.single", indicator=name), single["figures"]))
    return [{"way": way, **found, **_told(found)} for way, found in named]


def _told(found: Mapping[str, Any]) -> Mapping[str, str]:
    lead = found["lead_days"]
    return {
        **{name: _share(found[name]) for name in ("precision", "recall", "early_recall")},
        "lead_days": _NOTHING
        if lead is None
        else f"{lead['median']:g} ({lead['lower']:g} … {lead['upper']:g})",
    }


def _added(one: Mapping[str, Any]) -> Mapping[str, object]:
    return {
        "source": one["source"],
        "enterprises": one["enterprises"],
        "changed": one["changed"],
        **{name: _gain(share) for name, share in one["every"].items()},
        **{f"high_{name}": _gain(share) for name, share in one["high"].items()},
    }


def _bin(one: Mapping[str, Any]) -> Mapping[str, object]:
    span = f"{one['lower']:.1f} – {one['upper']:.1f}"
    return {"bin": span, "count": one["count"], "said": one["said"], "seen": one["seen"]}


def _share(share: Mapping[str, float | None]) -> str:
    return _with_interval(share, "{:.3f}")


def _gain(share: Mapping[str, float | None]) -> str:
    return _with_interval(share, "{:+z.3f}")


def _with_interval(share: Mapping[str, float | None], form: str) -> str:
    if share["value"] is None:
        return _NOTHING
    value, low, high = (form.format(share[name]) for name in ("value", "low", "high"))
    return f"{value} ({low} … {high})"
