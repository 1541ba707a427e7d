"""As whom PostgreSQL runs when we are root, and with which rights."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.privileges import run_as
from launcher.refusals import CannotRun

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")

PROGRAM = Path("/bin/true")


@pytest.fixture
def passable() -> Iterator[Path]:
    """A folder that everybody may pass through (those of pytest admit their owner alone)."""
    with tempfile.TemporaryDirectory(prefix="wengang-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


async def test_no_right_is_given_where_none_is_needed(passable: Path) -> None:
    data = passable / "data"
    data.mkdir(mode=0o700)

    user = await run_as(PROGRAM, data, death_signal="INT")

    assert "--inh-caps=-all" in user.prefix
    assert user.uid == data.stat().st_uid != 0


async def test_passing_through_a_closed_folder_takes_one_right(passable: Path) -> None:
    closed = passable / "home"
    closed.mkdir(mode=0o700)
    data = closed / "data"
    data.mkdir(mode=0o700)

    user = await run_as(PROGRAM, data, death_signal="INT")

    assert "--inh-caps=-all,+dac_read_search" in user.prefix
    assert (closed.stat().st_mode & 0o777, closed.stat().st_uid) == (0o700, 0)


async def test_a_program_that_cannot_run_is_named(passable: Path) -> None:
    data = passable / "data"
    data.mkdir(mode=0o700)
    broken = passable / "postgres"
    broken.write_text("#!/bin/sh\necho no such library\nexit 127\n")
    broken.chmod(0o755)

    with pytest.raises(CannotRun) as refused:
        await run_as(broken, data, death_signal="INT")

    assert refused.value.code == "launcher.folder_unreachable"
    assert refused.value.values["reason"] == "no such library"
