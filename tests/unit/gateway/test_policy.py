"""Who may do what, written out."""

from collections.abc import Mapping

import pytest
from cedarpy import PolicySet, validate_policies

from gateway.policy import decide, permits, text
from gateway.routes import ROUTES
from shared.auth.identity import Caller, CallerKind, Role

ADMIN, ANALYST, LEAD, OFFICER, AUDITOR, DEPARTMENT, AGENCY, BANK, FIRM, NOBODY = (
    "city_admin",
    "city_analyst",
    "district_lead",
    "district_officer",
    "auditor",
    "assisting_department",
    "agency",
    "bank",
    "enterprise",
    "officer without a role",
)
EVERYBODY = {
    *(ADMIN, ANALYST, LEAD, OFFICER, AUDITOR, DEPARTMENT),
    *(AGENCY, BANK, FIRM, NOBODY),
}
CITY = {ADMIN, ANALYST}
ACTING = {ADMIN, ANALYST, LEAD, OFFICER}
WORKING = {ADMIN, LEAD, OFFICER}

PERMITTED: Mapping[str, set[str]] = {
    "me.show": EVERYBODY,
    "feeds.list": {AGENCY, *ACTING},
    "feeds.show": {AGENCY, *ACTING},
    "feeds.template": {AGENCY, *ACTING},
    "feeds.changes": {AGENCY, *ACTING},
    "feeds.push": {AGENCY},
    "feeds.send": {AGENCY},
    "freshness.list": {AGENCY, *CITY},
    "imports.list": {AGENCY, *CITY},
    "imports.show": {AGENCY, *CITY},
    "imports.errors": {AGENCY, *CITY},
    "imports.content": {AGENCY},
    "imports.readings": {AGENCY},
    "uploads.begin": {AGENCY},
    "uploads.ask": {AGENCY},
    "uploads.show": {AGENCY},
    "uploads.append": {AGENCY},
    "imports.workbook": {AGENCY},
    "imports.watch": {AGENCY, *CITY},
    "imports.cancel": {AGENCY},
    "imports.end": {AGENCY},
    "imports.resume": {ADMIN, AGENCY},
    "quarantine.list": {AGENCY, *CITY},
    "quarantine.withdraw": {AGENCY},
    "facts.list": {AGENCY, *ACTING},
    "facts.withdraw_period": {AGENCY},
    "tickets.list": {AGENCY, *ACTING},
    "tickets.open": ACTING,
    "tickets.answer": {AGENCY},
    "mappings.list": {AGENCY},
    "mappings.show": {AGENCY},
    "mappings.put": {AGENCY},
    "mappings.propose": {AGENCY},
    "enterprises.list": ACTING,
    "enterprises.show": ACTING,
    "enterprises.versions": ACTING,
    "enterprises.successions": {AGENCY, *ACTING},
    "enterprises.succeed": {ADMIN, AGENCY},
    "enterprises.take_back_successor": {ADMIN, AGENCY},
    "enterprises.put_aliases": CITY,
    "opinions.list": ACTING,
    "opinions.show": ACTING,
    "protection_lists.list": CITY,
    "protection_lists.entries": CITY,
    "assessments.list": ACTING,
    "assessments.explain": ACTING,
    "assessments.outlook": ACTING,
    "labels.list": CITY,
    "warnings.list": ACTING,
    "warnings.show": ACTING,
    "potential_risks.list": ACTING,
    "area_alerts.list": ACTING,
    "area_alerts.show": ACTING,
    "statistics.warnings": ACTING,
    "work_lists.list": ACTING,
    "work_lists.show": ACTING,
    "capacities.list": ACTING,
    "capacities.put": {ADMIN, LEAD},
    "rule_sets.list": ACTING,
    "rule_sets.show": ACTING,
    "rule_sets.compare": ACTING,
    "rule_sets.put": CITY,
    "rule_sets.trials": CITY,
    "rule_sets.try": CITY,
    "rule_sets.cancel_trial": CITY,
    "rule_sets.propose": CITY,
    "rule_sets.approve": {ADMIN},
    "rule_sets.withdraw": CITY,
    "models.list": ACTING,
    "models.show": ACTING,
    "models.train": CITY,
    "models.drift": CITY,
    "models.promote": {ADMIN},
    "models.retire": {ADMIN},
    "backtests.list": CITY,
    "backtests.ask": CITY,
    "backtests.show": CITY,
    "backtests.cancel": CITY,
    "rejudgements.start": {ADMIN},
    "rejudgements.list": {ADMIN},
    "rejudgements.show": {ADMIN},
    "rejudgements.cancel": {ADMIN},
    "cases.list": ACTING,
    "cases.show": ACTING,
    "cases.timeline": ACTING,
    "cases.step": {ADMIN, LEAD, OFFICER},
    "cases.visits": ACTING,
    "cases.deed": ACTING,
    "cases.visit": {ADMIN, LEAD, OFFICER},
    "cases.services": ACTING,
    "cases.deliver": {ADMIN, LEAD, OFFICER},
    "cases.evidence": ACTING,
    "cases.add_evidence": {ADMIN, LEAD, OFFICER},
    "cases.request_financing": {ADMIN, LEAD, OFFICER},
    "cases.reports": ACTING,
    "cases.report": {ADMIN, LEAD, OFFICER},
    "cases.note_progress": {ADMIN, LEAD, OFFICER},
    "cases.assistance": ACTING,
    "cases.request_assistance": WORKING,
    "assistance.list": {DEPARTMENT},
    "assistance.show": {DEPARTMENT},
    "assistance.accept": {DEPARTMENT},
    "assistance.return": {DEPARTMENT},
    "assistance.answer": {DEPARTMENT},
    "assistance.withdraw": WORKING,
    "services.list": ACTING,
    "statistics.cases": ACTING,
    "officers.list": {ADMIN},
    "officers.put": {ADMIN},
    "warned_enterprises.list": ACTING,
    "products.list": {BANK, *CITY},
    "products.show": {BANK, *CITY},
    "products.put": {BANK},
    "candidates.list": {FIRM, *ACTING},
    "candidates.show": {FIRM, *ACTING},
    "candidates.review": WORKING,
    "candidates.need": {FIRM, *WORKING},
    "candidates.matches": {FIRM, *ACTING},
    "candidates.refer": {FIRM, *WORKING},
    "authorizations.list": {FIRM, *ACTING},
    "authorizations.give": {FIRM, *WORKING},
    "authorizations.confirm": WORKING,
    "authorizations.withdraw": {FIRM, *WORKING},
    "rounds.list": ACTING,
    "rounds.show": ACTING,
    "rounds.open": {ADMIN},
    "rounds.invite": {ADMIN},
    "rounds.assign": {ADMIN},
    "referrals.list": {BANK, FIRM, *ACTING},
    "referrals.show": {BANK, FIRM, *ACTING},
    "referrals.answer": {BANK},
    "referrals.decide": {BANK},
    "referrals.sign": {BANK},
    "contracts.list": {BANK, FIRM, *ACTING},
    "contracts.show": {BANK, FIRM, *ACTING},
    "contracts.drawn": {BANK, FIRM, *ACTING},
    "contracts.draw": {BANK},
    "receipts.list": {FIRM, *ACTING},
    "statistics.matchmaking": CITY,
    "partners.list": {ADMIN},
    "partners.show": {ADMIN},
    "partners.put": {ADMIN},
    "representatives.list": {ADMIN},
    "representatives.show": {ADMIN},
    "representatives.put": {ADMIN},
    "audit.list": {AUDITOR},
    "operations.outbox": {ADMIN},
    "operations.progress": {ADMIN},
    "progress.show": {ADMIN},
    "operations.dead_letters": {ADMIN},
    "operations.replay": {ADMIN},
}


def _caller(who: str) -> Caller:
    if who in {AGENCY, BANK, FIRM}:
        return Caller("x", CallerKind(who), "X")
    roles = frozenset() if who == NOBODY else frozenset({Role(who)})
    return Caller("x", CallerKind.OFFICER, "X", roles=roles)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_everybody_may_what_is_written_and_no_more(who: str) -> None:
    caller = _caller(who)
    for service in {route.service for route in ROUTES}:
        actions = {route.action for route in ROUTES if route.service == service}
        may = {action for action in actions if permits(caller, action, service)}
        assert may == {action for action in actions if who in PERMITTED[action]}


def test_every_route_is_decided_here() -> None:
    assert {route.action for route in ROUTES} == set(PERMITTED)


def test_a_permit_is_for_its_own_service() -> None:
    assert not permits(_caller(OFFICER), "cases.list", "scoring")
    assert not permits(_caller(ADMIN), "partners.put", "cases")


def test_roles_add_up() -> None:
    both = Caller(
        "x",
        CallerKind.OFFICER,
        "X",
        roles=frozenset({Role.AUDITOR, Role.DISTRICT_OFFICER}),
    )
    assert permits(both, "audit.list", "gateway")
    assert permits(both, "cases.step", "cases")
    assert not permits(both, "officers.put", "cases")


def test_a_role_is_an_officers() -> None:
    bank = Caller("x", CallerKind.BANK, "X")
    assert not permits(bank, "warnings.list", "scoring")
    assert not permits(bank, "cases.list", "cases")


def test_an_unknown_action_is_denied() -> None:
    assert not permits(_caller(ADMIN), "cases.delete", "cases")


def test_the_policies_agree_with_their_schema() -> None:
    result = validate_policies(text("policies.cedar"), text("schema.cedarschema"))
    assert [str(error) for error in result.errors] == []
    assert result.validation_passed


def test_the_schema_would_find_a_misspelt_action() -> None:
    wrong = 'permit (principal, action == Action::"cases.lst", resource);'
    assert not validate_policies(wrong, text("schema.cedarschema")).validation_passed


@pytest.mark.parametrize(
    "forbid",
    [
        "forbid (principal, action, resource) when { principal.suspended };",
        "forbid (principal, action, resource) when { context.night };",
    ],
)
def test_a_policy_that_errs_denies(forbid: str) -> None:
    allowing = "permit (principal, action, resource);"
    roles = frozenset({Role.CITY_ADMIN})
    ask = {"action": "cases.list", "service": "cases"}
    assert decide(PolicySet.from_str(allowing), CallerKind.OFFICER, roles, **ask)
    erring = PolicySet.from_str(allowing + forbid)
    assert not decide(erring, CallerKind.OFFICER, roles, **ask)
