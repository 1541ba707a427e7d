"""The demo ends in one funnel, whether or not every process dies on the way."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

FULL: Final = bool(os.environ.get("WENGANG_FULL"))
ENTERPRISES, OPINIONS = ("600", "3000") if FULL else ("150", "400")
UNTIL: Final = "2020-09-30" if FULL else "2020-09-06"
PATIENCE: Final = 1500.0 if FULL else 600.0
SEED: Final = "3"
# What the bus forgot comes again after a few seconds: the test does not wait for a minute.
QUICK: Final = {
    f"{name}_RECONCILE__GRACE": "4"
    for name in ("INGEST", "SCORING", "CASES", "MATCHMAKING", "GATEWAY")
}
KINDS: Final = frozenset(
    {
        *(
            f"{name}-{face}"
            for name in ("ingest", "scoring", "cases")
            for face in ("api", "worker")
        ),
        *("matchmaking-api", "matchmaking-worker", "gateway-api", "gateway-worker"),
        *("postgres", "nats", "identity"),
    }
)


class Demo:
    """One run of `wengang demo`, on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.data, self._json = folder / "data", folder / "out.json"
        self._said = folder / "said.txt"
        with self._said.open("wb") as out:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "cli", "demo", "--exit"),
                    *("--seed", SEED, "--enterprises", ENTERPRISES, "--opinions", OPINIONS),
                    *("--until", UNTIL, "--data", str(self.data), "--json", str(self._json)),
                ],
                env={**os.environ, **QUICK, "WENGANG_LANG": "en"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def result(self) -> dict[str, Any]:
        """Wait for its end; return what it wrote."""
        code = self._process.wait(PATIENCE)
        assert code == 0, self._said.read_text(errors="replace")
        # The days that were lived, not those of the whole demo.
        assert f"2020-07-31 to {UNTIL}" in self._said.read_text(errors="replace")
        told: dict[str, Any] = json.loads(self._json.read_text(encoding="utf-8"))
        return told

    def runs(self) -> bool:
        """Tell whether it still goes on."""
        return self._process.poll() is None

    def pids(self) -> dict[str, int]:
        """Return the processes of its platform, once it is ready."""
        with suppress(FileNotFoundError, ValueError):
            told = json.loads((self.data / "platform.json").read_text(encoding="utf-8"))
            if told["ready"]:
                return {each["name"]: each["pid"] for each in told["processes"]}
        return {}


class Killer(threading.Thread):
    """Kills every kind of process once, in a seeded order, while the demo runs."""

    def __init__(self, demo: Demo) -> None:
        super().__init__(daemon=True)
        self._demo = demo
        self.killed: list[str] = []

    def run(self) -> None:
        """Kill one after the other, a few seconds apart."""
        chance = random.Random(SEED)  # noqa: S311 a dice, not a secret
        turns = sorted(KINDS)
        chance.shuffle(turns)
        while self._demo.runs() and turns:
            time.sleep(chance.uniform(1.0, 3.0))
            pid = self._demo.pids().get(turns[-1])
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.killed.append(turns.pop())


@pytest.mark.timeout(PATIENCE * 2.5)
def test_killing_every_process_once_changes_nothing(tmp_path: Path) -> None:
    calm = Demo(tmp_path / "calm").result()
    demo = Demo(tmp_path / "disturbed")
    killer = Killer(demo)
    killer.start()
    disturbed = demo.result()
    killer.join(30)

    assert set(killer.killed) == KINDS
    assert disturbed["funnel"] == calm["funnel"]
    assert disturbed["truth"] == calm["truth"]
    assert disturbed["details"] == calm["details"]
    # It is a city, not an empty page.
    assert calm["funnel"]["opinion_items"] >= int(OPINIONS) // 2
    assert calm["funnel"]["potential_risk"] >= calm["funnel"]["warnings"] > 0
    assert 0 < calm["funnel"]["handled"] <= calm["funnel"]["warnings"]
    assert list(calm) == ["seed", "enterprises", "funnel", "truth", "seconds", "details"]
