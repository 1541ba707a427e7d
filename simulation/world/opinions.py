"""The opinion monitor's items of a day: those about enterprises, and the great mass about none."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from simulation.chance import Chance, normal
from simulation.shape import Parameters
from simulation.world.course import Course
from simulation.world.months import WINDOW
from simulation.world.records import Record
from simulation.world.register import Enterprise
from simulation.world.talk import Mention, Voice, mentions
from simulation.world.texts import Text, repeat, write

_BEIJING: Final = timezone(timedelta(hours=8))
_SECONDS: Final = 24 * 3600
_SATURDAY: Final = 5
_MISLEADING: Final = (
    ("industry", 40), ("entertainment_words", 25), ("homonym", 20), ("past", 15),
)  # fmt: skip
_IRRELEVANT: Final = (
    ("life", 20), ("weather", 9), ("traffic", 13), ("food", 13), ("shows", 13), ("sports", 10),
    ("school", 7), ("pets", 6), ("health", 5), ("shopping", 7),
)  # fmt: skip
_ADDRESS: Final = "https://opinion.example.com/{name}"


@dataclass(frozen=True, slots=True)
class Item:
    """One item, with what nobody else knows: which enterprise it is about, and its topic."""

    id: str
    published_at: datetime
    text: Text
    topic: str
    uscc: str | None

    def record(self) -> Record:
        """Return the item as a record of the feed."""
        record: dict[str, object] = {
            "item_id": self.id,
            "published_at": self.published_at.isoformat(),
            "text": self.text.body,
            "source": self.text.source,
            "url": _ADDRESS.format(name=self.id),
        }
        if self.text.title is not None:
            record["title"] = self.text.title
        return record


def about(
    course: Course, day: date, loud: Voice, parameters: Parameters, chance: Chance
) -> Iterator[Item]:
    """Yield a day's items about an enterprise, with those that repeat them."""
    given, uscc = parameters.opinions, course.enterprise.uscc
    today = day.isoformat()
    for mention in mentions(course, day, loud, parameters, chance):
        draw = chance.stream(uscc, "item", today, mention.number)
        facts = {**mention.facts, "name": _naming(course.enterprise, parameters, draw.random())}
        text, at = write(mention.topic, facts, draw), draw.randrange(_SECONDS)
        yield _item(day, at, text, mention, uscc, 0, chance)
        if draw.random() < given.repost_share:
            for place in range(draw.randint(*given.reposts)):
                at = min(_SECONDS - 1, at + draw.randrange(4 * 3600))
                yield _item(day, at, repeat(text, draw), mention, uscc, place + 1, chance)


def count(course: Course, day: date, loud: Voice, parameters: Parameters, chance: Chance) -> int:
    """Return how many items a day has about an enterprise, without their texts."""
    return sum(1 for _ in about(course, day, loud, parameters, chance))


def about_none(day: date, number: int, parameters: Parameters, chance: Chance) -> Iterator[Item]:
    """Yield a day's items that are about no enterprise of the city, in the order of their time."""
    given, today = parameters.opinions, day.isoformat()
    draw = chance.stream("city life", today)
    times = sorted(draw.randrange(_SECONDS) for _ in range(number))
    for place, at in enumerate(times):
        misleads = draw.random() < given.misleading_share
        topic = _choose(_MISLEADING if misleads else _IRRELEVANT, draw.random())
        facts = {"jobs": str(draw.randint(2, 60) * 10), "months": "两", "share": "三成"}
        name = f"{day:%Y%m%d}-{place:06d}"
        yield Item(name, _moment(day, at), write(topic, facts, draw), topic, None)


def shares(total: int, chance: Chance, parameters: Parameters) -> Mapping[date, int]:
    """Part a number of items among the days: fewer at weekends, more on some days; none is lost."""
    given = parameters.opinions
    weights: list[float] = []
    for day in WINDOW:
        factor = given.weekend_factor if day.weekday() >= _SATURDAY else 1.0
        luck = normal(chance.number("volume", day.isoformat()))
        weights.append(factor * math.exp(given.burst_spread * luck))
    parts: dict[date, int] = {}
    weight_so_far, so_far = 0.0, 0
    for day, weight in zip(WINDOW, weights, strict=True):
        weight_so_far += weight
        until = round(total * weight_so_far / sum(weights))
        parts[day] = until - so_far
        so_far = until
    return parts


def in_order(items: Iterable[Item]) -> list[Item]:
    """Return items by the time of their publication."""
    return sorted(items, key=lambda item: (item.published_at, item.id))


def _item(
    day: date, at: int, text: Text, mention: Mention, uscc: str, place: int, chance: Chance
) -> Item:
    name = f"{day:%Y%m%d}-{chance.label(uscc, 'item', day.isoformat(), mention.number, place)}"
    return Item(name, _moment(day, at), text, mention.topic, uscc)


def _moment(day: date, at: int) -> datetime:
    midnight = datetime.combine(day, time.min, tzinfo=_BEIJING)
    return midnight + timedelta(seconds=at)


def _naming(enterprise: Enterprise, parameters: Parameters, number: float) -> str:
    given = parameters.opinions
    if number < given.full_name_share:
        return enterprise.name.full
    if number < given.full_name_share + given.short_name_share:
        return enterprise.name.short
    return enterprise.name.brand


def _choose(table: tuple[tuple[str, int], ...], number: float) -> str:
    total = number * sum(weight for _, weight in table)
    for name, weight in table:
        if total < weight:
            return name
        total -= weight
    return table[-1][0]
