"""What a refusal of matchmaking is over HTTP."""

from typing import Final

from services.matchmaking.domain.errors import (
    BankNotAdmitted,
    ProductAmbiguous,
    ProductChangedMeanwhile,
    ProductNotFound,
    TermsRefused,
)
from shared.problems import Problem, Problems

PROBLEMS: Final[Problems] = {
    ProductNotFound: Problem(404, "product_not_found"),
    ProductAmbiguous: Problem(400, "product_ambiguous"),
    ProductChangedMeanwhile: Problem(412, "product_changed_meanwhile"),
    BankNotAdmitted: Problem(409, "bank_not_admitted"),
    TermsRefused: Problem(422, "validation_failed"),
}
