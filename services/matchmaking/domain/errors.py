"""Why matchmaking says no."""

from collections.abc import Sequence
from typing import Any


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
