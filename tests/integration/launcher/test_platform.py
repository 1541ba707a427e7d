"""The embedded parts as one platform: started, killed, recovered, ended."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from launcher import status
from launcher.leftovers import Recorded, birth_of
from launcher.ports import hold
from launcher.status import PlatformStatus
from tests.integration.launcher.conftest import Launch, runs, wait_for

PARTS = {"postgres", "nats", "identity"}


def test_it_starts_again_on_kept_data_and_a_signal_ends_every_process(
    launch: Launch, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    first = launch(folder)
    told = first.ready()
    pids = first.pids()
    assert set(pids) == PARTS
    assert all(runs(pid) for pid in pids.values())
    assert stat.S_IMODE((folder / "platform.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600

    code, said = first.end(signal.SIGTERM)
    assert (code, "Ending every process" in said) == (0, True)
    assert not any(runs(pid) for pid in pids.values())
    assert told.sockets is not None
    assert not Path(told.sockets).exists()

    secrets = (folder / "secrets.json").read_text()
    second = launch(folder)
    again = second.ready()
    assert (again.gateway, again.issuer) == (told.gateway, told.issuer)
    assert (folder / "secrets.json").read_text() == secrets
    assert second.end(signal.SIGINT)[0] == 0


def test_a_killed_part_is_restarted_and_said_so(launch: Launch, tmp_path: Path) -> None:
    platform = launch(tmp_path)
    platform.ready()
    before = platform.pids()

    os.kill(before["nats"], signal.SIGKILL)

    wait_for(lambda: platform.pids().get("nats", before["nats"]) != before["nats"])
    after = platform.pids()
    assert (after["postgres"], after["identity"]) == (before["postgres"], before["identity"])
    _, said = platform.end()
    assert "nats died (SIGKILL); restart 1 in 0.25 s." in said


def test_a_second_platform_on_the_folder_is_told_who_holds_it(
    launch: Launch, tmp_path: Path
) -> None:
    platform = launch(tmp_path)
    platform.ready()

    second = launch(tmp_path)
    _, said = second.process.communicate(timeout=20)

    assert second.process.returncode == 1
    assert f"in use by process {platform.process.pid}" in said
    assert set(platform.pids()) == PARTS


def test_after_kill_9_nothing_stays_and_the_next_start_recovers(
    launch: Launch, tmp_path: Path
) -> None:
    killed = launch(tmp_path)
    told = killed.ready()
    pids = killed.pids()
    killed.end(signal.SIGKILL)
    wait_for(lambda: not any(runs(pid) for pid in pids.values()))

    # Worse than what a kill leaves: a mark whose process id now belongs to somebody else.
    mark = tmp_path / "postgres" / "18" / "postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{mark.parent}\n1\n5432\n/tmp\n\n1 1\n")

    following = launch(tmp_path)
    assert following.ready().issuer == told.issuer
    assert told.sockets is not None
    assert not Path(told.sockets).exists()
    following.end()


def test_what_was_left_behind_is_ended_and_strangers_are_not(
    launch: Launch, tmp_path: Path
) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    with subprocess.Popen(sleep) as left, subprocess.Popen(sleep) as stranger:
        birth = birth_of(left.pid)
        assert birth is not None
        processes = (
            Recorded("gateway-api", left.pid, birth),
            # The number was given again: the process of that number was born at another time.
            Recorded("gateway-worker", stranger.pid, birth_of(os.getpid()) or ""),
        )
        gone = Recorded("launcher", left.pid, "another boot:1")
        told = PlatformStatus(gone, "", "", "", {}, None, processes=processes)
        status.write(tmp_path, told)

        platform = launch(tmp_path)
        platform.ready()
        _, said = platform.end()

        assert left.wait(timeout=5) == -signal.SIGTERM
        assert stranger.poll() is None
        assert "Ended gateway-api, left behind" in said
        assert "gateway-worker" not in said
        stranger.kill()


def test_two_platforms_run_beside_each_other_and_beside_the_usual_ports(
    launch: Launch, tmp_path: Path
) -> None:
    usual = []
    for port in (5432, 4222, 8080):
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", port))
            held.listen()
        except OSError:  # somebody's server is there already: as good
            held.close()
            continue
        usual.append(held)
    try:
        one, other = launch(tmp_path / "one"), launch(tmp_path / "other")
        first, second = one.ready(), other.ready()
        assert first.issuer != second.issuer
        assert first.gateway != second.gateway
        assert first.sockets != second.sockets
    finally:
        for held in usual:
            held.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_root_leaves_the_modes_of_closed_folders_as_they_are(
    launch: Launch, tmp_path: Path
) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    platform = launch(closed / "data")
    platform.ready()

    postgres = Path(f"/proc/{platform.pids()['postgres']}")
    assert postgres.stat().st_uid != 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == 0


def test_a_port_that_is_taken_is_named(launch: Launch, tmp_path: Path) -> None:
    held = hold()
    try:
        platform = launch(tmp_path, WENGANG_PORT=str(held.number))
        _, said = platform.process.communicate(timeout=20)
    finally:
        held.release()

    assert platform.process.returncode == 1
    assert f"Port {held.number} is taken" in said


def test_a_folder_that_cannot_be_made_is_named(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    platform = launch(tmp_path / "file" / "data")
    _, said = platform.process.communicate(timeout=20)

    assert platform.process.returncode == 1
    assert f"Cannot write to the data folder {tmp_path / 'file' / 'data'}" in said


def test_a_database_without_its_secrets_is_named(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "postgres" / "18").mkdir(parents=True)
    platform = launch(tmp_path)
    _, said = platform.process.communicate(timeout=20)

    assert platform.process.returncode == 1
    assert "its secrets.json is gone" in said


def test_servers_of_the_operators_own_take_the_place_of_embedded_ones(
    launch: Launch, tmp_path: Path
) -> None:
    theirs = launch(tmp_path / "theirs").ready()
    secrets = json.loads((tmp_path / "theirs" / "secrets.json").read_text())
    who = f"wengang_admin:{secrets['postgres/admin']}"
    database = f"postgresql://{who}@/postgres?host={theirs.sockets}"

    platform = launch(
        tmp_path / "ours",
        WENGANG_POSTGRES_URL=database,
        WENGANG_NATS_URL="nats://operator:secret@nats.example.org",
        WENGANG_ISSUER="https://id.example.org",
        WENGANG_CONSOLE_CLIENT_SECRET="one",
        WENGANG_GATEWAY_CLIENT_SECRET="two",
    )
    told = platform.ready()

    assert told.processes == ()
    assert told.sockets is None
    assert told.issuer == "https://id.example.org"
    with psycopg.connect(database) as connection:
        schemas = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) LIKE 'wengang%owner'"
            " ORDER BY 1"
        ).fetchall()
    assert schemas == [("cases",), ("gateway",), ("ingest",), ("matchmaking",), ("scoring",)]


def test_a_postgres_that_refuses_is_named(launch: Launch, tmp_path: Path) -> None:
    platform = launch(tmp_path, WENGANG_POSTGRES_URL=f"postgresql://a:b@/c?host={tmp_path}")
    _, said = platform.process.communicate(timeout=20)

    assert platform.process.returncode == 1
    assert "Cannot use the PostgreSQL of WENGANG_POSTGRES_URL" in said
