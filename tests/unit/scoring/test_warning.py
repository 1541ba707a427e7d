"""What is told: every pair of what was told and where the enterprise stands now."""

from dataclasses import replace
from datetime import date, datetime
from itertools import product
from uuid import UUID

import pytest

from services.scoring.domain.assessment import Assessment, assess
from services.scoring.domain.course import Leaving, Position
from services.scoring.domain.places import Place
from services.scoring.domain.warning import (
    Decision,
    Enterprise,
    Move,
    RiskWarning,
    State,
    move,
    tell,
)
from shared.calendar import SHANGHAI
from shared.events.scoring import (
    RiskLevel,
    WarningLevelChanged,
    WarningLifted,
    WarningRaised,
)
from tests.unit.scoring.facts import USCC, measured

RAISED_ON, TODAY = date(2026, 10, 1), date(2026, 10, 15)
RAISED_AT = datetime(2026, 10, 1, 9, 0, tzinfo=SHANGHAI)
NOW = datetime(2026, 10, 15, 9, 0, tzinfo=SHANGHAI)
OLD, NEW = UUID(int=1), UUID(int=2)
ENTERPRISE = Enterprise(USCC, "北京示例科技有限公司", "110105")
JUDGED = assess(measured(TODAY, {"2026-08": 300, "2026-09": 240}), TODAY)
TOLD = RiskWarning(
    id=OLD,
    uscc=USCC,
    state=State.STANDING,
    level=RiskLevel.YELLOW,
    version=1,
    raised_at=RAISED_AT,
    raised_on=RAISED_ON,
    as_of=RAISED_ON,
    likelihood=0.81,
    headcount=260,
    jobs_at_risk=40,
    reasons=(),
)

N, P, W = "none", "potential_risk", "warning"
MOVES = {
    (N, N): None,
    (N, P): Move.NOTICED,
    (N, W): Move.RAISED,
    (P, N): Move.DISMISSED,
    (P, P): Move.KEPT,
    (P, W): Move.RAISED,
    (W, N): Move.LIFTED,
    (W, P): Move.LIFTED,
    (W, W): Move.KEPT,
}


@pytest.mark.parametrize(("before", "after"), list(product(Place, Place)))
def test_every_move(before: Place, after: Place) -> None:
    def standing(place: Place) -> str:
        return place.value if place.value in (N, P) else W

    assert move(before, after) is MOVES[standing(before), standing(after)]


def at(place: Place, *, since: date = TODAY, because: Leaving | None = None) -> Position:
    return Position(place, since=since, because=because)


def decide(
    told: RiskWarning | None, position: Position, judged: Assessment = JUDGED
) -> Decision | None:
    return tell(told, position, judged, enterprise=ENTERPRISE, warning_id=NEW, now=NOW)


@pytest.mark.parametrize("place", [Place.NONE, Place.POTENTIAL_RISK])
def test_nothing_was_told_and_nothing_is_to_tell(place: Place) -> None:
    assert decide(None, at(place)) is None


@pytest.mark.parametrize("place", [Place.BLUE, Place.YELLOW, Place.ORANGE, Place.RED])
def test_a_warning_is_raised(place: Place) -> None:
    decision = decide(None, at(place))

    assert decision is not None
    assert decision.warning == RiskWarning(
        id=NEW,
        uscc=USCC,
        state=State.STANDING,
        level=RiskLevel(place.value),
        version=1,
        raised_at=NOW,
        raised_on=TODAY,
        as_of=TODAY,
        likelihood=JUDGED.likelihood,
        headcount=240,
        jobs_at_risk=60,
        reasons=decision.warning.reasons,
    )
    assert [reason.indicator for reason in decision.warning.reasons] == ["E1", "E2", "LAY-15"]
    assert {reason.rule_version for reason in decision.warning.reasons} == {"rules-2020.5"}
    assert decision.facts == (
        WarningRaised(
            warning_id=NEW,
            version=1,
            uscc=USCC,
            name="北京示例科技有限公司",
            district="110105",
            as_of=TODAY,
            occurred_at=NOW,
            level=RiskLevel(place.value),
            likelihood=JUDGED.likelihood,
            jobs_at_risk=60,
            headcount=240,
            reasons=decision.warning.reasons,
        ),
    )


@pytest.mark.parametrize("place", [Place.BLUE, Place.ORANGE, Place.RED])
def test_another_level_is_told(place: Place) -> None:
    decision = decide(TOLD, at(place))

    assert decision is not None
    assert (decision.warning.id, decision.warning.version) == (OLD, 2)
    assert (decision.warning.raised_at, decision.warning.as_of) == (RAISED_AT, TODAY)
    (fact,) = decision.facts
    assert isinstance(fact, WarningLevelChanged)
    assert (fact.previous, fact.level) == (RiskLevel.YELLOW, RiskLevel(place.value))
    assert (fact.version, fact.headcount, fact.jobs_at_risk) == (2, 240, 60)


def test_the_same_level_refreshes_the_figures_and_tells_nothing() -> None:
    decision = decide(TOLD, at(Place.YELLOW))

    assert decision is not None
    assert decision.facts == ()
    kept = decision.warning
    assert (kept.version, kept.headcount, kept.as_of) == (1, 240, TODAY)
    assert decide(kept, at(Place.YELLOW)) is None


@pytest.mark.parametrize("place", [Place.NONE, Place.POTENTIAL_RISK])
@pytest.mark.parametrize(
    ("since", "because", "told_because"),
    [
        (TODAY, Leaving.RECOVERED, Leaving.RECOVERED),
        (TODAY, Leaving.EVIDENCE_AGED, Leaving.EVIDENCE_AGED),
        # it never came down since the raise: the raise is taken back
        (TODAY, None, Leaving.CORRECTED),
        (RAISED_ON, Leaving.RECOVERED, Leaving.CORRECTED),
        (date(2026, 9, 1), Leaving.RECOVERED, Leaving.CORRECTED),
    ],
)
def test_leaving_the_list_keeps_its_reason(
    place: Place, since: date, because: Leaving | None, told_because: Leaving
) -> None:
    decision = decide(TOLD, at(place, since=since, because=because))

    assert decision is not None
    lifted = decision.warning
    assert (lifted.state, lifted.level, lifted.version) == (State.LIFTED, RiskLevel.YELLOW, 2)
    assert (lifted.lifted_at, lifted.because) == (NOW, told_because)
    assert decision.facts == (
        WarningLifted(
            warning_id=OLD,
            version=2,
            uscc=USCC,
            name="北京示例科技有限公司",
            district="110105",
            as_of=TODAY,
            occurred_at=NOW,
            previous=RiskLevel.YELLOW,
            because=told_because.value,
        ),
    )


def test_what_is_unknown_now_keeps_what_was_told_and_raises_nothing() -> None:
    unknown = replace(JUDGED, headcount=None, jobs_at_risk=0)

    decision = decide(TOLD, at(Place.YELLOW), unknown)

    assert decision is not None
    assert decision.warning.headcount == 260
    assert decide(None, at(Place.YELLOW), unknown) is None
