"""What templates say is in the catalogue, and so is every word that a form or page needs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from gateway.console.pages import FOLDER
from gateway.console.words import Speech
from shared.messages import Language, fields
from tests.unit.gateway.test_console_words import NOW

TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
STEPS = (
    *("dispatch", "return", "accept", "verify", "doubt", "refute", "plan", "start", "suspend"),
    *("resume", "submit", "send_back", "approve", "follow_up", "close", "give_up", "reopen"),
    *("archive", "extend"),
)


def _said(file: Path) -> Iterator[tuple[str, set[str]]]:
    """List the keys that a template says, each with the fields that it fills in."""
    for call in Environment(autoescape=True).parse(file.read_text("utf-8")).find_all(nodes.Call):
        named = getattr(call.node, "name", getattr(call.node, "attr", None))
        if named in {"t", "text"}:
            given = {each.key for each in call.kwargs}
            for key in _literals(call.args[0]):
                yield key, given


def _literals(key: nodes.Expr | None) -> list[str]:
    if isinstance(key, nodes.CondExpr):
        return _literals(key.expr1) + _literals(key.expr2)
    return [key.value] if isinstance(key, nodes.Const) else []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.name))
def test_templates_say_what_the_catalogue_has(file: Path) -> None:
    said = list(_said(file))
    assert said
    for key, given in said:
        assert given == fields(f"console.{key}", Language.ZH_CN), key


@pytest.mark.parametrize("language", list(Language))
def test_every_step_has_a_name_and_says_what_it_does(language: Language) -> None:
    speech = Speech(language, NOW)
    for kind in ("case_step", "step_hint"):
        words = [speech.word(kind, step) for step in STEPS]
        assert len(set(words)) == 19
        assert not {*words} & {"send_back", "follow_up", "give_up"}


def test_nothing_is_inline_or_from_elsewhere() -> None:
    """The content policy would block it, and the page would look broken."""
    for file in TEMPLATES:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<style|style=|\son\w+=|javascript:|https?://", text), file.name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), file.name
    styles = (FOLDER / "static" / "console.css").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(", styles)
