"""A contract changes: who sends the old version goes on until its last day, and is then told.

The clock goes past that day, so that no story comes after this one.
"""

from pathlib import Path
from typing import Any, Final

from tests.e2e.city import push
from tests.platform import ROOT, Platform
from tests.unit.ingest.records import a_headcount, an_enterprise

NEWEST: Final = ROOT / "services/ingest/contracts/insured_headcount/1.1.0.yaml"
BATCHES: Final = "/v1/feeds/insured_headcount/batches?contract_version="
AFTER: Final = "2027-07-01T09:00"


def sent(platform: Platform, version: str, month: str) -> Any:
    record = a_headcount(1, month=month)
    return platform.call("agency-hrss", "POST", f"{BATCHES}{version}", json={"records": [record]})


def test_a_person_who_tightens_or_renames_is_told_before_any_sender(
    platform: Platform, tmp_path: Path
) -> None:
    file = tmp_path / "new.yaml"
    text = NEWEST.read_text(encoding="utf-8")
    file.write_text(text.replace("name: left\n", "name: gone\n"), encoding="utf-8")
    refused = platform.command("contracts", "check", str(file))
    assert refused.returncode == 1
    assert "was given out and is never edited" in refused.stdout
    next_one = text.replace("version: 1.1.0", "version: 2.0.0")
    file.write_text(next_one.replace("name: left\n", "name: gone\n"), encoding="utf-8")
    lost = platform.command("contracts", "check", str(file))
    assert lost.returncode == 1
    assert "would have no place any more: left" in lost.stdout
    tighter = next_one.replace("name: left\n", "name: left\n        required: true\n")
    file.write_text(tighter, encoding="utf-8")
    taken = platform.command("contracts", "check", str(file))
    assert taken.returncode == 0, taken.stdout
    assert "2.0.0 may be given out" in taken.stdout


def test_senders_of_the_old_version_go_on_until_its_last_day(
    platform: Platform, tmp_path: Path
) -> None:
    told = push(platform, "agency-amr", "enterprise_register", [an_enterprise(1)])
    assert told["counts"]["accepted"] == 1
    old = sent(platform, "1.0.0", "2026-08")
    assert old.status_code == 201, old.text
    assert old.json()["contract_version"] == "1.0.0"
    assert old.headers["Sunset"] == "Wed, 30 Jun 2027 16:00:00 GMT"
    assert 'rel="successor-version"' in old.headers["Link"]
    assert sent(platform, "1.1.0", "2026-09").status_code == 201

    platform.cli("clock", AFTER)
    late = sent(platform, "1.0.0", "2026-10")
    assert (late.status_code, late.json()["code"]) == (410, "contract_sunset")
    assert "1.1.0" in late.json()["detail"]
    file = tmp_path / "a.csv"
    file.write_text("uscc,month,insured_headcount\n", encoding="utf-8")
    pushed = platform.command(
        *("--as", "agency-hrss", "push", "insured_headcount", str(file)),
        *("--contract-version", "1.0.0"),
    )
    assert pushed.returncode == 1
    assert "1.1.0" in pushed.stderr
    assert sent(platform, "1.1.0", "2026-10").status_code == 201
