"""`wengang rule-sets`: the rules by which enterprises are judged, as data with a life."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows, write_json
from cli.refusals import ExitCode, Refused
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("version"),
    Column("state", "rule_state"),
    Column("effective_from"),
    Column("revision"),
    Column("edited.by"),
    Column("proposed.by"),
    Column("approved.by"),
    Column("withdrawn.by"),
)
_DIFFERENCES: Final = (Column("pointer"), Column("before"), Column("after"))
_RUNNING: Final = "running"
_CANCELLED: Final = "cancelled"
_TRIALS: Final = (
    Column("id"),
    Column("asked.at", label="trial_asked_at"),
    Column("state", "rule_trial_state"),
    Column("since"),
    Column("until"),
    Column("judged"),
    Column("changed"),
    Column("up"),
    Column("down"),
    Column("warned_before"),
    Column("warned_after"),
    Column("ended_at", label="trial_ended_at"),
    Column("is_current"),
    Column("failure.code", "failure_code", label="failure"),
)
_LABELS: Final = {"because": "rule_set_because", "withdrawn": "rule_set_withdrawn"}
_WAITED_SECONDS: Final = 1.0
_WORDS: Final[Mapping[str, Words]] = {"state": "rule_state"}
Version = Annotated[str, typer.Argument(help=text("rule_sets.version"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rule_sets = group(app, "rule-sets", text("commands.rule_sets"))
    rule_sets.command("list", help=text("rule_sets.list"))(list_rule_sets)
    rule_sets.command(
        "show",
        help=text("rule_sets.show"),
        epilog=examples("wengang rule-sets show rules-2020.1 > rules-2021.1.json"),
    )(show_rule_set)
    rule_sets.command("diff", help=text("rule_sets.diff"))(diff)
    rule_sets.command(
        "draft",
        help=text("rule_sets.draft"),
        epilog=examples("wengang rule-sets draft rules-2021.1.json"),
    )(draft)
    rule_sets.command(
        "try",
        help=text("rule_sets.try"),
        epilog=examples(
            "wengang rule-sets try rules-2021.1 --since 2020-08-01 --sample 500 --wait"
        ),
    )(try_on_history)
    rule_sets.command("trials", help=text("rule_sets.trials"))(list_trials)
    rule_sets.command("cancel-trial", help=text("rule_sets.cancel_trial"))(cancel_trial)
    rule_sets.command("propose", help=text("rule_sets.propose"))(propose)
    rule_sets.command("approve", help=text("rule_sets.approve"))(approve)
    rule_sets.command("withdraw", help=text("rule_sets.withdraw"))(withdraw)


@listing(_COLUMNS)
def list_rule_sets() -> Wanted:
    """List the rule sets, those from the last day first."""
    return Wanted("/v1/rule-sets")


def show_rule_set(
    ctx: typer.Context, version: Version, output: OutputOption = Output.TABLE
) -> None:
    """Write the document of a rule set, to be edited; with -o json all that is known of it."""
    found = connect(ctx).get(_path(version)).json()
    write_json(found if output is Output.JSON else found["document"])


def diff(
    ctx: typer.Context,
    version: Version,
    against: Annotated[str | None, typer.Argument(help=text("rule_sets.against"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what a rule set changes, by default against the one in force."""
    path = f"{_path(version)}/differences"
    compared = connect(ctx).get(path, {"against": against}).json()
    if output is Output.JSON:
        write_json(compared)
        return
    show_rows(compared["differences"], _DIFFERENCES, output)


def draft(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("rule_sets.file"))],
    revision: Annotated[int | None, typer.Option(min=0, help=text("rule_sets.revision"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Keep a document as a draft, under the version that it names."""
    document = _document(file)
    told = connect(ctx).write(
        "PUT",
        _path(str(document["version"])),
        {"document": document},
        if_match=None if revision is None else f'"{revision}"',
    )
    _show(told.json(), output)


def try_on_history(
    ctx: typer.Context,
    version: Version,
    since: Annotated[str | None, typer.Option(help=text("rule_sets.since"))] = None,
    until: Annotated[str | None, typer.Option(help=text("rule_sets.until"))] = None,
    sample: Annotated[int, typer.Option(min=1, help=text("rule_sets.sample"))] = 1000,
    everyone: Annotated[bool, typer.Option("--everyone", help=text("rule_sets.everyone"))] = False,
    wait: Annotated[bool, typer.Option("--wait", help=text("rule_sets.wait"))] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Have history judged again by a rule set; nothing is changed by it."""
    asked = {"since": since, "until": until, "sample": None if everyone else sample}
    gateway, path = connect(ctx), f"{_path(version)}/trials"
    told = gateway.write("POST", path, asked).json()
    while wait and told["state"] == _RUNNING:
        time.sleep(_WAITED_SECONDS)
        told = next(one for one in gateway.rows(path) if one["id"] == told["id"])
    show_rows([told], _TRIALS, output)
    if told["failure"] is not None:
        raise Refused(told["failure"]["sentence"])
    if told["state"] == _CANCELLED:
        raise Refused(text("rule_sets.trial_cancelled", by=told["cancelled"]["by"]))


@listing(_TRIALS)
def list_trials(version: Version) -> Wanted:
    """List the trials of a rule set, with what they found."""
    return Wanted(f"{_path(version)}/trials")


def cancel_trial(
    ctx: typer.Context,
    version: Version,
    trial: Annotated[str, typer.Argument(metavar="ID", help=text("rule_sets.trial"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Call a trial off."""
    path = f"{_path(version)}/trials/{quote(trial, safe='')}/cancellation"
    show_rows([connect(ctx).write("POST", path, {}).json()], _TRIALS, output)


def propose(ctx: typer.Context, version: Version, output: OutputOption = Output.TABLE) -> None:
    """Ask another person to approve a rule set that was tried."""
    _show(connect(ctx).write("POST", f"{_path(version)}/proposal", {}).json(), output)


def approve(ctx: typer.Context, version: Version, output: OutputOption = Output.TABLE) -> None:
    """Approve a rule set that somebody else has written and proposed."""
    _show(connect(ctx).write("POST", f"{_path(version)}/approval", {}).json(), output)


def withdraw(
    ctx: typer.Context,
    version: Version,
    because: Annotated[str, typer.Argument(help=text("rule_sets.because"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Give a rule set up."""
    path = f"{_path(version)}/withdrawal"
    _show(connect(ctx).write("POST", path, {"because": because}).json(), output)


def _path(version: str) -> str:
    return f"/v1/rule-sets/{quote(version, safe='')}"


def _document(file: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise Refused(text("rule_sets.no_json", file=file), exit_code=ExitCode.USAGE) from fault
    if not isinstance(read, dict) or "version" not in read:
        raise Refused(text("rule_sets.no_version", file=file), exit_code=ExitCode.USAGE)
    return read


def _show(told: Mapping[str, Any], output: Output) -> None:
    shown = dict(told)
    if output is Output.TABLE:
        shown.pop("document", None)
        for name in ("edited", "proposed", "approved", "withdrawn"):
            shown[name] = shown[name] and shown[name]["by"]
    show_one(shown, output, words=_WORDS, labels=_LABELS)
