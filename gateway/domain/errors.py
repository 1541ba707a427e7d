"""Why the domain says no."""

from collections.abc import Mapping, Sequence

Fault = Mapping[str, object]


class PartnerNotFound(Exception):
    """No partner has this client id."""


class PartnerChangedMeanwhile(Exception):
    """The partner's entry is no longer as it was read."""


class RepresentativeNotFound(Exception):
    """No representative signs in by this name."""


class RepresentativeChangedMeanwhile(Exception):
    """The representative's entry is no longer as it was read."""


class RepresentativeRefused(Exception):
    """A representative cannot be as was asked; every fault is listed."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors, self.count = tuple(errors), len(errors)
        super().__init__(f"{self.count} faults")


class PartnerRefused(Exception):
    """A partner cannot be as was asked; every fault is listed."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors, self.count = tuple(errors), len(errors)
        super().__init__(f"{self.count} faults")
