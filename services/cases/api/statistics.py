"""Figures about cases, for those who act on them, each in their districts."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.cases.api.callers import ActingOfficer
from services.cases.schemas.statistics import CaseStatisticsRead, PeriodQuery
from services.cases.store import statistics
from services.cases.store.statistics import Period
from shared.clock import Now
from shared.db import Transaction
from shared.languages import Speaks

statistics_router = APIRouter(prefix="/v1/statistics", tags=["statistics"])


@statistics_router.get("/cases")
async def count_cases(
    spoken: Speaks,
    session: Transaction,
    caller: ActingOfficer,
    now: Now,
    wanted: Annotated[PeriodQuery, Depends()],
) -> CaseStatisticsRead:
    """Count the cases that were opened in a period: how they stand, how they ended, in what time.

    The resolution rate tells what it divides by what.
    """
    districts = caller.districts & ({wanted.district} if wanted.district else caller.districts)
    period = Period(wanted.since, wanted.until)
    counted = await statistics.cases(session, period, districts=districts, now=now)
    return CaseStatisticsRead.of(counted, wanted.since, wanted.until, spoken)
