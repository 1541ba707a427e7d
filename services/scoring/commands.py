"""Offline commands of scoring: `wengang model backtest --panel FILE …`."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markdown import Markdown
from typer.core import TyperCommand

from services.scoring.model import artifact
from services.scoring.model.backtest import Asked, backtest
from services.scoring.model.cases import Layout
from services.scoring.model.errors import PanelRefused
from services.scoring.model.panel import read
from services.scoring.model.report import as_json, page
from services.scoring.model.training import Options
from shared.messages import say, spoken

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
_STANDARD_OUTPUT: Final = "-"
_JSON: Final = "--json"
# Refusals of the command line rather than of what the panel holds.
_MISUSED: Final = frozenset(
    {
        "no_panel",
        "no_label",
        "no_column",
        "no_source",
        "no_number",
        "time_without_id",
        "no_positive",
        "many_parts",
        "not_a_pair",
        "not_looked_at",
        "no_place",
    }
)

model = typer.Typer(help="风险模型（离线）| The learned model, offline.", no_args_is_help=True)


class _JsonAlone(TyperCommand):
    """Lets `--json` stand without a file: then it prints."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 as typer has it
        said: list[str] = []
        for place, word in enumerate(args):
            said.append(word)
            following = args[place + 1 : place + 2]
            if word == _JSON and (not following or following[0].startswith("--")):
                said.append(_STANDARD_OUTPUT)
        return super().parse_args(ctx, said)


@model.callback()
def _group() -> None:
    """Keep `backtest` a word of its own, though it is the only command."""


@model.command("backtest", cls=_JsonAlone)
def run(
    *,
    panel: Annotated[
        Path | None,
        typer.Option(
            "--panel",
            exists=True,
            dir_okay=False,
            help="CSV（可为 .xz、.gz）或 Parquet | CSV (also .xz, .gz) or Parquet.",
        ),
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", help="标签列 | Column of the label.")
    ] = None,
    id_: Annotated[
        str | None,
        typer.Option(
            "--id",
            help="企业标识列；缺省时每行为一例 | Column of the id; without it each row is a case.",
        ),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option("--time", help="时间列：年、年月或日期 | Column of years, months or dates."),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option("--split", help="训练/测试列 | Column that holds train and test."),
    ] = None,
    positive: Annotated[
        str | None,
        typer.Option("--positive", help="表示事件的标签值 | The label's value for the event."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", help="不使用的列，可多次 | A column to leave out; repeatable."),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="PREFIX|NAME=PREFIX,…",
            help="来源的列名前缀：报告其贡献 | Prefixes of a source's columns: what does it add?",
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="分组报告：列 或 列<数 | Report parts: COL or COL<NUMBER."),
    ] = None,
    rising: Annotated[
        list[str] | None,
        typer.Option("--rising", help="越大风险越高的列 | More of it may only mean more risk."),
    ] = None,
    falling: Annotated[
        list[str] | None,
        typer.Option("--falling", help="越大风险越低的列 | More of it may only mean less risk."),
    ] = None,
    k: Annotated[
        list[int] | None, typer.Option("--k", min=1, help="名单长度 | Lengths of the list.")
    ] = None,
    folds: Annotated[
        int, typer.Option(min=2, max=20, help="交叉验证折数 | Folds, without time and split.")
    ] = 5,
    forward: Annotated[
        bool | None,
        typer.Option(
            "--forward/--folds-only",
            help="按时间向前或分折；缺省为能则向前 | In time or folds; in time where it can be.",
        ),
    ] = None,
    embargo: Annotated[
        float,
        typer.Option(min=0, help="训练与测试的间隔（年）| Years between training and test."),
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="随机种子 | Seed.")] = 0,
    json_: Annotated[
        str | None,
        typer.Option(
            _JSON, metavar="[FILE]", help="写入 JSON；无文件则打印 | Write JSON, or print it."
        ),
    ] = None,
    page_: Annotated[
        Path | None,
        typer.Option("--page", dir_okay=False, help="写成 Markdown 页面 | Write a page."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", file_okay=False, help="保存模型的文件夹 | Folder for the model."),
    ] = None,
) -> None:
    """在任何带标签的面板上训练并回测 | Train on any labelled panel; report on unseen rows.

    Examples: wengang model backtest --panel firms.parquet --id uscc --time year --label failed
    --split split --json · wengang model backtest --panel ratios.csv --label class --k 50
    """
    signs = dict.fromkeys(rising or (), 1) | dict.fromkeys(falling or (), -1)
    try:
        file, labelled = _given(panel, label)
        _writable(page_, None if json_ in {None, _STANDARD_OUTPUT} else Path(str(json_)), keep)
        asked = Asked(
            layout=Layout(labelled, id_, time, split, tuple(drop or ()), positive),
            options=Options(seed=seed, monotone=signs),
            folds=folds,
            embargo=embargo,
            in_time=forward,
            sources=dict(_source(said) for said in source or ()),
            ks=tuple(sorted(set(k))) if k else Asked.ks,
            groups=tuple(by or ()),
        )
        given = read(file, {labelled} | {name for name in (id_, time, split) if name is not None})
        found = backtest(given.frame, asked, given.odd, told=_tell)
    except PanelRefused as refused:
        said = say(f"model.refused_{refused.code}", spoken(), **refused.values)
        typer.echo(said, err=True)
        raise typer.Exit(EXIT_USAGE if refused.code in _MISUSED else EXIT_FAILED) from refused
    told = json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"
    text = page(found, spoken())
    if keep is not None:
        artifact.write(found.model, keep)
        (keep / "card.md").write_text(text, encoding="utf-8")
    if page_ is not None:
        page_.write_text(text, encoding="utf-8")
    if json_ is not None and json_ != _STANDARD_OUTPUT:
        Path(json_).write_text(told, encoding="utf-8")
    if json_ == _STANDARD_OUTPUT:
        sys.stdout.write(told)
    else:
        Console(highlight=False).print(Markdown(text))


def _tell(done: int, trainings: int) -> None:
    """Say how far a backtest of several trainings is."""
    if trainings > 1:
        typer.echo(say("model.trained", spoken(), done=done, all=trainings), err=True)


def _given(panel: Path | None, label: str | None) -> tuple[Path, str]:
    if panel is None:
        raise PanelRefused("no_panel")
    if label is None:
        raise PanelRefused("no_label")
    return panel, label


def _writable(page_: Path | None, json_: Path | None, keep: Path | None) -> None:
    """Refuse, before any work is done, a place where nothing can be written."""
    for file in (page_, json_):
        if file is not None and (file.is_dir() or not os.access(file.parent, os.W_OK)):
            raise PanelRefused("no_place", path=file)
    if keep is not None:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as why:
            raise PanelRefused("no_place", path=keep) from why


def _source(said: str) -> tuple[str, tuple[str, ...]]:
    name, named, prefixes = said.partition("=")
    parts = tuple(part.strip() for part in (prefixes if named else name).split(",") if part.strip())
    if not parts:
        raise PanelRefused("no_source", source=said, prefixes="")
    return name, parts
