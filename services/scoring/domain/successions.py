"""Whose months count for whom: what successions say, one by one and along their chains.

People who go from one enterprise to its successor have not lost their jobs. So of the months
before a merger (or a new code) the predecessor's staff counts with the successor's, and its own
months end there; from a division on the new enterprise's staff counts with the old one's as well.
Along a chain that goes on: whoever takes over an enterprise takes over whom that one had taken
over. The giver's own succession says which of its months count; a division further along, from
when on. A chain names nobody twice, so that a ring of successions ends.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from shared.events.ingest import SuccessionKind

BEFORE: Final = "before"
FROM: Final = "from"
MOST_LINKS: Final = 8
"""Longer chains are not followed: within the months of the features nobody merges so often."""
MOST_CHAINS: Final = 1000
"""Of one heir; the shortest are followed first."""

# kind -> (who inherits, whose months count, which of them), where p and s are the two enterprises;
# p from p: the predecessor's own months that still count as its own.
RULES: Final = {
    SuccessionKind.MERGER: (("s", "p", BEFORE), ("p", "p", BEFORE)),
    SuccessionKind.CODE_CHANGE: (("s", "p", BEFORE), ("p", "p", BEFORE)),
    SuccessionKind.DIVISION: (("p", "s", FROM),),
}
_ROLES: Final = (("s", "p"), ("p", "s"), ("p", "p"))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a succession, and the day on which it became known."""

    predecessor: str
    successor: str
    version: int
    kind: SuccessionKind
    effective_on: date
    withdrawn: bool
    received_on: date


@dataclass(frozen=True, slots=True)
class Ascription:
    """One version of what a chain says: which of the giver's months count for the heir.

    Those before or from `month`; if `since` is said, none that is earlier.
    """

    heir: str
    giver: str
    chain: str
    version: int
    counts: str
    month: str
    since: str | None
    withdrawn: bool
    received_on: date


@dataclass(frozen=True, slots=True)
class _Link:
    """One pair as it hands months on: from a giver to an heir."""

    heir: str
    giver: str
    roles: tuple[str, str]
    versions: tuple[Version, ...]

    def said(self, day: date) -> tuple[str, str] | None:
        """Return which months count as of a day, and the month of it; None if none do."""
        known = [one for one in self.versions if one.received_on <= day]
        newest = max(known, key=lambda one: one.version, default=None)
        if newest is None or newest.withdrawn:
            return None
        for heir, giver, counts in RULES[SuccessionKind(newest.kind)]:
            if (heir, giver) == self.roles:
                return counts, f"{newest.effective_on:%Y-%m}"
        return None

    @property
    def name(self) -> str:
        """Name the pair."""
        return f"{self.versions[0].predecessor}>{self.versions[0].successor}"


def ascriptions(versions: Collection[Version], heirs: Collection[str]) -> list[Ascription]:
    """Return whose months count for these enterprises, every version of every chain."""
    links = _links(versions)
    return [
        said
        for heir in sorted(heirs)
        for chain in _chains(links, heir)
        for said in _versions(heir, chain)
    ]


def _links(versions: Collection[Version]) -> Mapping[str, Sequence[_Link]]:
    """Return by heir every link that some version of its pair says."""
    pairs: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for one in versions:
        pairs[one.predecessor, one.successor].append(one)
    by_heir: dict[str, list[_Link]] = defaultdict(list)
    for (predecessor, successor), told in sorted(pairs.items()):
        named = {"p": predecessor, "s": successor}
        for roles in _ROLES:
            link = _Link(named[roles[0]], named[roles[1]], roles, tuple(told))
            if any(link.said(one.received_on) for one in told):
                by_heir[link.heir].append(link)
    return by_heir


def _chains(links: Mapping[str, Sequence[_Link]], heir: str) -> Iterator[tuple[_Link, ...]]:
    """Yield the chains that lead to an heir, its last link first; and what ends its own months."""
    yield from ((link,) for link in links.get(heir, ()) if link.giver == heir)
    ahead: list[tuple[_Link, ...]] = [()]
    count = 0
    for _ in range(MOST_LINKS):
        ahead = [
            (*chain, link)
            for chain in ahead
            for link in links.get(chain[-1].giver if chain else heir, ())
            if link.giver not in {heir, *(passed.giver for passed in chain)}
        ][: MOST_CHAINS - count]
        count += len(ahead)
        yield from ahead


def _versions(heir: str, chain: tuple[_Link, ...]) -> Iterator[Ascription]:
    """Yield what a chain says from each day on which one of its links says something else."""
    *later, first = chain
    last: Ascription | None = None
    for day in sorted({one.received_on for link in chain for one in link.versions}):
        said = first.said(day)
        onward = [link.said(day) for link in later]
        if said is not None and None not in onward:
            since = max((month for told in onward if told for month in _since(told)), default=None)
            name = "|".join(link.name for link in chain)
            number = 1 if last is None else last.version + 1
            now = Ascription(heir, first.giver, name, number, *said, since, False, day)
        elif last is not None:
            now = replace(last, version=last.version + 1, withdrawn=True, received_on=day)
        else:
            continue
        if last is None or now != replace(last, version=now.version, received_on=day):
            yield now
            last = now


def _since(told: tuple[str, str]) -> Iterator[str]:
    counts, month = told
    if counts == FROM:
        yield month
