"""Alembic's entry into the history of `gateway`."""

from gateway.tables import METADATA
from shared.migrations import run

run(METADATA)
