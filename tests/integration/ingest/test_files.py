"""Files go the whole way: kept, looked at, worked off in parts; rows end in the same fates."""

import asyncio
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from services.ingest.columns import objects, parts
from services.ingest.handlers import bulk, working
from services.ingest.store import leases
from shared.events.ingest import ObservationsRecorded
from tests.integration.ingest.conftest import ANALYST, BUREAU, OTHER_BUREAU, Door
from tests.integration.ingest.files import (
    ask_for_mapping,
    book_of,
    csv_of,
    imported,
    ndjson,
    put_mapping,
    send,
    work,
    workbook,
)
from tests.unit.ingest.archives import old_workbook, packed
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc

HEADS: list[object] = ["uscc", "month", "insured_headcount", "due"]
REGISTER = """
feed: enterprise_register
nulls: [N/A, 无]
columns:
  uscc: 信用代码
  name: 企业 名称
  district: {from: 地区, codes: {朝阳: 110105, 海淀: 110108}}
  status: {constant: active}
  established_on: {from: 成立日期, date: [YYYY年M月D日, YYYY/M/D, excel]}
  registered_capital:
    from: 注册资金
    amount:
      units: {万: 10_000, 万元: 10_000}
      currencies: {人民币: 1, 美元: 6.5, 日元: unknown}
      currency: 人民币
ignore: [备注]
"""


def enrol(door: Door, *numbers: int) -> None:
    """Bring enterprises into the register."""
    door.push("enterprise_register", [an_enterprise(n) for n in numbers])


def counts(told: Any) -> tuple[int, ...]:
    """Return rows, accepted, duplicate, superseding, rejected."""
    names = ("rows", "accepted", "duplicate", "superseding", "rejected")
    assert told["counts"]["rows"] == sum(told["counts"].values()) / 2
    return tuple(told["counts"][name] for name in names)


def reasons(told: Any) -> list[tuple[int | None, str | None, str]]:
    """Return row, column and code of the first errors."""
    return [(error["row"], error["column"], error["code"]) for error in told["errors"]]


def test_a_file_is_kept_before_the_answer_and_worked_off_after_it(door: Door) -> None:
    enrol(door, 1, 2)
    body = ndjson(a_headcount(1), a_headcount(1), a_headcount(1, left=9), a_headcount(3))
    sent = send(door, "insured_headcount", body, filename="七月.ndjson")
    assert sent.status_code == 202
    told = sent.json()
    assert (told["state"], told["total"], counts(told)) == ("received", None, (0, 0, 0, 0, 0))
    assert (door.blobs / told["content_sha256"][:2] / told["content_sha256"]).read_bytes() == body

    assert work(door) == 1

    told = door.get(sent.headers["Location"], BUREAU).json()
    assert (told["state"], told["total"]) == ("completed", 4)
    assert (told["format"], told["encoding"], told["filename"]) == (
        "ndjson",
        "utf-8",
        "七月.ndjson",
    )
    assert counts(told) == (4, 1, 1, 1, 0)
    assert (told["errors"], told["quarantine"]["held"]) == ([], 1)
    assert door.get(sent.headers["Location"], OTHER_BUREAU).status_code == 404
    assert door.get(sent.headers["Location"], ANALYST).json()["counts"] == told["counts"]


def test_a_table_by_the_contracts_names_and_titles_is_read_without_a_mapping(door: Door) -> None:
    enrol(door, 1)
    body = csv_of(
        ["统一社会信用代码", " month ", "Insured headcount", "due", "", ""],
        [uscc(1), "2020-07", "128", "352000.5"],
        [uscc(1), "2020-06-01", '"1,280"', '"1,352,000.00"', "", ""],
        [],
        [uscc(1), "2020-05", "12.5", "1"],
        [uscc(1), "2020-05", "12", "1", "", "note"],
    )
    told = imported(door, "insured_headcount", b"\xef\xbb\xbf" + body, filename="a.csv")
    assert counts(told) == (4, 2, 0, 0, 2)
    assert reasons(told) == [
        (5, "Insured headcount", "not_an_integer"),
        (6, None, "cell_without_header"),
    ]
    rows = door.rows(
        "SELECT period, insured_headcount, due, paid FROM ingest.observations_insured_headcount"
        " ORDER BY period"
    )
    assert [tuple(row.values()) for row in rows] == [
        (date(2020, 6, 1), 1280, Decimal("1352000.00"), None),
        (date(2020, 7, 1), 128, Decimal("352000.50"), None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_mapping_reads_what_the_sender_wrote(door: Door, encoding: str) -> None:
    assert put_mapping(door, "amr", REGISTER).json()["version"] == 1
    body = csv_of(
        ["信用代码", "企业\u3000名称", "地区", "成立日期", "注册资金", "备注"],
        [
            uscc(1),
            '"北京\n一厂"'.replace("\n", ""),
            "朝阳",
            "2020年7月31日",
            '"1,000(万元人民币)"',
            "甲",
        ],
        [uscc(2), "北京二厂", "海淀", "2003/1/9", "500万美元", ""],
        [uscc(3), "北京三厂", "海淀", "N/A", "7(万日元)", ""],
        [uscc(4), "北京四厂", "亦庄", "37816", "N/A", ""],
        [uscc(5), "北京五厂", "N/A", "31.7.2020", "很多", ""],
        [uscc(6), "北京六厂", "朝阳", "37816", "N/A", ""],
        encoding=encoding,
    )
    told = imported(
        door, "enterprise_register", body, filename="登记.csv", mapping="amr", dry_run="false"
    )
    assert told["encoding"] == ("gb18030" if encoding == "gb18030" else "utf-8")
    assert told["mapping"] == "amr@1"
    assert counts(told) == (6, 4, 0, 0, 2)
    assert reasons(told) == [
        (5, "地区", "code_untranslated"),
        (6, "成立日期", "date_unlike"),
        (6, "注册资金", "amount_unreadable"),
        (6, "地区", "missing"),
    ]
    assert told["errors"][3]["value"] == "N/A"
    assert told["unknowns"] == [
        {
            "column": "注册资金",
            "code": "currency_without_rate",
            "message": "the mapping has no rate for 日元: what it is in CNY is not known, "
            "and the value is left out",
            "rows": 1,
            "first_row": 4,
            "member": None,
            "value": "7(万日元)",
        }
    ]
    entries = door.rows(
        "SELECT name, established_on, registered_capital::text FROM ingest.enterprises"
    )
    assert {tuple(entry.values()) for entry in entries} == {
        ("北京一厂", date(2020, 7, 31), "10000000.00"),
        ("北京二厂", date(2003, 1, 9), "32500000.00"),
        ("北京三厂", None, None),
        ("北京六厂", date(2003, 7, 14), None),
    }


def test_a_workbook_is_read_as_text(door: Door) -> None:
    enrol(door, 1, 2)
    body = workbook(
        HEADS,
        [uscc(1), "2020-07", 128, 352000.5],
        [],
        [uscc(1), date(2020, 6, 1), 127.0, None],
        [uscc(2), "2020-13", 1, 1],
    )
    told = imported(door, "insured_headcount", body, filename="a.xlsx")
    assert (told["format"], told["encoding"]) == ("xlsx", None)
    assert counts(told) == (3, 2, 0, 0, 1)
    assert reasons(told) == [(5, "month", "not_a_month")]


def test_the_rows_of_an_archive_are_told_by_their_file(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(door, 1, 2)
    monkeypatch.setattr(working, "PART", 2)
    body = packed(
        {
            "a.csv": csv_of(HEADS, [uscc(1), "2020-07", 1, 1], [uscc(1), "2020-06", "x", 1]),
            "b/c.xls": old_workbook(HEADS, [uscc(2), "2020-07", 3, 4], [uscc(2), "2020-13", 1, 1]),
        }
    )
    told = imported(door, "insured_headcount", body, filename="a.zip")
    assert (told["format"], told["members"]) == ("zip", ["a.csv", "b/c.xls"])
    assert counts(told) == (4, 2, 0, 0, 2)
    found = [(each["member"], each["row"], each["place"], each["code"]) for each in told["errors"]]
    assert found == [("a.csv", 3, 3, "not_an_integer"), ("b/c.xls", 3, 3, "not_a_month")]
    listed = door.get(f"/v1/imports/{told['id']}/errors", BUREAU).json()["data"]
    assert listed == told["errors"]


def test_json_in_an_archive_keeps_its_types(door: Door) -> None:
    enrol(door, 1, 2)
    lines = ndjson(a_headcount(1), a_headcount(2) | {"insured_headcount": "7"})
    table = csv_of(HEADS, [uscc(2), "2020-07", "7", "1"])
    told = imported(
        door, "insured_headcount", packed({"a.ndjson": lines, "b.csv": table}), filename="a.zip"
    )
    # As the same lines are judged alone: a number is no text.
    alone = imported(door, "insured_headcount", lines, dry_run="true")
    assert [each["code"] for each in alone["errors"]] == ["not_an_integer"]
    found = [(each["member"], each["row"], each["code"]) for each in told["errors"]]
    assert found == [("a.ndjson", 2, "not_an_integer")]
    assert counts(told) == (3, 2, 0, 0, 1)


def test_an_archive_with_one_file_that_cannot_be_read_is_refused_as_a_whole(door: Door) -> None:
    enrol(door, 1)
    good = csv_of(HEADS, [uscc(1), "2020-07", 1, 1])
    body = packed({"a.csv": good, "b.csv": good.replace(b"month", b"moon")})
    told = imported(door, "insured_headcount", body, filename="a.zip")
    assert (told["state"], counts(told)) == ("rejected", (0, 0, 0, 0, 0))
    found = [(each["member"], each["row"], each["code"]) for each in told["errors"]]
    assert found == [("b.csv", 1, "column_missing"), ("b.csv", 1, "unknown_column")]
    assert door.rows("SELECT 1 FROM ingest.observations_insured_headcount") == []


def test_a_dry_run_judges_everything_and_records_nothing(door: Door) -> None:
    enrol(door, 1)
    records = [a_headcount(1), a_headcount(1), a_headcount(1, left=9), a_headcount(2)]
    before = door.rows("SELECT count(*) FROM ingest.event_log")
    tried = imported(door, "insured_headcount", ndjson(*records), dry_run="true")
    assert (tried["state"], tried["dry_run"]) == ("completed", True)
    assert counts(tried) == (4, 1, 1, 1, 0)
    assert door.rows("SELECT 1 FROM ingest.observations_insured_headcount") == []
    assert door.rows("SELECT 1 FROM ingest.trial_versions") == []
    assert door.rows("SELECT count(*) FROM ingest.event_log") == before
    done = imported(door, "insured_headcount", ndjson(*records))
    assert (done["id"] != tried["id"], counts(done)) == (True, counts(tried))


def test_a_dry_run_of_the_register_enters_nobody(door: Door) -> None:
    body = ndjson(an_enterprise(1), an_enterprise(1, street="甲"), an_enterprise(2))
    tried = imported(door, "enterprise_register", body, dry_run="true")
    assert counts(tried) == (3, 2, 0, 1, 0)
    assert door.rows("SELECT 1 FROM ingest.enterprises") == []


@pytest.mark.parametrize("columns", [False, True])
def test_a_worker_that_dies_leaves_an_import_that_another_ends(
    door: Door, monkeypatch: pytest.MonkeyPatch, *, columns: bool
) -> None:
    """Parts of three rows: by row (a blank line lets it go that way), or in columns."""
    enrol(door, *range(1, 8))
    body = ndjson(*(a_headcount(n % 8, left=n) for n in range(40)))
    module, name = (bulk, "take_chunk") if columns else (working, "take_part")
    if not columns:
        body += b"\n"
    monkeypatch.setattr(working, "PART", 3)
    monkeypatch.setattr(objects, "_WIDE", 1)
    monkeypatch.setattr(parts, "PIECE", 3 * len(ndjson(a_headcount(1, left=1))) + 2)
    whole = imported(door, "insured_headcount", body, dry_run="true")

    class Killed(BaseException):
        """The process is gone: nothing of ours runs any more."""

    taken = getattr(module, name)
    for part in (1, 2, 4):
        calls = 0

        async def dying(*args: Any, part: int = part, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            done = await taken(*args, **more)
            if calls == part:
                raise Killed  # before the commit: this part is lost, and done again
            return done

        monkeypatch.setattr(module, name, dying)
        if part == 1:
            sent = send(door, "insured_headcount", body)
        with pytest.raises(Killed):
            work(door)
        told = door.get(sent.headers["Location"], BUREAU).json()
        assert told["state"] == "committing"
        assert 0 <= told["counts"]["rows"] < 40
        monkeypatch.setattr(module, name, taken)
        assert work(door) == 0  # the lease of the dead still holds
        door.rows("UPDATE ingest.imports SET due_at = now() WHERE due_at IS NOT NULL RETURNING 1")
    assert work(door) == 1
    ended = door.get(sent.headers["Location"], BUREAU).json()
    assert (ended["state"], counts(ended)) == (whole["state"], counts(whole))
    assert reasons(ended) == reasons(whole)
    assert door.rows("SELECT count(*) FROM ingest.observations_insured_headcount")[0]["count"] == (
        ended["counts"]["accepted"] + ended["counts"]["superseding"]
    )


@pytest.mark.parametrize("columns", [False, True])
def test_who_lost_the_lease_commits_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch, *, columns: bool
) -> None:
    enrol(door, 1)
    module, name = (bulk, "take_chunk") if columns else (working, "take_part")
    sent = send(door, "insured_headcount", ndjson(a_headcount(1)) + (b"" if columns else b"\n"))
    taken = getattr(module, name)

    async def robbed(*given: Any) -> Any:
        door.rows(
            "UPDATE ingest.imports SET lease = gen_random_uuid()"
            " WHERE due_at IS NOT NULL RETURNING 1"
        )
        return await taken(*given)

    monkeypatch.setattr(module, name, robbed)
    assert work(door) == 1
    assert door.rows("SELECT 1 FROM ingest.observations_insured_headcount") == []
    assert door.get(sent.headers["Location"], BUREAU).json()["counts"]["rows"] == 0


def test_the_same_content_is_the_same_import_unless_it_would_change_something(door: Door) -> None:
    enrol(door, 1)
    body = ndjson(a_headcount(1), a_headcount(2))
    first = send(door, "insured_headcount", body)
    under_way = send(door, "insured_headcount", body)
    assert under_way.json()["id"] == first.json()["id"]
    assert under_way.json()["repeated"] is True
    work(door)
    again = imported(door, "insured_headcount", body)
    assert again["repeats"] == first.json()["id"]
    assert (again["repeated"], counts(again)) == (True, (2, 0, 2, 0, 0))
    imported(door, "insured_headcount", ndjson(a_headcount(1, left=9)))
    later = imported(door, "insured_headcount", body)
    assert (later["repeats"], counts(later)) == (None, (2, 0, 1, 1, 0))


def test_a_retry_with_the_same_key_is_answered_as_before(door: Door) -> None:
    enrol(door, 1)
    first = send(door, "insured_headcount", ndjson(a_headcount(1)), key="k")
    work(door)
    again = send(door, "insured_headcount", ndjson(a_headcount(1)), key="k")
    other = send(door, "insured_headcount", ndjson(a_headcount(2)), key="k")
    assert again.json() == first.json()
    assert other.json()["code"] == "idempotency_key_reused"
    assert len(door.rows("SELECT 1 FROM ingest.imports WHERE kind = 'file'")) == 1


def test_an_import_can_be_cancelled_while_it_is_under_way(door: Door) -> None:
    sent = send(door, "insured_headcount", ndjson(a_headcount(1)))
    path = sent.headers["Location"] + "/cancellation"
    headers = {**door._headers(BUREAU, "POST", path), "Idempotency-Key": "c"}
    assert door.client.post(path, headers=headers).json()["state"] == "cancelled"
    assert work(door) == 0
    headers = {**door._headers(BUREAU, "POST", path), "Idempotency-Key": "d"}
    assert door.client.post(path, headers=headers).json()["code"] == "import_ended"


def test_ten_thousand_errors_are_all_told_page_by_page(door: Door) -> None:
    rows: list[list[object]] = [[uscc(1), "2020-07", "x", ""] for _ in range(10_000)]
    told = imported(door, "insured_headcount", csv_of(HEADS, *rows), filename="a.csv")
    assert (told["state"], counts(told)) == ("rejected", (10_000, 0, 0, 0, 10_000))
    assert (len(told["errors"]), told["more_errors"]) == (100, True)
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        after = f"&cursor={cursor}" if cursor else ""
        page = door.get(f"/v1/imports/{told['id']}/errors?limit=200{after}", BUREAU).json()
        seen += [error["row"] for error in page["data"]]
        cursor = page["next_cursor"]
    assert seen == list(range(2, 10_002))


def test_two_workers_never_take_the_same_import(door: Door) -> None:
    within = timedelta(seconds=30)

    async def claims() -> list[Any]:
        async with (
            door.database.sessions("ingest", "worker") as sessions,
            sessions.begin() as one,
            sessions.begin() as other,
        ):
            return [await leases.claim(each, within=within) for each in (one, other)]

    send(door, "insured_headcount", ndjson(a_headcount(1)))
    first, second = asyncio.run(claims())
    assert first is not None
    assert second is None


def test_a_mapping_is_proposed_and_reads_the_file_as_it_is(door: Door) -> None:
    enrol(door, 1, 2)
    body = csv_of(["税号", "所属期", "参保人数", "备注"], [uscc(1), "2020年6月", "12人", "x"])
    path = "/v1/feeds/insured_headcount/mappings/proposal"
    proposed = ask_for_mapping(door, path, body)
    assert proposed.status_code == 200, proposed.text
    told = proposed.json()
    assert (told["complete"], told["missing"], told["left_over"]) == (True, [], ["备注"])
    assert {guess["column"]: guess["header"] for guess in told["guesses"]} == {
        "uscc": "税号",
        "month": "所属期",
        "insured_headcount": "参保人数",
    }
    # Nothing is kept until a person keeps it.
    assert door.rows("SELECT FROM ingest.mappings") == []
    assert put_mapping(door, "proposed", told["document"]).status_code == 200
    query = {"mapping": "proposed", "filename": "a.csv", "dry_run": "true"}
    tried = imported(door, "insured_headcount", body, **query)
    assert counts(tried)[:2] == (1, 1)
    readings = door.get(f"/v1/imports/{tried['id']}/readings?records=1", BUREAU).json()["data"]
    assert [tuple(each.values()) for each in readings] == [
        (2, "uscc", "税号", uscc(1), uscc(1)),
        (2, "month", "所属期", "2020年6月", "2020-06"),
        (2, "insured_headcount", "参保人数", "12人", "12"),
    ]
    path_of_readings = f"/v1/imports/{tried['id']}/readings"
    assert door.get(path_of_readings, OTHER_BUREAU).status_code == 404
    read = imported(door, "insured_headcount", body, mapping="proposed", filename="a.csv")
    assert counts(read)[:2] == (1, 1)

    refused = ask_for_mapping(door, path, b"%PDF-1.7")
    assert (refused.status_code, refused.json()["code"]) == (422, "sample_unreadable")
    assert refused.json()["errors"][0]["code"] == "file_other"
    strange = "/v1/feeds/wage_of_persons/mappings/proposal"
    assert ask_for_mapping(door, strange, body).status_code == 403


def test_how_a_table_without_a_mapping_is_read_is_told_as_its_contract_means_it(
    door: Door,
) -> None:
    enrol(door, 1)
    body = csv_of(
        ["统一社会信用代码", "所属月份", "参保人数"], [uscc(1), "2020年6月", "１，２８０"]
    )
    tried = imported(door, "insured_headcount", body, filename="a.csv", dry_run="true")
    readings = door.get(f"/v1/imports/{tried['id']}/readings", BUREAU).json()["data"]
    # Of columns that the file does not have nothing is said.
    assert [tuple(each.values()) for each in readings] == [
        (2, "uscc", "统一社会信用代码", uscc(1), uscc(1)),
        (2, "month", "所属月份", "2020年6月", "2020-06"),
        (2, "insured_headcount", "参保人数", "１，２８０", "1280"),
    ]


def test_rows_that_are_no_records_are_told_and_not_counted(door: Door) -> None:
    enrol(door, 1)
    document = """
feed: insured_headcount
rows: {skip: '^合计', end: '^注'}
wide: {headers: '^(20[0-9]{4})$'}
columns:
  uscc: 代码
  month: {from: $header, date: YYYYMM}
  insured_headcount: {from: $value, number: plain}
"""
    body = csv_of(
        ["代码", "202006", "202007"],
        [uscc(1), "3", "很多"],
        [uscc(1), "", ""],
        ["合计", 3, 4],
        ["注：七月未核"],
        ["完"],
    )
    assert put_mapping(door, "wide", document).status_code == 200
    told = imported(door, "insured_headcount", body, mapping="wide", filename="a.csv")
    assert (told["total"], counts(told)[:2], told["counts"]["rejected"]) == (2, (2, 1), 1)
    assert reasons(told) == [(2, "202007", "number_unreadable")]
    assert {(kind["code"], kind["rows"], kind["first_row"]) for kind in told["unknowns"]} == {
        ("row_without_values", 1, 3),
        ("row_passed_over", 1, 4),
        ("row_after_end", 2, 5),
    }


def test_columns_and_rows_come_to_the_same(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same records by file in columns, by file row by row, by batch: the same versions."""
    enrol(door, *range(1, 30))
    monkeypatch.setattr(parts, "PIECE", 700)
    records = [
        a_headcount(
            n % 32,
            month=f"2020-0{1 + n % 7}",
            insured_headcount=n // 90,
            due=f"{n % 3}.5",
            left=None,
        )
        for n in range(300)
    ]
    records[7] = a_headcount(1, joined=-1)
    told = {}
    versions = {}
    facts = {}
    for way, end in (("columns", b""), ("rows", b"\n")):
        for table in ("observations_insured_headcount", "quarantine", "event_log", "outbox"):
            door.rows(f"DELETE FROM ingest.{table} RETURNING 1")  # noqa: S608  the names above
        done = imported(door, "insured_headcount", ndjson(*records) + end)
        told[way] = (counts(done), reasons(done))
        versions[way] = door.rows(
            'SELECT enterprise_id, period, version, insured_headcount, joined, "left", due, paid'
            " FROM ingest.observations_insured_headcount"
            " ORDER BY enterprise_id, period, version"
        )
        stated = door.rows(
            "SELECT convert_from(payload, 'utf8') AS body FROM ingest.event_log"
            " WHERE subject = 'ingest.observations.recorded.v1'"
        )
        events = [ObservationsRecorded.model_validate_json(row["body"]) for row in stated]
        facts[way] = sorted(
            (str(row), *(column[place] for column in event.values.values()))
            for event in events
            for place, row in enumerate(event.rows())
        )
    assert told["columns"] == told["rows"]
    assert told["rows"][0][1:4] > (0, 0, 0)
    assert versions["columns"] == versions["rows"]
    assert facts["columns"] == facts["rows"]
    again = imported(door, "insured_headcount", ndjson(*records))
    assert counts(again)[3] > 0


def test_a_file_that_breaks_off_while_it_is_read_ends_with_its_rows_accounted_for(
    door: Door,
) -> None:
    headcounts = pl.DataFrame(
        {"uscc": [uscc(1)] * 3000, "month": ["2020-07"] * 3000, "insured_headcount": range(3000)}
    )
    target = io.BytesIO()
    headcounts.write_parquet(target)
    content = bytearray(target.getvalue())
    # The footer and the header of the first page are whole; what it holds is not.
    content[100:160] = bytes(60)
    told = imported(door, "insured_headcount", bytes(content), filename="a.parquet")
    assert told["state"] == "rejected"
    assert [error["code"] for error in told["errors"]] == ["parquet_unreadable"]
    assert told["counts"]["rejected"] == told["counts"]["rows"] == (told["total"] or 0), told


def test_sheets_that_are_not_read_are_told_with_the_import(door: Door) -> None:
    enrol(door, 1)
    body = book_of(
        七月=[HEADS, [uscc(1), "2020-07", 3, 1]],
        八月=[HEADS, [uscc(1), "2020-08", 3, 1]],
    )
    told = imported(door, "insured_headcount", body, filename="a.xlsx")
    assert (told["state"], counts(told)) == ("completed", (1, 1, 0, 0, 0))
    [left] = told["unknowns"]
    assert (left["code"], left["rows"]) == ("sheet_unread", 2)
    assert "八月" in left["message"]
