"""From the bound to an assignment: what the relaxation takes whole, then greedily, then swaps."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from services.matchmaking.assignment.bound import relax
from services.matchmaking.assignment.ledger import Ledger
from services.matchmaking.assignment.offers import Assignment, Offer, Problem, ProductKey

# More rounds have never found anything: each has to improve, or is the last.
_MOST_ROUNDS = 20
_IMPROVES = 1e-9


Key = tuple[str, ProductKey]


def assign(problem: Problem) -> Assignment:
    """Choose offers of the greatest total score under all limits, near the bound.

    The same offers in any order end in the same choice: ties go by lot.

    Raises:
        BoundNotFound: the solver gave up.
    """
    offers = sorted(
        (
            offer
            for offer in problem.offers
            if 0 < offer.amount <= problem.quotas.get(offer.product, 0) and offer.score > 0
        ),
        key=lambda offer: offer.key,
    )
    bound, shares = relax(problem, offers)
    # Rounded to where the solver's noise ends, so that it cannot break a tie.
    rank = {offer.key: round(float(share), 6) for offer, share in zip(offers, shares, strict=True)}
    lots = {offer.key: problem.lot(offer) for offer in offers}
    by_score = sorted(offers, key=lambda offer: (-offer.score, lots[offer.key], offer.key))
    by_share = sorted(by_score, key=lambda offer: -rank[offer.key])
    by_density = sorted(by_score, key=lambda offer: -offer.score / float(offer.amount))
    rivals = _rivals(by_score)
    tried = [_improved(problem, start, by_score, rivals) for start in (by_share, by_density)]
    chosen = max(tried, key=_value)
    return Assignment(chosen, _value(chosen), bound)


def _value(chosen: Sequence[Offer]) -> float:
    return sum(offer.score for offer in chosen)


def _improved(
    problem: Problem,
    start: Sequence[Offer],
    by_score: Sequence[Offer],
    rivals: Mapping[Key, Sequence[Offer]],
) -> tuple[Offer, ...]:
    """Take what fits in one order, and then swap for as long as it is worth it."""
    ledger = Ledger(problem)
    ledger.fill(start)
    for _ in range(_MOST_ROUNDS):
        if not _improve(ledger, rivals):
            break
        ledger.fill(by_score)  # what was freed and not used
    return tuple(ledger.chosen[key] for key in sorted(ledger.chosen))


def _rivals(by_score: Sequence[Offer]) -> Mapping[Key, Sequence[Offer]]:
    """Return, for each offer, those which it may keep out, the best first."""
    sharing: dict[object, list[int]] = defaultdict(list)
    for place, offer in enumerate(by_score):
        sharing[offer.firm].append(place)
        sharing[offer.product].append(place)
    return {
        offer.key: [
            by_score[other]
            for other in sorted({*sharing[offer.firm], *sharing[offer.product]} - {place})
        ]
        for place, offer in enumerate(by_score)
    }


def _improve(ledger: Ledger, rivals: Mapping[Key, Sequence[Offer]]) -> bool:
    """Drop each chosen offer in turn, refill without it, and keep what is worth more."""
    improved = False
    for dropped in sorted(ledger.chosen.values(), key=lambda offer: (offer.score, offer.key)):
        if dropped.key not in ledger.chosen:
            continue
        ledger.give_back(dropped)
        taken = ledger.fill(rivals[dropped.key])
        if sum(offer.score for offer in taken) > dropped.score + _IMPROVES:
            improved = True
            continue
        for offer in taken:
            ledger.give_back(offer)
        ledger.take(dropped)
    return improved
