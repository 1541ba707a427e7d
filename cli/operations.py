"""Asking every service the same: one that does not answer must not hide the others."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cli.deployables import PACKAGES
from cli.refusals import ExitCode, Refused
from cli.terminal import complain
from cli.texts import text

Row = dict[str, Any]


def services(chosen: str | None) -> Sequence[str]:
    """Return the service that is chosen, or all. Raises Refused for a name that is none."""
    if chosen is None:
        return tuple(PACKAGES)
    if chosen not in PACKAGES:
        raise Refused(
            text("operations.no_such_service", name=chosen, names=", ".join(PACKAGES)),
            exit_code=ExitCode.USAGE,
        )
    return (chosen,)


def gather(names: Sequence[str], ask: Callable[[str], Iterable[Row]]) -> tuple[list[Row], ExitCode]:
    """Return the rows of all services, each with its `service`, and how it went.

    A refusal is told at once. Raises Refused if no service answers.
    """
    rows: list[Row] = []
    refused: list[Refused] = []
    for name in names:
        try:
            rows += [{"service": name, **row} for row in ask(name)]
        except Refused as no:
            if len(refused) == len(names) - 1:
                raise
            refused.append(no)
            complain(f"{name}: {no.sentence}", *no.details)
    return rows, ExitCode.PARTLY if refused else ExitCode.DONE
