"""What scoring's refusals are over HTTP."""

from services.scoring.domain.errors import EnterpriseNotFound, WarningNotFound
from shared.problems import Problem, Problems

PROBLEMS: Problems = {
    WarningNotFound: Problem(404, "warning_not_found"),
    EnterpriseNotFound: Problem(404, "enterprise_not_found"),
}
