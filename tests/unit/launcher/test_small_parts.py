"""Ports, births, languages, settings and findings."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from launcher import examination
from launcher.credentials import Credentials
from launcher.doctor import line
from launcher.folder import held, holder
from launcher.leftovers import Recorded, birth_of
from launcher.ports import hold, hold_exactly
from launcher.processes import how_it_ended
from launcher.refusals import CannotRun
from launcher.settings import LauncherSettings
from shared.messages import Language, spoken


def test_a_held_port_is_given_to_nobody_else() -> None:
    first = hold()
    second = hold(prefer=first.number)
    try:
        assert second.number != first.number
        with pytest.raises(OSError, match="in use"):
            hold_exactly(first.number)
    finally:
        first.release()
        second.release()
    again = hold_exactly(first.number)
    again.release()


def test_a_birth_tells_a_process_from_a_later_one_of_its_number() -> None:
    birth = birth_of(os.getpid())
    assert birth is not None
    assert Recorded("me", os.getpid(), birth).alive
    assert not Recorded("me", os.getpid(), f"{birth}0").alive
    assert birth_of(2**22 + 1) is None  # above the greatest process id


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, Language.ZH_CN),
        ({"LANG": "C.UTF-8"}, Language.ZH_CN),
        ({"LANG": "en_US.UTF-8"}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH_CN),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, Language.ZH_CN),
        ({"LANG": "zh_CN.UTF-8", "WENGANG_LANG": "en"}, Language.EN),
    ],
)
def test_the_language_is_the_environments(environ: dict[str, str], language: Language) -> None:
    assert spoken(environ) is language


@pytest.mark.parametrize(
    ("returncode", "text"),
    [(0, "0"), (3, "3"), (-9, "SIGKILL"), (-15, "SIGTERM"), (-99, "signal 99")],
)
def test_an_end_is_named(returncode: int, text: str) -> None:
    assert how_it_ended(returncode) == text


def test_an_own_issuer_needs_its_clients_secrets() -> None:
    with pytest.raises(ValidationError, match="WENGANG_CONSOLE_CLIENT_SECRET"):
        LauncherSettings(issuer="https://id.example.org")


def test_a_secret_stays_the_same(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = Credentials(file)
    secret = first.of("bus/cases")
    first.save()

    assert len(secret) == 24
    assert Credentials(file).of("bus/cases") == secret
    assert first.of("bus/ingest") != secret


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert holder(folder) is None
    with held(folder):
        assert holder(folder) == os.getpid()
        with pytest.raises(CannotRun) as refused, held(folder):
            pass
        assert refused.value.code == "launcher.folder_held"
        assert refused.value.values["pid"] == os.getpid()
    assert holder(folder) is None


def test_an_old_python_is_found() -> None:
    old = examination.python((3, 10, 12))

    assert line(old, Language.EN) == "✗ Python 3.10.12 is too old; 3.11 or newer is needed."
    assert examination.python((3, 11, 0)).ok


async def test_a_program_whose_libraries_are_missing_is_found(tmp_path: Path) -> None:
    broken = tmp_path / "postgres"
    broken.write_text("#!/bin/sh\necho 'libz.so.1: cannot open shared object file' >&2\nexit 127\n")
    broken.chmod(0o755)

    found = await examination.program("postgres", lambda: broken)

    assert not found.ok
    assert "libz.so.1: cannot open" in line(found, Language.EN)


def test_root_without_setpriv_is_found_and_a_user_needs_none(tmp_path: Path) -> None:
    assert examination.another_user(1000, str(tmp_path)) == []
    setpriv, _ = examination.another_user(0, os.pathsep.join([str(tmp_path)]))
    assert setpriv.values == {"tool": "setpriv"}


async def test_what_a_dead_platform_left_is_found(tmp_path: Path) -> None:
    [stopped] = await examination.running(tmp_path)
    assert line(stopped, Language.EN) == "✓ No platform is running (wengang up starts one)"
