"""The API process of the gateway: the door, what stands behind it, and its own endpoints."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TypedDict

from fastapi import FastAPI, Request
from starlette.types import Scope

from gateway import paths, routes
from gateway.api import open_router, router
from gateway.auth.bearers import Bearers
from gateway.auth.principals import Principals
from gateway.auth.provider import ClientCredentials, Provider
from gateway.bodies import Places, StreamsBusy, Uploads
from gateway.console.app import Console
from gateway.console.desk import Desk
from gateway.consumers import CONSUMERS
from gateway.door import Door, Keepers, admitted
from gateway.envelope import Envelope
from gateway.limits import Buckets
from gateway.problems import PROBLEMS
from gateway.schemas import SignInRead
from gateway.settings import GatewaySettings, IdentitySettings, LimitSettings
from gateway.tables import KERNEL
from gateway.trail import Trail
from gateway.upstream import Upstreams
from shared import http
from shared import problems as shared_problems
from shared.auth.caller import Verifier
from shared.auth.keys import TrustBundle
from shared.clock import Clock
from shared.db import Sessions
from shared.service.api import KERNEL_PROBLEMS
from shared.service.operations import operations_router
from shared.service.probes import Check, database_fault, probe_routes
from shared.service.state import Resources, opened
from shared.telemetry.setup import FASTAPI


class IdentityMissing(Exception):
    """The settings name no OpenID provider."""


class State(TypedDict):
    """What the door and the endpoints find in `request.state`."""

    service: str
    sessions: Sessions
    trust: TrustBundle
    verifier: Verifier
    clock: Clock
    keepers: Keepers
    desk: Desk | None
    sign_in: SignInRead


def build(settings: GatewaySettings) -> FastAPI:
    """Compose the API; no route but the open ones is reached except through the door."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[State, None]:
        async with AsyncExitStack() as ending:
            resources = await ending.enter_async_context(
                opened("gateway", settings, kernel=KERNEL, part="api")
            )
            identity = _identity(settings)
            asking = http.client(timeout=identity.timeout)
            ending.push_async_callback(asking.aclose)
            provider = Provider(identity.issuer, asking)
            yield State(
                service="gateway",
                sessions=resources.sessions,
                trust=resources.trust,
                verifier=admitted,
                clock=resources.clock,
                keepers=await _keepers(settings, resources, provider, ending),
                desk=_desk(settings, resources, provider),
                sign_in=SignInRead.model_validate(identity, from_attributes=True),
            )

    app = FastAPI(
        title="Wengang gateway",
        version="1",
        lifespan=lifespan,
        openapi_url=None,
        telemetry=FASTAPI,
    )
    # The last that is added stands outermost: headers, then the size of bodies, then the
    # console, then the door.
    app.add_middleware(Door)
    if settings.console is not None:
        app.add_middleware(Console)
    shared_problems.install(
        app, KERNEL_PROBLEMS, PROBLEMS, max_body_bytes=_max_bytes(settings.limits)
    )
    app.add_middleware(Envelope, over_tls=settings.public_url.startswith("https://"))
    app.router.routes.extend(probe_routes(_checks))
    for each in (router, open_router, operations_router(CONSUMERS)):
        app.include_router(each)
    return app


def _max_bytes(limits: LimitSettings) -> Callable[[Scope], int]:
    """Let only files that are sent be long; what leads nowhere is not."""

    def of(scope: Scope) -> int:
        target = paths.read(scope.get("raw_path", b""))
        match = None if target is None else routes.find(target).get(scope["method"])
        upload = match is not None and match.route.upload
        return limits.upload_bytes if upload else limits.body_bytes

    return of


async def _keepers(
    settings: GatewaySettings, resources: Resources, provider: Provider, ending: AsyncExitStack
) -> Keepers:
    identity = _identity(settings)
    behind = {
        service: http.client(
            address,
            timeout=settings.upstreams.timeout,
            connections=settings.upstreams.connections,
        )
        for service, address in settings.upstreams.addresses().items()
    }
    for each in behind.values():
        ending.push_async_callback(each.aclose)
    trail = Trail(resources.sessions)
    ending.push_async_callback(_end, asyncio.create_task(trail.run()))
    return Keepers(
        bearers=Bearers(
            provider,
            credentials=ClientCredentials(
                identity.client_id, identity.client_secret.get_secret_value()
            ),
            audience=identity.expected_audience,
            remember_seconds=identity.introspection_cache.total_seconds(),
        ),
        principals=Principals(resources.sessions),
        buckets=Buckets(per_second=settings.limits.per_second, burst=settings.limits.burst),
        upstreams=Upstreams(
            behind,
            resources.key,
            body_within=settings.limits.body_within,
            patience=settings.upstreams.patience,
            uploads=Uploads(
                at_once=settings.limits.uploads,
                each=settings.limits.uploads_each,
                within=settings.limits.body_within,
                progress=settings.limits.upload_progress_bytes,
            ),
            streams=Places(
                at_once=settings.limits.streams,
                each=settings.limits.streams_each,
                busy=StreamsBusy,
            ),
        ),
        trail=trail,
    )


def _desk(settings: GatewaySettings, resources: Resources, provider: Provider) -> Desk | None:
    if settings.console is None:
        return None
    return Desk.of(
        settings.console,
        provider=provider,
        sessions=resources.sessions,
        key=resources.key,
        public_url=settings.public_url,
    )


def _identity(settings: GatewaySettings) -> IdentitySettings:
    if settings.identity is None:
        raise IdentityMissing("set GATEWAY_IDENTITY__ISSUER and GATEWAY_IDENTITY__CLIENT_SECRET")
    return settings.identity


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _checks(request: Request) -> Sequence[Check]:
    return (lambda: database_fault(request.state.sessions),)
