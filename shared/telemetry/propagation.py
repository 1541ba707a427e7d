"""The trace context that crosses processes: W3C `traceparent` in HTTP and NATS headers."""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = trace.get_tracer("wengang")


def trace_id() -> str | None:
    """Return the trace that is under way as 32 hex digits, if there is one."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def inject(headers: MutableMapping[str, str]) -> None:
    """Write the trace that is under way into the headers of a message or request."""
    _PROPAGATOR.inject(headers)


@contextmanager
def span_from(
    headers: Mapping[str, str] | None,
    name: str,
    *,
    kind: SpanKind = SpanKind.CONSUMER,
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """Open a span that continues the trace of whoever wrote `headers`; begin one if nobody did.

    An exception marks the span by its type only: its text may hold personal data.
    """
    carrier = {key.lower(): value for key, value in (headers or {}).items()}
    with _TRACER.start_as_current_span(
        name,
        context=_PROPAGATOR.extract(carrier),
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_attribute("error.type", type(error).__qualname__)
            span.set_status(Status(StatusCode.ERROR))
            raise
