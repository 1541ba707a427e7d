"""What contracts give as an example, and what they promised when they were given out.

`python -m tests.contract.feeds` notes versions that are new; those that are noted stay.
"""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from services.ingest.domain.contract import FeedContract, Kind
from services.ingest.domain.feeds import VERSIONS

TODAY = date(2026, 11, 25)
FROZEN = Path(__file__).parent / "feeds.json"


def example(contract: FeedContract) -> dict[str, object]:
    """Return the record that the examples of the columns make."""
    return {
        column.name: int(column.examples[0]) if column.kind is Kind.INTEGER else column.examples[0]
        for column in contract.columns
    }


def frozen() -> dict[str, str]:
    """Return a hash of what each version promises of a record.

    When it ends may still be said, and above how many bad rows a file is refused as a whole.
    """
    return {
        f"{contract.name}/{contract.version}": _hash(contract)
        for versions in VERSIONS.values()
        for contract in versions
    }


def _hash(contract: FeedContract) -> str:
    lasting = replace(contract, deprecated_on=None, sunset_on=None, reject_above=None)
    said = repr(lasting).replace(", reject_above=None", "")
    return hashlib.sha256(said.encode()).hexdigest()[:16]


if __name__ == "__main__":
    known = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.exists() else {}
    FROZEN.write_text(json.dumps(frozen() | known, indent=1) + "\n", encoding="utf-8")
