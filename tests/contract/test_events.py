"""A released fact only ever gains; a change that is not an addition is a new class."""

import json

import pytest

from shared.events.base import Event
from tests.contract.schemas import FOLDER, breaks, events, frozen, schema


@pytest.mark.parametrize("event", events(), ids=lambda event: str(event.subject))
def test_a_released_fact_is_kept(event: type[Event]) -> None:
    released = json.loads(frozen(event).read_text(encoding="utf-8"))
    assert breaks(released, schema(event)) == []


def test_no_released_fact_disappears() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {event.subject for event in events()}


RELEASED = {
    "properties": {"uscc": {"type": "string"}, "level": {"enum": ["blue", "red"]}},
    "required": ["uscc"],
}


@pytest.mark.parametrize(
    ("current", "broken"),
    [
        (RELEASED, []),
        ({**RELEASED, "properties": {**RELEASED["properties"], "name": {"type": "string"}}}, []),  # type: ignore[dict-item]  # a literal of mixed shapes
        ({**RELEASED, "required": []}, [": uscc may now be absent"]),
        (
            {
                **RELEASED,
                "properties": {"uscc": {"type": "integer"}, "level": {"enum": ["blue", "red"]}},
            },
            ["/properties/uscc/type: 'string' became 'integer'"],
        ),
        (
            {**RELEASED, "properties": {"uscc": {"type": "string"}}},
            ["/properties/level: is gone"],
        ),
        (
            {**RELEASED, "properties": {"uscc": {"type": "string"}, "level": {"enum": ["blue"]}}},
            ["/properties/level/enum: ['blue', 'red'] became ['blue']"],
        ),
    ],
)
def test_what_breaks_a_reader_is_named(current: dict[str, object], broken: list[str]) -> None:
    assert breaks(RELEASED, current) == broken
