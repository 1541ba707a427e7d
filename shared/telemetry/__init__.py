"""Traces, metrics and logs of a process, and how a trace crosses from one to the next.

A process that serves sets them up by `shared.telemetry.setup`, which loads FastAPI and SQLAlchemy;
whoever only hands a trace on, such as each command of the command line, does without.
"""

from shared.telemetry.propagation import inject, span_from, trace_id

__all__ = ["inject", "span_from", "trace_id"]
