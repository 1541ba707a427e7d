"""The simulated city as files in the layout of the feeds."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from simulation.city import Enterprise, enterprises
from simulation.headcount import headcounts, months_until

REGISTER, HEADCOUNT = "enterprise_register.ndjson", "insured_headcount.ndjson"


def register_row(enterprise: Enterprise) -> Mapping[str, object]:
    """Return an enterprise as a record of the feed `enterprise_register`."""
    return {
        "uscc": enterprise.uscc,
        "name": enterprise.name,
        "district": enterprise.district,
        "industry": enterprise.industry,
        "status": "active",
        "established_on": enterprise.established_on.isoformat(),
        "registered_capital": str(enterprise.registered_capital),
    }


def write(folder: Path, *, number: int, months: int, last_month: str, seed: int) -> dict[str, int]:
    """Write both files into `folder`; return how many records each has."""
    folder.mkdir(parents=True, exist_ok=True)
    city = list(enterprises(number, seed=seed))
    period = months_until(last_month, months)
    return {
        REGISTER: _ndjson(folder / REGISTER, (register_row(each) for each in city)),
        HEADCOUNT: _ndjson(
            folder / HEADCOUNT,
            (vars(row) for each in city for row in headcounts(each, period, seed=seed)),
        ),
    }


def _ndjson(path: Path, records: Iterable[Mapping[str, object]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count
