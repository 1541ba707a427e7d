"""What each reading sees of an enterprise: the numbers that thresholds look at, and the words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.scoring.domain.measured import (
    NO_ATTRITION,
    Announced,
    Attrition,
    Fall,
    HeadcountMeasured,
    Measured,
    PlanMeasured,
    Sight,
    Voices,
)
from services.scoring.domain.rules import Reading

Parameters = dict[str, int | float | str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reading saw: a fall, a number or a word; how old it is, and what a reason says."""

    period: str
    age_days: int
    import_id: UUID
    parameters: Parameters
    fall: Fall | None = None
    attrition: Attrition = NO_ATTRITION
    number: float | None = None
    word: str | None = None
    year: int | None = None


def announced_fall(announced: Announced, staff: int | None) -> Fall | None:
    """Put an announcement as a fall of the staff; what is known of only one side says less."""
    persons = announced.persons
    if persons is None and announced.share is not None and staff:
        persons = round(announced.share * staff)
    if persons is None:
        return None
    base = max(persons, staff or 0)
    return Fall(base, persons, persons / base if staff else 0.0) if base else None


def planned_fall(plan: PlanMeasured, staff: int | None) -> Fall:
    """Put a plan as a fall of the staff it names, else of the insured."""
    base = max(plan.planned, plan.headcount or staff or 0)
    known = plan.headcount or staff
    return Fall(base, plan.planned, plan.planned / base if known and base else 0.0)


def _fall_on_month(measured: Measured) -> Seen | None:
    count = measured.headcount
    return None if count is None else _fall(count, count.on_month, count.month_attrition)


def _fall_in_three_months(measured: Measured) -> Seen | None:
    count = measured.headcount
    return None if count is None else _fall(count, count.cumulated, count.window_attrition)


def _fall_on_year(measured: Measured) -> Seen | None:
    count = measured.headcount
    return None if count is None else _fall(count, count.on_year, count.year_attrition)


def _fall(headcount: HeadcountMeasured, fall: Fall | None, attrition: Attrition) -> Seen | None:
    if fall is None:
        return None
    return Seen(
        period=headcount.month,
        age_days=headcount.age_days,
        import_id=headcount.import_id,
        parameters=parameters_of(fall, headcount.headcount),
        fall=fall,
        attrition=attrition,
        year=int(headcount.month[:4]),
    )


def parameters_of(fall: Fall, headcount: int) -> Parameters:
    """Return what a reason says of a fall of insured staff."""
    return {
        "base": fall.base,
        "headcount": headcount,
        "persons": fall.persons,
        "percent": round(fall.share * 100, 1),
    }


def _pay_fall(measured: Measured) -> Seen | None:
    pay = measured.pay
    if pay is None or pay.usual <= 0:
        return None
    share = (pay.usual - pay.average) / pay.usual
    return Seen(
        period=pay.month,
        age_days=pay.age_days,
        import_id=pay.import_id,
        parameters={
            "average": round(pay.average),
            "usual": round(pay.usual),
            "percent": round(share * 100, 1),
        },
        number=share,
    )


def _months_in_arrears(measured: Measured) -> Seen | None:
    arrears = measured.arrears
    if arrears is None:
        return None
    return Seen(
        period=arrears.month,
        age_days=arrears.age_days,
        import_id=arrears.import_id,
        parameters={"months": arrears.months},
        number=arrears.months,
    )


def _plan(plan: PlanMeasured | None, staff: int | None) -> Seen | None:
    if plan is None:
        return None
    dated: Parameters = {} if plan.layoff_on is None else {"layoff_on": plan.layoff_on.isoformat()}
    return Seen(
        period=plan.said_on.isoformat(),
        age_days=plan.age_days,
        import_id=plan.id,
        parameters={"planned": plan.planned, **dated},
        fall=planned_fall(plan, staff),
    )


def _sight(sight: Sight | None, name: str | None = None) -> Seen | None:
    if sight is None:
        return None
    return Seen(
        period=sight.seen_on.isoformat(),
        age_days=sight.age_days,
        import_id=sight.id,
        parameters={} if name is None else {name: sight.value},
        number=sight.value,
    )


def _voices(voices: Voices | None) -> Seen | None:
    if voices is None:
        return None
    return Seen(
        period=voices.last_on.isoformat(),
        age_days=voices.age_days,
        import_id=voices.id,
        parameters={"count": round(voices.value, 1), "items": voices.items},
        number=voices.value,
    )


def _announced(measured: Measured) -> Seen | None:
    announced = measured.opinions.announced
    fall = None if announced is None else announced_fall(announced, measured.staff)
    if announced is None or fall is None:
        return None
    return Seen(
        period=announced.last_on.isoformat(),
        age_days=announced.age_days,
        import_id=announced.id,
        parameters={"persons": fall.persons, "sources": announced.sources},
        fall=fall,
    )


def _status_lost(measured: Measured) -> Seen | None:
    register = measured.register
    if register is None or register.status is None:
        return None
    return Seen(
        period=register.changed_on.isoformat(),
        age_days=register.age_days,
        import_id=register.import_id,
        parameters={"status": register.status},
        word=register.status,
    )


def _capital_cut(measured: Measured) -> Seen | None:
    register = measured.register
    if register is None or register.capital_cut is None:
        return None
    return Seen(
        period=register.changed_on.isoformat(),
        age_days=register.age_days,
        import_id=register.import_id,
        parameters={"percent": round(register.capital_cut * 100, 1)},
        number=register.capital_cut,
    )


SEE: Mapping[Reading, Callable[[Measured], Seen | None]] = {
    Reading.FALL_ON_MONTH: _fall_on_month,
    Reading.FALL_IN_THREE_MONTHS: _fall_in_three_months,
    Reading.FALL_ON_YEAR: _fall_on_year,
    Reading.PAY_FALL: _pay_fall,
    Reading.MONTHS_IN_ARREARS: _months_in_arrears,
    Reading.PLAN_REPORTED: lambda measured: _plan(measured.report, measured.staff),
    Reading.PLAN_TOLD: lambda measured: _plan(measured.told, measured.staff),
    Reading.WAGES_OWED: lambda measured: _sight(measured.visit.wages_owed, "months"),
    Reading.WAGES_ALLEGED: lambda measured: _voices(measured.opinions.wages),
    Reading.SITE_SHUT: lambda measured: _sight(measured.visit.shut),
    Reading.EQUIPMENT_MOVED: lambda measured: _sight(measured.visit.equipment_moved),
    Reading.OWNER_AWAY: lambda measured: _sight(measured.visit.owner_away),
    Reading.GATHERING_SEEN: lambda measured: _sight(measured.visit.gathering),
    Reading.GATHERING_ALLEGED: lambda measured: _voices(measured.opinions.gathering),
    Reading.VOICES: lambda measured: _voices(measured.opinions.voices),
    Reading.VELOCITY: lambda measured: _voices(measured.opinions.velocity),
    Reading.TROUBLE_TOLD: lambda measured: _voices(measured.opinions.told),
    Reading.ANNOUNCED: _announced,
    Reading.STATUS_LOST: _status_lost,
    Reading.CAPITAL_CUT: _capital_cut,
}
