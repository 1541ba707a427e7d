"""The features of belonging together: whose affiliate, customer or debtor is in trouble.

A relation is told once, from either side; it holds from its first to its last day. Of several in
trouble the gravest counts, of equals the one whose trouble is newest.
"""

from datetime import date
from typing import Final

import polars as pl

from services.scoring.domain.troubles import DEFAULTS, Trouble

# Relation as told of one enterprise -> what that one is to the other.
INVERSE: Final = {
    "parent": "subsidiary",
    "subsidiary": "parent",
    "common_control": "common_control",
    "major_customer": "major_supplier",
    "major_supplier": "major_customer",
    "guarantor": "debtor",
    "debtor": "guarantor",
}
GROUP: Final = ("parent", "subsidiary", "common_control")
DEBTORS: Final = ("major_customer", "debtor")

_GRAVITY: Final = {
    Trouble.LEVEL: {"orange": 1, "red": 2},
    Trouble.DEFAULT: {name: 1 if name == "F4" else 2 for name in DEFAULTS},
}


def in_group(links: pl.DataFrame, troubles: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return whose parent, subsidiary or sister its own facts place orange (1) or red (2)."""
    return _gravest(links, troubles, as_of, GROUP, Trouble.LEVEL)


def of_debtors(links: pl.DataFrame, troubles: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return whose customer or debtor is enforced against (1), bankrupt or dishonest (2)."""
    return _gravest(links, troubles, as_of, DEBTORS, Trouble.DEFAULT)


def _gravest(
    links: pl.DataFrame,
    troubles: pl.DataFrame,
    as_of: date,
    relations: tuple[str, ...],
    kind: Trouble,
) -> pl.DataFrame:
    holds = (pl.col("since") <= as_of) & (pl.col("until").is_null() | (pl.col("until") >= as_of))
    gravity = pl.col("state").replace_strict(_GRAVITY[kind], return_dtype=pl.Int64)
    return (
        links.filter(holds, pl.col("relation").is_in(relations))
        .join(
            troubles.filter(pl.col("kind") == kind.value).select("uscc", "other", "state", "on"),
            on=["uscc", "other"],
        )
        .with_columns(gravity.alias("number"), pl.col("on").alias("began_on"))
        .sort("uscc", "number", "on", "other", "period", "told_of")
        .unique("uscc", keep="last", maintain_order=True)
        .select(
            "uscc",
            "number",
            "on",
            "period",
            "import_id",
            "other",
            "relation",
            pl.col("state").alias(kind.value),
            "began_on",
            "told_of",
        )
    )


def ascribed(turns: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Ascribe what went wrong with others to whoever belongs to them; known when both are.

    `turns` has the columns other, kind, on, state: null where nothing is wrong any more.
    """
    known = links.group_by("uscc", "other").agg(pl.col("received_on").min().alias("linked_on"))
    return turns.join(known, on="other").select(
        "uscc",
        pl.col("on").to_physical().cast(pl.Int64).alias("version"),
        pl.col("state").is_null().alias("is_withdrawn"),
        pl.max_horizontal("on", "linked_on").alias("received_on"),
        "other",
        "kind",
        "state",
        "on",
    )
