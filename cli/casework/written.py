"""Recording something in a case."""

from collections.abc import Mapping
from typing import Any

import typer

from cli.casework.found import case_id, case_path
from cli.gateway import connect
from cli.output import Output, Words, show_one


def write(
    ctx: typer.Context,
    asked: str,
    what: str,
    said: Mapping[str, Any],
    output: Output,
    *,
    words: Mapping[str, Words] | None = None,
) -> None:
    """Record what was said in the case that is meant, and show it as it was kept."""
    gateway = connect(ctx)
    body = {name: value for name, value in said.items() if value is not None}
    answer = gateway.write("POST", f"{case_path(case_id(gateway, asked))}/{what}", body)
    show_one(answer.json(), output, words=words)
