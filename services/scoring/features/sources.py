"""The facts of some sources taken out: what would be known without them."""

from collections.abc import Collection
from typing import Final

import polars as pl

from services.scoring.domain.sources import GROUP_OF, MEASURES, SourceGroup
from services.scoring.features.facts import Facts
from services.scoring.features.panel import MEASURES as MONTHLY
from services.scoring.features.records import FEEDS

# The frames that hold one source each; headcounts and records hold several.
_FRAMES: Final = {
    "reports": SourceGroup.EMPLOYMENT,
    "opinions": SourceGroup.OPINION,
    "entries": SourceGroup.REGISTER,
    "affiliations": SourceGroup.CONTEXT,
    "troubles": SourceGroup.CONTEXT,
    "visits": SourceGroup.CASEWORK,
    "help": SourceGroup.CASEWORK,
    "refutations": SourceGroup.CASEWORK,
}


def without(facts: Facts, left_out: Collection[SourceGroup]) -> Facts:
    """Return the facts that would be known without these sources.

    A month of which nothing is left is no fact any more; successions stay, for they only say whose
    months count for whom.
    """
    gone = frozenset(left_out)
    kept = {name: frame for name, frame in facts.frames() if _FRAMES.get(name) not in gone}
    if "headcounts" in kept:
        kept["headcounts"] = _less(kept["headcounts"], left_out)
    if "records" in kept:
        kept["records"] = kept["records"].filter(~pl.col("feed").is_in(_feeds(left_out)))
    return Facts(**kept)


def told_of(facts: Facts, group: SourceGroup) -> frozenset[str]:
    """Name the enterprises of which sources of the group said anything."""
    found: set[str] = set()
    for name, frame in facts.frames():
        if name == "headcounts":
            said = [pl.col(each).is_not_null() for each in sorted(MEASURES.get(group, ()))]
            found.update(frame.filter(pl.any_horizontal(said))["uscc"] if said else ())
        elif name == "records":
            found.update(frame.filter(pl.col("feed").is_in(_feeds([group])))["uscc"])
        elif _FRAMES.get(name) is group:
            found.update(frame["uscc"])
    return frozenset(found)


def _less(headcounts: pl.DataFrame, left_out: Collection[SourceGroup]) -> pl.DataFrame:
    gone = sorted(name for group in left_out for name in MEASURES.get(group, ()))
    if not gone:
        return headcounts
    left = [pl.col(name).is_not_null() for name in MONTHLY if name not in gone]
    if not left:
        return headcounts.clear()
    # Versions stand or fall together: one with nothing left still replaces those before it.
    is_said = pl.any_horizontal(left).any().over("uscc", "origin", "period")
    types = headcounts.schema
    nothing = [pl.lit(None, types[name]).alias(name) for name in gone]
    return headcounts.filter(is_said).with_columns(nothing)


def _feeds(groups: Collection[SourceGroup]) -> list[str]:
    return [feed.value for feed in FEEDS if GROUP_OF[feed] in groups]
