"""Rule sets as JSON: read strictly, so that nothing is passed over, and written the same again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from services.scoring.domain.errors import RuleSetRefused
from services.scoring.domain.rule_document import plain
from services.scoring.domain.rule_faults import faults
from services.scoring.domain.rules import RuleSet

_READER: Final = TypeAdapter(RuleSet)


def digest(rules: RuleSet) -> str:
    """Name the content of a rule set: the same rules, however they were written, have one name."""
    told = json.dumps(plain(rules), ensure_ascii=False, allow_nan=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def read(document: Mapping[str, Any]) -> RuleSet:
    """Read a rule set; a field, a family or a reading that is not ours is refused by name.

    Raises pydantic's ValidationError.
    """
    return _READER.validate_json(json.dumps(document), strict=True, extra="forbid")


def examine(document: Mapping[str, Any]) -> RuleSet:
    """Read a rule set that somebody wants to be judged by.

    Raises pydantic's ValidationError; RuleSetRefused, where each value is of its kind but the
    whole is unsound.
    """
    rules = read(document)
    if found := faults(rules):
        raise RuleSetRefused(
            [
                {
                    "pointer": f"/document{fault.pointer}",
                    "code": fault.code,
                    "values": {"value": fault.value},
                }
                for fault in found
            ]
        )
    return rules
