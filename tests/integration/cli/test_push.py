"""A push delivers everything once, past busy gateways and crashes, and tells what became of it."""

import io
import json
import socket
import sys
import threading
from pathlib import Path

import pytest

from cli import sessions
from tests.integration.cli.conftest import Wengang, keep_session
from tests.integration.cli.door import Door, Said, Seen

BATCHES = "/v1/feeds/insured_headcount/batches"
BUSY = Said(503, {"title": "Temporarily unavailable", "status": 503}, {"retry-after": "0"})


def _taken(seen: Seen, rejected: tuple[int, ...] = ()) -> Said:
    rows = len(seen.json["records"])
    counts = {
        "rows": rows,
        "accepted": rows - len(rejected),
        "duplicate": 0,
        "superseding": 0,
        "rejected": len(rejected),
        "quarantined": 0,
    }
    errors = [
        {
            "row": row,
            "pointer": f"/records/{row}/uscc",
            "column": "uscc",
            "code": "check_character",
            "message": "the check character is wrong",
            "value": "X",
        }
        for row in rejected
    ]
    body = {"id": f"import-{seen.key[-6:]}", "counts": counts, "errors": errors}
    return Said(201, {**body, "more_errors": False, "repeated": False})


def _import(**changes: object) -> dict[str, object]:
    return {
        "id": "0198",
        "state": "completed",
        "counts": {"rows": 1, "accepted": 1},
        "errors": [],
        "more_errors": False,
        "unknowns": [],
        "dry_run": False,
        "repeated": False,
        "finished_at": "2020-08-03T09:00:00+08:00",
    } | changes


def _file(folder: Path, count: int) -> str:
    file = folder / "headcount.ndjson"
    file.write_text("".join(f'{{"n": {number}}}\n' for number in range(count)), encoding="utf-8")
    return str(file)


def test_every_record_arrives_once_in_batches(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    signed_in.on("POST", BATCHES, _taken)

    code, out, _ = wengang("push", "insured_headcount", _file(tmp_path, 1201), "-o", "json")

    seen = signed_in.at("POST", BATCHES)
    assert code == 0
    assert [len(request.json["records"]) for request in seen] == [500, 500, 201]
    sent = [record["n"] for request in seen for record in request.json["records"]]
    assert sent == list(range(1201))
    assert len({request.key for request in seen}) == 3
    assert {request.headers["authorization"] for request in seen} == {"Bearer token-of-agency-hrss"}
    told = json.loads(out)
    assert told["records"] == 1201
    assert told["counts"] == {
        "accepted": 1201,
        "duplicate": 0,
        "superseding": 0,
        "rejected": 0,
        "quarantined": 0,
    }
    assert len(told["imports"]) == 3
    # One trace over all requests, the one that is told.
    assert {request.headers["traceparent"].split("-")[1] for request in seen} == {told["trace_id"]}


def test_a_busy_gateway_gets_the_same_request_again(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    limited = Said(429, {"title": "Too many requests", "status": 429}, {"retry-after": "0"})
    signed_in.on("POST", BATCHES, BUSY, limited, Said(502, "<html>", {"retry-after": "0"}), _taken)

    code, _, _ = wengang("push", "insured_headcount", _file(tmp_path, 3))

    seen = signed_in.at("POST", BATCHES)
    assert code == 0
    assert len(seen) == 4
    assert len({(request.key, request.body) for request in seen}) == 1


def test_a_broken_connection_is_tried_again(wengang: Wengang, tmp_path: Path) -> None:
    answer = _taken(Seen("POST", "", [], {"idempotency-key": "key"}, b'{"records":[{}]}'))
    body = json.dumps(answer.body).encode()
    head = f"HTTP/1.1 201 Created\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    keys: list[bytes] = []

    def hang_up_then_answer(listener: socket.socket) -> None:
        for last in (False, True):
            connection, _ = listener.accept()
            with connection, connection.makefile("rwb") as stream:
                lines = list(iter(stream.readline, b"\r\n"))
                keys.extend(line for line in lines if line.lower().startswith(b"idempotency-key"))
                if last:
                    stream.write(head.encode() + body)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        keep_session("agency-hrss", gateway=f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=hang_up_then_answer, args=(listener,))
        thread.start()
        code, out, _ = wengang("push", "insured_headcount", _file(tmp_path, 1), "-o", "json")
        thread.join()

    assert code == 0
    assert json.loads(out)["counts"]["accepted"] == 1
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_a_push_that_was_cut_short_goes_on_with_the_same_keys(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    file = _file(tmp_path, 1100)
    broken = Said(500, {"title": "Internal error", "status": 500, "trace_id": "4bf9"})
    signed_in.on("POST", BATCHES, _taken, broken)

    code, _, error = wengang("push", "insured_headcount", file)
    assert code == 3
    assert "Internal error" in error
    assert "500 of 1100 records were delivered" in error
    assert "4bf9" in error
    before = [request.key for request in signed_in.at("POST", BATCHES)]

    signed_in.seen.clear()
    signed_in.on("POST", BATCHES, _taken)
    code, _, error = wengang("push", "insured_headcount", file)
    again = [request.key for request in signed_in.at("POST", BATCHES)]
    assert code == 0
    assert "Going on" in error
    assert again[:2] == before
    assert len(set(again)) == 3

    # It has ended: the same content is now a new push, and judged anew.
    signed_in.seen.clear()
    wengang("push", "insured_headcount", file)
    assert not {request.key for request in signed_in.at("POST", BATCHES)} & set(again)


def test_rejected_rows_are_named_by_their_place_in_the_file(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    signed_in.on("POST", BATCHES, _taken, lambda seen: _taken(seen, rejected=(7,)))

    code, out, error = wengang("push", "insured_headcount", _file(tmp_path, 600))

    assert code == 3
    assert "record 508 uscc: the check character is wrong (found X)" in error
    assert "599" in out


def test_what_had_been_pushed_before_is_told(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    def again(seen: Seen) -> Said:
        first = _taken(seen)
        assert isinstance(first.body, dict)
        return Said(200, {**first.body, "repeated": True})

    signed_in.on("POST", BATCHES, again)

    _, _, error = wengang("push", "insured_headcount", _file(tmp_path, 3))

    assert "Pushed before, and not applied again: 3 record(s)." in error


def test_all_rejected_is_a_failure(signed_in: Door, wengang: Wengang, tmp_path: Path) -> None:
    signed_in.on("POST", BATCHES, lambda seen: _taken(seen, rejected=(0, 1)))

    code, _, _ = wengang("push", "insured_headcount", _file(tmp_path, 2))

    assert code == 1


def test_a_refusal_is_told_and_nothing_was_delivered(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    problem = {"title": "Not your feed", "detail": "Ask for it.", "status": 403}
    signed_in.on("POST", BATCHES, Said(403, problem))

    code, out, error = wengang("push", "insured_headcount", _file(tmp_path, 2))

    assert (code, out) == (1, "")
    assert "Error: Not your feed\n  Ask for it.\n" in error
    assert "agency-hrss" in error
    assert "0 of 2 records" in error
    assert len(signed_in.seen) == 1


@pytest.mark.parametrize("content", ["", "[]", "[1]", '{"a": 1}\nnonsense\n'])
def test_a_damaged_file_is_a_usage_error_and_nothing_is_sent(
    signed_in: Door, wengang: Wengang, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "damaged.json"
    file.write_text(content, encoding="utf-8")

    code, _, error = wengang("push", "insured_headcount", str(file))

    assert code == 2
    assert "damaged.json" in error
    assert signed_in.seen == []


@pytest.mark.usefixtures("signed_in")
def test_sessions_are_for_their_owner_alone(home: Path) -> None:
    assert sessions.read().current == "agency-hrss"
    file = home / "XDG_CONFIG_HOME" / "wengang" / "session.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_mapping_is_proposed_from_the_beginning_of_a_file(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    document = "feed: insured_headcount\n"
    told = {"document": document, "missing": ["month"], "complete": False}
    signed_in.on("POST", "/v1/feeds/insured_headcount/mappings/proposal", Said(200, told))
    file, out = tmp_path / "参保.csv", tmp_path / "a.yaml"
    line = "x" * 1023 + "\n"
    file.write_text(line * 1000)

    code, shown, error = wengang("feeds", "map", "insured_headcount", str(file))

    assert (code, shown) == (3, document)
    assert "month" in error
    # Whole lines, fewer than the gateway takes at once.
    assert signed_in.seen[0].body == (line * 512).encode()
    assert dict(signed_in.seen[0].query)["filename"] == "参保.csv"

    assert wengang("feeds", "map", "insured_headcount", str(file), "--out", str(out))[0] == 3
    assert out.read_text() == document
    # What is there is somebody's work.
    code, _, error = wengang("feeds", "map", "insured_headcount", str(file), "--out", str(out))
    assert (code, "is there already" in error) == (2, True)


def test_a_dry_run_shows_how_the_first_records_were_read(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    told = _import(dry_run=True)
    reading = {"row": 2, "column": "month", "header": "所属期", "cell": "6月", "value": "2020-06"}
    signed_in.on("POST", "/v1/feeds/f/files", Said(202, told))
    signed_in.on("GET", "/v1/imports/0198/readings", Said(200, {"data": [reading]}))
    file = tmp_path / "a.csv"
    file.write_text("x\n")

    code, shown, error = wengang("push", "f", str(file), "--dry-run")

    assert code == 0
    assert all(part in shown for part in ("所属期", "6月", "2020-06"))
    assert "read as" in shown
    assert "first records" in error


@pytest.mark.parametrize(
    ("code", "more", "hint"),
    [
        ("column_missing", (), "wengang feeds map f"),
        ("column_missing", ("--mapping", "m"), ""),
        ("enterprise_name_unknown", ("--mapping", "m"), "wengang imports names 0198"),
    ],
)
def test_what_helps_is_said_where_only_layout_or_names_are_in_the_way(
    signed_in: Door, wengang: Wengang, tmp_path: Path, code: str, more: tuple[str, ...], hint: str
) -> None:
    error = {"place": 2, "column": "c", "code": code, "message": "m", "value": None}
    told = {**_import(), "state": "rejected", "errors": [error]}
    signed_in.on("POST", "/v1/feeds/f/files", Said(202, told))
    file = tmp_path / "a.csv"
    file.write_text("x\n")
    shown = wengang("push", "f", str(file), *more)[2]
    assert hint in shown
    assert ("wengang feeds map" in shown) == ("feeds map" in hint)


def test_names_that_nobody_has_are_listed_once_and_become_aliases(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    errors = [
        {"place": place, "code": "enterprise_name_unknown", "name": name}
        for place, name in ((2, "Acme"), (3, "SIRET 1"), (4, "SIRET 1"))
    ]
    errors.append({"place": 5, "code": "missing", "name": None})
    page = Said(200, {"data": errors, "next_cursor": None})
    signed_in.on("GET", "/v1/imports/0198/errors", page)
    code, shown, note = wengang("imports", "names", "0198", "-o", "csv")
    assert (code, shown.splitlines()) == (
        0,
        ["name,rows,first,uscc", "SIRET 1,2,row 3,", "Acme,1,row 2,"],
    )
    assert "enterprises aliases" in note

    file = tmp_path / "names.csv"
    file.write_text("\ufeffname,rows,first,uscc\nSIRET 1,2,,A1\nAcme,1,,A1\nOther,1,,\nBad,1,,B2\n")
    signed_in.on("GET", "/v1/enterprises/A1", Said(200, {"aliases": ["Acme", "Old"]}))
    signed_in.on("GET", "/v1/enterprises/B2", Said(404, {"title": "Not found", "status": 404}))
    signed_in.on("PUT", "/v1/enterprises/A1/aliases", Said(200, {}))
    code, _, note = wengang("enterprises", "aliases", str(file))
    (put,) = signed_in.at("PUT", "/v1/enterprises/A1/aliases")
    assert (code, put.json) == (3, {"aliases": ["Acme", "Old", "SIRET 1"]})
    assert "B2 (Bad): Not found" in note
    assert "Added 1, known before 1, without uscc 1." in note
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert wengang("enterprises", "aliases", str(other))[0] == 2


def test_names_may_come_back_as_a_spreadsheet_of_china_saves_them(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    file = tmp_path / "names.csv"
    file.write_bytes("name,rows,first,uscc\r\n鹿鸣商行,2,,A1\r\n".encode("gb18030"))
    signed_in.on("GET", "/v1/enterprises/A1", Said(200, {"aliases": []}))
    signed_in.on("PUT", "/v1/enterprises/A1/aliases", Said(200, {}))
    code, _, note = wengang("enterprises", "aliases", str(file))
    assert code == 0, note
    (put,) = signed_in.at("PUT", "/v1/enterprises/A1/aliases")
    assert put.json == {"aliases": ["鹿鸣商行"]}


def test_lines_of_which_one_is_broken_go_as_a_file(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    counts = {"rows": 2, "accepted": 1, "rejected": 1}
    error = {"place": 2, "column": None, "message": "not valid JSON", "value": None}
    told = _import(counts=counts, state="completed_with_errors", errors=[error])
    signed_in.on("POST", "/v1/feeds/f/files", Said(202, told))
    for name in ("a.ndjson", "a.jsonl"):
        file = tmp_path / name
        file.write_text('{"a": 1}\n{"a":\n')

        code, shown, _ = wengang("push", "f", str(file))

        assert code == 3
        assert "not valid JSON" in shown
        assert signed_in.seen[-1].body == b'{"a": 1}\n{"a":\n'
    # What holds nothing at all is told at once.
    file.write_text("\n")
    assert wengang("push", "f", str(file))[0] == 2
    assert len(signed_in.seen) == 2


def test_broken_lines_of_standard_input_go_as_a_file(
    signed_in: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = b'{"a": 1}\n{"a":\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
    signed_in.on("POST", "/v1/feeds/f/files", Said(202, _import()))

    assert wengang("push", "f", "-")[0] == 0

    assert signed_in.seen[-1].body == sent
    assert dict(signed_in.seen[-1].query)["filename"] == "stdin.ndjson"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'[{"a":')))
    assert wengang("push", "f", "-")[0] == 2


def test_rows_that_are_no_records_are_told_without_a_column(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    passed = {"column": "", "message": "rows that the mapping passes over", "rows": 2}
    passed |= {"first_row": 7, "member": "七月", "value": "合计"}
    of_column = {"column": "应缴", "message": "no rate", "rows": 1, "first_row": 3}
    of_column |= {"member": None, "value": "5 USD"}
    signed_in.on("POST", "/v1/feeds/f/files", Said(202, _import(unknowns=[passed, of_column])))
    file = tmp_path / "a.csv"
    file.write_text("x\n")

    _, _, error = wengang("push", "f", str(file))

    lines = error.splitlines()
    assert "rows that the mapping passes over (rows: 2, first in 七月: row 7) (found 合计)" in lines
    assert "应缴: no rate (rows: 1, first in row 3) (found 5 USD)" in lines


def test_an_import_is_shown_in_words(signed_in: Door, wengang: Wengang) -> None:
    waits = {"held": 2, "released": 0, "rejected": 1, "withdrawn": 0, "expired": 0}
    more = {"members": ["七月"], "error_count": 1, "reject_above": 20.0, "quarantine": waits}
    signed_in.on("GET", "/v1/imports/0198", Said(200, _import(**more)))

    code, shown, _ = wengang("imports", "show", "0198")

    assert code == 0
    heads = [line.split("  ")[0] for line in shown.splitlines()]
    assert {"files or sheets in it", "errors in all", "rejected above (%)"} <= set(heads)
    assert "{" not in shown
    assert not {"quarantine", "error_count", "reject_above", "members"} & set(heads)


def test_a_sender_names_the_version_of_the_contract(
    signed_in: Door, wengang: Wengang, tmp_path: Path
) -> None:
    signed_in.on("POST", BATCHES, _taken)

    wengang("push", "insured_headcount", _file(tmp_path, 3), "--contract-version", "1.0.0")

    (seen,) = signed_in.at("POST", BATCHES)
    assert seen.query == [("contract_version", "1.0.0")]


@pytest.mark.parametrize("kind", ["batch", "file"])
def test_who_sends_an_old_version_is_told_until_when_it_is_taken(
    signed_in: Door, wengang: Wengang, tmp_path: Path, kind: str
) -> None:
    ending = {"feed": "insured_headcount", "contract_version": "1.0.0"}
    ending |= {"contract_sunset_on": "2027-06-30"}

    def batch(seen: Seen) -> Said:
        said = _taken(seen)
        assert isinstance(said.body, dict)
        return Said(said.status, said.body | ending)

    signed_in.on("POST", BATCHES, batch)
    signed_in.on("POST", "/v1/feeds/insured_headcount/files", Said(202, _import(**ending)))
    file = _file(tmp_path, 3)
    if kind == "file":
        file = str(tmp_path / "a.csv")
        Path(file).write_text("uscc\n", encoding="utf-8")

    code, _, told = wengang("push", "insured_headcount", file)

    assert code == 0
    assert "which is taken until 2027-06-30" in told
    assert "wengang feeds diff insured_headcount 1.0.0" in told
