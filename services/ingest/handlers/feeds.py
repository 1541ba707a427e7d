"""Which feeds a caller may know of, and which one an agency may push, in which version."""

from datetime import date

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.errors import (
    ContractSunset,
    ContractVersionUnknown,
    FeedNotFound,
    FeedNotHeld,
)
from services.ingest.domain.evolution import Change, changes, is_over, taken
from services.ingest.domain.feeds import FEEDS, VERSIONS
from shared.auth.identity import Caller, CallerKind


def feeds(caller: Caller) -> list[FeedContract]:
    """List the feeds that the caller may know of: an agency its own, an officer all."""
    return [feed for feed in FEEDS.values() if _knows(caller, feed.name)]


def feed(name: str, *, caller: Caller) -> FeedContract:
    """Return one feed that the caller may know of, in its newest version."""
    if name not in FEEDS or not _knows(caller, name):
        raise FeedNotFound
    return FEEDS[name]


def told_to(caller: Caller, *, today: date) -> list[FeedContract]:
    """List the feeds that the caller may know of, each in the version for who names none."""
    return [taken(VERSIONS[each.name], today)[0] for each in feeds(caller)]


def told(name: str, version: str | None, *, caller: Caller, today: date) -> FeedContract:
    """Return one feed that the caller may know of in the version that they name, if any."""
    return _version(feed(name, caller=caller).name, version, today)


def since(name: str, version: str, *, caller: Caller) -> tuple[Change, ...]:
    """Return what the newest version changes for who sends an older version of a feed."""
    newest = feed(name, caller=caller)
    return changes(_named(name, version), newest)


def held_by(caller: Caller, name: str) -> FeedContract:
    """Return a feed that the caller may push."""
    if name not in FEEDS or name not in caller.feeds:
        raise FeedNotHeld(name)
    return FEEDS[name]


def sent_by(caller: Caller, name: str, version: str | None, *, today: date) -> FeedContract:
    """Return a feed that the caller may push, in the version that they name, if it is taken."""
    held_by(caller, name)
    contract = _version(name, version, today)
    if contract.sunset_on is not None and is_over(contract, today):
        raise ContractSunset(
            name, contract.version, sunset_on=contract.sunset_on, current=FEEDS[name].version
        )
    return contract


def _version(name: str, version: str | None, today: date) -> FeedContract:
    return taken(VERSIONS[name], today)[0] if version is None else _named(name, version)


def _named(name: str, version: str) -> FeedContract:
    by_version = {contract.version: contract for contract in VERSIONS[name]}
    if version not in by_version:
        raise ContractVersionUnknown(name, version, list(by_version))
    return by_version[version]


def _knows(caller: Caller, feed: str) -> bool:
    return caller.kind is not CallerKind.AGENCY or feed in caller.feeds
