"""Files come in pieces: a break costs what did not arrive, and the whole becomes one import."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from typing import Any

import pytest

from services.ingest.handlers import uploads
from shared.ids import uuid7
from shared.pieces import Pieces
from tests.integration.ingest.conftest import BUREAU, OTHER_BUREAU, Door
from tests.integration.ingest.files import csv_of, work
from tests.integration.ingest.test_files import HEADS, counts, enrol
from tests.unit.ingest.records import a_headcount, uscc

BODY = csv_of(HEADS, [uscc(1), "2020-07", 128, 1], [uscc(1), "2020-13", 1, 1])
BEGIN = "/v1/feeds/insured_headcount/uploads"


def begin(door: Door, *, key: str | None = None, length: int = len(BODY), query: str = "") -> Any:
    """Begin a file; return the response."""
    path = BEGIN + "?filename=a.csv" + query
    headers = {
        **door._headers(BUREAU, "POST", path),
        "Idempotency-Key": key or str(uuid7()),
        "Upload-Length": str(length),
    }
    return door.client.post(path, headers=headers)


def append(door: Door, path: str, offset: int, piece: bytes) -> Any:
    """Bring a piece; return the response."""
    headers = {
        **door._headers(BUREAU, "PATCH", path),
        "Idempotency-Key": str(uuid7()),
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
    }
    return door.client.patch(path, content=piece, headers=headers)


def head(door: Door, path: str) -> Any:
    """Ask how much has come; return the response."""
    return door.client.head(path, headers=door._headers(BUREAU, "HEAD", path))


@pytest.mark.parametrize("kind", ["text/csv", "multipart/form-data; boundary=x", ""])
def test_what_is_no_piece_is_no_part_of_the_file(door: Door, kind: str) -> None:
    begun = begin(door, length=10)
    headers = dict(door._headers(BUREAU, "PATCH", begun.headers["Location"]))
    headers |= {"Idempotency-Key": str(uuid7()), "Upload-Offset": "0", "Content-Type": kind}
    refused = door.client.patch(begun.headers["Location"], content=b"12345", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")
    shown = door.get(begun.headers["Location"], BUREAU)
    assert shown.json()["offset"] == 0


def test_pieces_become_an_import_and_a_piece_that_came_twice_is_told(door: Door) -> None:
    enrol(door, 1)
    digest = hashlib.sha256(BODY).hexdigest()
    query = f"&sha256={digest}&reject_above=50"
    begun = begin(door, key="one", query=query)
    path = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Tus-Resumable"]) == (201, "1.0.0")
    assert begin(door, key="one", query=query).headers["Location"] == path
    first = append(door, path, 0, BODY[:20])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "20")
    asked = head(door, path).headers
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("20", str(len(BODY)))
    twice = append(door, path, 0, BODY[:20])
    assert (twice.status_code, twice.json()["code"]) == (409, "upload_offset_differs")
    assert "20" in twice.json()["detail"]
    last = append(door, path, 20, BODY[20:])
    where = last.headers["Content-Location"]
    work(door)
    told = door.get(where, BUREAU).json()
    assert (told["filename"], told["content_sha256"], counts(told)) == (
        "a.csv",
        digest,
        (2, 1, 0, 0, 1),
    )
    assert head(door, path).headers["Upload-Offset"] == str(len(BODY))
    assert door.get(path, BUREAU).json()["import_id"] == told["id"]
    # The answer to the last piece was lost: brought again, empty, it is the same import.
    assert append(door, path, len(BODY), b"").headers["Content-Location"] == where
    assert door.get(path, OTHER_BUREAU).status_code == 404


@pytest.mark.parametrize("ask", [head, lambda door, path: door.get(path, BUREAU)])
def test_whoever_hears_that_a_file_is_whole_need_bring_nothing_more(
    door: Door, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Door, str], Any]
) -> None:
    """The last piece came, and the process died before it was an import."""
    enrol(door, 1)
    path = begin(door).headers["Location"]
    with monkeypatch.context() as dying:
        dying.setattr(uploads, "end", None)
        assert append(door, path, 0, BODY).status_code == 500
    assert ask(door, path).status_code == 200
    assert ask(door, path).status_code == 200
    assert len(door.rows("SELECT 1 FROM ingest.imports WHERE filename = 'a.csv'")) == 1


@pytest.mark.parametrize(("length", "query"), [(len(BODY) + 1, ""), (len(BODY), "&dry_run=true")])
def test_a_key_that_began_one_file_begins_no_other(door: Door, length: int, query: str) -> None:
    first = begin(door, key="one").json()
    other = begin(door, key="one", length=length, query=query)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert begin(door, key="one").json() == first


def test_pieces_may_replace_a_period(door: Door) -> None:
    enrol(door, 1, 2)
    door.push("insured_headcount", [a_headcount(1), a_headcount(2)])
    body = csv_of(HEADS, [uscc(1), "2020-07", 90, 1])
    begun = begin(door, length=len(body), query="&replaces_period=2020-07")
    assert begun.json()["replaces_period"] == "2020-07"
    where = append(door, begun.headers["Location"], 0, body).headers["Content-Location"]
    work(door)
    told = door.get(where, BUREAU).json()
    assert (told["replaces_period"], told["withdrawn"], counts(told)) == (
        "2020-07",
        1,
        (1, 0, 0, 1, 0),
    )


def test_a_period_that_cannot_be_replaced_is_refused_before_the_first_piece(door: Door) -> None:
    answer = begin(door, query="&replaces_period=2020-7")
    assert (answer.status_code, answer.json()["code"]) == (422, "period_refused")


def test_what_is_not_what_was_announced_is_no_import(door: Door) -> None:
    path = begin(door, query=f"&sha256={'0' * 64}").headers["Location"]
    answer = append(door, path, 0, BODY)
    assert (answer.status_code, answer.json()["code"]) == (422, "upload_differs")
    path = begin(door, length=10).headers["Location"]
    answer = append(door, path, 0, BODY)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_longer")
    assert begin(door, length=2**40).status_code == 413
    assert door.rows("SELECT 1 FROM ingest.imports") == []


@pytest.mark.parametrize("first", [0, 20])
def test_a_file_that_grew_is_no_import_of_its_beginning(door: Door, first: int) -> None:
    enrol(door, 1)
    path = begin(door, length=len(BODY) - 3).headers["Location"]
    if first:
        assert append(door, path, 0, BODY[:first]).status_code == 204
    answer = append(door, path, first, BODY[first:])
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_longer")
    # Nothing of that piece stays: whoever asks is not told that the file is whole.
    assert head(door, path).headers["Upload-Offset"] == str(first)
    assert door.get(path, BUREAU).json()["import_id"] is None
    assert door.rows("SELECT 1 FROM ingest.imports WHERE kind = 'file'") == []


def test_what_nobody_goes_on_with_is_forgotten(door: Door) -> None:
    path = begin(door).headers["Location"]
    kept = begin(door).headers["Location"]
    name = path.rsplit("/", 1)[1]
    os.utime(door.blobs / "pieces" / name, (0, 0))

    async def swept() -> None:
        async with (
            door.database.sessions("ingest", "worker") as sessions,
            sessions.begin() as session,
        ):
            await uploads.sweep(session, Pieces(door.blobs))

    asyncio.run(swept())
    assert head(door, path).status_code == 404
    assert head(door, kept).status_code == 200
