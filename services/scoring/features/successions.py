"""Months of others, counted with those of whoever inherits them."""

import polars as pl

from services.scoring.domain.successions import BEFORE


def ascribed(theirs: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Ascribe months of others to whoever may inherit them; known when both are.

    `theirs` are the months of the givers as they are, `rules` all versions of all rules.
    """
    heirs = (
        rules.filter(pl.col("other") != pl.col("uscc"))
        .group_by("uscc", "other")
        .agg(pl.col("received_on").min().alias("linked_on"))
        .rename({"uscc": "heir", "other": "uscc"})
    )
    return (
        theirs.join(heirs, on="uscc")
        .with_columns(
            pl.col("uscc").alias("origin"),
            pl.col("heir").alias("uscc"),
            pl.max_horizontal("received_on", "linked_on").alias("received_on"),
        )
        .select(theirs.columns)
    )


def counting(headcounts: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Return the months that count for the enterprise that they are ascribed to.

    `rules` are those known and not withdrawn; months of others count by a rule alone.
    """
    if rules.is_empty() and headcounts["origin"].null_count() == len(headcounts):
        return headcounts
    ends = (
        rules.filter(pl.col("other") == pl.col("uscc"))
        .group_by("uscc")
        .agg(pl.col("month").min().alias("ends"))
    )
    own = (
        headcounts.filter(pl.col("origin").is_null())
        .join(ends, on="uscc", how="left")
        .filter(pl.col("ends").is_null() | (pl.col("period") < pl.col("ends")))
        .drop("ends")
    )
    falls_in = (
        pl.when(pl.col("counts") == BEFORE)
        .then(pl.col("period") < pl.col("month"))
        .otherwise(pl.col("period") >= pl.col("month"))
    )
    inherited = (
        headcounts.filter(pl.col("origin").is_not_null())
        .join(
            rules.select("uscc", pl.col("other").alias("origin"), "counts", "month", "since"),
            on=["uscc", "origin"],
        )
        .filter(falls_in & (pl.col("since").is_null() | (pl.col("period") >= pl.col("since"))))
        .select(headcounts.columns)
        .unique(["uscc", "origin", "period", "version"])
    )
    return pl.concat([own, inherited])


def summed(headcounts: pl.DataFrame) -> pl.DataFrame:
    """Return one row an enterprise and month: the staff and the sums together, the rest its own."""
    if headcounts["origin"].null_count() == len(headcounts):
        return headcounts
    ordered = headcounts.sort("uscc", "period", "origin", nulls_last=False)

    def together(name: str) -> pl.Expr:
        return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)

    return (
        ordered.group_by("uscc", "period", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in ("version", "is_withdrawn", "import_id")),
            pl.col("received_on").max(),
            *(together(name) for name in ("headcount", "due", "paid")),
            *(pl.col(name).drop_nulls().first() for name in ("arrears", "pay")),
            pl.lit(None, pl.String()).alias("origin"),
        )
        .select(headcounts.columns)
    )
