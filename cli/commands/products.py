"""`wengang products`: what banks offer."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.codes import district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one
from cli.refusals import ExitCode, Refused
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("bank.name"),
    Column("code"),
    Column("terms.name"),
    Column("terms.amount_max"),
    Column("terms.annual_rate_percent"),
    Column("terms.quota"),
    Column("terms.valid_until"),
    Column("version"),
)
_WORDS: Final[Mapping[str, Words]] = {
    "borrower_sizes": "borrower_size",
    "guarantees": "guarantee",
    "policy_tag": "policy_tag",
    "districts": district_name,
}
Code = Annotated[str, typer.Argument(help=text("products.code"))]
Bank = Annotated[str | None, typer.Option(help=text("products.bank"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    products = group(app, "products", text("commands.products"))
    products.command("list", help=text("products.list"))(list_products)
    products.command("show", help=text("products.show"))(show_product)
    products.command(
        "set",
        help=text("products.set"),
        epilog=examples("wengang --as bank-a products set steady-loan terms.json"),
    )(set_product)


@listing(_COLUMNS)
def list_products(bank: Bank = None) -> Wanted:
    """List products: a bank its own, the city everyone's."""
    return Wanted("/v1/products", {"bank": bank})


def show_product(
    ctx: typer.Context,
    code: Code,
    bank: Bank = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a product with its terms."""
    _show(connect(ctx).get(_path(code), {"bank": bank}).json(), output)


def set_product(
    ctx: typer.Context,
    code: Code,
    file: Annotated[
        Path, typer.Argument(help=text("products.file"), allow_dash=True, dir_okay=False)
    ],
    output: OutputOption = Output.TABLE,
) -> None:
    """Put the terms in a JSON file in place of the product's."""
    terms = _terms(file)
    _show(connect(ctx).write("PUT", _path(code), terms).json(), output)


def _show(product: dict[str, Any], output: Output) -> None:
    if output is Output.TABLE:
        product = {**product.pop("terms"), **product, "bank": product["bank"]["name"]}
    show_one(product, output, words=_WORDS)


def _terms(file: Path) -> bytes:
    """Return the file's JSON as it stands: an amount read and written anew could change."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        if isinstance(json.loads(content), dict):
            return content
    except OSError as fault:
        raise Refused(text("file_unreadable", file=file, reason=fault.strerror)) from fault
    except (ValueError, RecursionError):
        pass
    raise Refused(text("products.not_terms", file=file), exit_code=ExitCode.USAGE)


def _path(code: str) -> str:
    return f"/v1/products/{quote(code, safe='')}"
