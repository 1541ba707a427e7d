"""Whether a caller may do something: Cedar policies, parsed once, each answer remembered."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import structlog
from cedarpy import Decision, PolicySet, is_authorized

from shared.auth.identity import Caller, CallerKind, Role

log = structlog.get_logger(__name__)

_ENTITY: Final[Mapping[CallerKind, str]] = {
    CallerKind.OFFICER: "Officer",
    CallerKind.AGENCY: "Agency",
    CallerKind.BANK: "Bank",
    CallerKind.ENTERPRISE: "Enterprise",
}
_GROUPS: Final[Mapping[str, frozenset[Role]]] = {
    "acting-officers": frozenset(
        {Role.CITY_ADMIN, Role.CITY_ANALYST, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER}
    ),
    "case-workers": frozenset({Role.CITY_ADMIN, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER}),
    "city": frozenset({Role.CITY_ADMIN, Role.CITY_ANALYST}),
}


def text(name: str) -> str:
    """Return a file of this package: `policies.cedar`, `schema.cedarschema`."""
    return (files(__name__) / name).read_text(encoding="utf-8")


@cache
def _policies() -> PolicySet:
    return PolicySet.from_str(text("policies.cedar"))


def permits(caller: Caller, action: str, service: str) -> bool:
    """Tell whether the policies permit the caller an action of a service."""
    return _decided(caller.kind, caller.roles, action, service)


# Policies look at kind and roles only, so these are all the answers there are: a few thousand.
@cache
def _decided(kind: CallerKind, roles: frozenset[Role], action: str, service: str) -> bool:
    return decide(_policies(), kind, roles, action=action, service=service)


def decide(
    policies: PolicySet, kind: CallerKind, roles: frozenset[Role], *, action: str, service: str
) -> bool:
    """Ask the policies; an error in any of them denies.

    Cedar leaves a policy that errs out of account: a `forbid` that errs would forbid nothing.
    """
    principal = {"type": _ENTITY[kind], "id": "caller"}
    answer = is_authorized(
        {
            "principal": principal,
            "action": {"type": "Action", "id": action},
            "resource": {"type": "Service", "id": service},
            "context": {},
        },
        policies,
        [{"uid": principal, "attrs": {}, "parents": _uids("Role", roles)}, *_roles()],
    )
    if answer.diagnostics.errors:
        log.error("policy.erred", action=action, errors=answer.diagnostics.errors)
        return False
    return answer.decision is Decision.Allow


def _roles() -> list[dict[str, Any]]:
    return [
        {
            "uid": {"type": "Role", "id": role},
            "attrs": {},
            "parents": _uids("Group", (name for name, held in _GROUPS.items() if role in held)),
        }
        for role in Role
    ]


def _uids(kind: str, names: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": kind, "id": str(name)} for name in names]
