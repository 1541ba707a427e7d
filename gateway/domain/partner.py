"""Partners: agencies that push their feeds, banks that answer referrals."""

from dataclasses import dataclass, replace

from gateway.domain.errors import Fault, PartnerRefused
from shared.events.gateway import PartnerChanged, PartnerKind


@dataclass(frozen=True)
class Partner:
    """An organisation that calls by machine; only an agency has feeds."""

    client_id: str
    kind: PartnerKind
    name: str
    feeds: frozenset[str]
    active: bool
    version: int = 0


@dataclass(frozen=True)
class PartnerDecision:
    """A partner as they shall be, and the fact that tells it; no fact if nothing changed."""

    partner: Partner
    event: PartnerChanged | None


def admit(wanted: Partner, known: Partner | None) -> PartnerDecision:
    """Make the directory say `wanted` of a partner, whatever it says so far.

    Raises PartnerRefused: a bank with feeds, an agency without, or another kind than before.
    """
    _check(wanted, known)
    version = known.version if known else 0
    if known is not None and replace(wanted, version=version) == known:
        return PartnerDecision(known, None)
    partner = replace(wanted, version=version + 1)
    fact = PartnerChanged(
        client_id=partner.client_id,
        version=partner.version,
        kind=partner.kind,
        name=partner.name,
        feeds=tuple(sorted(partner.feeds)),
        active=partner.active,
    )
    return PartnerDecision(partner, fact)


def _check(wanted: Partner, known: Partner | None) -> None:
    faults: list[Fault] = []
    if wanted.kind is PartnerKind.BANK and wanted.feeds:
        faults.append({"pointer": "/feeds", "code": "feeds_for_bank"})
    if wanted.kind is PartnerKind.AGENCY and not wanted.feeds:
        faults.append({"pointer": "/feeds", "code": "feeds_needed"})
    # What other services hold about a bank would belong to an agency.
    if known is not None and known.kind is not wanted.kind:
        faults.append({"pointer": "/kind", "code": "kind_fixed"})
    if faults:
        raise PartnerRefused(faults)
