"""Logs as JSON Lines on stderr, masked, with the trace that was under way."""

import json
import logging
import sys
from typing import TextIO

import structlog
from opentelemetry import trace
from opentelemetry.trace import format_span_id, format_trace_id
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.masking import HIDDEN, is_sensitive, mask

# They log every request or every wait at INFO, with addresses in full.
_CHATTY = ("httpx", "httpcore", "nats", "asyncio", "alembic.runtime.plugins")


def configure_logs(*, service: str, level: str, to: TextIO | None = None) -> None:
    """Send what structlog and the standard library log through one pipe of processors."""

    def add_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {"service": service, **event}

    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace,
        add_service,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *common,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*common, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_event,
                structlog.processors.JSONRenderer(serializer=_serialize),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the trace and span under way, so that a line leads to its trace."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format_trace_id(context.trace_id)
        event["span_id"] = format_span_id(context.span_id)
    return event


def mask_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide secrets and personal data, in names, values, texts and tracebacks."""
    return {name: HIDDEN if is_sensitive(name) else mask(value) for name, value in event.items()}


def _serialize(event: object, **_options: object) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)
