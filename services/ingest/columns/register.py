"""Credit codes and the numbers of their enterprises, as far as this process has seen them.

Neither ever changes, so what is known stays right; who is not known here may be in the register.
"""

from typing import Final

import numpy as np
import polars as pl

USCC: Final = "uscc"
ID: Final = "enterprise_id"
_SCHEMA: Final = {ID: pl.Int32, USCC: pl.String}


class Codes:
    """The enterprises that are known; grows, and is shared by all imports of a process.

    Kept in the order of their hashes, to be found without a table of hashes for each look-up.
    """

    def __init__(self) -> None:
        self._take(pl.DataFrame(schema=_SCHEMA))
        self._few = pl.DataFrame(schema=_SCHEMA)

    @property
    def newest(self) -> int:
        """Return the greatest number that is known by `learn`."""
        return int(self._ids.to_numpy().max(initial=0))

    def learn(self, csv: bytes) -> None:
        """Take in many lines of number and credit code."""
        if csv:
            known = pl.DataFrame({ID: self._ids, USCC: self._usccs})
            self._take(pl.concat([known, _read(csv)]).unique(USCC, keep="any"))

    def learn_few(self, csv: bytes) -> None:
        """Take in lines of number and credit code beside the many."""
        if csv:
            self._few = pl.concat([self._few, _read(csv)]).unique(USCC, keep="any")

    def ids(self, usccs: pl.Series) -> pl.Series:
        """Return the number of each credit code; null for those that are not known."""
        ids = self._by_hash(usccs)
        if ids.null_count() and self._few.height:
            wanted = usccs.alias(USCC).to_frame()
            few = wanted.join(self._few, on=USCC, how="left", maintain_order="left")[ID]
            ids = ids.zip_with(ids.is_not_null(), few)
        return ids

    def _by_hash(self, usccs: pl.Series) -> pl.Series:
        if not len(self._usccs):
            return pl.Series([None], dtype=pl.Int32).new_from_index(0, len(usccs))
        places = np.searchsorted(self._hashes, usccs.hash().to_numpy())
        there = pl.Series(np.minimum(places, len(self._usccs) - 1))
        # Two may have one hash: who is found under another's is looked for among the few.
        ids = self._ids.gather(there)
        other = self._usccs.gather(there) != usccs
        return ids.set(other.fill_null(value=True), None) if other.any() else ids

    def _take(self, known: pl.DataFrame) -> None:
        hashes = known[USCC].hash()
        order = hashes.arg_sort()
        self._hashes = hashes.gather(order).to_numpy()
        self._ids, self._usccs = known[ID].gather(order), known[USCC].gather(order).rechunk()


def _read(csv: bytes) -> pl.DataFrame:
    return pl.read_csv(csv, has_header=False, schema=_SCHEMA)
