"""What Prometheus reads: counts of a service's messages, and the requests of a real process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psycopg
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint
from sqlalchemy import text

from launcher.ports import hold
from shared.bus.dead import bury
from shared.bus.streams import ensure_durable
from shared.db import transaction
from shared.service.metrics import MessageCounts
from tests.integration.database import KEYS, TRUST, PlatformDatabase
from tests.integration.kernel.conftest import DURABLE, Kernels
from tests.integration.kernel.test_facts import drained, state


def _counted(reader: InMemoryMetricReader) -> dict[tuple[str, str], float]:
    """Map (metric, service or consumer) to the value that was told last."""
    data = reader.get_metrics_data()
    assert data is not None
    found: dict[tuple[str, str], float] = {}
    for metric in data.resource_metrics[0].scope_metrics[0].metrics:
        for point in metric.data.data_points:
            assert isinstance(point, NumberDataPoint)
            told = point.attributes or {}
            found[metric.name, str(told.get("consumer", told["service"]))] = point.value
    return found


async def test_what_waits_and_what_died_is_counted(kernels: Kernels) -> None:
    await ensure_durable(kernels.bus.js, DURABLE, kernels.bus.settings)
    await state(kernels.ingest, 3)
    await drained(kernels)  # three wait at the consumer ...
    await state(kernels.ingest, 2)  # ... and two in the outbox,
    async with kernels.ingest.begin() as session:
        await session.execute(text("UPDATE ingest.outbox SET at = now() - interval '90 seconds'"))
    async with transaction(kernels.scoring, actor="service:scoring") as session:
        await bury(
            session,
            kernels.scoring_tables,
            event_id="e",
            consumer=DURABLE.name,
            subject=DURABLE.subject,
            reason="no reason",
            deliveries=1,
            payload=b"{}",
            headers={},
        )
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    meter = provider.get_meter("test")
    ingest = (kernels.ingest, kernels.ingest_tables, kernels.bus)
    scoring = (kernels.scoring, kernels.scoring_tables, kernels.bus)

    await MessageCounts("ingest", *ingest, (), meter).once()
    await MessageCounts("scoring", *scoring, (DURABLE,), meter).once()
    counted = _counted(reader)
    provider.shutdown()

    age = counted.pop(("wengang.outbox.age", "ingest"))
    assert 90 <= age < 120
    assert counted == {
        ("wengang.outbox.waiting", "ingest"): 2,
        ("wengang.dead_letters", "ingest"): 0,
        ("wengang.outbox.waiting", "scoring"): 0,
        ("wengang.outbox.age", "scoring"): 0,
        ("wengang.dead_letters", "scoring"): 1,
        ("wengang.consumer.waiting", DURABLE.name): 3,
    }


@contextmanager
def _measuring(
    part: str, database: PlatformDatabase, bus: str, folder: Path
) -> Iterator[tuple[str, str]]:
    """Run ingest's API or worker; yield its address and that of its metrics."""
    (folder / "key.json").write_text(KEYS["ingest"].private_json())
    (folder / "trust.json").write_text(TRUST.public_json())
    own, metrics = hold(), hold()
    given = {
        "DATABASE__URL": database.url("ingest", part),
        "BUS__URL": bus,
        "KEYS__PRIVATE_KEY_FILE": str(folder / "key.json"),
        "KEYS__TRUST_FILE": str(folder / "trust.json"),
        "LISTEN__PORT": str(own.number),
        "TELEMETRY__METRICS_PORT": str(metrics.number),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.ingest", part],
            env={**os.environ, **{f"INGEST_{name}": value for name, value in given.items()}},
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{own.number}", f"http://127.0.0.1:{metrics.number}/metrics"
        process.terminate()
        assert process.wait(20) in {0, 143}, (folder / "log").read_text()
    finally:
        process.kill()
        process.wait()
        own.release()
        metrics.release()


def _told(url: str, what: str) -> str:
    """Return what the page says once it says `what`."""
    until = time.monotonic() + 120
    page = ""
    while time.monotonic() < until:
        try:
            page = httpx2.get(url).text
        except httpx2.TransportError:
            page = ""
        if what in page:
            return page
        time.sleep(0.1)
    raise AssertionError(f"{what} is not in:\n{page}")


def test_an_api_tells_its_requests_by_route_and_not_on_its_own_port(
    platform_database: PlatformDatabase, nats_url: str, tmp_path: Path
) -> None:
    with _measuring("api", platform_database, nats_url, tmp_path) as (api, metrics):
        _told(f"{api}/readyz", "ok")
        assert httpx2.get(f"{api}/v1/feeds").status_code == 401
        assert httpx2.get(f"{api}/metrics").status_code == 404

        page = _told(metrics, 'http_route="/v1/feeds"')

    [count] = [
        line
        for line in page.splitlines()
        if line.startswith("http_server_request_duration_seconds_count{") and "/v1/feeds" in line
    ]
    assert 'http_response_status_code="401"' in count
    assert count.endswith(" 1.0")
    assert "process_resident_memory_bytes" in page


def test_a_worker_tells_what_waits(
    platform_database: PlatformDatabase, nats_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(platform_database.admin_url) as connection:
        connection.execute("DELETE FROM ingest.outbox")
    with _measuring("worker", platform_database, nats_url, tmp_path) as (_, metrics):
        page = _told(metrics, "wengang_outbox_age_seconds{")

    assert 'service="ingest"' in page
    assert "wengang_dead_letters{" in page
