"""Panels whose truth is known: firms fail when debt outgrows assets; the rest is noise."""

import numpy as np
import polars as pl

YEARS = 4


def firms(count: int = 600, *, seed: int = 1) -> pl.DataFrame:
    """Make a panel of `count` firms over four years, with a split and a column of text."""
    random = np.random.default_rng(seed)
    size = np.exp(random.normal(3, 1.5, count))
    strain = random.normal(0, 1, count)
    thin = random.normal(0, 1, count)
    failed = strain + thin + random.normal(0, 0.5, count) > 1.7
    rows = []
    for year in range(YEARS):
        debt = size * np.exp(0.7 * thin + 0.25 * strain * year + random.normal(0, 0.1, count))
        rows.append(
            pl.DataFrame(
                {
                    "firm": np.arange(count) + 100,
                    "year": 2010 + year,
                    "assets": size * np.exp(random.normal(0, 0.1, count)),
                    "debt": debt,
                    "noise": random.normal(0, 1, count),
                    "trade": random.choice(["shop", "mill", "bank"], count),
                    "always": 7,
                    "failed": failed.astype(int),
                    "part": np.where(np.arange(count) % 3 == 0, "test", "train"),
                }
            )
        )
    return pl.concat(rows)
