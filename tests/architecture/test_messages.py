"""Every text that the product says is in the catalogue, with its fields, and every text is said."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from shared.messages import Language, catalogue, fields

ROOT = Path(__file__).parents[2]
PACKAGES = ("shared", "services", "gateway", "cli", "launcher", "simulation", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def _calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            if getattr(called, "id", getattr(called, "attr", None)) == name:
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


SAID = [
    (place, code, call)
    for place, call in _calls("say")
    for code in _literals(_argument(call, 0, "code"))
]
PROBLEMS = sorted(
    {code for _, call in _calls("Problem") for code in _literals(_argument(call, 1, "code"))}
)


COLUMNS = [
    (place, heads[0])
    for place, call in _calls("Column")
    if place.startswith("cli/")
    for heads in [_literals(_argument(call, 2, "label")) or _literals(_argument(call, 0, "path"))]
    if heads
]


def test_every_column_of_a_table_has_a_head() -> None:
    heads = {f"cli.columns.{head.replace('.', '_')}": place for place, head in COLUMNS}
    assert {head: heads[head] for head in heads.keys() - catalogue(Language.EN).keys()} == {}


def test_what_is_said_is_in_the_catalogue_with_its_fields() -> None:
    assert len(SAID) > 50
    texts = catalogue(Language.EN)
    assert [(place, code) for place, code, _ in SAID if code not in texts] == []
    given = [
        (place, code, {keyword.arg for keyword in call.keywords}) for place, code, call in SAID
    ]
    wrong = [
        (place, code, names ^ fields(code, Language.EN))
        for place, code, names in given
        if None not in names  # **values: known only when it runs
        and names != fields(code, Language.EN)
    ]
    assert wrong == []


def test_every_problem_has_its_texts() -> None:
    wanted = {f"problems.{code}.{part}" for code in PROBLEMS for part in ("title", "detail")}
    assert wanted - catalogue(Language.EN).keys() == set()


def test_every_text_of_a_problem_is_of_a_problem() -> None:
    assert {"validation_failed", "not_found", "internal"} <= set(PROBLEMS)
    told = {code.split(".")[1] for code in catalogue(Language.EN) if code.startswith("problems.")}
    assert told - set(PROBLEMS) == set()


def _is_written(code: str) -> bool:
    """Say whether the code stands in the source: whole, by its key, or by a prefix and a hole."""
    section, _, key = code.partition(".")
    if section == "words":  # a word for a value of the API: asked for by its kind
        return key.partition(".")[0] in LITERALS
    # The doctor says what is wrong, and the mend; the console's notices have a title and a text;
    # columns are asked for by their own names.
    bare = key.removesuffix("_mend").removesuffix("_text")
    names = {code, key, bare, key.removeprefix("columns."), key.removeprefix("commands.")}
    return bool(names & LITERALS) or any(
        pattern.fullmatch(text) for pattern in PATTERNS for text in (code, key)
    )


# In pages, what stands between quotes within braces.
QUOTED = {
    quoted
    for page in (ROOT / "gateway").rglob("*.html")
    for braced in re.findall(r"\{[{%](.*?)[}%]\}", page.read_text(encoding="utf-8"), re.DOTALL)
    for quoted in re.findall(r"[\"']([\w.-]+)[\"']", braced)
}
# Fields of what the API answers are shown under their own names.
FIELDS = {
    node.target.id
    for path, tree in TREES.items()
    if "schemas" in {path.stem, path.parent.name}
    for node in ast.walk(tree)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
}
COMMANDS = {
    name.replace("-", "_")
    for name in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "entry-points"
    ]["wengang.commands"]
}
WRITTEN = {
    node.value
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
# A column of a nested field is named by its path: counts.rows.
PATHS = {text.replace(".", "_") for text in WRITTEN if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}
LITERALS = QUOTED | FIELDS | COMMANDS | WRITTEN | PATHS


def _pattern(parts: list[ast.expr]) -> str:
    texts = (part.value if isinstance(part, ast.Constant) else None for part in parts)
    return "".join(".+" if text is None else re.escape(str(text)) for text in texts)


# As in f"uscc_{fault}" or f"launcher.{how}_at_start": enough of a code to be one. The name of a
# section alone (f"validation.{code}") would let everything pass.
PATTERNS = [
    re.compile(pattern)
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.JoinedStr)
    and re.search("[a-z]{4}_|_[a-z]{4}", pattern := _pattern(node.values))
    and re.fullmatch(r"[a-z_.\\+]+", pattern)
]


def test_every_text_is_in_the_code() -> None:
    """A text nobody says is a text that nobody keeps true."""
    codes = [code for code in catalogue(Language.EN) if not code.startswith("problems.")]
    assert [code for code in codes if not _is_written(code)] == []
