"""Why scoring does not answer; what is forbidden and what does not exist are the same."""


class WarningNotFound(Exception):
    """No such warning in the districts of whoever asks."""

    code = "warning_not_found"


class EnterpriseNotFound(Exception):
    """No such enterprise in the districts of whoever asks."""

    code = "enterprise_not_found"
