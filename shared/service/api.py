"""The API process of a service: its routers, the kernel's, problems, probes and what they need."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypedDict

from fastapi import APIRouter, FastAPI, Request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared import problems as shared_problems
from shared.auth.caller import NotPermitted, Verifier, by_hop
from shared.auth.hop import Unauthenticated
from shared.auth.keys import TrustBundle
from shared.blobs import Blobs
from shared.bus.consumer import Consumer
from shared.bus.tables import KernelTables
from shared.clock import Clock
from shared.db import Sessions
from shared.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused
from shared.problems import Problem, Problems
from shared.problems.guard import MaxBytes
from shared.service.operations import (
    DeadLetterNotFound,
    DeadLetterResolved,
    ReplayFailed,
    operations_router,
)
from shared.service.probes import Check, database_fault, probe_routes
from shared.service.progress import Pending, nothing_pending
from shared.service.state import opened
from shared.settings import ServiceSettings
from shared.telemetry.setup import FASTAPI

KERNEL_PROBLEMS: Final[Problems] = {
    Unauthenticated: Problem(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"}),
    NotPermitted: Problem(403, "forbidden"),
    IdempotencyKeyMissing: Problem(400, "idempotency_key_missing"),
    IdempotencyKeyReused: Problem(409, "idempotency_key_reused"),
    DeadLetterNotFound: Problem(404, "dead_letter_not_found"),
    DeadLetterResolved: Problem(409, "dead_letter_resolved"),
    ReplayFailed: Problem(409, "replay_failed"),
    # The database restarts or is overrun: nothing was written, and a retry is safe.
    OperationalError: Problem(503, "unavailable", headers={"Retry-After": "2"}),
    PoolTimeout: Problem(503, "unavailable", headers={"Retry-After": "2"}),
}


class State(TypedDict):
    """What endpoints find in `request.state`."""

    service: str
    settings: ServiceSettings
    sessions: Sessions
    trust: TrustBundle
    verifier: Verifier
    clock: Clock
    blobs: Blobs


def api_app(
    service: str,
    settings: ServiceSettings,
    *,
    kernel: KernelTables,
    routers: Sequence[APIRouter],
    problems: Problems,
    consumers: Sequence[Consumer[Any]] = (),
    pending: Pending = nothing_pending,
    max_body_bytes: MaxBytes = shared_problems.DEFAULT_MAX_BODY_BYTES,
) -> FastAPI:
    """Compose a service's API; every route but the probes demands a verified caller.

    `pending` counts what the service has under way in its own tables, for whoever waits for it.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[State, None]:
        async with opened(service, settings, kernel=kernel, part="api") as resources:
            yield State(
                service=service,
                settings=settings,
                sessions=resources.sessions,
                trust=resources.trust,
                verifier=by_hop(resources.trust, audience=service),
                clock=resources.clock,
                blobs=Blobs(settings.blobs.root),
            )

    app = FastAPI(
        title=f"Wengang {service}",
        version="1",
        lifespan=lifespan,
        redirect_slashes=False,  # a path with a stray slash does not exist
        # One document for the whole platform stands at the gateway.
        openapi_url=None,
        telemetry=FASTAPI,
    )
    shared_problems.install(app, KERNEL_PROBLEMS, problems, max_body_bytes=max_body_bytes)
    app.router.routes.extend(probe_routes(_checks))
    for router in (*routers, operations_router(consumers, pending)):
        app.include_router(router)
    return app


def _checks(request: Request) -> Sequence[Check]:
    return (lambda: database_fault(request.state.sessions),)
