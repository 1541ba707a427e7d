"""What a text alleges of whom: rules find the words, guards take them back, clauses say of whom."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.ingest.opinion.guards import (
    GUARDS,
    HEDGED,
    HEDGES,
    OTHER_SUBJECT,
    Guard,
    Where,
)
from services.ingest.opinion.matching import Mention
from services.ingest.opinion.names import fold
from services.ingest.opinion.numbers import NONE, Announced, announced
from services.ingest.opinion.rules import RULES, Rule
from shared.events.ingest import OpinionKind

_SENTENCE_ENDS: Final = re.compile(r"[。！？!?；;\n]")
_CLAUSE_ENDS: Final = re.compile(r"[。！？!?；;\n，,：:|｜\s]")
# 甲、乙和丙裁员 is said of all three.
_JOINED: Final = re.compile(r"[、和与及跟,，/ 以]{1,2}(?:及)?")
_NUMBER: Final = re.compile("(?<!^)[0-9十百千万]+$")
_GUARD_REACH: Final = 14
_BEHIND: Final = 12
_OTHERS_REACH: Final = 200

# How sure it is whom the words are about, by where the enterprise stands.
_SAME_CLAUSE, _BEHIND_THE_WORDS, _SAME_SENTENCE, _ONLY_ONE, _LAST_ONE = 1.0, 0.85, 0.8, 0.7, 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text says of one enterprise."""

    negative: bool = False
    confidence: float = 0.0
    kinds: tuple[OpinionKind, ...] = ()
    announced: Announced = NONE


@dataclass(frozen=True, slots=True)
class _Allegation:
    kind: OpinionKind | None
    who: str
    confidence: float
    announced: Announced


def judge(text: str, mentions: Sequence[Mention], *, year: int | None = None) -> dict[str, Verdict]:
    """Return the verdict on everyone whom the text mentions.

    `mentions` are in the order of their places; `year` is that of publication: what a sentence
    dates years earlier is no news.
    """
    if not mentions:
        return {}
    told = list(_allegations(_Reading(fold(text), mentions, year)))
    return {
        who: _verdict(mentions, who, [each for each in told if each.who == who])
        for who in dict.fromkeys(mention.who for mention in mentions)
    }


def _verdict(mentions: Sequence[Mention], who: str, told: Sequence[_Allegation]) -> Verdict:
    linked = max(mention.confidence for mention in mentions if mention.who == who)
    if not told:
        return Verdict(confidence=round(linked, 3))
    kinds = {each.kind for each in told if each.kind is not None}
    counts = [each.announced.count for each in told if each.announced.count is not None]
    shares = [each.announced.share for each in told if each.announced.share is not None]
    return Verdict(
        negative=True,
        confidence=round(linked * max(each.confidence for each in told), 3),
        kinds=tuple(kind for kind in OpinionKind if kind in kinds),
        announced=Announced(max(counts, default=None), max(shares, default=None)),
    )


class _Reading:
    """A folded text with the places at which its sentences and clauses end."""

    def __init__(self, text: str, mentions: Sequence[Mention], year: int | None) -> None:
        self.text = text
        self.mentions = mentions
        self.year = year
        self._sentences = [match.start() for match in _SENTENCE_ENDS.finditer(text)]
        self._clauses = [match.start() for match in _CLAUSE_ENDS.finditer(text)]
        self._found: dict[tuple[re.Pattern[str], int, int], bool] = {}
        self._dated: dict[tuple[int, int], bool] = {}

    def has(self, pattern: re.Pattern[str], first: int, last: int) -> bool:
        """Tell whether a pattern is found in a part of the text; each part is looked at once.

        A text that repeats its words ten thousand times in one sentence is not searched as often.
        """
        key = (pattern, first, last)
        if key not in self._found:
            self._found[key] = pattern.search(self.text[first:last]) is not None
        return self._found[key]

    def is_dated(self, first: int, last: int) -> bool:
        """Tell whether a part of the text speaks of earlier years alone."""
        if self.year is None:
            return False
        key = (first, last)
        if key not in self._dated:
            self._dated[key] = _is_dated(self.text[first:last], self.year)
        return self._dated[key]

    def sentence(self, place: int) -> tuple[int, int]:
        """Return where the sentence around a place begins and ends."""
        return self._around(self._sentences, place)

    def clause(self, place: int) -> tuple[int, int]:
        """Return where the clause around a place begins and ends."""
        return self._around(self._clauses, place)

    def _around(self, ends: Sequence[int], place: int) -> tuple[int, int]:
        index = bisect_right(ends, place)
        first = ends[index - 1] + 1 if index else 0
        return first, ends[index] if index < len(ends) else len(self.text)


def _allegations(reading: _Reading) -> Iterable[_Allegation]:
    for rule in RULES:
        for match in rule.pattern.finditer(reading.text):
            if _is_within_a_mention(reading, match) or _is_taken_back(reading, rule, match):
                continue
            find = _concerned if rule.is_shared else _subjects
            people, sureness = find(reading, match.start(), match.end())
            number = NONE
            if rule.kind is OpinionKind.LAYOFF:
                number = announced(reading.text, match.start(), _before_number(match))
            if reading.has(HEDGES, *reading.sentence(match.start())):
                sureness *= HEDGED
            for who in people:
                yield _Allegation(rule.kind, who, rule.confidence * sureness, number)


def _before_number(match: re.Match[str]) -> int:
    """Return where the words end, without the number that some rules have at their end."""
    digits = _NUMBER.search(match[0])
    return match.end() if digits is None else match.start() + digits.start()


def _is_within_a_mention(reading: _Reading, match: re.Match[str]) -> bool:
    return any(
        mention.start < match.end() and match.start() < mention.end for mention in reading.mentions
    )


def _is_taken_back(reading: _Reading, rule: Rule, match: re.Match[str]) -> bool:
    first, last = reading.sentence(match.start())
    if rule.kind is not None and reading.is_dated(first, last):
        return True
    places: Mapping[Where, tuple[int, int]] = {
        Where.SENTENCE: (first, last),
        Where.CLAUSE: reading.clause(match.start()),
        Where.BEFORE: (max(first, match.start() - _GUARD_REACH), match.start()),
        Where.AFTER: (match.end(), min(last, match.end() + _GUARD_REACH)),
        Where.TEXT: (0, len(reading.text)),
    }
    return any(
        reading.has(guard.pattern, *places[guard.where])
        for guard in GUARDS
        if _concerns(guard, rule)
    )


def _concerns(guard: Guard, rule: Rule) -> bool:
    return not guard.kinds or rule.kind in guard.kinds


def _is_dated(sentence: str, year: int) -> bool:
    """Tell whether the sentence names years, and only such as lie two and more years back."""
    years = [int(named) for named in re.findall(r"(?<![0-9])((?:19|20)[0-9]{2})年", sentence)]
    return bool(years) and max(years) < year - 1


def _subjects(reading: _Reading, start: int, end: int) -> tuple[list[str], float]:
    """Return of whom the words at [start, end) speak, and how sure that is.

    The nearest before them in their clause, with those that are joined to it; else the first
    behind them; else the nearest before in the sentence; else the only enterprise of the text, or
    the last one that it spoke of.
    """
    clause_first, clause_last = reading.clause(start)
    sentence_first, _ = reading.sentence(start)
    before = [mention for mention in reading.mentions if mention.end <= start]
    in_clause = [mention for mention in before if mention.start >= clause_first]
    between = max(in_clause[-1].end if in_clause else clause_first, start - _OTHERS_REACH)
    if OTHER_SUBJECT.search(reading.text, between, start):
        return [], 0.0
    if in_clause:
        return _joined(reading, before), _SAME_CLAUSE
    behind = [
        mention
        for mention in reading.mentions
        if end <= mention.start < min(clause_last, end + _BEHIND)
    ]
    if behind:
        return [behind[0].who], _BEHIND_THE_WORDS
    in_sentence = [mention for mention in before if mention.start >= sentence_first]
    if in_sentence:
        return _joined(reading, in_sentence), _SAME_SENTENCE
    everyone = {mention.who for mention in reading.mentions}
    if len(everyone) == 1:
        return list(everyone), _ONLY_ONE
    return ([before[-1].who], _LAST_ONE) if before else ([], 0.0)


def _concerned(reading: _Reading, start: int, end: int) -> tuple[list[str], float]:
    """Return whom news that is shared touches: everyone in its sentence.

    Fraud and arrears of debt are told of a firm, its platform and its owner together; only where
    the sentence names nobody it is of whom the text spoke last.
    """
    first, last = reading.sentence(start)
    people = [mention.who for mention in reading.mentions if first <= mention.start < last]
    if people:
        return list(dict.fromkeys(people)), _SAME_SENTENCE
    return _subjects(reading, start, end)


def _joined(reading: _Reading, before: Sequence[Mention]) -> list[str]:
    people = [before[-1].who]
    later = before[-1]
    for mention in reversed(before[:-1]):
        if not _JOINED.fullmatch(reading.text[mention.end : later.start]):
            break
        people.append(mention.who)
        later = mention
    return list(dict.fromkeys(reversed(people)))
