"""Alembic's entry into the history of `cases`."""

from services.cases.tables import METADATA
from shared.migrations import run

run(METADATA)
