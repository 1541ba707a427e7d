"""Freezes the schemas of facts: `python -m tests.contract.schemas` writes those that are new."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from shared.events.base import Event

FOLDER: Final = Path(__file__).parent / "events"
PRODUCERS: Final = ("ingest", "scoring", "cases", "matchmaking", "gateway")


def events() -> list[type[Event]]:
    """List all event classes of the registry."""
    return [
        event
        for producer in PRODUCERS
        for event in import_module(f"shared.events.{producer}").EVENTS
    ]


def schema(event: type[Event]) -> dict[str, Any]:
    """Return the JSON Schema of a fact's body."""
    return event.model_json_schema()


def frozen(event: type[Event]) -> Path:
    """Name the file that holds the schema as it was released."""
    return FOLDER / f"{event.subject}.json"


def breaks(released: Any, current: Any, at: str = "") -> list[str]:
    """List what a reader of the released schema would miss in the current one.

    A new field or a new class is an addition. Anything else (gone, of another type, an enum with
    a further value, newly required) breaks somebody.
    """
    if isinstance(released, dict) and isinstance(current, dict):
        found = []
        for key, value in released.items():
            if key in {"description", "title"}:
                continue
            if key == "required":
                gone = set(value) - set(current.get("required", []))
                found += [f"{at}: {name} may now be absent" for name in sorted(gone)]
            elif key not in current:
                found.append(f"{at}/{key}: is gone")
            else:
                found += breaks(value, current[key], f"{at}/{key}")
        return found
    return [] if released == current else [f"{at}: {released!r} became {current!r}"]


if __name__ == "__main__":
    for each in events():
        if not frozen(each).exists():
            frozen(each).write_text(json.dumps(schema(each), indent=1, ensure_ascii=False) + "\n")
