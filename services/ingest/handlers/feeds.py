"""Which feeds a caller may know of, and which one an agency may push."""

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.errors import FeedNotFound, FeedNotHeld
from services.ingest.domain.feeds import FEEDS
from shared.auth.identity import Caller, CallerKind


def feeds(caller: Caller) -> list[FeedContract]:
    """List the feeds that the caller may know of: an agency its own, an officer all."""
    return [feed for feed in FEEDS.values() if _knows(caller, feed.name)]


def feed(name: str, *, caller: Caller) -> FeedContract:
    """Return one feed that the caller may know of."""
    found = FEEDS.get(name)
    if found is None or not _knows(caller, name):
        raise FeedNotFound
    return found


def held_by(caller: Caller, name: str) -> FeedContract:
    """Return a feed that the caller may push."""
    contract = FEEDS.get(name)
    if contract is None or name not in caller.feeds:
        raise FeedNotHeld(name)
    return contract


def _knows(caller: Caller, feed: str) -> bool:
    return caller.kind is not CallerKind.AGENCY or feed in caller.feeds
