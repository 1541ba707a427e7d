"""An operator replays a dead letter through the service's API."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import httpx2
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.auth.identity import Caller, CallerKind, Role
from shared.bus import dead
from shared.bus.consumer import Consumer, Delivery
from shared.db import transaction
from shared.events.ingest import ObservationsRecorded
from shared.ids import uuid7
from shared.service.api import api_app
from shared.settings import BlobSettings, KeySettings, ServiceSettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase, signed
from tests.integration.kernel.conftest import Kernels, rows
from tests.integration.kernel.test_facts import NOTE, drained, state

ADMINISTRATOR = Caller("city-admin", CallerKind.OFFICER, "管理员", frozenset({Role.CITY_ADMIN}))


async def refuse(_session: AsyncSession, _event: ObservationsRecorded, _delivery: Delivery) -> None:
    """Fail as a handler with a fault does."""
    raise ArithmeticError("a fault of ours")


BROKEN = Consumer(NOTE.name, ObservationsRecorded, refuse)


async def bury_one(kernels: Kernels) -> UUID:
    """Put a good message, signed by its source, among the dead; return the fact's id."""
    await state(kernels.ingest, 1)
    await drained(kernels)
    message = await kernels.bus.js.get_msg("INGEST", 1)
    headers = message.headers or {}
    async with transaction(kernels.scoring, actor="service:scoring") as session:
        await dead.bury(
            session,
            kernels.scoring_tables,
            event_id=headers["ce-id"],
            consumer=NOTE.name,
            subject="ingest.observations.recorded.v1",
            reason="a fault of ours",
            deliveries=8,
            payload=message.data or b"",
            headers=headers,
        )
    return UUID(headers["ce-id"])


async def replay(
    kernels: Kernels,
    database: PlatformDatabase,
    consumer: Consumer[ObservationsRecorded],
    event: UUID,
    folder: Path,
) -> httpx2.Response:
    """Ask the service that has `consumer` to replay the fact."""
    (folder / "key.json").write_text(KEYS["scoring"].private_json())
    (folder / "trust.json").write_text(TRUST.public_json())
    app = api_app(
        "scoring",
        ServiceSettings(
            database=database.settings("scoring", "api"),
            keys=KeySettings(
                private_key_file=folder / "key.json", trust_file=folder / "trust.json"
            ),
            blobs=BlobSettings(root=folder),
        ),
        kernel=kernels.scoring_tables,
        routers=(),
        problems={},
        consumers=(consumer,),
    )
    path = f"/v1/operations/dead-letters/{event}/{NOTE.name}/replay"
    token = signed(ADMINISTRATOR, "scoring", "POST", path)
    async with app.router.lifespan_context(app) as held:
        state_of = httpx2.ASGITransport(app=_with_state(app, held))
        async with httpx2.AsyncClient(transport=state_of, base_url="http://scoring") as client:
            return await client.post(
                path,
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid7())},
            )


def _with_state(app: ASGIApp, held: Mapping[str, object] | None) -> ASGIApp:
    """Do a server's part: hand what the lifespan opened to every request."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": dict(held or {})}, receive, send)

    return serve


async def test_a_replayed_fact_takes_effect_once_and_is_marked(
    kernels: Kernels, kernel_database: PlatformDatabase, tmp_path: Path
) -> None:
    event = await bury_one(kernels)

    answer = await replay(kernels, kernel_database, NOTE, event, tmp_path)

    assert answer.status_code == 200, answer.text
    assert answer.json()["resolved_by"] == "officer:city-admin"
    assert rows(kernel_database, "SELECT event_id FROM scoring.effect") == [(event,)]
    again = await replay(kernels, kernel_database, NOTE, event, tmp_path)
    assert (again.status_code, again.json()["code"]) == (409, "dead_letter_resolved")
    assert rows(kernel_database, "SELECT event_id FROM scoring.effect") == [(event,)]


async def test_a_replay_that_fails_again_changes_nothing(
    kernels: Kernels, kernel_database: PlatformDatabase, tmp_path: Path
) -> None:
    event = await bury_one(kernels)

    answer = await replay(kernels, kernel_database, BROKEN, event, tmp_path)

    assert (answer.status_code, answer.json()["code"]) == (409, "replay_failed")
    assert "ArithmeticError" in answer.json()["detail"]
    assert rows(kernel_database, "SELECT resolved_at FROM scoring.inbox_dead") == [(None,)]
    assert rows(kernel_database, "SELECT 1 FROM scoring.inbox") == []


async def test_a_letter_that_is_not_there_is_not_found(
    kernels: Kernels, kernel_database: PlatformDatabase, tmp_path: Path
) -> None:
    answer = await replay(kernels, kernel_database, NOTE, uuid7(), tmp_path)
    assert (answer.status_code, answer.json()["code"]) == (404, "dead_letter_not_found")
