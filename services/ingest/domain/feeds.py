"""The feeds that we take: the contracts that stand in `contracts/`, one file each."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from services.ingest.domain.contract import FeedContract, read_contract


def _declared() -> Mapping[str, FeedContract]:
    folder = files("services.ingest") / "contracts"
    contracts = [
        read_contract(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]
    return MappingProxyType({contract.name: contract for contract in contracts})


FEEDS = _declared()
