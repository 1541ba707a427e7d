"""Turns what the gateway refuses (RFC 9457) into sentences."""

from typing import Any, Final

from cli.refusals import Refused
from cli.texts import text
from shared.http import Response

_SHOWN: Final = 20
_HINTS: Final = {401: "login.how", 403: "gateway.not_yours", 412: "gateway.lost_race"}


def refusal(answer: Response, *, profile: str | None = None) -> Refused:
    """Return why the gateway said no: the problem's sentence, its faults, and what to do."""
    problem = _problem(answer)
    if problem is None:
        return Refused(text("gateway.http", status=answer.status_code))
    title, detail = str(problem.get("title", "")), problem.get("detail")
    lines = [str(detail)] if detail else []
    faults = [fault for fault in problem.get("errors", ()) if isinstance(fault, dict)]
    lines += [fault_line(fault) for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(text("more_faults", count=len(faults) - _SHOWN))
    if (hint := _HINTS.get(answer.status_code)) is not None:
        lines.append(text(hint, name=profile or ""))
    if trace := problem.get("trace_id"):
        lines.append(text("trace", trace=trace))
    return Refused(title or text("gateway.http", status=answer.status_code), *lines)


def fault_line(fault: dict[str, Any], *, place: str | None = None) -> str:
    """Return one fault as a line: where, what, and what stood there. `place` overrides the row."""
    where = [place] if place else [str(fault["member"])] if fault.get("member") else []
    if place is None and fault.get("row") is not None:
        where.append(text("row", row=fault["row"]))
    column = fault.get("column") or fault.get("parameter")
    if column:
        where.append(str(column))
    elif not where and fault.get("pointer"):
        where.append(str(fault["pointer"]))
    said = str(fault.get("message") or fault.get("code") or "")
    value = fault.get("value")
    shown = text("value", value=value) if value is not None else ""
    return f"{' '.join(where)}: {said}{shown}" if where else f"{said}{shown}"


def unknown_line(kind: dict[str, Any]) -> str:
    """Return what was left out as a line: of which column if of one, why, how often, where first.

    Rows that are no records belong to no column.
    """
    row = text("row", row=kind["first_row"])
    first = f"{kind['member']}: {row}" if kind.get("member") else row
    shown = text("value", value=kind["value"]) if kind["value"] else ""
    said = text("left_out", message=kind["message"], count=kind["rows"], first=first, value=shown)
    return f"{kind['column']}: {said}" if kind["column"] else said


def _problem(answer: Response) -> dict[str, Any] | None:
    if "json" not in answer.headers.get("content-type", ""):
        return None
    try:
        problem = answer.json()
    except ValueError:
        return None
    return problem if isinstance(problem, dict) and "title" in problem else None
