"""The door to how feeds stand: what came last, what is awaited, what is late."""

from fastapi import APIRouter

from services.ingest.api import ImportReader
from services.ingest.handlers import freshness
from services.ingest.schemas.freshness import FreshnessRead
from shared.clock import Now
from shared.db import Transaction
from shared.languages import Speaks
from shared.pagination import Page

router = APIRouter()


@router.get("/v1/freshness", tags=["feeds"])
async def list_freshness(
    session: Transaction, caller: ImportReader, now: Now, language: Speaks
) -> Page[FreshnessRead]:
    """List how feeds stand: an agency's own, or everyone's for the city."""
    found = await freshness.freshness(session, caller=caller, now=now)
    return Page(data=[FreshnessRead.of(each, language) for each in found], next_cursor=None)
