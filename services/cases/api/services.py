"""The catalogue of services, and what fits the enterprise of a case."""

from uuid import UUID

from fastapi import APIRouter

from services.cases.api.callers import ActingOfficer
from services.cases.domain.codes import Service
from services.cases.domain.errors import CaseNotFound
from services.cases.handlers import deeds as handlers
from services.cases.problems import PROBLEMS
from services.cases.schemas.services import CaseServiceRead, ServiceRead
from shared.clock import Now
from shared.db import Transaction
from shared.languages import Speaks
from shared.pagination import Page
from shared.problems import responses

services_router = APIRouter(prefix="/v1", tags=["services"])


@services_router.get("/services")
async def list_services(language: Speaks, _caller: ActingOfficer) -> Page[ServiceRead]:
    """List the services that an enterprise under warning may get, with the policies behind each."""
    return Page(data=[ServiceRead.of(each, language) for each in Service], next_cursor=None)


@services_router.get("/cases/{case_id}/services", responses=responses(PROBLEMS, CaseNotFound))
async def list_case_services(
    case_id: UUID, language: Speaks, session: Transaction, caller: ActingOfficer, now: Now
) -> Page[CaseServiceRead]:
    """Judge each service for the enterprise by what is known today, and list what it got."""
    view = await handlers.services(session, case_id, districts=caller.districts, now=now)
    judged = [CaseServiceRead.of(each, view, language) for each in view.services]
    return Page(data=judged, next_cursor=None)
