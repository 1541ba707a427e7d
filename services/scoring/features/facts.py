"""The known facts as frames: their schemas, and what was known of them at the end of a day."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date

import polars as pl

from services.scoring.features.records import RECORDS
from services.scoring.features.successions import counting, summed

# Of facts with versions one row is one version; `received_on` is the day in Beijing on which it
# became known, for a deed the day on which it was stated.
_VERSIONED = {
    "uscc": pl.String(),
    "version": pl.Int64(),
    "is_withdrawn": pl.Boolean(),
    "received_on": pl.Date(),
    "import_id": pl.String(),
}
_DEED = {"uscc": pl.String(), "id": pl.String(), "received_on": pl.Date()}
_OPINIONS = {
    "item": pl.String(),
    "published_on": pl.Date(),
    "source": pl.String(),
    "cluster": pl.String(),
    "is_negative": pl.Boolean(),
    "confidence": pl.Float64(),
    "kinds": pl.List(pl.String()),
    "announced": pl.Int64(),
    "announced_share": pl.Float64(),
}

HEADCOUNTS = pl.Schema(
    {
        **_VERSIONED,
        "period": pl.String(),
        "headcount": pl.Int64(),
        "arrears": pl.Int64(),
        "pay": pl.Float64(),
        "due": pl.Float64(),
        "paid": pl.Float64(),
        # Whose month it is, if not the enterprise's own that it is ascribed to.
        "origin": pl.String(),
    }
)
SUCCESSIONS = pl.Schema(
    {
        **{name: of for name, of in _VERSIONED.items() if name != "import_id"},
        "other": pl.String(),
        "by": pl.String(),
        "counts": pl.String(),
        "month": pl.String(),
        "since": pl.String(),
    }
)
REPORTS = pl.Schema(
    {
        **_VERSIONED,
        "reported_on": pl.Date(),
        "reference": pl.String(),
        "planned": pl.Int64(),
        "headcount": pl.Int64(),
        "layoff_on": pl.Date(),
    }
)
OPINIONS = pl.Schema({**_VERSIONED, **_OPINIONS})
VISITS = pl.Schema(
    {
        **_DEED,
        "visited_on": pl.Date(),
        "on_site": pl.Boolean(),
        "operating": pl.Boolean(),
        "owner_reachable": pl.Boolean(),
        "equipment_moved": pl.Boolean(),
        "gathering": pl.Boolean(),
        "planned": pl.Int64(),
        "layoff_on": pl.Date(),
        "wages_owed_months": pl.Int64(),
    }
)
HELP = pl.Schema(
    {
        **_DEED,
        "service": pl.String(),
        "given_on": pl.Date(),
        "persons": pl.Int64(),
        "amount": pl.Float64(),
    }
)
# A relation of an enterprise, told of itself or of the other; which observation says so.
AFFILIATIONS = pl.Schema(
    {
        **_VERSIONED,
        "other": pl.String(),
        "relation": pl.String(),
        "since": pl.Date(),
        "until": pl.Date(),
        "told_of": pl.String(),
        "period": pl.String(),
    }
)
# What went wrong with others, ascribed to whoever belongs to them.
TROUBLES = pl.Schema(
    {
        **{name: of for name, of in _VERSIONED.items() if name != "import_id"},
        "other": pl.String(),
        "kind": pl.String(),
        "state": pl.String(),
        "on": pl.Date(),
    }
)
ENTRIES = pl.Schema({**_VERSIONED, "status": pl.String(), "capital": pl.Float64()})
REFUTATIONS = pl.Schema({"uscc": pl.String(), "received_on": pl.Date()})


def _none(schema: pl.Schema) -> Callable[[], pl.DataFrame]:
    """Begin without rows, in the same frame each time: to make one takes as long as to filter."""
    frame = schema.to_frame()
    return lambda: frame


@dataclass(frozen=True, slots=True)
class Facts:
    """All versions of all facts about some enterprises, in any order, with any duplicates."""

    headcounts: pl.DataFrame = field(default_factory=_none(HEADCOUNTS))
    successions: pl.DataFrame = field(default_factory=_none(SUCCESSIONS))
    reports: pl.DataFrame = field(default_factory=_none(REPORTS))
    opinions: pl.DataFrame = field(default_factory=_none(OPINIONS))
    visits: pl.DataFrame = field(default_factory=_none(VISITS))
    help: pl.DataFrame = field(default_factory=_none(HELP))
    entries: pl.DataFrame = field(default_factory=_none(ENTRIES))
    records: pl.DataFrame = field(default_factory=_none(RECORDS))
    affiliations: pl.DataFrame = field(default_factory=_none(AFFILIATIONS))
    troubles: pl.DataFrame = field(default_factory=_none(TROUBLES))
    refutations: pl.DataFrame = field(default_factory=_none(REFUTATIONS))

    def frames(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Walk over the kinds of facts that there are."""
        for each in fields(self):
            frame: pl.DataFrame = getattr(self, each.name)
            if not frame.is_empty():
                yield each.name, frame

    def of(self, usccs: Collection[str]) -> "Facts":
        """Return the facts about these enterprises."""
        wanted = pl.col("uscc").is_in(list(usccs))
        return Facts(**{name: frame.filter(wanted) for name, frame in self.frames()})

    def before_withdrawals(self, day: date) -> "Facts | None":
        """Return what was known with `day`, but for what it took back; None if that is nothing."""
        frames = dict(self.frames())
        before = {
            name: _not_taken_back(frames[name], _KEYS[name], day)
            for name in _TAKEN_BACK
            if name in frames
        }
        if all(len(frame) == len(frames[name]) for name, frame in before.items()):
            return None
        return replace(self, **before)

    def known(self, as_of: date) -> "Facts":
        """Return what was known at the end of a day, the months of all who count as one together.

        See `told`.
        """
        found = self.told(as_of)
        return replace(found, headcounts=summed(found.headcounts))

    def told(self, as_of: date) -> "Facts":
        """Return what was known at the end of a day: the latest versions, without withdrawn ones.

        Of a month that counts for a successor there is one row from each who told of it. What two
        persons looked at when they found a warning false is no evidence any more: of the day of
        the refutation and before, only the last headcount stays, as a base, what the feeds
        recorded, as what later records are compared with, and who belongs together.
        """
        known = {
            name: frame.filter(pl.col("received_on") <= as_of) for name, frame in self.frames()
        }
        nothing = Facts()
        refuted = known.pop("refutations", nothing.refutations)
        rules = _latest(known.pop("successions", nothing.successions), _KEYS["successions"])
        if "headcounts" in known:
            known["headcounts"] = counting(known["headcounts"], rules)
        latest = {name: _latest(frame, _KEYS[name]) for name, frame in known.items()}
        cleared = refuted.group_by("uscc").agg(pl.col("received_on").max().alias("cleared_on"))
        records = _marked(latest.pop("records", nothing.records), cleared)
        links = latest.pop("affiliations", nothing.affiliations)
        if refuted.is_empty():
            return replace(Facts(**latest), records=records, affiliations=links)
        base = {"headcounts": known["headcounts"]} if "headcounts" in known else {}
        kept = {name: _since(frame, cleared) for name, frame in latest.items() if name not in base}
        return Facts(
            **kept,
            **{name: _after(latest[name], seen, cleared) for name, seen in base.items()},
            records=records,
            affiliations=links,
            refutations=refuted,
        )


# Of these, what agencies said before may be taken back.
_TAKEN_BACK = ("headcounts", "reports", "records", "affiliations")


def _not_taken_back(frame: pl.DataFrame, key: tuple[str, ...], day: date) -> pl.DataFrame:
    """Return the facts as if none that had been told before a day had been withdrawn on it."""
    names = ["uscc", *key]
    told = frame.filter(pl.col("received_on") < day).select(names).unique()
    gone = frame.filter((pl.col("received_on") == day) & pl.col("is_withdrawn"))
    theirs = gone.join(told, on=names, how="semi", nulls_equal=True).select([*names, "version"])
    return frame.join(theirs.unique(), on=[*names, "version"], how="anti", nulls_equal=True)


# What names a fact, beside the enterprise.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "headcounts": ("origin", "period"),
    "successions": ("other", "by"),
    "reports": ("reported_on", "reference"),
    "opinions": ("item",),
    "entries": ("version",),
    "visits": ("id",),
    "help": ("id",),
    "records": ("feed", "period"),
    "affiliations": ("told_of", "period"),
    "troubles": ("other", "kind"),
}


def _latest(frame: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Return the highest version of each fact; of those that it withdraws, none."""
    if frame.is_empty():
        return frame
    if "version" not in frame.columns:
        return frame.unique(["uscc", *key])
    newest = frame.sort("version").unique(["uscc", *key], keep="last", maintain_order=True)
    return newest.filter(~pl.col("is_withdrawn"))


_IS_NEWS = pl.col("cleared_on").is_null() | (pl.col("received_on") > pl.col("cleared_on"))


def _since(frame: pl.DataFrame, cleared: pl.DataFrame) -> pl.DataFrame:
    """Return what became known after the last refutation."""
    return frame.join(cleared, on="uscc", how="left").filter(_IS_NEWS).drop("cleared_on")


def _marked(frame: pl.DataFrame, cleared: pl.DataFrame) -> pl.DataFrame:
    """Return all, and say what became known after the last refutation; of nothing, nothing."""
    if frame.is_empty():
        return frame
    joined = frame.join(cleared, on="uscc", how="left")
    return joined.with_columns(_IS_NEWS.alias("is_news")).drop("cleared_on")


def _after(latest: pl.DataFrame, seen: pl.DataFrame, cleared: pl.DataFrame) -> pl.DataFrame:
    """Return the months from the last one on that was known at the last refutation.

    That month is the base of what follows: its headcount stays, what else it says does not.
    """
    bases = (
        seen.join(cleared, on="uscc")
        .filter(pl.col("received_on") <= pl.col("cleared_on"))
        .group_by("uscc")
        .agg(pl.col("period").max().alias("base"))
    )
    is_base = pl.col("period") == pl.col("base")
    return (
        latest.join(bases, on="uscc", how="left")
        .filter(pl.col("base").is_null() | (pl.col("period") >= pl.col("base")))
        .with_columns(
            pl.when(is_base).then(None).otherwise(pl.col(name)).alias(name)
            for name in ("arrears", "pay", "due", "paid")
        )
        .drop("base")
    )
