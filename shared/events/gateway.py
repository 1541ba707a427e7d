"""What the gateway says: who the partners are."""

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


EVENTS = (PartnerChanged,)
