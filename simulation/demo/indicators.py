"""Single indicators on the very records that were pushed: what the platform has to beat."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from simulation.demo.measures import Alarms
from simulation.world.records import Feed, Push

_WEEK: Final = timedelta(days=7)
_ITEMS: Final = 3
_FALL: Final = 0.10
_PERSONS, _SHARE, _MONTHS = 20, 0.10, 3
_SMALL_BASE, _SMALL_LOSS = 10, 3
# What a reader without a model would search for.
_BAD_WORDS: Final = ("裁员", "欠薪", "拖欠", "降薪", "倒闭", "关停", "停业", "破产", "讨薪", "解散")


class Watch:
    """Looks at what agencies push, and notes the first day of each indicator by enterprise."""

    def __init__(self) -> None:
        self.alarms: dict[str, dict[str, date]] = {name: {} for name in NAMES}
        self._heads: dict[str, dict[str, int]] = defaultdict(dict)
        self._items: dict[str, list[date]] = defaultdict(list)
        self._names: dict[str, str] = {}

    def see(self, one: Push, day: date | None) -> None:
        """Take in a push of a day; before the window (None) it only fills what is compared with."""
        if one.feed == Feed.REGISTER:
            for record in one.records:
                self._names[str(record["name"])] = str(record["uscc"])
        elif one.feed == Feed.HEADCOUNT:
            for record in one.records:
                self._headcount(record, day)
        elif one.feed == Feed.REPORT and day is not None:
            for record in one.records:
                self._note("layoff_report", str(record["uscc"]), day)
        elif one.feed == Feed.OPINION and day is not None:
            for record in one.records:
                self._item(record, day)

    def _headcount(self, record: Mapping[str, object], day: date | None) -> None:
        uscc, month = str(record["uscc"]), str(record["month"])
        months, now = self._heads[uscc], int(str(record["insured_headcount"]))
        months[month] = now
        if day is None:
            return
        before = months.get(_months_before(month, 1))
        if before and now <= before * (1 - _FALL) and _matters(before, before - now):
            self._note("monthly_fall", uscc, day)
        bases = [months.get(_months_before(month, back)) for back in range(1, _MONTHS + 1)]
        peak = max((base for base in bases if base is not None), default=0)
        lost = peak - now
        if peak and (lost >= _PERSONS or (lost >= _SHARE * peak and _matters(peak, lost))):
            self._note("three_month_fall", uscc, day)
        if int(str(record.get("months_in_arrears") or 0)) >= 1:
            self._note("arrears", uscc, day)

    def _item(self, record: Mapping[str, object], day: date) -> None:
        text = f"{record.get('title') or ''}{record['text']}"
        if not any(word in text for word in _BAD_WORDS):
            return
        for name, uscc in self._names.items():
            if name in text:
                days = self._items[uscc]
                days.append(day)
                if sum(each > day - _WEEK for each in days) >= _ITEMS:
                    self._note("bad_texts", uscc, day)

    def _note(self, name: str, uscc: str, day: date) -> None:
        self.alarms[name].setdefault(uscc, day)


NAMES: Final[Sequence[str]] = (
    "monthly_fall",
    "three_month_fall",
    "arrears",
    "layoff_report",
    "bad_texts",
)


def best(found: Mapping[str, Alarms], scores: Mapping[str, float]) -> str:
    """Name the indicator with the highest score; of equals the first by name."""
    return min(found, key=lambda name: (-scores[name], name))


def _matters(base: int, lost: int) -> bool:
    return base >= _SMALL_BASE or lost >= _SMALL_LOSS


def _months_before(month: str, count: int) -> str:
    year, number = (int(part) for part in month.split("-"))
    ordinal = year * 12 + number - 1 - count
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"
