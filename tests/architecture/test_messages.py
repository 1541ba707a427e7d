"""Every text that the product says is in the catalogue, with its fields, and every text is said."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from typing import TypeVar

from shared.messages import Language, catalogue, fields

ROOT = Path(__file__).parents[2]
PACKAGES = ("shared", "services", "gateway", "cli", "launcher", "simulation", "benchmarks")
N = TypeVar("N", bound=ast.AST)


@cache
def _nodes() -> Mapping[type[ast.AST], Sequence[tuple[Path, ast.AST]]]:
    """Read all modules once, and only where a test asks: the nodes of each kind, and where."""
    found: dict[type[ast.AST], list[tuple[Path, ast.AST]]] = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                found[type(node)].append((path, node))
    return found


def _all(kind: type[N]) -> Iterator[tuple[Path, N]]:
    for path, node in _nodes()[kind]:
        if isinstance(node, kind):
            yield path, node


def _calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for path, node in _all(ast.Call):
        if getattr(node.func, "id", getattr(node.func, "attr", None)) == name:
            yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _literals(expression: ast.expr | None) -> list[str]:
    """List the literal strings that an expression may be: itself, or both arms of a condition."""
    if isinstance(expression, ast.IfExp):
        return _literals(expression.body) + _literals(expression.orelse)
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return [expression.value]
    return []


@cache
def _problems() -> frozenset[str]:
    return frozenset(
        code for _, call in _calls("Problem") for code in _literals(_argument(call, 1, "code"))
    )


def test_every_column_of_a_table_has_a_head() -> None:
    heads = {
        f"cli.columns.{heads[0].replace('.', '_')}": place
        for place, call in _calls("Column")
        if place.startswith("cli/")
        for heads in [
            _literals(_argument(call, 2, "label")) or _literals(_argument(call, 0, "path"))
        ]
        if heads
    }
    assert {head: heads[head] for head in heads.keys() - catalogue(Language.EN).keys()} == {}


def test_what_is_said_is_in_the_catalogue_with_its_fields() -> None:
    said = [
        (place, code, call)
        for place, call in _calls("say")
        for code in _literals(_argument(call, 0, "code"))
    ]
    assert len(said) > 50
    texts = catalogue(Language.EN)
    assert [(place, code) for place, code, _ in said if code not in texts] == []
    given = [
        (place, code, {keyword.arg for keyword in call.keywords}) for place, code, call in said
    ]
    wrong = [
        (place, code, names ^ fields(code, Language.EN))
        for place, code, names in given
        if None not in names  # **values: known only when it runs
        and names != fields(code, Language.EN)
    ]
    assert wrong == []


def test_every_problem_has_its_texts() -> None:
    wanted = {f"problems.{code}.{part}" for code in _problems() for part in ("title", "detail")}
    assert wanted - catalogue(Language.EN).keys() == set()


def test_every_text_of_a_problem_is_of_a_problem() -> None:
    assert {"validation_failed", "not_found", "internal"} <= _problems()
    told = {code.split(".")[1] for code in catalogue(Language.EN) if code.startswith("problems.")}
    assert told - _problems() == set()


def _is_written(code: str, literals: Set[str], patterns: Sequence[re.Pattern[str]]) -> bool:
    """Say whether the code stands in the source: whole, by its key, or by a prefix and a hole."""
    section, _, key = code.partition(".")
    if section == "words":  # a word for a value of the API: asked for by its kind
        return key.partition(".")[0] in literals
    # The doctor says what is wrong, and the mend; the console's notices have a title and a text;
    # columns are asked for by their own names.
    bare = key.removesuffix("_mend").removesuffix("_text")
    names = {code, key, bare, key.removeprefix("columns."), key.removeprefix("commands.")}
    return bool(names & literals) or any(
        pattern.fullmatch(text) for pattern in patterns for text in (code, key)
    )


def _quoted() -> set[str]:
    """List what pages have between quotes within braces."""
    return {
        quoted
        for page in (ROOT / "gateway").rglob("*.html")
        for braced in re.findall(r"\{[{%](.*?)[}%]\}", page.read_text(encoding="utf-8"), re.DOTALL)
        for quoted in re.findall(r"[\"']([\w.-]+)[\"']", braced)
    }


def _fields() -> set[str]:
    """List the fields of what the API answers: they are shown under their own names."""
    return {
        node.target.id
        for path, node in _all(ast.AnnAssign)
        if "schemas" in {path.stem, path.parent.name} and isinstance(node.target, ast.Name)
    }


def _commands() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {name.replace("-", "_") for name in project["entry-points"]["wengang.commands"]}


def _pattern(parts: list[ast.expr]) -> str:
    texts = (part.value if isinstance(part, ast.Constant) else None for part in parts)
    return "".join(".+" if text is None else re.escape(str(text)) for text in texts)


def _patterns() -> list[re.Pattern[str]]:
    """List texts with holes, such as f"uscc_{fault}" or f"launcher.{how}_at_start".

    Enough of a code to be one: the name of a section alone (f"validation.{code}") would let
    everything pass.
    """
    return [
        re.compile(pattern)
        for _, node in _all(ast.JoinedStr)
        if re.search("[a-z]{4}_|_[a-z]{4}", pattern := _pattern(node.values))
        and re.fullmatch(r"[a-z_.\\+]+", pattern)
    ]


def test_every_text_is_in_the_code() -> None:
    """A text nobody says is a text that nobody keeps true."""
    written = {node.value for _, node in _all(ast.Constant) if isinstance(node.value, str)}
    # A column of a nested field is named by its path: counts.rows.
    paths = {t.replace(".", "_") for t in written if re.fullmatch(r"[a-z_]+\.[a-z_]+", t)}
    literals = written | paths | _quoted() | _fields() | _commands()
    patterns = _patterns()
    codes = [code for code in catalogue(Language.EN) if not code.startswith("problems.")]
    assert [code for code in codes if not _is_written(code, literals, patterns)] == []
