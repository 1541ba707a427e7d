"""Alembic's way into ingest's history."""

from services.ingest.tables import METADATA
from shared.migrations import run

run(METADATA)
