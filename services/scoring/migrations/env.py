"""Alembic's way into scoring's history."""

from services.scoring.tables import METADATA
from shared.migrations import run

run(METADATA)
