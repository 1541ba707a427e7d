"""What a person fills in to take a step with a case, and how it becomes a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from shared.calendar import SHANGHAI
from shared.codes.divisions import DISTRICTS


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    CHOICE = "choice"
    MOMENT = "moment"


@dataclass(frozen=True)
class Field:
    """A field of a step's form; `words` names the kind of its choices in the catalogue."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()
    words: str = ""


# Those that a person may submit; the others are given by the steps that mean them.
_OUTCOMES: Final = (
    "averted",
    "reduced",
    "orderly_lawful_layoff",
    "agreed_pay_cut",
    "wages_recovered",
    "social_insurance_settled",
    "financing_obtained",
    "restructured",
    "bankruptcy_settled",
    "moved_out",
    "lost_contact",
)
_WAITING_FOR: Final = ("firm_documents", "court", "bank", "other_department")

_REASON: Final = Field("reason")
# The plan itself; what the follow-up found.
_TOLD: Final = Field("note")
_NOTE: Final = Field("note", required=False)
_DISTRICT: Final = Field(
    "district", Kind.CHOICE, required=False, choices=tuple(each.code for each in DISTRICTS)
)
_FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "return": (_REASON,),
    "doubt": (_REASON,),
    "refute": (_REASON,),
    "plan": (_TOLD,),
    "suspend": (
        Field("waiting_for", Kind.CHOICE, choices=_WAITING_FOR, words="waiting_for"),
        Field("suspended_until", Kind.MOMENT),
        _REASON,
    ),
    "extend": (_REASON,),
    "submit": (
        Field("outcome", Kind.CHOICE, choices=_OUTCOMES, words="outcome"),
        Field("evidence"),
    ),
    "send_back": (_REASON,),
    "close": (_TOLD,),
    "give_up": (_REASON,),
    "reopen": (_REASON,),
}


def fields(step: str, me: Mapping[str, Any]) -> tuple[Field, ...]:
    """List the fields of a step; only the city may send a case to another district."""
    ours = _FIELDS.get(step, ())
    if step == "dispatch" and "city_admin" in me["roles"]:
        ours = (*ours, _DISTRICT)
    return ours if _TOLD in ours else (*ours, _NOTE)


def request_of(step: str, typed: Mapping[str, str], me: Mapping[str, Any]) -> dict[str, object]:
    """Return the body of the transition; what was left empty is not said."""
    body: dict[str, object] = {"step": step}
    for field in fields(step, me):
        said = typed.get(field.name, "").strip()
        if said:
            body[field.name] = _instant(said) if field.kind is Kind.MOMENT else said
    return body


def _instant(said: str) -> str:
    """Read what a browser's date field says as Beijing's time; the API judges what is none."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=SHANGHAI).isoformat()
    except ValueError:
        return said
