"""What a person fills in to take a step with a case or to record something in it, as a request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from shared.calendar import SHANGHAI
from shared.codes.divisions import DISTRICTS


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    CHOICE = "choice"
    MOMENT = "moment"
    DAY = "day"
    COUNT = "count"
    AMOUNT = "amount"
    LINE = "line"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Field:
    """A field of a form; `words` names the kind of its choices in the catalogue."""

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

_SERVICES: Final = (
    "retention_training",
    "vocational_training",
    "job_assistance",
    "social_insurance_relief",
    "rent_relief",
    "loan_financing",
    "lawful_layoff_guidance",
)
_EVIDENCE: Final = (
    "paid_slips",
    "insurance_list",
    "agreement",
    "contract",
    "court_paper",
    "layoff_report",
    "visit_record",
    "register_extract",
)

_WITHOUT_NOTE: Final = frozenset({"request_financing", "report", "request_assistance"})
_DEPARTMENTS: Final = (
    "market_regulation",
    "taxation",
    "economy_and_information",
    "finance_regulation",
    "state_assets",
    "housing_and_construction",
    "public_security",
    "justice",
    "court",
    "trade_union",
)

# What is recorded in a case beside its steps, and where at the API.
DEEDS: Final[Mapping[str, str]] = {
    "visit": "visits",
    "deliver": "deliveries",
    "add_evidence": "evidence",
    "request_financing": "financing-requests",
    "report": "reports",
    "note_progress": "progress-notes",
    "request_assistance": "assistance-requests",
}


def _yes_no(name: str, *, words: str = "answer", required: bool = False) -> Field:
    return Field(name, Kind.YES_NO, required=required, choices=("yes", "no"), words=words)


def _count(name: str, *, required: bool = False) -> Field:
    return Field(name, Kind.COUNT, required=required)


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
    "visit": (
        _yes_no("on_site", words="visit_kind", required=True),
        Field("visited_on", Kind.DAY),
        _yes_no("operating"),
        _yes_no("owner_reachable"),
        _yes_no("equipment_moved"),
        _yes_no("gathering"),
        _count("staff_present"),
        _count("wages_owed_months"),
        _count("planned_layoffs"),
        Field("layoff_on", Kind.DAY, required=False),
    ),
    "deliver": (
        Field("service", Kind.CHOICE, choices=_SERVICES, words="service"),
        Field("delivered_on", Kind.DAY),
        _count("persons"),
        Field("amount", Kind.AMOUNT, required=False),
        _TOLD,
    ),
    "add_evidence": (
        Field("kind", Kind.CHOICE, choices=_EVIDENCE, words="evidence_kind"),
        Field("reference", Kind.LINE),
    ),
    "request_financing": (
        Field("amount", Kind.AMOUNT),
        _count("tenor_months", required=True),
        _count("jobs_to_keep", required=True),
        Field("purpose", Kind.LINE),
    ),
    "report": (
        Field("reported_to", Kind.LINE),
        Field("reported_at", Kind.MOMENT, required=False),
        Field("summary"),
    ),
    "note_progress": (_TOLD,),
    "request_assistance": (
        Field("department", Kind.CHOICE, choices=_DEPARTMENTS, words="department"),
        Field("subject", Kind.LINE),
        Field("wanted"),
    ),
    "send_back": (_REASON,),
    "close": (_TOLD,),
    "give_up": (_REASON,),
    "reopen": (_REASON,),
    "propose_transfer": (replace(_DISTRICT, required=True), _REASON),
    "refuse_transfer": (_REASON,),
}


def fields(step: str, me: Mapping[str, Any]) -> tuple[Field, ...]:
    """List the fields of a step; only the city may send a case to another district."""
    ours = _FIELDS.get(step, ())
    if step == "dispatch" and "city_admin" in me["roles"]:
        ours = (*ours, _DISTRICT)
    return ours if _TOLD in ours or step in _WITHOUT_NOTE else (*ours, _NOTE)


def begun(step: str, today: date) -> dict[str, str]:
    """Return what a new form says already: what is recorded is mostly of today."""
    return {
        field.name: today.isoformat()
        for field in _FIELDS.get(step, ())
        if field.kind is Kind.DAY and field.required
    }


def request_of(step: str, typed: Mapping[str, str], me: Mapping[str, Any]) -> dict[str, object]:
    """Return the body of the request; what was left empty is not said."""
    body: dict[str, object] = {} if step in DEEDS else {"step": step}
    for field in fields(step, me):
        said = typed.get(field.name, "").strip()
        if said:
            body[field.name] = _read(field.kind, said)
    return body


def _read(kind: Kind, said: str) -> object:
    """Return what was typed as the API takes it; what it is not, the API judges."""
    if kind is Kind.MOMENT:
        return _instant(said)
    if kind is Kind.COUNT and said.isdecimal():
        return int(said)
    if kind is Kind.YES_NO and said in {"yes", "no"}:
        return said == "yes"
    return said


def _instant(said: str) -> str:
    """Read what a browser's date field says as Beijing's time; the API judges what is none."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=SHANGHAI).isoformat()
    except ValueError:
        return said
