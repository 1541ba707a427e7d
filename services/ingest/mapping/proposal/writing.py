"""A proposal as the YAML that a person edits: every guess with its reason."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.domain.shown import safe
from services.ingest.mapping.proposal.document import Guess, Proposal
from services.ingest.mapping.proposal.figures import UNKNOWN
from services.ingest.mapping.proposal.likeness import likeness
from services.ingest.mapping.proposal.units import doubtful

_SURE: Final = 0.85
_FAIR: Final = 0.65
_OPEN: Final = "{from: …} 或 or {constant: …}"
_MONTH: Final = "month"
_MOST_TOLD: Final = 8
_FIGURES: Final = frozenset({Kind.INTEGER, Kind.CNY})
_YEARLESS: Final = "{parts: [{constant: '2020'}, $header], join: 年, date: [YYYY年M月]}"


def write(proposal: Proposal, contract: FeedContract, *, file: str) -> str:
    """Return the document of a mapping."""
    columns = {column.name: column for column in contract.columns}
    titles = {name: column.title for name, column in columns.items()}
    lines = [
        f"# 由 {_comment(file)} 的表头和取值推测；请核对标有“请定”的各处，用 --dry-run 试过再用。",
        "# Guessed from the headers and values of a file: look at every `decide`, then try it with",
        "# --dry-run; see docs/mappings.md.",
        f"feed: {proposal.feed}",
    ]
    if proposal.form:
        lines.append(f"file: {_flow(proposal.form)}")
    if proposal.wide is not None:
        lines.append(f"wide: {_flow({'headers': proposal.wide})}")
    if proposal.nulls:
        lines.append(f"nulls: {_flow(list(proposal.nulls))}")
    if proposal.rows:
        lines.append("# 请核对 check: 合计、分组标题、表尾等不是记录的行 rows that are no records")
        lines.append(f"rows: {_flow(proposal.rows)}")
    lines.append("columns:")
    for guess in proposal.guesses:
        lines += _column(guess, columns[guess.column])
    for name in proposal.missing:
        title = titles[name]
        lines += [
            f"  # 请定 decide: {title.zh}（必填）未找到 / {title.en} (required) was not found",
            f"  # {name}: {_YEARLESS if proposal.yearless and name == _MONTH else _OPEN}",
        ]
    if proposal.side_by_side:
        shown = ", ".join(_comment(header) for header in proposal.side_by_side[:3])
        lines += [
            f"# 请定 decide: 各月并列（{shown} …），而此数据源的记录不按月：未取其中任何一列。",
            "# Months side by side, but a record of this feed is of no month: none was taken.",
        ]
    if proposal.left_over:
        lines.append("# 请定 decide: 以下各列不属于此数据源 not of this feed; left out")
        lines.append(f"ignore: {_flow(list(proposal.left_over))}")
    return "\n".join(lines) + "\n"


def _column(guess: Guess, column: Column) -> list[str]:
    percent = round(guess.confidence * 100)
    word = (
        ""
        if guess.confidence >= _SURE
        else "请定 decide: "
        if guess.confidence < _FAIR
        else "请核对 check: "
    )
    lines = [f"  # {word}{column.title.zh} ← {_comment(guess.header)} ({percent} %)"]
    if guess.unread:
        shown = ", ".join(_comment(text) for text in guess.unread)
        lines.append(f"  # 请定 decide: 读不懂 not read: {shown}")
        if column.choices:
            words = ", ".join(_choice(column, code) for code in column.choices)
            lines.append(f"  # 可取 may be: {words}")
            word = _flow(guess.unread[0])
            lines.append(f"  # 如 e.g. codes: {{{word}: …}}, unknown_codes: keep")
    lines += _doubts(guess, column)
    if "round" in str(guess.steps.get("number", "")):
        lines.append("  # 请核对 check: 小数四舍五入为整数 fractions are rounded")
    if guess.steps.get("lookup"):
        lines.append(
            "  # 请定 decide: 无信用代码，按名称查登记信息 no credit code: looked up by name"
        )
    source = {} if "parts" in guess.steps else {"from": guess.header}
    lines.append(f"  {guess.column}: {_flow({**source, **guess.steps})}")
    return lines


def _doubts(guess: Guess, column: Column) -> Iterator[str]:
    """Yield what may be meant otherwise, though everything can be read."""
    if guess.doubt is not None:
        yield f"  # 请定 decide: 月日先后不明，也可能是 day or month first? may be {guess.doubt}"
    if column.choices and (likely := list(_likely(guess, column))):
        told = "; ".join(likely[:_MOST_TOLD])
        yield f"  # 请核对 check: 按字面相近推测 guessed by likeness: {told}"
    if column.kind not in _FIGURES:
        return
    if (words := doubtful(guess.header)) is not None:
        yield f"  # 请核对 check: 表头中的“{_comment(words)}”未作单位 not taken as a unit"
    for name, rate in guess.steps.get("amount", {}).get("currencies", {}).items():
        if rate == UNKNOWN:
            yield f"  # 请定 decide: 1 {name} 合多少元，不定则记为未知 unknown without a rate"


def _likely(guess: Guess, column: Column) -> Iterator[str]:
    """Yield words that are like the one for a code, and may mean another thing."""
    for text, code in guess.steps.get("codes", {}).items():
        names = frozenset({column.labels.get(code, code), code})
        if code in column.choices and likeness(text, names) < 1:
            yield f"{_comment(text)} = {_choice(column, code)}"


def _choice(column: Column, code: str) -> str:
    label = column.labels.get(code, "")
    return f"{code} {label}".strip()


def _comment(text: str) -> str:
    return safe(" ".join(text.split()))


def _flow(value: Any) -> str:  # noqa: ANN401 whatever steps are made of
    """Write a value on one line: JSON, which is YAML; numbers are text to a mapping anyway."""
    if isinstance(value, Mapping):
        members = ", ".join(f"{_flow(str(name))}: {_flow(each)}" for name, each in value.items())
        return f"{{{members}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(each) for each in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and _is_bare(value):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _is_bare(text: str) -> bool:
    return text.removeprefix("$").isidentifier()
