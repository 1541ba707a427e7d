"""A contract as JSON Schema (2020-12), so that a sender's tools can check before they push."""

from services.ingest.domain.body import MAX_RECORDS
from services.ingest.domain.contract import Column, FeedContract, Kind
from shared.codes.divisions import DISTRICTS
from shared.codes.uscc import ALPHABET

_PATTERNS = {
    Kind.USCC: f"^[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}$",
    Kind.MONTH: "^[0-9]{4}-(0[1-9]|1[0-2])$",
    Kind.DATE: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    Kind.INDUSTRY: "^[A-T]?[0-9]{0,4}$",
    Kind.PSEUDONYM: "^[0-9a-f]{32,64}$",
    Kind.URL: "^[Hh][Tt][Tt][Pp][Ss]?://",
    Kind.TIMESTAMP: "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]+(Z|[+-][0-9]{2}:?[0-9]{2})$",
}
_AMOUNT = r"^[0-9]+(\.[0-9]{1,2})?$"


def batch_schema(contract: FeedContract) -> dict[str, object]:
    """Return the schema of a body of `POST /v1/feeds/{feed}/batches`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{contract.id}:{contract.version}",
        "title": contract.title.en,
        "type": "object",
        "required": ["records"],
        "additionalProperties": False,
        "properties": {
            "records": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_RECORDS,
                "items": _record(contract),
            }
        },
    }


def _record(contract: FeedContract) -> dict[str, object]:
    return {
        "type": "object",
        "required": [column.name for column in contract.columns if column.required],
        "additionalProperties": False,
        "properties": {column.name: _property(column) for column in contract.columns},
    }


def _property(column: Column) -> dict[str, object]:
    told = {
        "title": column.title.en,
        "description": column.description.en,
        "examples": list(column.examples),
    }
    shapes = _shapes(column)
    if not column.required:
        shapes = [*shapes, {"type": "null"}]
    return {**told, **shapes[0]} if len(shapes) == 1 else {**told, "anyOf": shapes}


def _shapes(column: Column) -> list[dict[str, object]]:
    match column.kind:
        case Kind.INTEGER:
            bounds = {"minimum": column.minimum, "maximum": column.maximum}
            return [{"type": "integer", **bounds}]
        case Kind.CNY:
            bounds = {"minimum": column.minimum, "maximum": column.maximum}
            return [{"type": "string", "pattern": _AMOUNT}, {"type": "number", **bounds}]
        case Kind.CHOICE:
            return [{"type": "string", "enum": list(column.choices)}]
        case Kind.DISTRICT:
            # Codes of former districts are taken as well, so today's are told, not required.
            today = ", ".join(f"{district.code} {district.english}" for district in DISTRICTS)
            return [{"type": "string", "minLength": 6, "maxLength": 6, "$comment": today}]
        case Kind.TEXT | Kind.PROSE | Kind.NAMES:
            return [{"type": "string", "minLength": 1, "maxLength": column.max_length}]
        case _:
            return [{"type": "string", "pattern": _PATTERNS[column.kind]}]
