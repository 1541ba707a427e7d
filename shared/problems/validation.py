"""What pydantic and FastAPI refuse, in our codes and places; never in their words."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.masking import is_sensitive, mask_text
from shared.messages import known
from shared.problems.problem import MAX_ERRORS

# pydantic's error type -> our code; what is not here is "invalid", or a code of our own that a
# validator raised (PydanticCustomError, or a ValueError with `code` and `values`).
CODES: Mapping[str, str] = {
    "missing": "missing",
    "missing_argument": "missing",
    "missing_keyword_only_argument": "missing",
    "none_required": "invalid",
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "json_invalid": "not_json",
    "json_type": "not_json",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "bytes_type": "not_text",
    "bytes_invalid_encoding": "not_text",
    "string_not_ascii": "pattern",
    "int_type": "not_an_integer",
    "int_parsing": "not_an_integer",
    "int_parsing_size": "not_an_integer",
    "int_from_float": "not_an_integer",
    "float_type": "not_a_number",
    "float_parsing": "not_a_number",
    "decimal_type": "not_a_number",
    "decimal_parsing": "not_a_number",
    "finite_number": "not_finite",
    "bool_type": "not_a_boolean",
    "bool_parsing": "not_a_boolean",
    "date_type": "not_a_date",
    "date_parsing": "not_a_date",
    "date_from_datetime_parsing": "not_a_date",
    "date_from_datetime_inexact": "not_a_date",
    "date_past": "must_be_past",
    "date_future": "must_be_future",
    "time_type": "not_a_time",
    "time_parsing": "not_a_time",
    "datetime_type": "not_an_instant",
    "datetime_parsing": "not_an_instant",
    "datetime_object_invalid": "not_an_instant",
    "datetime_from_date_parsing": "not_an_instant",
    "datetime_past": "must_be_past",
    "datetime_future": "must_be_future",
    "timezone_naive": "no_time_zone",
    "timezone_aware": "no_time_zone",
    "timezone_offset": "no_time_zone",
    "time_delta_type": "not_a_duration",
    "time_delta_parsing": "not_a_duration",
    "uuid_type": "not_an_identifier",
    "uuid_parsing": "not_an_identifier",
    "uuid_version": "not_an_identifier",
    "url_type": "not_a_url",
    "url_parsing": "not_a_url",
    "url_syntax_violation": "not_a_url",
    "url_scheme": "not_a_url",
    "url_too_long": "too_long",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
    "set_type": "not_a_list",
    "frozen_set_type": "not_a_list",
    "iterable_type": "not_a_list",
    "dict_type": "not_an_object",
    "mapping_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "dataclass_type": "not_an_object",
    "enum": "not_allowed",
    "literal_error": "not_allowed",
    "union_tag_invalid": "not_allowed",
    "union_tag_not_found": "missing",
    "greater_than": "must_exceed",
    "greater_than_equal": "too_small",
    "less_than": "must_be_below",
    "less_than_equal": "too_large",
    "multiple_of": "not_a_multiple",
    "too_short": "too_short",
    "string_too_short": "too_short",
    "bytes_too_short": "too_short",
    "too_long": "too_long",
    "string_too_long": "too_long",
    "bytes_too_long": "too_long",
    "string_pattern_mismatch": "pattern",
    "decimal_max_digits": "too_many_digits",
    "decimal_whole_digits": "too_many_digits",
    "decimal_max_places": "too_many_decimals",
}
_LIMITS = (
    *("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length"),
    *("max_digits", "whole_digits", "decimal_places"),
)
_MAX_VALUE = 80
_MAX_NUMBER = 10**_MAX_VALUE
_BODY = "body"

Fault = dict[str, object]


def faults(errors: Sequence[Mapping[str, object]], body: object) -> list[Fault]:
    """Translate pydantic's errors; `body` is what was sent, to tell places from union tags."""
    return [_fault(error, body) for error in errors[:MAX_ERRORS]]


def is_about_body(error: Mapping[str, object]) -> bool:
    """Say whether the body is at fault, not a parameter."""
    return _location(error)[:1] == (_BODY,)


def _location(error: Mapping[str, object]) -> tuple[str | int, ...]:
    location = error.get("loc")
    return tuple(location) if isinstance(location, Sequence) else ()


def _fault(error: Mapping[str, object], body: object) -> Fault:
    code, values = _code(error)
    location = _location(error)
    fault: Fault = {"code": code}
    if code == "not_json" and location[:1] == (_BODY,):
        return {**fault, "pointer": "", "values": {"position": location[-1]}}
    if location[:1] == (_BODY,):
        fault["pointer"] = _pointer(location[1:], body)
    elif location:
        fault["parameter"] = ".".join(str(part) for part in location[1:])
        fault["in"] = location[0]
    value = _shown(error.get("input"), location)
    if value is not None and code != "missing":
        fault["value"] = value
    return {**fault, "values": values}


def _code(error: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    kind = str(error["type"])
    given = error.get("ctx")
    context = dict(given) if isinstance(given, Mapping) else {}
    code = CODES.get(kind)
    if code is None:
        raised = context.get("error")
        own = getattr(raised, "code", kind)
        code = own if known(f"validation.{own}") else "invalid"
        context |= getattr(raised, "values", {})
    for name in _LIMITS:
        if name in context:
            context["limit"] = context[name]
    expected = context.get("expected", context.get("expected_tags"))
    if expected is not None:
        # pydantic writes "'red', 'blue' or 'green'": keep the values, drop its English.
        context["expected"] = str(expected).replace(" or ", ", ").replace("'", "")
    return code, {"position": 1, **context}


def _pointer(parts: Sequence[str | int], body: object) -> str:
    """Write a JSON pointer (RFC 6901), without the tags of unions that pydantic puts between."""
    pointer = ""
    here: Any = body
    for index, part in enumerate(parts):
        in_object = isinstance(here, Mapping) and part in here
        if in_object or (isinstance(here, list) and isinstance(part, int) and part < len(here)):
            here = here[part]
        elif index == len(parts) - 1 and isinstance(here, Mapping):
            here = None
        else:
            continue
        pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
    return pointer


def _shown(value: object, location: Sequence[str | int]) -> str | None:
    """Echo a single value, cut short and masked; nothing under a name that holds secrets."""
    if any(is_sensitive(str(part)) for part in location):
        return None
    if isinstance(value, int) and abs(value) >= _MAX_NUMBER:
        return None
    if isinstance(value, str | int | float):
        text = mask_text(str(value)[: 2 * _MAX_VALUE])
        return text if len(text) <= _MAX_VALUE else text[:_MAX_VALUE] + "…"
    return None
