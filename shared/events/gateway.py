"""What the gateway says: who the partners are, and who acts for an enterprise."""

from enum import StrEnum
from typing import ClassVar

from shared.events.base import Event, Subject


class PartnerKind(StrEnum):
    """What a partner is to the platform."""

    AGENCY = "agency"
    BANK = "bank"


class PartnerChanged(Event):
    """A partner was admitted, changed or shut out; the higher version holds."""

    subject: ClassVar[Subject] = Subject("gateway.partner.changed.v1")

    client_id: str
    version: int
    kind: PartnerKind
    name: str
    feeds: tuple[str, ...]
    active: bool

    def about(self) -> str:
        return self.client_id


class RepresentativeChanged(Event):
    """Somebody may act for these enterprises, or no longer; the higher version holds."""

    subject: ClassVar[Subject] = Subject("gateway.representative.changed.v1")

    representative: str
    version: int
    name: str
    usccs: tuple[str, ...]
    active: bool

    def about(self) -> str:
        return self.representative


EVENTS = (PartnerChanged, RepresentativeChanged)
