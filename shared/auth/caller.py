"""What an endpoint asks of its caller: a verified identity, and one of the permitted roles."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.auth import hop
from shared.auth.hop import Unauthenticated
from shared.auth.identity import Caller, CallerKind, Role

_bearer = HTTPBearer(
    auto_error=False, scheme_name="gateway", description="The gateway's token for this request."
)


class NotPermitted(Exception):
    """The caller is known, but this is not for them."""


async def _verified(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    if bearer is None:
        raise Unauthenticated("no bearer token")
    return hop.verify(
        bearer.credentials,
        trust=request.state.trust,
        audience=request.state.service,
        method=request.method,
        path=request.scope["path"],
    )


CallerDep = Annotated[Caller, Depends(_verified)]


def allow(*permitted: Role | CallerKind) -> Dependency:
    """Return a dependency that hands the caller over if they hold one of `permitted`, else 403."""

    async def _allowed(caller: CallerDep) -> Caller:
        if not caller.has(*permitted):
            raise NotPermitted
        return caller

    return Dependency(_allowed)
