"""From a text to its mentions and labels: the interface that a trained model would keep."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.ingest.opinion.dictionary import cut, is_word
from services.ingest.opinion.labels import Verdict, judge
from services.ingest.opinion.matching import Matcher, Mention, mentions, whole
from services.ingest.opinion.names import Entry, name_index


@dataclass(frozen=True, slots=True)
class Reading:
    """Whom a text mentions, in order, and what it says of each.

    Places count characters of the title, a line break and the text; of the text alone if it has
    no title, or begins with it.
    """

    mentions: tuple[Mention, ...]
    verdicts: dict[str, Verdict]


NOTHING = Reading((), {})


def matcher_of(entries: Iterable[Entry]) -> Matcher:
    """Return what looks for all names of these entries."""
    return Matcher(name_index(entries, is_word=is_word).values(), cut=cut)


def read(matcher: Matcher, text: str, *, title: str | None = None, year: int | None) -> Reading:
    """Return whom a text mentions and what it says of them."""
    said = whole(title, text)
    found = matcher.find(said)
    if not found:
        return NOTHING
    told = mentions(said, found)
    return Reading(told, judge(said, told, year=year))
