"""Which texts say the same: reposts, copies and light edits share a cluster, and count as one.

Two texts are the same if they are about a common enterprise, were published within seven days of
each other, and share most of their three-letter shingles once addresses, mentions of users and
punctuation are gone. A cluster is what is connected by that relation, and is named for its
earliest member, so that the clusters are a function of the set of texts alone: it does not matter
in which order, or in which batches, the texts arrive. A text that arrives late can join two
clusters or be earlier than all of one; then the others are renamed, and their links are stated
again under the new name. When a text is replaced, its cluster is taken apart and formed anew.

A sketch keeps the 64 smallest hashes of the shingles (for a short text, all of them): the share of
common ones among the smallest 64 of both texts estimates their Jaccard similarity without bias.
"""

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID
from zlib import crc32

from services.ingest.opinion.names import fold

WINDOW: Final = timedelta(days=7)
Sketch = tuple[int, ...]

_SIZE: Final = 64
_SHINGLE: Final = 3
_SAME: Final = 0.7
# Texts are compared if they share one of their smallest hashes: at a similarity of .7 that misses
# one pair in thousands, and it spares comparing everything with everything.
_PROBES: Final = 8

_NOISE: Final = re.compile(
    r"https?://\S+|//@[^:：]{1,30}[:：]|@[\w\-]{1,30}|\[[^\[\]]{1,8}\]|转发微博|网页链接|展开全文|全文"
    r"|【|】|#"
)
_LETTERS: Final = re.compile(r"[^\w]+|_")


@dataclass(frozen=True, slots=True)
class Told:
    """A text as far as clusters need it: its groups are the enterprises that it is about."""

    id: UUID
    published_at: datetime
    sketch: Sketch
    groups: frozenset[str]
    cluster: str | None = None

    @property
    def name(self) -> str:
        """Name the cluster of which this is the earliest text; names sort by time."""
        return f"{self.published_at.astimezone(UTC):%Y%m%dT%H%M%S}-{self.id}"


@dataclass(frozen=True)
class Clustered:
    """The clusters of new texts, and clusters of older ones that have another name now."""

    clusters: Mapping[UUID, str]
    renamed: Mapping[str, str]


def sketch(text: str) -> Sketch:
    """Return what is compared of a text; nothing is left of one without letters."""
    letters = _LETTERS.sub("", _NOISE.sub(" ", fold(text)))
    last = max(len(letters) - _SHINGLE, 0)
    shingles = {letters[place : place + _SHINGLE] for place in range(last + 1)} - {""}
    return tuple(sorted({crc32(shingle.encode()) for shingle in shingles})[:_SIZE])


def similar(one: Sketch, other: Sketch) -> bool:
    """Tell whether two texts share at least seven tenths of their shingles, by their sketches."""
    if one == other:
        return bool(one)
    smallest = sorted({*one, *other})[:_SIZE]
    common = set(one) & set(other)
    return sum(each in common for each in smallest) >= _SAME * len(smallest)


def packed(sketch_: Sketch) -> bytes:
    """Write a sketch as bytes, four for each hash."""
    return struct.pack(f">{len(sketch_)}I", *sketch_)


def unpacked(stored: bytes) -> Sketch:
    """Read a sketch back."""
    return struct.unpack(f">{len(stored) // 4}I", stored)


def cluster(new: Sequence[Told], around: Sequence[Told]) -> Clustered:
    """Return in which clusters new texts are, given those about the same enterprises around them.

    Those `around` have their clusters; what is in one cluster stays together.
    """
    everyone = [*new, *around]
    parents = {told.id: told.id for told in everyone}

    def find(id_: UUID) -> UUID:
        while parents[id_] != id_:
            parents[id_] = parents[parents[id_]]
            id_ = parents[id_]
        return id_

    for one, other in (*_same_cluster(everyone), *_same_text(new, everyone)):
        parents[find(one)] = find(other)
    members: dict[UUID, list[Told]] = defaultdict(list)
    for told in everyone:
        members[find(told.id)].append(told)
    clusters: dict[UUID, str] = {}
    renamed: dict[str, str] = {}
    fresh = {told.id for told in new}
    for each in members.values():
        held = {told.cluster for told in each if told.cluster is not None}
        name = min({told.name for told in each} | held)
        renamed |= {old: name for old in held if old != name}
        clusters |= {told.id: name for told in each if told.id in fresh}
    return Clustered(clusters, renamed)


def _same_cluster(everyone: Iterable[Told]) -> Iterator[tuple[UUID, UUID]]:
    first: dict[str, UUID] = {}
    for told in everyone:
        if told.cluster is not None:
            yield first.setdefault(told.cluster, told.id), told.id


def _same_text(new: Sequence[Told], everyone: Sequence[Told]) -> Iterator[tuple[UUID, UUID]]:
    """Pair each new text with those that say the same within the window.

    Of many texts with one and the same sketch only the neighbours in time are paired: they are
    connected among themselves.
    """
    groups = _by_sketch(everyone)
    for group, fresh in _by_sketch(new).items():
        told = groups[group]
        for mine, other in _alike(fresh, told):
            yield from _near(told[mine], told[other])


def _by_sketch(texts: Iterable[Told]) -> Mapping[str, Mapping[Sketch, list[Told]]]:
    groups: dict[str, dict[Sketch, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for told in texts:
        for group in told.groups:
            groups[group][told.sketch].append(told)
    return groups


def _alike(fresh: Iterable[Sketch], known: Iterable[Sketch]) -> Iterator[tuple[Sketch, Sketch]]:
    by_hash: dict[int, list[Sketch]] = defaultdict(list)
    for each in known:
        for value in each[:_PROBES]:
            by_hash[value].append(each)
    for mine in sorted(fresh):
        compared = {other for value in mine[:_PROBES] for other in by_hash[value]}
        yield from ((mine, other) for other in sorted(compared) if similar(mine, other))


def _near(some: Sequence[Told], others: Sequence[Told]) -> Iterator[tuple[UUID, UUID]]:
    """Pair those of two lists that lie within the window, as far as needed to connect them all."""
    line = sorted({told.id: told for told in (*some, *others)}.values(), key=lambda told: told.name)
    for earlier, later in pairwise(line):
        if later.published_at - earlier.published_at <= WINDOW:
            yield earlier.id, later.id
