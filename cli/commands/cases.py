"""`wengang cases`: an officer's cases, and the steps of their life."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from cli.casework import assistance, counting, deeds, reporting
from cli.casework.found import CaseId, Note, case_path
from cli.casework.found import case_id as find_id
from cli.codes import code_of, district_code, district_name, told
from cli.gateway import Gateway, connect
from cli.groups import group
from cli.lists import District, Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows
from cli.refusals import Refused
from cli.terminal import note
from cli.texts import examples, text, word

_COLUMNS: Final = (
    Column("number"),
    Column("level", "level"),
    Column("status", "case_status"),
    Column("name"),
    Column("district", district_name),
    Column("officer_name"),
    Column("due_at"),
    Column("overdue"),
    Column("escalation_level"),
    Column("id"),
)
_TIMELINE: Final = (
    Column("at"),
    Column("what", "case_step"),
    Column("actor_name"),
    Column("actor"),
    Column("to_status", "case_status"),
    Column("note"),
    Column("reason"),
)
_STEPS: Final = (Column("step"), Column("meaning"))
_WORDS: Final[Mapping[str, Words]] = {
    "district": district_name,
    "level": "level",
    "status": "case_status",
    "outcome": "outcome",
    "waiting_for": "waiting_for",
    "allowed_steps": "case_step",
    "allowed_deeds": "case_step",
    "evidence_kinds": "evidence_kind",
}
# Shown on their own, or of no use to people.
_INNER: Final = frozenset({"clocks", "warnings", "allowed_steps"})

# The steps that mean them give them: refute and give_up.
_NOT_SUBMITTED: Final = frozenset({"false_positive", "unresolved"})


def register(app: typer.Typer) -> None:
    """Add the commands."""
    cases = group(app, "cases", text("commands.cases"))
    cases.command(
        "list", help=text("cases.list"), epilog=examples("wengang cases list --status dispatched")
    )(list_cases)
    cases.command("show", help=text("cases.show"))(show_case)
    cases.command("steps", help=text("cases.steps"))(steps)
    cases.command("timeline", help=text("cases.timeline"))(timeline)
    cases.command("accept", help=text("cases.accept"))(accept)
    cases.command("close", help=text("cases.close"))(close)
    cases.command(
        "extend",
        help=text("cases.extend"),
        epilog=examples("wengang cases extend ID --reason 等待股东会决议"),
    )(extend)
    deeds.register(cases)
    reporting.register(cases)
    assistance.register(cases)
    counting.register(cases)
    cases.command(
        "step",
        help=text("cases.step"),
        epilog=examples(
            "wengang cases step ID return --reason 企业已迁出本区",
            "wengang cases step ID submit --outcome averted --evidence 访谈记录",
        )
        + "\n".join(
            [
                "\n",
                text("cases.outcomes"),
                *told("outcome", without=_NOT_SUBMITTED),
                "",
                text("cases.waiting"),
                *told("waiting_for"),
            ]
        ),
    )(step)


@listing(_COLUMNS)
def list_cases(
    *,
    status: Annotated[
        list[str] | None,
        typer.Option(parser=code_of("case_status"), metavar="STATUS", help=text("cases.status")),
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option(parser=code_of("level"), metavar="LEVEL", help=text("options.level")),
    ] = None,
    district: District = None,
    uscc: Annotated[str | None, typer.Option(help=text("options.uscc"))] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=text("cases.overdue"))] = False,
    in_transfer: Annotated[
        bool, typer.Option("--in-transfer", help=text("cases.in_transfer"))
    ] = False,
) -> Wanted:
    """List cases, what is due first at the top."""
    return Wanted(
        "/v1/cases",
        {
            "status": status,
            "level": level,
            "district": district,
            "uscc": uscc,
            "overdue": "true" if overdue else None,
            "in_transfer": "true" if in_transfer else None,
        },
    )


def show_case(ctx: typer.Context, case_id: CaseId, output: OutputOption = Output.TABLE) -> None:
    """Show a case."""
    case, _ = _read(connect(ctx), case_id)
    _show(case, output)


def steps(ctx: typer.Context, case_id: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List the steps that the caller could take with a case now."""
    case, _ = _read(connect(ctx), case_id)
    rows = [
        {"step": allowed, "meaning": word("case_step", allowed)}
        for allowed in case["allowed_steps"]
    ]
    show_rows(rows, _STEPS, output)


def timeline(ctx: typer.Context, case_id: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List all that happened to a case."""
    gateway = connect(ctx)
    path = f"{case_path(find_id(gateway, case_id))}/timeline"
    show_rows(list(gateway.rows(path)), _TIMELINE, output)


def accept(
    ctx: typer.Context,
    case_id: CaseId,
    said: Note = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Sign for a case."""
    _take(connect(ctx), case_id, {"step": "accept", "note": said}, output)


def close(
    ctx: typer.Context,
    case_id: CaseId,
    said: Note = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Close a case after its follow-up."""
    _take(connect(ctx), case_id, {"step": "close", "note": said}, output)


def extend(
    ctx: typer.Context,
    *,
    case_id: CaseId,
    reason: Annotated[str, typer.Option(help=text("cases.reason"))],
    said: Note = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Put off the resolution, once, by one level up."""
    _take(connect(ctx), case_id, {"step": "extend", "reason": reason, "note": said}, output)


def step(
    ctx: typer.Context,
    *,
    case_id: CaseId,
    name: Annotated[
        str,
        typer.Argument(parser=code_of("case_step"), metavar="STEP", help=text("cases.step_name")),
    ],
    said: Note = None,
    reason: Annotated[str | None, typer.Option(help=text("cases.reason"))] = None,
    outcome: Annotated[
        str | None,
        typer.Option(parser=code_of("outcome"), metavar="OUTCOME", help=text("cases.outcome")),
    ] = None,
    evidence: Annotated[str | None, typer.Option(help=text("cases.evidence"))] = None,
    waiting_for: Annotated[
        str | None,
        typer.Option(parser=code_of("waiting_for"), metavar="WHAT", help=text("cases.waiting_for")),
    ] = None,
    until: Annotated[str | None, typer.Option(help=text("cases.until"))] = None,
    district: Annotated[
        str | None,
        typer.Option(parser=district_code, metavar="DISTRICT", help=text("cases.district")),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Take a step with a case; which fields go with it depends on the step."""
    asked = {
        "step": name.replace("-", "_"),
        "note": said,
        "reason": reason,
        "outcome": outcome,
        "evidence": evidence,
        "waiting_for": waiting_for,
        "suspended_until": until,
        "district": district,
    }
    _take(connect(ctx), case_id, asked, output)


def _take(gateway: Gateway, case_id: str, asked: dict[str, str | None], output: Output) -> None:
    """Take a step with the case as it is now: if it changes meanwhile, the step is not taken."""
    before, tag = _read(gateway, case_id)
    body = {name: value for name, value in asked.items() if value is not None}
    if body["step"] not in before["allowed_steps"]:
        # The gateway says why; this says what would be possible.
        possible = ", ".join(map(_named, before["allowed_steps"])) or text("cases.none")
        note(text("cases.possible", steps=possible))
    path = f"{case_path(before['id'])}/transitions"
    case = gateway.write("POST", path, body, if_match=tag).json()
    _show(case, output)


def _read(gateway: Gateway, case_id: str) -> tuple[dict[str, Any], str]:
    answer = gateway.get(case_path(find_id(gateway, case_id)))
    if (tag := answer.headers.get("ETag")) is None:
        raise Refused(text("gateway.no_etag"))
    case: dict[str, Any] = answer.json()
    return case, tag


def _show(case: dict[str, Any], output: Output) -> None:
    if output is Output.TABLE:
        steps_now = {"allowed_steps": case["allowed_steps"]}
        case = {name: case[name] for name in case if name not in _INNER} | steps_now
    show_one(case, output, words=_WORDS)


def _named(step: str) -> str:
    """Return a step as one types it, with its word where that says more."""
    meaning = word("case_step", step)
    return step if meaning == step else f"{step} ({meaning})"
