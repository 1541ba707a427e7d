"""Why ingest says no."""


class FeedNotHeld(Exception):
    """The agency may not push this feed, or there is none of that name."""

    def __init__(self, feed: str) -> None:
        super().__init__(feed)
        self.feed = feed


class FeedNotFound(Exception):
    """There is no such feed, or it is not for the caller."""


class ImportNotFound(Exception):
    """There is no such import, or it is another agency's."""


class EnterpriseNotFound(Exception):
    """The register has no such enterprise in the caller's districts."""


class OpinionNotFound(Exception):
    """There is no such text, or it mentions no enterprise of the caller's districts."""


class ContentGone(Exception):
    """The import is on record, but what was sent is no longer in the store of files."""


class MappingNotFound(Exception):
    """The agency has no such mapping, or not in that version."""


class MappingForOtherFeed(Exception):
    """The mapping is for another feed than the file is sent to."""

    def __init__(self, name: str, feed: str) -> None:
        super().__init__(name)
        self.name = name
        self.feed = feed


class ImportEnded(Exception):
    """The import has ended: there is nothing left to cancel."""
