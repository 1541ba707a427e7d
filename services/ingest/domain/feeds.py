"""The feeds that we take: their contracts stand in `contracts/<feed>/<version>.yaml`."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from types import MappingProxyType

import yaml

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.contract_document import ContractUnreadable, read_contract


def _declared() -> Mapping[str, tuple[FeedContract, ...]]:
    folder = files("services.ingest") / "contracts"
    versions: dict[str, tuple[FeedContract, ...]] = {}
    for feed in sorted(folder.iterdir(), key=lambda each: each.name):
        contracts = []
        for file in feed.iterdir():
            read = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
            contract = read_contract(read)
            if (feed.name, file.name) != (contract.name, f"{contract.version}.yaml"):
                raise ContractUnreadable(f"{feed.name}/{file.name}: another name or version inside")
            contracts.append(contract)
        versions[feed.name] = tuple(sorted(contracts, key=lambda contract: contract.number))
    return MappingProxyType(versions)


VERSIONS = _declared()
"""Every version of every contract, the oldest first."""

FEEDS = MappingProxyType({feed: contracts[-1] for feed, contracts in VERSIONS.items()})
"""The contracts that hold now: what is recorded has their columns."""


def sunset_of(feed: str, version: str) -> date | None:
    """Return the last day of a version, if it has one; a feed may have ended itself."""
    found = (each.sunset_on for each in VERSIONS.get(feed, ()) if each.version == version)
    return next(found, None)


def version_of(feed: str, version: str) -> FeedContract:
    """Return the contract by which something was sent: of that version, or the one that holds."""
    for contract in VERSIONS[feed]:
        if contract.version == version:
            return contract
    return FEEDS[feed]
