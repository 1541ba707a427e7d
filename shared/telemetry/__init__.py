"""Traces, metrics and logs of a process, and how a trace crosses from one to the next."""

from shared.telemetry.propagation import inject, span_from, trace_id
from shared.telemetry.setup import FASTAPI, start_telemetry

__all__ = ["FASTAPI", "inject", "span_from", "start_telemetry", "trace_id"]
