"""Why ingest says no."""

from collections.abc import Sequence
from datetime import date


class FeedNotHeld(Exception):
    """The agency may not push this feed, or there is none of that name."""

    def __init__(self, feed: str) -> None:
        super().__init__(feed)
        self.feed = feed


class FeedNotFound(Exception):
    """There is no such feed, or it is not for the caller."""


class ContractVersionUnknown(Exception):
    """The feed has no contract of that version."""

    def __init__(self, feed: str, version: str, versions: Sequence[str]) -> None:
        super().__init__(feed, version)
        self.feed = feed
        self.version = version
        self.versions = ", ".join(versions)


class ContractSunset(Exception):
    """The version of the contract was taken until some day, which is past."""

    def __init__(self, feed: str, version: str, *, sunset_on: date, current: str) -> None:
        super().__init__(feed, version)
        self.feed = feed
        self.version = version
        self.sunset_on = sunset_on.isoformat()
        self.current = current


class ImportNotFound(Exception):
    """There is no such import, or it is another agency's."""


class ImportNotFailed(Exception):
    """Only an import that was set aside because it failed is taken up again."""


class EnterpriseNotFound(Exception):
    """The register has no such enterprise in the caller's districts."""


class OpinionNotFound(Exception):
    """There is no such text, or it mentions no enterprise of the caller's districts."""


class ContentGone(Exception):
    """The import is on record, but what was sent is no longer in the store of files."""


class MappingNotFound(Exception):
    """The agency has no such mapping, or not in that version."""


class SampleUnreadable(Exception):
    """Nothing can be proposed for a file that cannot be read; `errors` say why."""

    def __init__(self, errors: list[dict[str, object]]) -> None:
        super().__init__(errors)
        self.errors = errors
        self.values = {"count": len(errors)}


class MappingForOtherFeed(Exception):
    """The mapping is for another feed than the file is sent to."""

    def __init__(self, name: str, feed: str) -> None:
        super().__init__(name)
        self.name = name
        self.feed = feed


class UploadNotFound(Exception):
    """There is no such file on its way, or it was given up, or it is another agency's."""


class UploadTooLong(Exception):
    """The file is longer than any that is taken."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class UploadDiffers(Exception):
    """What came is not what was announced: its digest is another one."""


class ImportEnded(Exception):
    """The import has ended: there is nothing left to cancel."""


class SuccessionOfItself(Exception):
    """An enterprise cannot be its own successor."""


class SuccessionInFuture(Exception):
    """A succession is recorded when it has taken effect."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today.isoformat()


class SuccessionUnknown(Exception):
    """No succession of these two enterprises stands."""


class SuccessorTaken(Exception):
    """The enterprise has already gone on as another one."""

    def __init__(self, successor: str) -> None:
        super().__init__(successor)
        self.successor = successor


class FeedWithoutPeriods(Exception):
    """The feed does not say anything of months or days that could be taken back as a whole."""

    def __init__(self, feed: str) -> None:
        super().__init__(feed)
        self.feed = feed


class PeriodRefused(Exception):
    """The feed has no such period."""

    def __init__(self, period: str) -> None:
        super().__init__(period)
        self.period = period


class NothingToWithdraw(Exception):
    """Nothing of what the agency has said of the period stands."""


class FactNotFound(Exception):
    """No such fact stands, or it is about no enterprise of the caller's districts."""


class FactNotNamed(Exception):
    """Of that day there are several events; one of them has to be named."""

    def __init__(self, periods: Sequence[str]) -> None:
        super().__init__(periods)
        self.periods = ", ".join(periods[:5])


class TicketNotFound(Exception):
    """There is no such ticket, or it is not for the caller."""


class TicketOpen(Exception):
    """The fact is doubted already, and its sender has not answered yet."""


class TicketAnswered(Exception):
    """The ticket has its answer."""
