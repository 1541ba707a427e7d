"""The bound: the linear relaxation of the assignment, solved by HiGHS."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from services.matchmaking.assignment.offers import Offer, Problem

Shares = NDArray[np.float64]

# So little a lot weighs against a score: it decides between equals and nothing else.
_LOT_WEIGHS = 1e-6


class BoundNotFound(Exception):
    """The solver gave up; nothing is assigned without knowing how good it is."""

    code = "bound_not_found"


def relax(problem: Problem, offers: Sequence[Offer]) -> tuple[float, Shares]:
    """Return what no assignment can exceed, and how much of each offer the relaxation takes.

    Shares lie in 0 to 1, in the order of `offers`.

    Raises:
        BoundNotFound: the solver did not end with an optimum.
    """
    if not offers:
        return 0.0, np.zeros(0)
    rows, limits = _rows(problem, offers)
    lots = np.array([problem.lot(offer) for offer in offers])
    found = linprog(
        np.array([-offer.score for offer in offers]) - _LOT_WEIGHS * (1 - lots),
        A_ub=rows,
        b_ub=limits,
        bounds=(0, 1),
        method="highs-ds",
    )
    if found.status != 0:
        raise BoundNotFound(found.message)
    # The lots only raise it: still nothing can exceed it.
    return -float(found.fun), np.asarray(found.x, dtype=np.float64)


def _rows(problem: Problem, offers: Sequence[Offer]) -> tuple[csr_array, list[float]]:
    """Return the limits as rows of a matrix: quotas in units of themselves, banks by number."""
    places: dict[object, int] = {}
    limits: list[float] = []
    entries: list[tuple[int, int, float]] = []
    for column, offer in enumerate(offers):
        for name, weight, limit in _limited(problem, offer):
            if name not in places:
                places[name] = len(limits)
                limits.append(limit)
            entries.append((places[name], column, weight))
    row, column_, weight_ = zip(*entries, strict=True)
    matrix = csr_array((weight_, (row, column_)), shape=(len(limits), len(offers)))
    return matrix, limits


def _limited(problem: Problem, offer: Offer) -> Iterator[tuple[object, float, float]]:
    """Name what an offer uses up, how much of it, and how much there is."""
    quota = problem.quotas[offer.product]
    yield offer.product, float(offer.amount / quota), 1.0
    yield (offer.firm, offer.product.bank), 1.0, 1.0
    yield offer.firm, 1.0, float(problem.banks_per_firm)
