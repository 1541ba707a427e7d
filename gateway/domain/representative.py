"""Representatives: persons who act for enterprises, and never see how these are judged."""

from dataclasses import dataclass, replace

from gateway.domain.errors import Fault, RepresentativeRefused
from shared.codes.uscc import UsccRefused, check_uscc
from shared.events.gateway import RepresentativeChanged


@dataclass(frozen=True)
class Representative:
    """A person at the identity provider, and the enterprises (credit codes) they act for."""

    subject: str
    name: str
    usccs: frozenset[str]
    active: bool
    version: int = 0


@dataclass(frozen=True)
class RepresentativeDecision:
    """A representative as they shall be, and the fact that tells it; none if nothing changed."""

    representative: Representative
    event: RepresentativeChanged | None


def appoint(
    wanted: Representative, known: Representative | None, *, is_officer: bool
) -> RepresentativeDecision:
    """Make the directory say `wanted` of a representative, whatever it says so far.

    Raises RepresentativeRefused: a code that is none, or somebody who handles cases themselves,
    who can only be let go.
    """
    faults: list[Fault] = [
        {"pointer": f"/usccs/{place}", "code": "uscc_refused", "values": {"value": uscc}}
        for place, uscc in enumerate(sorted(wanted.usccs))
        if not _is_uscc(uscc)
    ]
    # Whoever judges an enterprise must not sign in its name.
    if is_officer and wanted.active:
        faults.append({"pointer": "", "code": "representative_is_officer", "values": {}})
    if faults:
        raise RepresentativeRefused(faults)
    version = known.version if known else 0
    if known is not None and replace(wanted, version=version) == known:
        return RepresentativeDecision(known, None)
    appointed = replace(wanted, version=version + 1)
    fact = RepresentativeChanged(
        representative=appointed.subject,
        version=appointed.version,
        name=appointed.name,
        usccs=tuple(sorted(appointed.usccs)),
        active=appointed.active,
    )
    return RepresentativeDecision(appointed, fact)


def _is_uscc(text: str) -> bool:
    try:
        return check_uscc(text) == text
    except UsccRefused:
        return False
