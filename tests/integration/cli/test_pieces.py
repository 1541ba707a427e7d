"""A large file goes in pieces, past a broken connection, and goes on when it is run again."""

from pathlib import Path

import pytest

from cli.pushing import files, pieces
from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said, Seen

BEGIN = "/v1/feeds/insured_headcount/uploads"
UPLOAD = "/v1/uploads/u1"
CONTENT = bytes(range(250))
IMPORT = {
    "id": "i1",
    "state": "completed",
    "finished_at": "2020-08-03T09:00:00+08:00",
    "counts": {"rows": 1, "accepted": 1, "duplicate": 0, "superseding": 0, "rejected": 0},
    "gone_through": 1,
    "total": 1,
    "errors": [],
    "more_errors": False,
    "unknowns": [],
    "dry_run": False,
    "repeated": False,
}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "IN_PIECES", 100)
    monkeypatch.setattr(pieces, "PIECE", 100)
    monkeypatch.setattr(pieces, "_PAUSE", 0.0)


def test_a_broken_piece_is_gone_on_with_where_it_broke(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    came = bytearray(CONTENT[:50])  # an earlier run was ended here
    broken: list[int] = []

    def taken(seen: Seen) -> Said:
        assert int(seen.headers["upload-offset"]) == len(came)
        if len(came) == 150 and not broken:
            broken.append(1)
            came.extend(seen.body[:30])
            return Said(400, {"title": "Cut off", "status": 400})
        came.extend(seen.body)
        return Said(200, {})

    signed_in.on("POST", BEGIN, Said(201, {"id": "u1"}))
    signed_in.on("PATCH", UPLOAD, taken)
    signed_in.on(
        "GET",
        UPLOAD,
        lambda _seen: Said(
            200, {"offset": len(came), "import_id": "i1" if len(came) == 250 else None}
        ),
    )
    signed_in.on("GET", "/v1/imports/i1", Said(200, IMPORT))
    file = tmp_path / "a.csv"
    file.write_bytes(CONTENT)

    code, _, err = wengang("push", "insured_headcount", str(file), "--replaces-period", "2020-07")

    assert code == 0, err
    assert bytes(came) == CONTENT
    offsets = [int(seen.headers["upload-offset"]) for seen in signed_in.at("PATCH", UPLOAD)]
    assert offsets == [50, 150, 180]
    (begun,) = signed_in.at("POST", BEGIN)
    assert begun.headers["upload-length"] == "250"
    assert ("replaces_period", "2020-07") in begun.query
