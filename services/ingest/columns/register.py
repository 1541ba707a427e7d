"""Credit codes and the numbers of their enterprises, as far as this process has seen them.

Neither ever changes, so what is known stays right; who is not known here may be in the register.
A code is kept as numbers, 14 bytes for an enterprise: a city of millions has room in a worker.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np
import polars as pl

from services.ingest.columns.usccs import letters_of, numbers

ID: Final = "enterprise_id"
_PLACES: Final = np.dtype([("id", ">i4"), ("uscc", "V18")])
"""How `store.bulk` writes enterprises: number and credit code, one behind the other."""

Array = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True)
class _Known:
    """Enterprises in the order of the greater part of their codes."""

    greater: Array
    lesser: Array
    ids: Array

    def find(self, greater: Array, lesser: Array) -> Array:
        """Return the number of each code; 0 for those that are not known."""
        found = np.zeros(len(greater), np.int32)
        # Whoever asks in the order of what is kept walks through memory once.
        order = np.argsort(greater)
        places = np.searchsorted(self.greater, greater[order])
        while len(order):
            inside = places < len(self.greater)
            order, places = order[inside], places[inside]
            alike = self.greater[places] == greater[order]
            order, places = order[alike], places[alike]
            same = self.lesser[places] == lesser[order]
            found[order[same]] = self.ids[places[same]]
            # Few codes share the greater part: those stand next to each other.
            order, places = order[~same], places[~same] + 1
        return found

    def with_more(self, more: "_Known") -> "_Known":
        """Return these and more, each of which is new."""
        places = np.searchsorted(self.greater, more.greater)
        return _Known(
            np.insert(self.greater, places, more.greater),
            np.insert(self.lesser, places, more.lesser),
            np.insert(self.ids, places, more.ids),
        )


_NOBODY: Final = _Known(np.empty(0, np.uint64), np.empty(0, np.uint16), np.empty(0, np.int32))


class Codes:
    """The enterprises that are known; grows, and is shared by all imports of a process."""

    def __init__(self) -> None:
        self._known = _NOBODY
        self._newest = 0
        self._learning = Lock()

    @property
    def newest(self) -> int:
        """Return the greatest number that is known by `learn`."""
        return self._newest

    def learn(self, written: bytes) -> None:
        """Take in all enterprises behind the newest, or the first of them."""
        self.learn_few(written)
        if written:
            ids = np.frombuffer(written, _PLACES)["id"]
            self._newest = max(self._newest, int(ids.max()))

    def learn_few(self, written: bytes) -> None:
        """Take in some enterprises."""
        if not written:
            return
        places = np.frombuffer(written, _PLACES)
        letters = np.ascontiguousarray(places["uscc"]).view(np.uint8).reshape(len(places), -1)
        greater, lesser = numbers(letters)
        with self._learning:
            new = self._known.find(greater, lesser) == 0
            order = np.argsort(greater[new])
            more = (greater[new], lesser[new], places["id"].astype(np.int32)[new])
            self._known = self._known.with_more(_Known(*(column[order] for column in more)))

    def ids(self, usccs: pl.Series) -> pl.Series:
        """Return the number of each of these good credit codes; null for those not known."""
        ids = pl.Series(self._known.find(*numbers(letters_of(usccs))))
        return ids.set(ids == 0, None)
