"""OpenTelemetry and logs of a process: started once at its beginning, flushed at its end."""

from collections.abc import Callable

from fastapi.telemetry import TelemetryConfig
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from shared.settings import TelemetrySettings
from shared.telemetry.logs import configure_logs
from shared.telemetry.spans import QueryMasking, SpanFile

# For FastAPI(telemetry=FASTAPI): one span per request, whose parent is the `traceparent` that
# came in. No inner spans; no log records, which would carry exception texts unmasked; exporters
# only as our settings have them.
FASTAPI: TelemetryConfig = {"operation_spans": False, "logs": False, "auto_configure": False}

_FILE_DELAY_MILLISECONDS = 1_000


def start_telemetry(settings: TelemetrySettings, *, service: str) -> Callable[[], None]:
    """Set up traces, metrics and logs of this process; return what flushes and ends them.

    Without a collector or a file, spans are still made: logs and problems name their traces.
    """
    name = settings.service_name or service
    configure_logs(service=name, level=settings.log_level)
    tracers = tracer_provider(settings, service=name)
    trace.set_tracer_provider(tracers)
    meters = _meter_provider(settings, service=name)
    if meters is not None:
        metrics.set_meter_provider(meters)

    def stop() -> None:
        tracers.shutdown()
        if meters is not None:
            meters.shutdown()

    return stop


def tracer_provider(settings: TelemetrySettings, *, service: str) -> TracerProvider:
    """Make the provider of spans with the exporter that the settings ask for, if any."""
    provider = TracerProvider(resource=_resource(service), shutdown_on_exit=False)
    provider.add_span_processor(QueryMasking())
    if settings.otlp_endpoint is not None:
        exporter = OTLPSpanExporter(endpoint=_signal(settings.otlp_endpoint, "traces"))
        provider.add_span_processor(BatchSpanProcessor(exporter))
    elif settings.traces_file is not None:
        file = SpanFile(settings.traces_file, max_bytes=settings.traces_file_max_bytes)
        provider.add_span_processor(
            BatchSpanProcessor(file, schedule_delay_millis=_FILE_DELAY_MILLISECONDS)
        )
    return provider


def _meter_provider(settings: TelemetrySettings, *, service: str) -> MeterProvider | None:
    if settings.otlp_endpoint is None:
        return None
    exporter = OTLPMetricExporter(endpoint=_signal(settings.otlp_endpoint, "metrics"))
    return MeterProvider(
        resource=_resource(service),
        metric_readers=[PeriodicExportingMetricReader(exporter)],
        shutdown_on_exit=False,
    )


def _resource(service: str) -> Resource:
    return Resource.create({"service.name": service, "service.namespace": "wengang"})


def _signal(endpoint: str, signal: str) -> str:
    return f"{endpoint.rstrip('/')}/v1/{signal}"
