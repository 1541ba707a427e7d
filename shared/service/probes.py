"""Liveness and readiness, for whoever supervises the process; the only open routes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.db import Sessions, transaction

Check = Callable[[], Awaitable[str | None]]

OPEN_PATHS: Final = ("/livez", "/readyz")


def probe_routes(checks: Callable[[Request], Sequence[Check]]) -> list[Route]:
    """Return /livez (the process answers) and /readyz (all its checks pass, else 503 and why)."""

    async def livez(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> Response:
        faults = [fault for check in checks(request) if (fault := await check()) is not None]
        if faults:
            return JSONResponse({"status": "unready", "faults": faults}, status_code=503)
        return JSONResponse({"status": "ok"})

    return [Route("/livez", livez), Route("/readyz", readyz)]


async def database_fault(sessions: Sessions) -> str | None:
    """Say what keeps the database from answering, or None."""
    try:
        async with transaction(sessions, actor="service:probe") as session:
            await session.execute(text("SELECT 1"))
    except (DBAPIError, PoolTimeout, OSError):
        return "database_unreachable"
    return None
