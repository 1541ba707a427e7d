"""What matchmaking keeps of a warning, and what it takes in."""

from dataclasses import fields
from datetime import UTC, date, datetime
from uuid import UUID

from services.matchmaking.consumers import CONSUMERS
from services.matchmaking.domain.warned import WarnedEnterprise, WarnedState, told_by
from shared.bus.streams import durables_of
from shared.events.scoring import RiskLevel, WarningLifted, WarningRaised

WARNING = UUID("01980000-0000-7000-8000-000000000001")
AT = datetime(2020, 8, 3, 1, 0, tzinfo=UTC)


def test_a_raised_warning_is_kept_without_level_likelihood_and_reasons() -> None:
    told = told_by(
        WarningRaised(
            warning_id=WARNING,
            version=1,
            uscc="91110105MA00000004",
            name="北京某某有限公司",
            district="110105",
            as_of=date(2020, 8, 3),
            occurred_at=AT,
            level=RiskLevel.RED,
            likelihood=0.9,
            jobs_at_risk=120,
            headcount=300,
            reasons=(),
        )
    )

    assert told == WarnedEnterprise(
        warning_id=WARNING,
        version=1,
        uscc="91110105MA00000004",
        name="北京某某有限公司",
        district="110105",
        raised_on=date(2020, 8, 3),
        lifted_at=None,
    )
    assert told.state is WarnedState.STANDING
    assert {field.name for field in fields(told)}.isdisjoint(
        {"level", "likelihood", "reasons", "jobs_at_risk", "headcount"}
    )


def test_a_lifted_warning_keeps_when() -> None:
    told = told_by(
        WarningLifted(
            warning_id=WARNING,
            version=2,
            uscc="91110105MA00000004",
            name="北京某某有限公司",
            district="110105",
            as_of=date(2020, 9, 3),
            occurred_at=AT,
            previous=RiskLevel.BLUE,
            because="recovered",
        )
    )

    assert told.lifted_at == AT
    assert told.state is WarnedState.LIFTED


def test_every_durable_of_matchmaking_has_its_consumer() -> None:
    declared = {(durable.name, durable.subject) for durable in durables_of("matchmaking")}

    assert {(consumer.name, consumer.event.subject) for consumer in CONSUMERS} == declared
