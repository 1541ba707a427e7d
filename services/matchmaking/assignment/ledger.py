"""What is taken so far while an assignment is made: quotas to the fen, firms, banks."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from services.matchmaking.assignment.offers import Offer, Problem, ProductKey

_NOTHING = Decimal(0)


class Ledger:
    """The chosen offers of one assignment in the making."""

    def __init__(self, problem: Problem) -> None:
        self._left = dict(problem.quotas)
        self._banks_per_firm = problem.banks_per_firm
        self._banks: Counter[str] = Counter()
        self.chosen: dict[tuple[str, ProductKey], Offer] = {}
        self._at: dict[tuple[str, str], Offer] = {}

    def fits(self, offer: Offer) -> bool:
        """Say whether the offer could be taken now."""
        return (
            (offer.firm, offer.product.bank) not in self._at
            and self._banks[offer.firm] < self._banks_per_firm
            and self._left.get(offer.product, _NOTHING) >= offer.amount
        )

    def take(self, offer: Offer) -> None:
        """Take an offer that fits."""
        self.chosen[offer.key] = offer
        self._at[offer.firm, offer.product.bank] = offer
        self._banks[offer.firm] += 1
        self._left[offer.product] -= offer.amount

    def give_back(self, offer: Offer) -> None:
        """Drop an offer that was taken."""
        del self.chosen[offer.key]
        del self._at[offer.firm, offer.product.bank]
        self._banks[offer.firm] -= 1
        self._left[offer.product] += offer.amount

    def fill(self, offers: Iterable[Offer]) -> list[Offer]:
        """Take what fits, in the given order; return what was taken."""
        taken = []
        for offer in offers:
            if self.fits(offer):
                self.take(offer)
                taken.append(offer)
        return taken
