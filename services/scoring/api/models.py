"""The doors to learned models: the city's analysts have them trained, another person promotes."""

from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from services.scoring.api.callers import ActingOfficer, Administrator, RuleEditor
from services.scoring.domain.errors import (
    DayAhead,
    ModelChangedMeanwhile,
    ModelNotFound,
    ModelNotTrained,
    ModelSecondPersonNeeded,
    ModelStepRefused,
)
from services.scoring.handlers import model_drift
from services.scoring.handlers import models as handlers
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.models import (
    ModelDriftRead,
    ModelRead,
    ModelRetirement,
    ModelWhole,
    ModelWrite,
)
from shared.clock import Now
from shared.db import Transaction
from shared.etags import IfMatch, etag, version_of
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

models_router = APIRouter(prefix="/v1/models", tags=["models"])


@models_router.get("")
async def list_models(
    request: Request,
    response: Response,
    session: Transaction,
    _caller: ActingOfficer,
    page: Pages,
    language: Speaks,
) -> Page[ModelRead]:
    """List the learned models, the last asked for first."""
    found, cursor = await handlers.list_models(session, page)
    link_next(request, response, cursor)
    return Page(data=[ModelRead.of(entry, language) for entry in found], next_cursor=cursor)


@models_router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=ModelWhole,
    responses=responses(PROBLEMS, DayAhead),
)
async def train_model(
    asked: ModelWrite,
    session: Transaction,
    once: Once,
    caller: RuleEditor,
    now: Now,
    language: Speaks,
) -> Response:
    """Have a model trained on the platform's own past; the worker does it."""

    async def ask() -> ModelWhole:
        entry = await handlers.ask(session, **asked.model_dump(), by=caller.actor, now=now)
        return ModelWhole.of(entry, language)

    return await once.answer(status.HTTP_202_ACCEPTED, ModelWhole, ask, headers=_tagged)


@models_router.get("/{model_id}", responses=responses(PROBLEMS, ModelNotFound))
async def show_model(
    model_id: UUID,
    response: Response,
    session: Transaction,
    _caller: ActingOfficer,
    language: Speaks,
) -> ModelWhole:
    """Show a model with its card."""
    entry = await handlers.show(session, model_id)
    response.headers["ETag"] = etag(entry.revision)
    return ModelWhole.of(entry, language)


@models_router.get(
    "/{model_id}/drift", responses=responses(PROBLEMS, ModelNotFound, ModelNotTrained)
)
async def compare_model(
    model_id: UUID, request: Request, caller: RuleEditor, now: Now
) -> ModelDriftRead:
    """Compare a sample of today's enterprises with those that the model learned from."""
    entry, found = await model_drift.drift(
        request.state.sessions, model_id, now=now, actor=caller.actor
    )
    return ModelDriftRead.of(entry.version, found)


@models_router.post(
    "/{model_id}/promotion",
    response_model=ModelRead,
    responses=responses(
        PROBLEMS, ModelNotFound, ModelChangedMeanwhile, ModelStepRefused, ModelSecondPersonNeeded
    ),
)
async def promote_model(
    model_id: UUID,
    session: Transaction,
    once: Once,
    caller: Administrator,
    now: Now,
    language: Speaks,
    if_match: IfMatch = None,
) -> Response:
    """Make a model the champion, which judges in shadow; whoever asked for it does not."""

    async def promote() -> ModelRead:
        entry = await handlers.promote(
            session, model_id, revision=version_of(if_match), by=caller.actor, now=now
        )
        return ModelRead.of(entry, language)

    return await once.answer(status.HTTP_200_OK, ModelRead, promote, headers=_tagged)


@models_router.post(
    "/{model_id}/retirement",
    response_model=ModelRead,
    responses=responses(PROBLEMS, ModelNotFound, ModelChangedMeanwhile, ModelStepRefused),
)
async def retire_model(
    model_id: UUID,
    asked: ModelRetirement,
    session: Transaction,
    once: Once,
    caller: Administrator,
    now: Now,
    language: Speaks,
    if_match: IfMatch = None,
) -> Response:
    """Take a model out of service."""

    async def retire() -> ModelRead:
        entry = await handlers.retire(
            session,
            model_id,
            asked.because,
            revision=version_of(if_match),
            by=caller.actor,
            now=now,
        )
        return ModelRead.of(entry, language)

    return await once.answer(status.HTTP_200_OK, ModelRead, retire, headers=_tagged)


def _tagged(shown: ModelRead) -> dict[str, str]:
    return {"ETag": etag(shown.revision)}
