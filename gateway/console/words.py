"""How the console writes what the API answers: words, dates, times left, amounts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from shared.calendar import SHANGHAI
from shared.codes.divisions import DivisionUnknown, district
from shared.codes.industries import IndustryUnknown, industry
from shared.messages import Language, known, say

_LATE, _TODAY, _LATER, _NEVER = "overdue", "today", "later", "none"
GROUPS: Final = (_LATE, _TODAY, _LATER, _NEVER)


@dataclass(frozen=True)
class Speech:
    """One page's way of speaking: its language, and what time it is for the business."""

    language: Language
    now: datetime

    def text(self, key: str, /, **values: object) -> str:
        """Return the text `console.<key>`."""
        return say(f"console.{key}", self.language, **values)

    def word(self, kind: str, value: str | None) -> str:
        """Return what a code means, or the code itself if nobody said."""
        if value is None:
            return self.text("unknown")
        code = f"words.{kind}.{value}"
        return say(code, self.language) if known(code) else value

    def date(self, written: str | None) -> str:
        """Write the day of an ISO date or instant."""
        if written is None:
            return self.text("unknown")
        day = date.fromisoformat(written) if len(written) == len("2026-11-23") else _at(written)
        return self.text("date", year=day.year, month=day.month, day=day.day)

    def day_or_none(self, written: str) -> str:
        """Write a day; nothing said is none any more."""
        return self.date(written) if written else self.text("case.no_layoff")

    def moment(self, written: str | None) -> str:
        """Write an instant, in Beijing."""
        if written is None:
            return self.text("unknown")
        at = _at(written)
        return self.text("moment", year=at.year, month=at.month, day=at.day, time=f"{at:%H:%M}")

    def is_month(self, written: str) -> bool:
        """Tell whether it is a month: "2026-10"."""
        year, _, month = written.partition("-")
        return year.isdigit() and month.isdigit()

    def period(self, written: str) -> str:
        """Write a month; anything else stays as it is."""
        if not self.is_month(written):
            return written
        year, _, month = written.partition("-")
        return self.text("month", year=int(year), month=int(month))

    def months(self, observations: Sequence[Mapping[str, Any]]) -> str:
        """Write from which month to which observations are."""
        periods = [one["period"] for one in observations]
        since, until = self.period(min(periods)), self.period(max(periods))
        return since if since == until else self.text("months", since=since, until=until)

    def span(self, written: str | None) -> str:
        """Write a month or a day of which something is said."""
        if written is None:
            return self.text("unknown")
        return self.period(written) if len(written) == len("2026-11") else self.date(written)

    def due(self, item: Mapping[str, Any]) -> str:
        """Say how long is left, or how late it is; days are those of the calendar."""
        if item["due_at"] is None:
            return self.text("due.none")
        at = _at(item["due_at"])
        days = (at.date() - self.now.date()).days
        if item["overdue"]:
            late = self.text("due.late_today", time=f"{at:%H:%M}")
            return late if days >= 0 else self.text("due.late_days", days=-days)
        if days == 0:
            return self.text("due.today", time=f"{at:%H:%M}")
        if days == 1:
            return self.text("due.tomorrow", time=f"{at:%H:%M}")
        return self.text("due.days", days=days)

    def urgency(self, item: Mapping[str, Any]) -> str:
        """Return the group of GROUPS that a case belongs to."""
        if item["due_at"] is None:
            return _NEVER
        if item["overdue"]:
            return _LATE
        return _TODAY if _at(item["due_at"]).date() == self.now.date() else _LATER

    def is_past(self, written: str) -> bool:
        """Tell whether an instant is over."""
        return _at(written) < self.now

    def feature(self, name: str) -> str:
        """Name what a learned model looks at: "last(arrears)"; what nobody named stays as it is."""
        if name == "margin":
            return self.text("models.margin")
        inner = name.removeprefix("last(").removesuffix(")")
        code = f"words.learned_feature.{inner}"
        return say(code, self.language) if known(code) else name

    def district(self, code: str) -> str:
        """Name a district."""
        try:
            found = district(code)
        except DivisionUnknown:
            return code
        return found.english if self.language is Language.EN else found.name

    def industry(self, code: str | None) -> str:
        """Name an industry, with its code; the standard's names are Chinese."""
        if code is None:
            return self.text("unknown")
        try:
            return f"{industry(code).name}（{code}）"
        except IndustryUnknown:
            return code

    def money(self, written: str | None) -> str:
        """Write an amount of CNY as people of the language count it."""
        if written is None:
            return self.text("unknown")
        amount = Decimal(written) / Decimal(self.text("money_unit"))
        shown = f"{amount:,.2f}".rstrip("0").rstrip(".")
        return self.text("money", amount=shown)

    def person(self, actor: str | None, names: Mapping[str, str]) -> str:
        """Name who acted: "officer:wang" or "wang"; whose name is not known, by the subject."""
        if actor is None:
            return self.text("unknown")
        kind, _, subject = actor.rpartition(":")
        if kind == "service":
            return self.text("system")
        return names.get(subject, subject)

    def detail(self, name: str, value: str) -> str:
        """Write a detail of the timeline by what its name says it is."""
        if name == "lists":
            return "、".join(self.word("protection_list", each) for each in value.split(","))
        if name in _WORDS:
            return self.word(_WORDS[name], _ANSWERS.get(value, value))
        if name in _READ:
            return _READ[name](self, value)
        return value


_ANSWERS: Final = {"true": "yes", "false": "no"}
_WORDS: Final = {
    "on_site": "visit_kind",
    "operating": "answer",
    "owner_reachable": "answer",
    "equipment_moved": "answer",
    "gathering": "answer",
    "service": "service",
    "kind": "evidence_kind",
    "clock": "clock",
    "escalation_level": "escalation",
    "department": "department",
    "answer": "bank_answer",
    "code": "decline_code",
    "outcome": "outcome",
    "waiting_for": "waiting_for",
    "warning_level": "level",
    "from_level": "level",
    "to_level": "level",
    "verdict": "ticket_verdict",
}

_READ: Final[Mapping[str, Callable[[Speech, str], str]]] = {
    "district": Speech.district,
    "suspended_until": Speech.moment,
    "reported_at": Speech.moment,
    "due_at": Speech.moment,
    "visited_on": Speech.date,
    "delivered_on": Speech.date,
    "layoff_on": Speech.day_or_none,
    "signed_on": Speech.date,
    "drawn_on": Speech.date,
    "due_on": Speech.date,
    "period": Speech.period,
    "amount": Speech.money,
}


def _at(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(SHANGHAI)
