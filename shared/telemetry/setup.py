"""OpenTelemetry and logs of a process: started once at its beginning, flushed at its end."""

from collections.abc import Callable

from fastapi.telemetry import TelemetryConfig
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import start_http_server

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
    stop_exposing = _expose(settings)

    def stop() -> None:
        tracers.shutdown()
        stop_exposing()
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
    readers: list[MetricReader] = []
    if settings.otlp_endpoint is not None:
        exporter = OTLPMetricExporter(endpoint=_signal(settings.otlp_endpoint, "metrics"))
        readers.append(PeriodicExportingMetricReader(exporter))
    if settings.metrics_port is not None:
        readers.append(PrometheusMetricReader())
    if not readers:
        return None
    return MeterProvider(
        resource=_resource(service), metric_readers=readers, shutdown_on_exit=False
    )


def _expose(settings: TelemetrySettings) -> Callable[[], None]:
    """Let Prometheus read on a port of its own; return what ends that."""
    if settings.metrics_port is None:
        return lambda: None
    server, thread = start_http_server(settings.metrics_port, settings.metrics_host)

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop


def _resource(service: str) -> Resource:
    return Resource.create({"service.name": service, "service.namespace": "wengang"})


def _signal(endpoint: str, signal: str) -> str:
    return f"{endpoint.rstrip('/')}/v1/{signal}"
