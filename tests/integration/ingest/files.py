"""Files as agencies send them, and the worker that works them off, for the tests."""

import asyncio
import io
import json
from typing import Any
from urllib.parse import urlencode

import xlsxwriter

from benchmarks import headcounts
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.importing import Importer
from shared.auth.identity import Caller
from shared.blobs import Blobs
from shared.clock import clock_from
from shared.ids import uuid7
from shared.settings import ClockSettings
from tests.integration.ingest.conftest import BUREAU, Door

BOUNDS = WorkbookBounds(inflated=16 * 1024 * 1024)


def send(
    door: Door,
    feed: str,
    body: bytes,
    *,
    caller: Caller = BUREAU,
    key: str | None = None,
    **query: str,
) -> Any:
    """Send a file; return the response."""
    path = f"/v1/feeds/{feed}/files" + (f"?{urlencode(query)}" if query else "")
    headers = {
        **door._headers(caller, "POST", path),
        "Idempotency-Key": key or str(uuid7()),
        "Content-Type": "application/octet-stream",
    }
    return door.client.post(path, content=body, headers=headers)


def put_mapping(door: Door, name: str, document: str, *, caller: Caller = BUREAU) -> Any:
    """Save a mapping; return the response."""
    path = f"/v1/mappings/{name}"
    headers = {
        **door._headers(caller, "PUT", path),
        "Idempotency-Key": str(uuid7()),
        "Content-Type": "application/yaml",
    }
    return door.client.put(path, content=document.encode(), headers=headers)


def ask_for_mapping(door: Door, path: str, body: bytes) -> Any:
    """Ask for a mapping of such files; return the response."""
    headers = {
        **door._headers(BUREAU, "POST", path),
        "Idempotency-Key": str(uuid7()),
        "Content-Type": "application/octet-stream",
    }
    return door.client.post(path, content=body, headers=headers)


def work(door: Door, *, bounds: WorkbookBounds = BOUNDS) -> int:
    """Let a worker work off what is due; return how many imports it had."""

    async def turns() -> int:
        async with door.database.sessions("ingest", "worker") as sessions:
            importer = Importer(
                sessions=sessions,
                clock=clock_from(ClockSettings(replay_file=door.blobs.parent / "now")),
                blobs=Blobs(door.blobs),
                bounds=bounds,
                at_once=1,
            )
            done = 0
            while await importer.turn():
                done += 1
            return done

    return asyncio.run(turns())


def imported(door: Door, feed: str, body: bytes, **query: Any) -> Any:
    """Send a file, let it be worked off, and return the import.

    Its good rows are taken however many are bad, if the test does not say otherwise.
    """
    sent = send(door, feed, body, **{"reject_above": "100", **query})
    assert sent.status_code == 202, sent.text
    work(door)
    return door.get(sent.headers["Location"], BUREAU).json()


def ndjson(*records: dict[str, Any]) -> bytes:
    """Return records as lines."""
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def workbook(*rows: list[object], sheet: str = "Sheet1") -> bytes:
    """Return a workbook of one sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if hasattr(value, "isoformat"):
                    page.write_datetime(number, place, value, day)
                else:
                    page.write(number, place, value)
    return target.getvalue()


def book_of(**sheets: list[list[object]]) -> bytes:
    """Return a workbook of several sheets, by name."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return target.getvalue()


def csv_of(*rows: list[object], encoding: str = "utf-8") -> bytes:
    """Return a table of plain cells."""
    return "".join(",".join(str(cell) for cell in row) + "\r\n" for row in rows).encode(encoding)


def enrol_many(door: Door, count: int) -> None:
    """Let the register know the enterprises that benchmarks report of."""
    statement = (
        "COPY ingest.enterprises (uscc, version, name, district, status) FROM STDIN (FORMAT csv)"
    )
    with (
        door.administrator() as connection,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for piece in headcounts.register(count):
            copy.write(piece)
