"""Which commands there are: found by name, imported only when chosen.

The command line's own stand in OWN; those of services, launcher and benchmarks are entry points of
the group `wengang.commands`. Each is a function `register(app: typer.Typer) -> None`. Several may
add to one group (`officers list` is ours, `officers load` the service's); the first name wins.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from cli.refusals import Refused
from cli.texts import text
from shared.messages import known

GROUP: Final = "wengang.commands"
OWN: Final[Mapping[str, str]] = {
    "login": "cli.commands.login:register",
    "logout": "cli.commands.login:register",
    "whoami": "cli.commands.login:register",
    "feeds": "cli.commands.feeds:register",
    "push": "cli.commands.push:register",
    "imports": "cli.commands.imports:register",
    "mappings": "cli.commands.mappings:register",
    "enterprises": "cli.commands.enterprises:register",
    "facts": "cli.commands.facts:register",
    "rule-sets": "cli.commands.rule_sets:register",
    "models": "cli.commands.models:register",
    "backtests": "cli.commands.backtests:register",
    "work-lists": "cli.commands.work_lists:register",
    "labels": "cli.commands.labels:register",
    "tickets": "cli.commands.tickets:register",
    "successions": "cli.commands.successions:register",
    "assistance": "cli.commands.assistance:register",
    "opinions": "cli.commands.opinions:register",
    "protection-lists": "cli.commands.protection_lists:register",
    "warnings": "cli.commands.warnings:register",
    "area-alerts": "cli.commands.area_alerts:register",
    "rejudgements": "cli.commands.rejudgements:register",
    "cases": "cli.commands.cases:register",
    "officers": "cli.commands.officers:register",
    "partners": "cli.commands.partners:register",
    "representatives": "cli.commands.representatives:register",
    "products": "cli.commands.products:register",
    "candidates": "cli.commands.candidates:register",
    "rounds": "cli.commands.rounds:register",
    "authorizations": "cli.commands.authorizations:register",
    "receipts": "cli.commands.authorizations:register",
    "referrals": "cli.commands.referrals:register",
    "contracts": "cli.commands.contracts:register",
    "dlq": "cli.commands.dlq:register",
    "outbox": "cli.commands.outbox:register",
    "progress": "cli.commands.progress:register",
    "audit": "cli.commands.audit:register",
    "traces": "cli.commands.traces:register",
    "migrate": "cli.commands.migrate:register",
    "test": "cli.commands.checks:register",
    "check": "cli.commands.checks:register",
    "version": "cli.commands.version:register",
}


def installed() -> list[EntryPoint]:
    """Return every declared command: our own first, then what is installed, by name."""
    own = [EntryPoint(name, value, GROUP) for name, value in OWN.items()]
    return own + sorted(entry_points(group=GROUP), key=lambda entry: entry.name)


class DiscoveredCommands(TyperGroup):
    """The root: lists commands by their names alone, and imports the one that is called."""

    declared: Sequence[EntryPoint] | None = None

    def _entries(self) -> Sequence[EntryPoint]:
        return installed() if self.declared is None else self.declared

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002, ANN401 as typer has it
        """Name the commands in the order in which they are declared."""
        return list(dict.fromkeys(entry.name for entry in self._entries()))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 as typer has it
        """Return what a list shows of a command: its name and one line, without importing it."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return TyperCommand(cmd_name, callback=None, help=_one_line(cmd_name))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 as typer has it
        """Import the command that is called."""
        chosen = [entry for entry in self._entries() if args and entry.name == args[0]]
        if not chosen:
            # Known names, so that typer can suggest the one that was meant.
            self.commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
            return super().resolve_command(ctx, args)
        return args[0], load(args[0], chosen), args[1:]


def load(name: str, entries: Iterable[EntryPoint]) -> TyperCommand | TyperGroup:
    """Import the command `name`; groups of several entries become one.

    Raises Refused if none of them can be imported; a broken one beside a whole one is passed over.
    """
    found: list[TyperCommand | TyperGroup] = []
    faults: list[str] = []
    for entry in entries:
        try:
            found.append(_command(name, entry))
        except Exception as fault:  # noqa: BLE001 whatever another package does at import
            faults.append(f"{entry.value}: {type(fault).__name__}: {fault}")
    if not found:
        raise Refused(text("broken_command", name=name), *faults)
    first, *others = found
    for other in others:
        if isinstance(first, TyperGroup) and isinstance(other, TyperGroup):
            first.commands = {**other.commands, **first.commands}
    return first


def _command(name: str, entry: EntryPoint) -> TyperCommand | TyperGroup:
    app = typer.Typer(add_completion=False)
    declared = entry.load()
    if isinstance(declared, typer.Typer):
        app.add_typer(declared, name=name)
    else:
        declared(app)
    command = get_group(app).commands[name]
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError(f"{name} is a {type(command).__name__}")
    return command


def _one_line(name: str) -> str:
    code = f"commands.{name.replace('-', '_')}"
    return text(code) if known(f"cli.{code}") else text("commands_of_others")
