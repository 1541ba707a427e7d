"""Whatever happens ends in a sentence and an exit code, in the user's language."""

import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from cli.discovery import GROUP, OWN, installed
from cli.main import run
from cli.texts import text
from tests.integration.cli.conftest import Wengang, keep_session
from tests.integration.cli.door import Door, Said

NO_CASES = Said(200, {"data": [], "next_cursor": None})


def test_nobody_signed_in_says_how_to_sign_in(wengang: Wengang) -> None:
    code, out, error = wengang("cases", "list")

    assert (code, out) == (1, "")
    assert error.startswith("Error: Nobody is signed in.")
    assert "wengang login" in error


def test_a_gateway_that_does_not_answer_says_what_to_do(wengang: Wengang) -> None:
    keep_session("officer", gateway="http://127.0.0.1:1")

    code, _, error = wengang("cases", "list")

    assert code == 1
    assert "The gateway http://127.0.0.1:1 does not answer." in error
    assert "wengang up" in error


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("cases", "show"), "'ID' is missing."),
        (("push",), "'feed' is missing."),
        (("cases", "list", "--colour"), "There is no option --colour."),
        (("waarnings",), "Did you mean 'warnings'?"),
        (("cases", "list", "-o", "xml"), "xml"),
        (("cases", "list", "--limit", "0"), "--limit"),
        (("model", "backtest", "--panel", "/none.csv"), "--panel: there is no file /none.csv."),
        (("model", "backtest", "--panel", "/"), "--panel: / is a folder"),
        (("nonesuch-at-all",), "There is no command nonesuch-at-all."),
        (("labels", "list"), "Too many arguments: list."),
        (("work-lists", "capacity", "110105", "0"), "'weekly' has to be 1 at least."),
        (("work-lists", "capacity", "110105", "10001"), "'weekly' has to be 10000 at most."),
        (("work-lists", "capacity", "110105", "ten"), "'weekly' has to be a whole number."),
        (("login", "--secret-file", "x"), "--secret-file goes with --client-id."),
        (("login", "--local", "x", "--client-id", "y"), "--local goes without"),
        (("dlq", "replay"), "Name an event"),
        (("dlq", "list", "--service", "nonesuch"), "There is no service nonesuch"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(
    signed_in: Door, wengang: Wengang, arguments: tuple[str, ...], sentence: str
) -> None:
    code, _, error = wengang(*arguments)

    assert code == 2
    assert sentence in error
    assert signed_in.seen == []


def test_texts_are_chinese_by_default(wengang: Wengang, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WENGANG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    assert "尚未登录" in wengang("cases", "list")[2]
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "Nobody is signed in" in wengang("cases", "list")[2]
    monkeypatch.setenv("WENGANG_LANG", "zh-CN")
    assert "尚未登录" in wengang("cases", "list")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--as", "lead", "cases", "list"),
        ("cases", "list", "--as", "lead"),
        ("cases", "--as=lead", "list"),
    ],
)
def test_the_name_may_stand_anywhere(
    door: Door, wengang: Wengang, arguments: tuple[str, ...]
) -> None:
    keep_session("lead", gateway=door.url)
    keep_session("other", gateway=door.url)
    door.on("GET", "/v1/cases", NO_CASES)

    assert wengang(*arguments)[0] == 0
    assert door.seen[0].headers["authorization"] == "Bearer token-of-lead"
    assert door.seen[0].headers["accept-language"] == "en"


def test_a_token_never_goes_to_another_gateway(door: Door, wengang: Wengang) -> None:
    keep_session("lead", gateway="https://wengang.example")

    code, _, error = wengang("--gateway", door.url, "cases", "list")

    assert code == 1
    assert "another gateway (https://wengang.example)" in error
    assert door.seen == []


def test_a_damaged_session_file_is_a_sentence(home: Path, wengang: Wengang) -> None:
    keep_session("lead", gateway="http://127.0.0.1:1")
    file = home / "XDG_CONFIG_HOME" / "wengang" / "session.json"
    file.write_text('{"profiles": 7', encoding="utf-8")

    code, _, error = wengang("cases", "list")

    assert code == 1
    assert str(file) in error.replace("\n", "")


def test_a_fault_of_ours_is_no_traceback(
    signed_in: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in.on("GET", "/v1/cases", Said(200, {"nothing": "expected"}))

    code, _, error = wengang("cases", "list")

    assert code == 1
    assert "Something unexpected happened (KeyError: 'data')" in error
    assert "Traceback" not in error
    monkeypatch.setenv("WENGANG_DEBUG", "1")
    with pytest.raises(KeyError):
        run(["cases", "list"])


def test_help_imports_none_of_the_commands() -> None:
    script = (
        "import sys, json; from cli.main import run; code = run(['--help']);"
        "print(json.dumps([code, sorted(n for n in sys.modules if n.startswith(('cli.commands.',"
        " 'httpx', 'services', 'launcher', 'sqlalchemy', 'fastapi')))]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    *page, last = told.stdout.splitlines()
    assert json.loads(last) == [0, []]
    listed = {line.split()[1] for line in page if line.startswith("│") and len(line.split()) > 1}
    assert set(OWN) <= listed


def test_a_command_loads_no_server_and_no_database() -> None:
    """Each call is a process of its own: what it loads, the person before it waits for."""
    ours = sorted({module.partition(":")[0] for module in OWN.values()})
    asked = f"import sys, {', '.join(ours)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", asked], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "httpx" in loaded
    assert loaded.isdisjoint({"fastapi", "starlette", "sqlalchemy", "pydantic_settings", "polars"})


def test_every_command_of_the_platform_is_listed_in_its_own_words(wengang: Wengang) -> None:
    _, page, _ = wengang("--help")

    assert "on any labelled panel" in page
    assert text("commands_of_others") not in page


@pytest.mark.parametrize("name", sorted({entry.name for entry in installed()}))
def test_every_command_that_is_listed_has_a_help_page(wengang: Wengang, name: str) -> None:
    code, out, error = wengang(name, "--help")

    assert (code, error) == (0, "")
    assert f"Usage: wengang {name} " in out


@pytest.mark.parametrize("name", sorted(OWN))
def test_help_pages_are_in_the_language_of_the_user_and_whole(
    wengang: Wengang, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("WENGANG_LANG", "zh-CN")
    monkeypatch.setenv("COLUMNS", "80")
    _, page, _ = wengang(name, "--help")
    assert "显示本帮助" in page
    assert "Show this message" not in page
    # Typer cuts off what has no blanks in it.
    assert "… │" not in page


def test_a_broken_command_says_so_and_harms_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    declared = [
        EntryPoint("broken", "no.such.module:register", GROUP),
        EntryPoint("version", "cli.commands.version:register", GROUP),
    ]

    assert run(["version"], declared=declared) == 0
    assert run(["--help"], declared=declared) == 0
    assert "broken" in capsys.readouterr().out
    assert run(["broken"], declared=declared) == 1
    error = capsys.readouterr().err
    assert "The command broken cannot be loaded" in error
    assert "No module named 'no'" in error


def test_groups_of_one_name_become_one(capsys: pytest.CaptureFixture[str]) -> None:
    here = "tests.integration.cli.test_main"
    declared = [
        EntryPoint("dlq", "cli.commands.dlq:register", GROUP),
        EntryPoint("dlq", f"{here}:no_such_function", GROUP),
        EntryPoint("dlq", "cli.commands.outbox:register", GROUP),
        EntryPoint("dlq", "tests.integration.cli.more_commands:register", GROUP),
    ]

    assert run(["dlq", "bury"], declared=declared) == 0
    assert capsys.readouterr().out == "buried\n"
    # The first entry of a name holds: the other `list` says something else.
    assert run(["dlq", "list"], declared=declared) == 1
    assert "Nobody is signed in" in capsys.readouterr().err
