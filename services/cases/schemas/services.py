"""The catalogue of services, and who may have which, as the API tells them."""

from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, Field

from services.cases.domain.catalogue import Condition, Policy, policies_of
from services.cases.domain.codes import Service
from services.cases.domain.eligibility import Eligibility, PolicyFinding, Reason, Verdict
from services.cases.handlers.deeds import ServicesView
from services.cases.schemas.deeds import DeliveryRead
from shared.messages import Language, say


class PolicyRead(BaseModel):
    """A version of a policy that carries a service."""

    code: str
    version: int
    title: str
    citation: str
    valid_from: date
    valid_until: date | None = Field(description="Its last day; null if none is set.")
    conditions: list[str] = Field(description="In words; all of them must hold.")
    confirmed: bool = Field(description="Whether its text was verified.")

    @classmethod
    def of(cls, policy: Policy, language: Language) -> Self:
        """Tell of a row of the catalogue."""
        return cls(
            code=policy.code,
            version=policy.version,
            title=_word("policy", policy.code, language),
            citation=policy.citation,
            valid_from=policy.valid_from,
            valid_until=policy.valid_until,
            conditions=[_word("condition", each, language) for each in policy.conditions],
            confirmed=policy.confirmed,
        )


class ServiceRead(BaseModel):
    """A service of the catalogue, in the language of the request."""

    code: Service
    name: str
    purpose: str
    policies: list[PolicyRead] = Field(description="Of all times; their days say when they hold.")

    @classmethod
    def of(cls, service: Service, language: Language) -> Self:
        """Tell of a service."""
        policies = [PolicyRead.of(policy, language) for policy in policies_of(service)]
        return cls(
            code=service,
            name=_word("service", service, language),
            purpose=_word("service_purpose", service, language),
            policies=policies,
        )


class ReasonRead(BaseModel):
    """What was found about a condition."""

    condition: Condition
    verdict: Verdict
    sentence: str

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        """Tell of a reason."""
        return cls(
            condition=reason.condition,
            verdict=reason.verdict,
            sentence=_sentence(reason, language),
        )


class PolicyFindingRead(BaseModel):
    """A policy in force, judged for the enterprise."""

    code: str
    title: str
    citation: str
    verdict: Verdict
    reasons: list[ReasonRead]

    @classmethod
    def of(cls, finding: PolicyFinding, language: Language) -> Self:
        """Tell of a finding."""
        policy = finding.policy
        return cls(
            code=policy.code,
            title=_word("policy", policy.code, language),
            citation=policy.citation,
            verdict=finding.verdict,
            reasons=[ReasonRead.of(reason, language) for reason in finding.reasons],
        )


class CaseServiceRead(BaseModel):
    """A service for the enterprise of a case: eligible if one policy fits; what it got of it."""

    code: Service
    name: str
    eligible: Verdict
    policies: list[PolicyFindingRead]
    deliveries: list[DeliveryRead]

    @classmethod
    def of(cls, judged: Eligibility, view: ServicesView, language: Language) -> Self:
        """Tell of a service."""
        return cls(
            code=judged.service,
            name=_word("service", judged.service, language),
            eligible=judged.verdict,
            policies=[PolicyFindingRead.of(finding, language) for finding in judged.findings],
            deliveries=[
                DeliveryRead.model_validate(row)
                for row in view.deliveries
                if row.service == judged.service
            ],
        )


def _word(kind: str, code: str, language: Language) -> str:
    return say(f"words.{kind}.{code}", language)


def _sentence(reason: Reason, language: Language) -> str:
    if reason.verdict is Verdict.NO:
        # As a refused delivery says it.
        return say(f"validation.{reason.condition}_fails", language, **reason.values)
    if reason.verdict is Verdict.UNKNOWN:
        return say(f"eligibility.{reason.condition}_unknown", language)
    rate = reason.values.get("rate")
    if isinstance(rate, Decimal) and rate < 0:
        # Whoever has more staff than before has lost none; a negative loss says nothing to anybody.
        return say("eligibility.grown", language, **reason.values)
    return say(f"eligibility.{reason.condition}_holds", language, **reason.values)
