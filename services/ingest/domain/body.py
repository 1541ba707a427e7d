"""The body of a batch: strict JSON, from bytes to records, before any contract is asked.

What makes one record unreadable is kept in its place and judged with its row; what makes the
whole body unreadable refuses it.
"""

import json
from collections.abc import Sequence

from services.ingest.domain import strict_json
from services.ingest.domain.shown import pointer_to
from services.ingest.domain.unreadable import Record, RepeatedNames

MAX_RECORDS = 1000
MAX_BYTES = 1024 * 1024

_MAX_ERRORS = 100


class BatchMalformed(Exception):
    """The body is no batch of records; nothing of it was taken.

    `errors` say where by pointer (RFC 6901), and what by a code of the message catalogue.
    """

    def __init__(self, *errors: dict[str, object]) -> None:
        super().__init__(errors)
        self.errors = errors[:_MAX_ERRORS]
        self.values = {"count": len(errors)}


class BatchTooLarge(Exception):
    """The body has more bytes than `MAX_BYTES`."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = MAX_BYTES


def read_records(body: bytes) -> list[Record]:
    """Return the records of a batch with their names and raw values.

    Numbers are int, or Decimal where they have a fraction, an exponent or very many digits.

    Raises:
        BatchTooLarge, BatchMalformed: it is not `{"records": [{...}, ...]}` within the bounds.
    """
    if len(body) > MAX_BYTES:
        raise BatchTooLarge
    document = _parse(body)
    if isinstance(document, RepeatedNames):
        raise BatchMalformed(*_at_members(document.names, "repeated_name"))
    if not isinstance(document, dict):
        raise BatchMalformed({"pointer": "", "code": "not_an_object"})
    if unknown := [name for name in document if name != "records"]:
        raise BatchMalformed(*_at_members(unknown, "unknown_field"))
    if not document:
        raise BatchMalformed({"pointer": "/records", "code": "missing"})
    return _records(document["records"])


def _records(items: object) -> list[Record]:
    if not isinstance(items, list):
        raise BatchMalformed({"pointer": "/records", "code": "not_a_list"})
    if not items:
        raise BatchMalformed({"pointer": "/records", "code": "records_empty"})
    if len(items) > MAX_RECORDS:
        values = {"count": len(items), "limit": MAX_RECORDS}
        raise BatchMalformed({"pointer": "/records", "code": "records_too_many", "values": values})
    errors = [
        {"pointer": pointer_to("records", index), "row": index, "code": "not_an_object"}
        for index, item in enumerate(items)
        if not isinstance(item, dict | RepeatedNames)
    ]
    if errors:
        raise BatchMalformed(*errors)
    return items


def _at_members(names: Sequence[str], code: str) -> list[dict[str, object]]:
    return [{"pointer": pointer_to(name), "code": code} for name in names]


def _parse(body: bytes) -> object:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        values = {"position": error.start + 1}
        raise BatchMalformed({"pointer": "", "code": "not_utf8", "values": values}) from None
    try:
        return strict_json.loads(text)
    except json.JSONDecodeError as error:
        values = {"position": error.pos + 1}
        lines = error.msg == "Extra data" and text[error.pos :].lstrip().startswith("{")
        code = "json_lines" if lines else "not_json"
        raise BatchMalformed({"pointer": "", "code": code, "values": values}) from None
    except RecursionError:
        raise BatchMalformed({"pointer": "", "code": "nested_too_deep"}) from None
