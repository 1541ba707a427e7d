"""What an endpoint asks of its caller: a verified identity, and one of the permitted roles."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.auth import hop
from shared.auth.hop import Unauthenticated
from shared.auth.identity import Caller, CallerKind, Role
from shared.auth.keys import TrustBundle

# How an app knows its callers, from the request and its bearer token; raises Unauthenticated. A
# service reads the gateway's hop token, the gateway asks its own door. Found in the app's state.
Verifier = Callable[[Request, str | None], Caller]

_bearer = HTTPBearer(
    auto_error=False, scheme_name="gateway", description="The gateway's token for this request."
)


class NotPermitted(Exception):
    """The caller is known, but this is not for them."""


def by_hop(trust: TrustBundle, *, audience: str) -> Verifier:
    """Return the verifier of a service: the gateway must have signed this very request."""

    def verify(request: Request, token: str | None) -> Caller:
        if token is None:
            raise Unauthenticated("no bearer token")
        return hop.verify(
            token,
            trust=trust,
            audience=audience,
            method=request.method,
            path=request.scope["path"],
            query=request.scope["query_string"].decode("latin-1"),
        )

    return verify


async def _verified(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    verifier: Verifier = request.state.verifier
    return verifier(request, None if bearer is None else bearer.credentials)


CallerDep = Annotated[Caller, Depends(_verified)]


def allow(*permitted: Role | CallerKind) -> Dependency:
    """Return a dependency that hands the caller over if they hold one of `permitted`, else 403."""

    async def _allowed(caller: CallerDep) -> Caller:
        if not caller.has(*permitted):
            raise NotPermitted
        return caller

    return Dependency(_allowed)
