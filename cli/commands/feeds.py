"""`wengang feeds`: what an agency may push, and in which form."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import cadence
from cli.gateway import connect
from cli.groups import group
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows
from cli.pushing import files
from cli.refusals import ExitCode, Refused
from cli.terminal import note
from cli.texts import examples, text

VersionOption = Annotated[str | None, typer.Option(help=text("feeds.version"))]

_COLUMNS: Final = (
    Column("name"),
    Column("title"),
    Column("owner"),
    Column("cadence", cadence),
    Column("version"),
)
_FIELDS: Final = (
    Column("name"),
    Column("title"),
    Column("kind", "field_kind"),
    Column("required"),
    Column("description"),
    Column("examples"),
)
_FRESHNESS: Final = (
    Column("feed"),
    Column("title"),
    Column("agency"),
    Column("last_push_on"),
    Column("last_period"),
    Column("awaited"),
    Column("due_on"),
    Column("state", "freshness"),
    Column("working_days_late"),
    Column("enterprises"),
    Column("completeness", lambda share: f"{float(share):.1%}"),
)
_CHANGES: Final = (
    Column("weight", "change_weight"),
    Column("column"),
    Column("message"),
)
_WORDS: Final[Mapping[str, Words]] = {
    "cadence": cadence,
    "classification": "classification",
    "on_error": "on_error",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    feeds = group(app, "feeds", text("commands.feeds"))
    feeds.command("list", help=text("feeds.list"))(list_feeds)
    feeds.command(
        "show", help=text("feeds.show"), epilog=examples("wengang feeds show insured_headcount")
    )(show_feed)
    feeds.command(
        "map",
        help=text("feeds.map"),
        epilog=examples(
            "wengang --as agency-hrss feeds map insured_headcount 参保.xlsx",
            "wengang --as agency-hrss feeds map insured_headcount 参保.csv --out hrss.yaml",
            "wengang push insured_headcount 参保.csv --mapping hrss.yaml --dry-run",
        ),
    )(map_feed)
    feeds.command(
        "template",
        help=text("feeds.template"),
        epilog=examples(
            "wengang --as agency-hrss feeds template insured_headcount --out 参保人数.xlsx",
            "wengang --as agency-hrss push insured_headcount 参保人数.xlsx",
        ),
    )(fetch_template)
    feeds.command(
        "freshness",
        help=text("feeds.freshness"),
        epilog=examples("wengang feeds freshness --late", "wengang feeds freshness -o csv"),
    )(show_freshness)
    feeds.command(
        "diff",
        help=text("feeds.diff"),
        epilog=examples("wengang feeds diff insured_headcount 1.0.0"),
    )(show_changes)


def list_feeds(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List the feeds that the caller may know of."""
    show_rows(list(connect(ctx).rows("/v1/feeds", {"limit": None})), _COLUMNS, output)


def show_feed(
    ctx: typer.Context,
    feed: Annotated[str, typer.Argument(help=text("push.feed"))],
    version: VersionOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a feed's contract."""
    contract = connect(ctx).get(_path(feed), {"version": version}).json()
    if output is not Output.TABLE:
        show_one(contract, output)
        return
    inner = {"columns", "batch_schema", "versions"}
    told = {name: value for name, value in contract.items() if name not in inner}
    show_one(told, output, words=_WORDS)
    show_rows(contract["columns"], _FIELDS, output)
    for each in contract["versions"]:
        if each["sunset_on"] is not None:
            until = {"version": each["version"], "sunset": each["sunset_on"]}
            note(text("feeds.deprecated", feed=contract["name"], **until))


def fetch_template(
    ctx: typer.Context,
    feed: Annotated[str, typer.Argument(help=text("push.feed"))],
    out: Annotated[Path | None, typer.Option(help=text("feeds.out"), dir_okay=False)] = None,
    version: VersionOption = None,
) -> None:
    """Write a feed's workbook to fill in."""
    gateway = connect(ctx)
    contract = gateway.get(_path(feed), {"version": version}).json()
    answer = gateway.get(f"{_path(feed)}/template.xlsx", {"version": version})
    file = out or Path(f"{contract['name']}-{contract['version']}.xlsx")
    try:
        file.write_bytes(answer.content)
    except OSError as error:
        raise Refused(text("file_unwritable", file=file, reason=error.strerror)) from error
    note(text("feeds.written", file=file))


def show_changes(
    ctx: typer.Context,
    feed: Annotated[str, typer.Argument(help=text("push.feed"))],
    since: Annotated[str, typer.Argument(help=text("feeds.since"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what a feed's contract changes for who sends an older version."""
    rows = connect(ctx).get(f"{_path(feed)}/changes", {"since": since}).json()["data"]
    if rows or output is not Output.TABLE:
        show_rows(rows, _CHANGES, output)
    else:
        note(text("feeds.same"))


def show_freshness(
    ctx: typer.Context,
    late: Annotated[bool, typer.Option("--late", help=text("feeds.late"))] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what came last of each feed, what is awaited, and what is late."""
    rows = connect(ctx).get("/v1/freshness").json()["data"]
    show_rows([row for row in rows if row["late"] or not late], _FRESHNESS, output)


def _path(feed: str) -> str:
    return f"/v1/feeds/{quote(feed, safe='')}"


def map_feed(
    ctx: typer.Context,
    feed: Annotated[str, typer.Argument(help=text("push.feed"))],
    file: Annotated[Path, typer.Argument(help=text("feeds.map_file"), dir_okay=False)],
    out: Annotated[Path | None, typer.Option(help=text("feeds.map_out"), dir_okay=False)] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Propose a mapping from a file's header and values; exit with 3 if something is missing."""
    path = f"/v1/feeds/{quote(feed, safe='')}/mappings/proposal"
    told = connect(ctx).propose(path, {"filename": file.name[-200:]}, files.beginning(file)).json()
    if output is not Output.TABLE:
        show_one(told, output)
    elif out is None:
        sys.stdout.write(told["document"])
    if out is not None:
        files.keep(out, told["document"])
        note(text("feeds.mapped", file=out))
    if told["missing"]:
        note(text("feeds.map_missing", columns=", ".join(told["missing"])))
        raise typer.Exit(ExitCode.PARTLY)
