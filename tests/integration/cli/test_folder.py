"""Files that are dropped into a folder are pushed once each and put away, whatever happens."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from cli.pushing import folder as dropped
from cli.pushing.folder import Folder
from cli.refusals import NotNow
from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said, Seen

FILES = "/v1/feeds/insured_headcount/files"
COUNTS = {"rows": 2, "accepted": 2, "duplicate": 0, "superseding": 0, "rejected": 0}


def _import(state: str, *, ended: bool = True) -> dict[str, Any]:
    return {
        "id": state,
        "state": state,
        "finished_at": "2020-08-03T09:00:00+08:00" if ended else None,
        "counts": COUNTS,
        "gone_through": 2,
        "total": 2,
        "errors": [],
        "more_errors": False,
        "unknowns": [],
        "dry_run": False,
        "repeated": False,
    }


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropped, "_LATER", 0.01)


def test_files_are_pushed_once_and_put_away(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    def taken(seen: Seen) -> Said:
        state = "completed" if b"good" in seen.body else "completed_with_errors"
        return Said(202, _import(state, ended=False))

    signed_in.on("POST", FILES, taken)
    for state in ("completed", "completed_with_errors"):
        signed_in.on("GET", f"/v1/imports/{state}", Said(200, _import(state)))
    signed_in.on("GET", "/v1/imports/completed_with_errors/errors.xlsx", Said(200, "workbook"))
    drop = tmp_path / "drop"
    drop.mkdir()
    beside = ("c.csv.tmp", ".d", "~$a.xlsx", "Thumbs.db", "desktop.ini")
    for name, content in (("a.csv", "good"), ("b.csv", "bad"), *((name, "x") for name in beside)):
        (drop / name).write_text(content, encoding="utf-8")

    code, _, err = wengang(
        "push", "insured_headcount", str(drop), "--watch", "--once", "--reject-above", "5"
    )

    assert code == 3, err
    assert sorted(str(file.relative_to(drop)) for file in drop.rglob("*") if file.is_file()) == [
        ".d",
        "Thumbs.db",
        "c.csv.tmp",
        "desktop.ini",
        "done/a.csv",
        "failed/b.csv",
        "failed/b.csv.errors.xlsx",
        "~$a.xlsx",
    ]
    assert (drop / "failed/b.csv.errors.xlsx").read_text(encoding="utf-8") == "workbook"
    seen = signed_in.at("POST", FILES)
    assert [dict(each.query)["filename"] for each in seen] == ["a.csv", "b.csv"]
    assert dict(seen[0].query)["reject_above"] == "5"


def test_a_file_that_is_refused_is_put_away_with_the_reason(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    problem = {"title": "Not your feed", "detail": "Ask for it.", "status": 403}
    signed_in.on("POST", FILES, Said(403, problem))
    (tmp_path / "drop" / "failed").mkdir(parents=True)
    for place in ("drop/a.csv", "drop/failed/a.csv"):
        (tmp_path / place).write_text("x", encoding="utf-8")
    code, _, _ = wengang("push", "insured_headcount", str(tmp_path / "drop"), "--watch", "--once")
    assert code == 3
    failed = tmp_path / "drop" / "failed"
    assert "Not your feed\nAsk for it." in (failed / "a (2).csv.error.txt").read_text("utf-8")


def _folder(root: Path, sent: list[str], ends: list[str]) -> Folder:
    def send(file: Path) -> dict[str, Any]:
        sent.append(file.name)
        return _import("completed", ended=False)

    def follow(told: dict[str, Any]) -> dict[str, Any]:
        assert told["finished_at"] is None
        if (end := ends.pop(0)) == "killed":
            raise KeyboardInterrupt
        if end == "away":
            raise NotNow("away")
        return _import(end)

    def save(import_id: str, file: Path) -> None:
        file.write_text(json.dumps(import_id), encoding="utf-8")

    return Folder(root, send, follow, save, every=0.01)


def test_who_is_killed_goes_on_and_sends_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    sent: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _folder(tmp_path, sent, ["killed"]).run(once=True)
    assert (tmp_path / "sending" / "a.csv").exists()
    assert _folder(tmp_path, sent, ["away", "away", "completed"]).run(once=True)
    assert sent == ["a.csv"]
    assert [file.name for file in (tmp_path / "done").iterdir()] == ["a.csv"]
    assert list((tmp_path / "sending").iterdir()) == []


def test_a_file_that_grows_is_left_until_it_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x", encoding="utf-8")
    looks: list[int] = []
    sent: list[str] = []

    def pause(_seconds: float) -> None:
        looks.append(len(sent))
        if len(looks) < 4:
            file.write_text("x" * (len(looks) + 1), encoding="utf-8")

    monkeypatch.setattr(time, "sleep", pause)
    assert _folder(tmp_path, sent, ["completed"]).run(once=True)
    assert looks == [0, 0, 0, 0, 1]
    assert (tmp_path / "done" / "a.csv").read_text("utf-8") == "xxxx"


def test_a_file_that_is_taken_away_again_ends_nothing(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    sent: list[str] = []
    folder = _folder(tmp_path, sent, ["completed"])
    send = folder.send

    def send_and_take_away(file: Path) -> dict[str, Any]:
        (tmp_path / "b.csv").unlink()
        return send(file)

    folder.send = send_and_take_away
    assert folder.run(once=True)
    assert sent == ["a.csv"]


def test_a_watch_needs_one_folder(wengang: Wengang, tmp_path: Path) -> None:
    assert wengang("push", "insured_headcount", str(tmp_path / "no"), "--watch")[0] == 2
