"""What operators and users do from the command line, on the running platform."""

import asyncio
import csv
import io
import json

import nats

from tests.e2e.city import SHEDDING, STEADY, City


async def publish(address: str, user: str, password: str) -> None:
    """Put a message on the bus that nobody has signed."""
    client = await nats.connect(address, user=user, password=password)
    await client.jetstream().publish(
        "ingest.observations.recorded.v1", b"{}", headers={"ce-id": "poison-1"}
    )
    await client.close()


def test_a_poisoned_message_is_listed_and_its_replay_says_why_it_fails(city: City) -> None:
    platform = city.platform
    secrets = json.loads((platform.data / "secrets.json").read_text())
    config = (platform.data / "nats" / "nats.conf").read_text()
    port = json.loads((platform.data / "ports.json").read_text())["nats"]
    assert str(port) in config
    asyncio.run(publish(f"nats://127.0.0.1:{port}", "ingest", secrets["bus/ingest"]))

    def listed() -> list[dict[str, str]]:
        written = platform.cli("--as", "city-admin", "dlq", "list", "-o", "json")
        rows: list[dict[str, str]] = json.loads(written)
        return rows

    # Whoever takes observations in has buried it.
    platform.wait(lambda: len(listed()) >= 3)
    assert {(each["service"], each["consumer"], each["event_id"]) for each in listed()} == {
        (service, f"{service}-observations", "poison-1")
        for service in ("scoring", "cases", "matchmaking")
    }
    said = platform.cli(
        "--as", "city-admin", "dlq", "replay", "poison-1", "--service", "scoring", code=1
    )
    assert "replay" in said.lower()
    assert "Traceback" not in said


def test_the_outbox_of_every_service_is_empty_when_nothing_happens(city: City) -> None:
    written = city.platform.cli("--as", "city-admin", "outbox", "status", "-o", "json")
    waiting = {row["service"]: row["waiting"] for row in json.loads(written)}
    assert waiting == {
        "ingest": 0,
        "scoring": 0,
        "cases": 0,
        "matchmaking": 0,
        "gateway": 0,
    }


def test_the_auditor_sees_who_called_what(city: City) -> None:
    platform = city.platform
    platform.get("officer-110108", "/v1/warnings?district=110108")
    platform.call("officer-110108", "GET", f"/v1/enterprises/{SHEDDING}")

    def seen() -> bool:
        rows = platform.get("auditor", "/v1/audit?limit=200")["data"]
        return any(
            row["actor"] == "officer:officer-110108"
            and row["path"] == f"/v1/enterprises/{SHEDDING}"
            and row["status"] == 404
            for row in rows
        )

    platform.wait(seen)
    assert platform.call("city-admin", "GET", "/v1/audit").status_code in {403, 404}


def test_a_list_can_be_read_as_csv(city: City) -> None:
    written = city.platform.cli("--as", "city-analyst", "enterprises", "list", "--all", "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert {row["uscc"] for row in rows} >= {SHEDDING, STEADY}


def test_a_push_of_a_file_says_what_became_of_its_rows(city: City) -> None:
    platform = city.platform
    file = platform.folder / "rows.ndjson"
    good = {"uscc": STEADY, "month": "2026-04", "insured_headcount": 300}
    bad = {"uscc": STEADY, "month": "2026-13", "insured_headcount": 300}
    file.write_text(json.dumps(good) + "\n" + json.dumps(bad) + "\n", encoding="utf-8")
    said = platform.cli("--as", "agency-hrss", "push", "insured_headcount", str(file), code=3)
    assert "month" in said
    assert "Traceback" not in said


def test_mistakes_at_the_command_line_are_sentences(city: City) -> None:
    platform = city.platform
    rows = platform.folder / "row.ndjson"
    rows.write_text("{}\n", encoding="utf-8")
    for arguments, code in (
        (("push", "insured_headcount", "no-such-file.ndjson"), 2),
        (("--as", "agency-hrss", "push", "no_such_feed", str(rows)), 1),
        (("--as", "agency-hrss", "push", "insured_headcount", str(platform.log)), 1),
        (("--as", "nobody", "cases", "list"), 1),
        (("cases", "no-such-command"), 2),
    ):
        said = platform.cli(*arguments, code=code)
        assert said.strip()
        assert "Traceback" not in said


def test_the_doctor_finds_the_platform_well(city: City) -> None:
    said = city.platform.cli("doctor")
    assert "Traceback" not in said


def test_one_document_describes_the_whole_api(city: City) -> None:
    document = city.platform.call(None, "GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path in ("/v1/feeds/{feed}/batches", "/v1/warnings", "/v1/cases/{case_id}/transitions"):
        assert path in document["paths"]
