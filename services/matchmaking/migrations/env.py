"""Alembic's entry into the history of `matchmaking`."""

from services.matchmaking.tables import METADATA
from shared.migrations import run

run(METADATA)
