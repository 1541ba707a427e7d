"""What somebody who comes or calls sees and hears, and what an enterprise wants for itself."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Final

from simulation.chance import Chance, between, normal
from simulation.shape import Parameters
from simulation.world.course import Course
from simulation.world.decoys import DecoyKind
from simulation.world.help import condition
from simulation.world.hidden import Kind, State
from simulation.world.months import first_of, month_of
from simulation.world.plans import Plan
from simulation.world.register import Enterprise

_CLOSING_DAYS: Final = 30
_GATHERING_DAYS: Final = 5
_WAITS_DAYS: Final = 45
_STEP: Final = Decimal(10_000)
_PURPOSES: Final = ("working_capital", "wages", "rent", "purchase")
_GUARANTEES: Final = ("mortgage", "pledge", "guarantor", "receivables")

_REMEMBERED_MONTHS: Final = 4
_EXPLAINED: Final = {
    DecoyKind.TRANSFER: "部分员工已转签至关联企业，劳动关系延续，未裁员。",
    DecoyKind.OUTSOURCING: "外包合同到期，派遣人员由派遣公司另行安排，自有员工未减。",
    DecoyKind.MOVED_OUT: "企业已迁往外地，员工社保随之转移。",
    DecoyKind.BANK_MISTAKE: "因扣款账户问题漏缴一期，已补缴，经营正常。",
    DecoyKind.CAPITAL_CUT: "减资系调整未实缴资本，经营正常。",
    DecoyKind.RUMOUR: "网上传言不实，公司未裁员，经营正常。",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What came out of a visit; None is what was not found out. `note` is what was said."""

    operating: bool | None
    owner_reachable: bool
    equipment_moved: bool | None
    gathering: bool | None
    staff_present: int | None
    planned_layoffs: int | None
    layoff_on: date | None
    wages_owed_months: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Firm:
    """What an enterprise answers for itself; `wants_loan` is what it asks for, in CNY."""

    uscc: str
    wants_loan: bool
    consents: bool
    amount: Decimal
    tenor_months: int
    purpose: str
    needed_by: date
    jobs_to_keep: int
    guarantees: tuple[str, ...]
    has_loans: bool


def visit(
    course: Course, day: date, *, on_site: bool, parameters: Parameters, chance: Chance
) -> Findings:
    """Look at an enterprise on a day; what can be seen is true, what is told need not be."""
    given, uscc = parameters.visits, course.enterprise.uscc
    numbers = chance.numbers(7, uscc, "visit", day.isoformat(), int(on_site))
    reached, moved, works, heads, tells, told, wages = numbers
    staff, plan = staff_on(course, day), ahead(course, day)
    shut = staff == 0
    closing = (
        plan is not None
        and plan.kind is Kind.CLOSURE
        and (plan.first_on - day).days <= _CLOSING_DAYS
    )
    state = course.state(month_of(day))
    chance_of_owner = (
        0.0
        if shut
        else given.owner_reachable_closing
        if closing
        else given.owner_reachable_distressed
        if state.is_distressed
        else given.owner_reachable_healthy
    )
    reachable = reached < chance_of_owner
    # An owner who tells keeps telling; who lies to one caller lies to the next.
    honest = chance.number(uscc, "tells") < (
        given.tells_on_site if on_site else given.tells_by_phone
    )
    planned, layoff_on = (None, None)
    if reachable:
        planned, layoff_on = _told(plan, honest, told, parameters)
    owed = _owed(course, day)
    hears = (reachable and honest) or (on_site and not shut and wages < given.staff_tell_wages)
    operating = not shut and not (closing and works > given.operating_closing)
    noise = 1 + given.staff_noise * max(-2.0, min(2.0, normal(heads)))
    return Findings(
        operating=operating if on_site or reachable else None,
        owner_reachable=reachable,
        equipment_moved=(shut or (closing and moved < given.equipment_moved_closing))
        if on_site
        else None,
        gathering=_gathers(course, day) if on_site else None,
        staff_present=(max(1, round(staff * noise)) if operating else 0) if on_site else None,
        planned_layoffs=planned,
        layoff_on=layoff_on,
        wages_owed_months=owed if hears else None,
        note=_note(
            course,
            day,
            shut=shut,
            reachable=reachable,
            honest=honest,
            draw=tells,
            parameters=parameters,
            chance=chance,
        ),
    )


def firm(course: Course, day: date, *, parameters: Parameters, chance: Chance) -> Firm:
    """Ask an enterprise what it wants; it answers the same on every day, but for its staff."""
    given, enterprise = parameters.firms, course.enterprise
    has = condition(enterprise, parameters, chance)
    numbers = chance.numbers(8, enterprise.uscc, "firm")
    staff = staff_on(course, day)
    plan = ahead(course, day)
    trouble = course.state(month_of(day)) in {State.STRAINED, State.DISTRESSED, State.PLANNED}
    wants = staff > 0 and trouble and (has.cash_short or numbers[0] < 0.3)  # noqa: PLR2004 some ask anyway
    consents = given.consents_cash_short if has.cash_short else given.consents
    asked = has.gap * Decimal(str(round(between(*given.asks_factor, numbers[1]), 3)))
    has_guarantee = numbers[4] < given.guarantee_share
    return Firm(
        uscc=enterprise.uscc,
        wants_loan=wants,
        consents=wants and numbers[2] < consents,
        amount=max(_STEP, (asked / _STEP).to_integral_value() * _STEP),
        tenor_months=given.tenor_months[int(numbers[3] * len(given.tenor_months))],
        purpose=_PURPOSES[int(numbers[5] * len(_PURPOSES))],
        needed_by=_needed_by(plan, day),
        jobs_to_keep=max(1, staff),
        guarantees=(_GUARANTEES[int(numbers[6] * len(_GUARANTEES))],) if has_guarantee else (),
        has_loans=numbers[7] < _loans_share(enterprise, given.has_loans_share),
    )


def staff_on(course: Course, day: date) -> int:
    """Return the staff on a day: of the month's end before, less what went since."""
    month = month_of(day)
    before = course.row(month - 1) or course.row(month)
    if before is None:
        return 0
    gone = sum(
        loss.jobs
        for plan in course.plans
        for loss in plan.losses
        if first_of(month) <= loss.day <= day
    )
    return max(0, before.staff - gone)


def ahead(course: Course, day: date) -> Plan | None:
    """Return the plan that is decided on a day and has jobs still to go."""
    for plan in course.plans:
        given_up = plan.averted_on is not None and plan.averted_on <= day
        if (
            plan.decided_on <= day
            and not given_up
            and any(loss.jobs and loss.day > day for loss in plan.losses)
        ):
            return plan
    return None


def _told(
    plan: Plan | None, honest: bool, number: float, parameters: Parameters
) -> tuple[int | None, date | None]:
    if plan is None or not honest:
        return 0, None
    noise = parameters.visits.tells_number_noise
    jobs = sum(loss.jobs for loss in plan.losses)
    return max(1, ceil(jobs * between(1 - 2 * noise, 1 + noise / 2, number))), plan.first_on


def _owed(course: Course, day: date) -> int:
    row = course.row(month_of(day) - 1)
    return row.owed if row is not None else 0


def _gathers(course: Course, day: date) -> bool:
    return any(
        plan.gathering_on is not None
        and plan.averted_on is None
        and 0 <= (day - plan.gathering_on).days < _GATHERING_DAYS
        for plan in course.plans
    )


def _needed_by(plan: Plan | None, day: date) -> date:
    within = day + timedelta(days=_WAITS_DAYS)
    return within if plan is None else max(day, min(within, plan.first_on))


def _loans_share(enterprise: Enterprise, share: float) -> float:
    return min(0.95, share * (1.6 if enterprise.staff >= 100 else 0.8))  # noqa: PLR2004 medium


def _note(
    course: Course,
    day: date,
    *,
    shut: bool,
    reachable: bool,
    honest: bool,
    draw: float,
    parameters: Parameters,
    chance: Chance,
) -> str:
    """Return what the owner says of the business, or what the place looks like."""
    state = course.state(month_of(day))
    if shut:
        return "现场大门紧锁，已无人办公。"
    if not reachable:
        return "未能联系到企业负责人。"
    hopeless = any(plan.hopeless for plan in course.plans if plan.averted_on is None)
    said: tuple[str, ...]
    moved = _apart(course, day)
    if moved is not None:
        return moved
    if not state.is_distressed or not honest:
        said = ("经营正常，人员稳定。", "订单平稳，近期没有减员安排。", "正常用工，正在招聘。")
    elif hopeless:
        said = (
            "主要客户已流失，负责人表示难以继续经营。",
            "长期亏损，股东不愿再投入，拟有序退出。",
        )
    elif condition(course.enterprise, parameters, chance).cash_short:
        said = (
            "有订单，但回款慢，资金周转困难，希望得到贷款支持。",
            "市场仍在，受现金流紧张影响，希望银行支持流动资金。",
        )
    else:
        said = (
            "订单减少，用工成本偏高，希望减免房租和社保。",
            "业务调整，部分岗位富余，希望开展转岗培训。",
        )
    return said[int(draw * len(said))]


def _apart(course: Course, day: date) -> str | None:
    """Return what the owner says of what only looks bad, if it is not long ago."""
    for decoy in course.decoys:
        if 0 <= month_of(day) - decoy.month <= _REMEMBERED_MONTHS and decoy.kind in _EXPLAINED:
            return _EXPLAINED[decoy.kind]
    return None
