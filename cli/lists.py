"""List commands: each says which rows it asks for; how many of them are shown is the same for all.

A command is a function of its own options that returns what it `Wanted`; `listing` adds `--limit`,
`--all` and `--output`, reads the rows and shows them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from itertools import islice
from typing import Annotated, Final

import typer

from cli.codes import code_of, district_code
from cli.gateway import Query, connect
from cli.output import Column, Output, OutputOption, show_rows
from cli.terminal import note
from cli.texts import text

Limit = Annotated[int, typer.Option("--limit", min=1, help=text("options.limit"))]
All = Annotated[bool, typer.Option("--all", help=text("options.all"))]
District = Annotated[
    str | None,
    typer.Option(parser=district_code, metavar="DISTRICT", help=text("options.district")),
]
Level = Annotated[
    str | None,
    typer.Option(parser=code_of("level"), metavar="LEVEL", help=text("options.level")),
]
_MOST: Final = 50


@dataclass(frozen=True)
class Wanted:
    """A list of the gateway, and which of its rows; what is None in `query` is not asked.

    `paged`: it comes page by page; some are short, and come whole.
    """

    path: str
    query: Query | None = None
    paged: bool = True


def listing(
    columns: Sequence[Column],
) -> Callable[[Callable[..., Wanted]], Callable[..., None]]:
    """Make the function that is decorated a command that lists what it says, in these columns."""

    def decorate(asks: Callable[..., Wanted]) -> Callable[..., None]:
        def command(
            *,
            ctx: typer.Context,
            limit: Limit = _MOST,
            everything: All = False,
            output: OutputOption = Output.TABLE,
            **own: object,
        ) -> None:
            wanted = asks(**own)
            rows = connect(ctx).rows(wanted.path, wanted.query, paged=wanted.paged)
            shown = list(rows if everything else islice(rows, limit))
            show_rows(shown, columns, output)
            if not everything and next(rows, None) is not None:
                note(text("more_rows", count=limit))

        # Typer reads the options off the signature: the command's own stand in place of **own.
        common = list(signature(command).parameters.values())[:-1]
        own_ones = signature(asks).parameters.values()
        command.__signature__ = Signature(  # type: ignore[attr-defined]  # unknown to mypy
            [option.replace(kind=Parameter.KEYWORD_ONLY) for option in (*own_ones, *common)]
        )
        return command

    return decorate
