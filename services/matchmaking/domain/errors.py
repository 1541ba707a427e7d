"""Why matchmaking says no."""

from collections.abc import Mapping, Sequence
from typing import Any

Fault = Mapping[str, object]


class ProductNotFound(Exception):
    """No such product, or it belongs to another bank: the two look the same."""

    code = "product_not_found"


class ProductAmbiguous(Exception):
    """Several banks have a product of this code; the caller has to name the bank."""

    code = "product_ambiguous"


class ProductChangedMeanwhile(Exception):
    """The product is not (or no longer) what the caller took it for."""

    code = "product_changed_meanwhile"


class BankNotAdmitted(Exception):
    """The bank is unknown here, or was shut out."""

    code = "bank_not_admitted"


class TermsRefused(Exception):
    """The terms contradict themselves, the code tables or a policy.

    `errors` names every fault by JSON pointer and code, with the values of its text.
    """

    code = "validation_failed"

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = list(errors)
        self.values = {"count": len(self.errors)}


class CandidateNotFound(Exception):
    """No such candidate, or it is not the asker's to see."""


class RoundNotFound(Exception):
    """There is no such round."""


class AuthorizationNotFound(Exception):
    """No such authorisation, or it is not the asker's to see."""


class ReferralNotFound(Exception):
    """No such referral, or it went to another bank: the two look the same."""


class ContractNotFound(Exception):
    """No such contract, or it is not the asker's to see."""


class DrawdownNotFound(Exception):
    """No money was drawn under this id, or the contract is not the asker's to see."""


class StepRefused(Exception):
    """From where the candidate stands, its life has no such step."""

    def __init__(self, step: str, state: str) -> None:
        self.step, self.state = step, state
        super().__init__(f"{step} from {state}")


class NotReviewed(Exception):
    """Nobody has found the candidate viable yet."""


class ReviewRefused(Exception):
    """A viable enterprise passes the five tests; every one that was failed is listed."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors, self.count = tuple(errors), len(errors)
        super().__init__(f"{self.count} faults")


class AskRefused(Exception):
    """What was asked does not hold together; every fault is listed."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors, self.count = tuple(errors), len(errors)
        super().__init__(f"{self.count} faults")


class AuthorizationEnded(Exception):
    """The authorisation has ended, or does not wait for what was asked."""

    def __init__(self, standing: str) -> None:
        self.standing = standing
        super().__init__(standing)


class SecondPersonNeeded(Exception):
    """Who recorded a paper does not confirm it."""


class NotAuthorized(Exception):
    """The enterprise has not permitted this bank to read what it needs."""


class NeedMissing(Exception):
    """The enterprise has not said yet what it wants to borrow."""


class ProductNotFitting(Exception):
    """The product is not for this enterprise and need; the filters that failed are named."""

    def __init__(self, filters: Sequence[str]) -> None:
        self.filters = ", ".join(filters)
        super().__init__(self.filters)


class TooManyBanks(Exception):
    """As many banks as may be asked at once have been asked."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(str(most))


class ReferralStepRefused(Exception):
    """From where the referral stands, this cannot be said of it."""

    def __init__(self, step: str, state: str) -> None:
        self.step, self.state = step, state
        super().__init__(f"{step} from {state}")


class PackUnread(Exception):
    """The bank has not opened the pack of what the enterprise permits it to read."""


class QuotaExhausted(Exception):
    """The product's quota does not cover the amount any more."""

    def __init__(self, left: object) -> None:
        self.left = left
        super().__init__(str(left))
