"""From an identity to a caller: officers by what cases said of them, others by our directory."""

import time
from collections import OrderedDict
from typing import Final

from gateway import handlers
from gateway.auth.sharing import Shared
from gateway.auth.tokens import Identity
from gateway.domain.partner import Partner
from gateway.domain.representative import Representative
from gateway.domain.scope import districts_of
from gateway.store.officers import Officer
from shared.auth.identity import Caller, CallerKind, Role
from shared.db import Sessions, transaction

_FRESH_SECONDS: Final = 1.0  # a role that was taken away ends within this time
_MOST_REMEMBERED: Final = 10_000
_ROLES: Final = frozenset(Role)


class PrincipalUnknown(Exception):
    """The provider knows them, the platform does not, or no longer."""


class Principals:
    """Looks callers up, at most once a second each."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._known: OrderedDict[tuple[str, bool], tuple[float, Caller | None]] = OrderedDict()
        self._asking: Shared[tuple[str, bool], Caller | None] = Shared()

    async def caller(self, identity: Identity) -> Caller:
        """Return who the identity is to us; raise PrincipalUnknown."""
        key = (identity.name, identity.is_machine)
        until, caller = self._known.get(key, (0.0, None))
        if until <= time.monotonic():
            asked_at = time.monotonic()
            caller = await self._asking.answer(key, self._find(identity))
            self._known[key] = (asked_at + _FRESH_SECONDS, caller)
            self._known.move_to_end(key)
            while len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        if caller is None:
            raise PrincipalUnknown
        return caller

    async def _find(self, identity: Identity) -> Caller | None:
        async with transaction(self._sessions, actor="service:gateway") as session:
            if identity.is_machine:
                partner = await handlers.find_partner(session, identity.name)
                return None if partner is None else _of_partner(partner)
            officer = await handlers.find_officer(session, identity.name)
            if officer is not None:
                return _of_officer(officer)
            representative = await handlers.find_representative(session, identity.name)
            return None if representative is None else _of_representative(representative)


def _of_partner(partner: Partner) -> Caller | None:
    if not partner.active:
        return None
    return Caller(
        subject=partner.client_id,
        kind=CallerKind(partner.kind),
        name=partner.name,
        feeds=partner.feeds,
    )


def _of_representative(representative: Representative) -> Caller | None:
    if not representative.active:
        return None
    return Caller(
        subject=representative.subject,
        kind=CallerKind.ENTERPRISE,
        name=representative.name,
        usccs=representative.usccs,
    )


def _of_officer(officer: Officer) -> Caller | None:
    if not officer.active:
        return None
    return Caller(
        subject=officer.subject,
        kind=CallerKind.OFFICER,
        name=officer.name,
        # A role that this release does not know yet gives nothing.
        roles=frozenset(Role(role) for role in officer.roles if role in _ROLES),
        districts=districts_of(officer.roles, officer.districts),
    )
