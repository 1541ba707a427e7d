"""`wengang enterprises`: the register, within one's districts."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.explained import show_learned, show_parts
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows, write_json
from cli.refusals import ExitCode, Refused
from cli.terminal import note
from cli.texts import examples, text, word

_Uscc = Annotated[str, typer.Argument(help=text("options.uscc"))]
_WORDS: Final[Mapping[str, Words]] = {"status": "enterprise_status", "district": district_name}
_VERSIONS: Final = (
    Column("version"),
    Column("received_at"),
    Column("agency"),
    Column("name"),
    Column("district_name"),
    Column("status", "enterprise_status"),
)
_COLUMNS: Final = (
    Column("uscc"),
    Column("name"),
    Column("district_name"),
    Column("industry"),
    Column("status", "enterprise_status"),
)

_SOURCES: Final = (
    Column("title", label="source"),
    Column("period"),
    Column("age_days"),
    Column("id"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    enterprises = group(app, "enterprises", text("commands.enterprises"))
    enterprises.command(
        "list",
        help=text("enterprises.list"),
        epilog=examples("wengang enterprises list --name 食品 --district 110105"),
    )(list_enterprises)
    enterprises.command("show", help=text("enterprises.show"))(show_enterprise)
    enterprises.command(
        "outlook",
        help=text("enterprises.outlook"),
        epilog=examples(
            "wengang enterprises outlook 91110105MA01234567",
            "wengang enterprises outlook 91110105MA01234567 --on 2020-08-20 -o json",
        ),
    )(look_at)
    enterprises.command("versions", help=text("enterprises.versions"))(list_versions)
    enterprises.command(
        "alias",
        help=text("enterprises.alias"),
        epilog=examples(
            "wengang enterprises alias 91350100M000100Y43 鹿鸣科技 小鹿",
            "wengang enterprises alias 91350100M000100Y43",
        ),
    )(put_aliases)
    enterprises.command(
        "aliases",
        help=text("enterprises.add_aliases"),
        epilog=examples(
            "wengang imports names ID -o csv > names.csv", "wengang enterprises aliases names.csv"
        ),
    )(add_aliases)


@listing(_COLUMNS)
def list_enterprises(
    name: Annotated[str | None, typer.Option(help=text("enterprises.name"))] = None,
    district: District = None,
    status: Annotated[
        str | None,
        typer.Option(
            parser=code_of("enterprise_status"), metavar="STATUS", help=text("enterprises.status")
        ),
    ] = None,
) -> Wanted:
    """List enterprises of the register."""
    return Wanted("/v1/enterprises", {"q": name, "district": district, "status": status})


def show_enterprise(
    ctx: typer.Context,
    uscc: _Uscc,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show an enterprise as the register has it, and its other names."""
    _show(connect(ctx).get(_entry(uscc)).json(), output)


def look_at(
    ctx: typer.Context,
    uscc: _Uscc,
    day: Annotated[str | None, typer.Option("--on", help=text("enterprises.on"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say how any enterprise is judged, by which facts, and what is unknown of it."""
    found = connect(ctx).get(f"{_entry(uscc)}/outlook", {"on": day}).json()
    if output is not Output.TABLE:
        if output is Output.JSON:
            write_json(found)
        else:
            show_parts(found["contributions"], output)
        return
    about = {"name": found["enterprise"]["name"], "day": found["as_of"]}
    typer.echo(text("enterprises.judged", **about, sentence=found["sentence"]))
    if found["likelihood"] is not None:
        place = word("place", found["points_to"])
        percent = 100 * found["likelihood"]
        rules = found["rules"]
        typer.echo(text("enterprises.likelihood", rules=rules, percent=percent, place=place))
    if found["contributions"]:
        show_parts(found["contributions"], output)
    held = (found["held"],) if found["held"] else ()
    for told in (*found["against"], *held, *found["lowering"]):
        typer.echo(told["sentence"])
    show_learned(found["learned"])
    if found["unlearned_sentence"] is not None:
        typer.echo(found["unlearned_sentence"])
    heard = [one for one in found["sources"] if one["period"] is not None]
    if heard:
        typer.echo()
        show_rows(heard, _SOURCES, output)
    unheard = [one["title"] for one in found["sources"] if one["period"] is None]
    typer.echo(text("enterprises.unheard", sources=text("enterprises.comma").join(unheard)))


@listing(_VERSIONS)
def list_versions(uscc: _Uscc) -> Wanted:
    """List what the register has said of an enterprise."""
    return Wanted(f"{_entry(uscc)}/versions")


def put_aliases(
    ctx: typer.Context,
    uscc: _Uscc,
    alias: Annotated[list[str] | None, typer.Argument(help=text("enterprises.aliases"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say by which other names people call an enterprise."""
    told = connect(ctx).write("PUT", f"{_entry(uscc)}/aliases", {"aliases": alias or []}).json()
    _show(told, output)


def add_aliases(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help=text("enterprises.aliases_file"))
    ],
) -> None:
    """Add other names to enterprises; exit with 3 if some were refused."""
    wanted, blank = aliases_of(file)
    gateway = connect(ctx)
    added = known = refusals = 0
    for uscc, given in wanted.items():
        try:
            there = gateway.get(_entry(uscc)).json()["aliases"]
            new = [name for name in given if name not in there]
            if new:
                gateway.write("PUT", f"{_entry(uscc)}/aliases", {"aliases": [*there, *new]})
        except Refused as no:
            reason = " ".join((no.sentence, *no.details[:1]))
            note(text("enterprises.alias_refused", uscc=uscc, name=", ".join(given), reason=reason))
            refusals += 1
            continue
        added += len(new)
        known += len(given) - len(new)
    note(text("enterprises.aliases_added", added=added, known=known, blank=blank))
    if refusals:
        raise typer.Exit(ExitCode.PARTLY if refusals < len(wanted) else ExitCode.FAILED)


def aliases_of(file: Path) -> tuple[dict[str, list[str]], int]:
    """Read which enterprises shall have which further names, and count rows without a code."""
    wanted: dict[str, list[str]] = {}
    blank = 0
    with file.open(encoding=_encoding(file), newline="") as source:
        try:
            rows = csv.DictReader(source)
            if not {"name", "uscc"} <= set(rows.fieldnames or ()):
                raise Refused(
                    text("enterprises.aliases_columns", file=file), exit_code=ExitCode.USAGE
                )
            for row in rows:
                name, uscc = (row["name"] or "").strip(), (row["uscc"] or "").strip()
                if not uscc or not name:
                    blank += 1
                elif name not in wanted.setdefault(uscc, []):
                    wanted[uscc].append(name)
        except (UnicodeDecodeError, csv.Error) as fault:
            raise Refused(
                text("enterprises.aliases_columns", file=file), exit_code=ExitCode.USAGE
            ) from fault
    return wanted, blank


def _encoding(file: Path) -> str:
    """Tell how a table is written: a spreadsheet in China saves CSV in GB18030, not in UTF-8."""
    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _show(entry: dict[str, Any], output: Output) -> None:
    if output is Output.TABLE:
        # Its code is shown by its name already.
        entry = {name: value for name, value in entry.items() if name != "district_name"}
    show_one(entry, output, words=_WORDS)


def _entry(uscc: str) -> str:
    return f"/v1/enterprises/{quote(uscc, safe='')}"
