"""`wengang push`: an agency's records into its feed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from opentelemetry.sdk.trace import TracerProvider
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.commands.imports import save_workbook
from cli.gateway import PATIENT, Gateway, connect
from cli.output import Column, Output, OutputOption, show_one, show_rows, write_json
from cli.problems import fault_line
from cli.pushing import files
from cli.pushing.folder import Folder
from cli.pushing.records import Damaged, Source
from cli.pushing.runs import Run
from cli.pushing.sending import FATES, Account, send, survey
from cli.pushing.told import SHOWN_ERRORS, hint, show_import, show_readings, tell_of_end
from cli.refusals import ExitCode, Refused
from cli.terminal import console, note
from cli.texts import examples, text
from shared.telemetry import trace_id


def register(app: typer.Typer) -> None:
    """Add the command."""
    epilog = examples(
        "wengang --as agency-amr push enterprise_register register.json",
        "zcat headcount.ndjson.gz | wengang --as agency-hrss push insured_headcount -",
        "wengang push insured_headcount headcount.ndjson -o json",
        "wengang push enterprise_register 登记.xlsx --mapping amr.yaml --dry-run",
        "wengang push insured_headcount /srv/drop --watch --reject-above 5",
        "wengang push insured_headcount 七月.csv --replaces-period 2020-07",
    )
    app.command("push", help=text("push.help"), epilog=epilog)(push)


@dataclass(frozen=True)
class _Wish:
    """How files are to be pushed."""

    feed: str
    mapping: str | None
    dry_run: bool
    version: str | None
    reject_above: float | None
    waits: bool
    output: Output
    replaces_period: str | None = None


def push(
    ctx: typer.Context,
    feed: Annotated[str, typer.Argument(help=text("push.feed"))],
    file: Annotated[list[Path], typer.Argument(help=text("push.file"), allow_dash=True)],
    *,
    mapping: Annotated[str | None, typer.Option(help=text("push.mapping"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("push.dry_run"))] = False,
    contract_version: Annotated[
        str | None, typer.Option(help=text("push.contract_version"))
    ] = None,
    replaces_period: Annotated[
        str | None,
        typer.Option("--replaces-period", metavar="PERIOD", help=text("push.replaces_period")),
    ] = None,
    reject_above: Annotated[
        float | None, typer.Option(min=0, max=100, help=text("push.reject_above"))
    ] = None,
    waits: Annotated[bool, typer.Option("--wait/--no-wait", help=text("push.wait"))] = True,
    watch: Annotated[bool, typer.Option("--watch", help=text("push.watch"))] = False,
    once: Annotated[bool, typer.Option("--once", help=text("push.once"))] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Push files; exit with 3 if some rows were rejected, with 1 if all were."""
    wish = _Wish(
        feed, mapping, dry_run, contract_version, reject_above, waits, output, replaces_period
    )
    if watch:
        raise typer.Exit(_watch(ctx, file, wish, once=once))
    codes = {_push_one(ctx, each, wish) for each in file}
    raise typer.Exit(codes.pop() if len(codes) == 1 else ExitCode.PARTLY)


def _push_one(ctx: typer.Context, file: Path, wish: _Wish) -> ExitCode:
    as_it_is = wish.mapping is not None or wish.dry_run or wish.reject_above is not None
    as_it_is = as_it_is or wish.replaces_period is not None
    if as_it_is or files.is_file_import(file):
        return _push_file(ctx, file, wish)
    with Source(file) as source:
        try:
            count, content = survey(source)
        except Damaged:
            with source.as_lines() as lines:
                if lines is None:
                    raise
                # The platform tells which lines are bad, and takes the others.
                return _push_file(ctx, lines, wish)
        gateway = connect(ctx, patient=PATIENT)
        account = Account(count)
        known = gateway.credentials
        run = Run(known.gateway, known.profile, wish.feed, content, wish.version or "")
        if run.resumed:
            note(text("push.resumed"))
        # One trace for the whole push: `wengang traces show` follows it from here.
        provider = TracerProvider()
        with provider.get_tracer("wengang.cli").start_as_current_span("push"):
            traced = trace_id()
            _send(gateway, quote(wish.feed, safe=""), source, run, account, wish.version)
    _show(wish.feed, account, traced, wish.output)
    return account.exit_code


def _watch(ctx: typer.Context, folders: list[Path], wish: _Wish, *, once: bool) -> ExitCode:
    """Push what is dropped into a folder, until somebody ends it."""
    if len(folders) != 1 or not folders[0].is_dir():
        raise Refused(text("push.needs_a_folder"), exit_code=ExitCode.USAGE)
    gateway = connect(ctx, patient=PATIENT)
    used = None if wish.mapping is None else files.use_mapping(gateway, wish.mapping)

    def send_file(file: Path) -> dict[str, Any]:
        return files.send(
            gateway,
            quote(wish.feed, safe=""),
            file,
            mapping=used,
            dry_run=wish.dry_run,
            version=wish.version,
            reject_above=wish.reject_above,
            replaces_period=wish.replaces_period,
            advanced=lambda _done, _total: None,
        )

    folder = Folder(
        folders[0],
        send=send_file,
        follow=lambda told: files.watch(gateway, told, advanced=lambda _done, _total: None),
        save=lambda import_id, file: save_workbook(gateway, import_id, file),
    )
    note(text("push.watching", folder=folders[0]))
    return ExitCode.DONE if folder.run(once=once) else ExitCode.PARTLY


def _push_file(ctx: typer.Context, file: Path, wish: _Wish) -> ExitCode:
    """Send a file as it is; the platform reads it, and this waits until it has."""
    if str(file) == "-":
        raise Refused(text("push.needs_a_file"), exit_code=ExitCode.USAGE)
    if not file.is_file():
        reason = text("push.no_file")
        raise Refused(text("file_unreadable", file=file, reason=reason), exit_code=ExitCode.USAGE)
    gateway = connect(ctx, patient=PATIENT)
    with TracerProvider().get_tracer("wengang.cli").start_as_current_span("push"), _bar() as bar:
        traced = trace_id()
        used = None if wish.mapping is None else files.use_mapping(gateway, wish.mapping)
        task = bar.add_task(text("push.sending"), total=None)

        def advanced(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        told = files.send(
            gateway,
            quote(wish.feed, safe=""),
            file,
            mapping=used,
            dry_run=wish.dry_run,
            version=wish.version,
            reject_above=wish.reject_above,
            replaces_period=wish.replaces_period,
            advanced=advanced,
        )
        if wish.waits:
            bar.update(task, description=text("push.importing"), completed=0, total=None)
            told = files.watch(gateway, told, advanced=advanced)
    show_import(told, traced, wish.output)
    hint(told, feed=wish.feed, file=file, mapped=wish.mapping is not None)
    if wish.dry_run and wish.waits and wish.output is Output.TABLE:
        show_readings(gateway, told)
    return files.exit_code(told)


def _send(
    gateway: Gateway, feed: str, source: Source, run: Run, account: Account, version: str | None
) -> None:
    with _bar() as bar:
        task = bar.add_task(text("push.sending"), total=account.records)
        try:
            send(
                gateway,
                feed,
                source,
                run,
                account,
                version=version,
                advanced=lambda sent: bar.update(task, completed=sent),
            )
        except Refused as refused:
            kept = text("push.interrupted", sent=account.sent, records=account.records)
            exit_code = ExitCode.PARTLY if account.sent else refused.exit_code
            raise Refused(
                refused.sentence, *refused.details, kept, exit_code=exit_code
            ) from refused


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=(errors := console(error=True)),
        disable=not errors.is_terminal,
        transient=True,
    )


def _show(feed: str, account: Account, traced: str | None, output: Output) -> None:
    if output is Output.JSON:
        told = {
            "feed": feed,
            "records": account.records,
            "counts": account.counts,
            "repeated": account.repeated,
            "imports": account.imports,
            "errors": account.errors,
            "trace_id": traced,
        }
        write_json(told)
        return
    counts: dict[str, Any] = {"rows": account.records, **account.counts}
    if output is Output.CSV:
        show_rows([counts], [Column(name) for name in ("rows", *FATES)], output)
    else:
        show_one(counts, output)
    if account.repeated:
        note(text("push.repeated", count=account.repeated))
    tell_of_end(account.last)
    for error in account.errors[:SHOWN_ERRORS]:
        note(fault_line(error, place=text("place", place=error["place"])))
    hidden = account.counts["rejected"] - len(
        {error["place"] for error in account.errors[:SHOWN_ERRORS]}
    )
    if hidden > 0:
        note(text("push.more_errors", count=hidden, id=account.imports[-1]))
    if traced is not None and account.counts["rejected"]:
        note(text("trace", trace=traced))
