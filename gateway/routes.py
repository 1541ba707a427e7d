"""Every public route of the platform, one row each; what is not here does not exist outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.paths import Target

SERVICES: Final = ("ingest", "scoring", "cases", "matchmaking", "gateway")
PROTECTED: Final = "v1"


@dataclass(frozen=True)
class Route:
    """One operation: where it is outside, whose it is, what the policy calls it."""

    method: str
    template: str
    service: str
    action: str
    behind: str = ""
    """The path at the service, where it differs from the one outside."""
    upload: bool = False
    """Its body may be long, and is handed on while it comes."""
    patient: bool = False
    """It may take minutes, for it concerns millions of rows in one transaction."""
    stream: bool = False
    """Its answer goes on for as long as there is something to tell."""

    @property
    def upstream(self) -> str:
        """Return the template of the path at the service."""
        return self.behind or self.template


@dataclass(frozen=True)
class Match:
    """A route and what its parameters are."""

    route: Route
    parameters: tuple[str, ...]

    def behind(self) -> Target:
        """Return the path at the service."""
        values = iter(self.parameters)
        parts = self.route.upstream.strip("/").split("/")
        return Target(tuple(next(values) if _is_parameter(part) else part for part in parts))


def _operations(service: str) -> tuple[Route, ...]:
    """Return the kernel's routes of a service: inside all have the same paths."""
    inside, outside = "/v1/operations", f"/v1/operations/{service}"
    outbox, progress, letters = "/outbox", "/progress", "/dead-letters"
    replay = "/dead-letters/{event_id}/{consumer}/replay"
    return (
        Route("GET", outside + outbox, service, "operations.outbox", inside + outbox),
        Route("GET", outside + progress, service, "operations.progress", inside + progress),
        Route("GET", outside + letters, service, "operations.dead_letters", inside + letters),
        Route("POST", outside + replay, service, "operations.replay", inside + replay),
    )


def _matchmaking(*rows: tuple[str, str, str]) -> tuple[Route, ...]:
    return tuple(Route(method, path, "matchmaking", action) for method, path, action in rows)


def _assistance(*rows: tuple[str, str, str]) -> tuple[Route, ...]:
    return tuple(Route(method, path, "cases", action) for method, path, action in rows)


ROUTES: Final = (
    Route("GET", "/v1/feeds", "ingest", "feeds.list"),
    Route("GET", "/v1/feeds/{feed}", "ingest", "feeds.show"),
    Route("GET", "/v1/feeds/{feed}/template.xlsx", "ingest", "feeds.template"),
    Route("GET", "/v1/feeds/{feed}/changes", "ingest", "feeds.changes"),
    Route("POST", "/v1/feeds/{feed}/batches", "ingest", "feeds.push"),
    Route("POST", "/v1/feeds/{feed}/files", "ingest", "feeds.send", upload=True),
    Route("POST", "/v1/feeds/{feed}/mappings/proposal", "ingest", "mappings.propose"),
    Route("GET", "/v1/freshness", "ingest", "freshness.list"),
    Route("POST", "/v1/feeds/{feed}/uploads", "ingest", "uploads.begin"),
    Route("GET", "/v1/uploads/{upload_id}", "ingest", "uploads.show"),
    Route("HEAD", "/v1/uploads/{upload_id}", "ingest", "uploads.ask"),
    Route("PATCH", "/v1/uploads/{upload_id}", "ingest", "uploads.append", upload=True),
    Route("GET", "/v1/imports", "ingest", "imports.list"),
    Route("GET", "/v1/imports/{import_id}", "ingest", "imports.show"),
    Route("GET", "/v1/imports/{import_id}/errors", "ingest", "imports.errors"),
    Route("GET", "/v1/imports/{import_id}/errors.xlsx", "ingest", "imports.workbook"),
    Route("GET", "/v1/imports/{import_id}/events", "ingest", "imports.watch", stream=True),
    Route("DELETE", "/v1/imports/{import_id}", "ingest", "imports.end"),
    Route("GET", "/v1/imports/{import_id}/content", "ingest", "imports.content"),
    Route("GET", "/v1/imports/{import_id}/readings", "ingest", "imports.readings"),
    Route("POST", "/v1/imports/{import_id}/cancellation", "ingest", "imports.cancel"),
    Route("POST", "/v1/imports/{import_id}/resumption", "ingest", "imports.resume"),
    Route(
        "POST",
        "/v1/imports/{import_id}/quarantine/withdrawal",
        "ingest",
        "quarantine.withdraw",
    ),
    Route("GET", "/v1/quarantine", "ingest", "quarantine.list"),
    Route("GET", "/v1/observations", "ingest", "facts.list"),
    Route("GET", "/v1/correction-tickets", "ingest", "tickets.list"),
    Route("POST", "/v1/correction-tickets", "ingest", "tickets.open"),
    Route("POST", "/v1/correction-tickets/{ticket_id}/answer", "ingest", "tickets.answer"),
    Route(
        "POST",
        "/v1/feeds/{feed}/periods/{period}/withdrawals",
        "ingest",
        "facts.withdraw_period",
        patient=True,
    ),
    Route("GET", "/v1/mappings", "ingest", "mappings.list"),
    Route("GET", "/v1/mappings/{name}", "ingest", "mappings.show"),
    Route("PUT", "/v1/mappings/{name}", "ingest", "mappings.put"),
    Route("GET", "/v1/enterprises", "ingest", "enterprises.list"),
    Route("GET", "/v1/enterprises/{uscc}", "ingest", "enterprises.show"),
    Route("GET", "/v1/enterprises/{uscc}/versions", "ingest", "enterprises.versions"),
    Route("GET", "/v1/enterprises/{uscc}/successions", "ingest", "enterprises.successions"),
    Route("PUT", "/v1/enterprises/{uscc}/successors/{successor}", "ingest", "enterprises.succeed"),
    Route(
        "POST",
        "/v1/enterprises/{uscc}/successors/{successor}/withdrawal",
        "ingest",
        "enterprises.take_back_successor",
    ),
    Route("PUT", "/v1/enterprises/{uscc}/aliases", "ingest", "enterprises.put_aliases"),
    Route("GET", "/v1/opinions", "ingest", "opinions.list"),
    Route("GET", "/v1/opinions/{opinion_id}", "ingest", "opinions.show"),
    Route("GET", "/v1/protection-lists", "ingest", "protection_lists.list"),
    Route("GET", "/v1/protection-lists/{kind}/entries", "ingest", "protection_lists.entries"),
    Route("GET", "/v1/enterprises/{uscc}/assessments", "scoring", "assessments.list"),
    Route(
        "GET",
        "/v1/enterprises/{uscc}/assessments/{as_of}/explanation",
        "scoring",
        "assessments.explain",
    ),
    Route("GET", "/v1/enterprises/{uscc}/outlook", "scoring", "assessments.outlook"),
    Route("GET", "/v1/labels", "scoring", "labels.list"),
    Route("GET", "/v1/warnings", "scoring", "warnings.list"),
    Route("GET", "/v1/warnings/{warning_id}", "scoring", "warnings.show"),
    Route("GET", "/v1/potential-risks", "scoring", "potential_risks.list"),
    Route("GET", "/v1/area-alerts", "scoring", "area_alerts.list"),
    Route("GET", "/v1/area-alerts/{alert_id}", "scoring", "area_alerts.show"),
    Route("GET", "/v1/statistics/warnings", "scoring", "statistics.warnings"),
    Route("GET", "/v1/work-lists", "scoring", "work_lists.list"),
    Route("GET", "/v1/work-lists/{district}/{week}", "scoring", "work_lists.show"),
    Route("GET", "/v1/work-list-capacities", "scoring", "capacities.list"),
    Route("PUT", "/v1/work-list-capacities/{district}", "scoring", "capacities.put"),
    Route("GET", "/v1/rule-sets", "scoring", "rule_sets.list"),
    Route("GET", "/v1/rule-sets/{version}", "scoring", "rule_sets.show"),
    Route("PUT", "/v1/rule-sets/{version}", "scoring", "rule_sets.put"),
    Route("GET", "/v1/rule-sets/{version}/differences", "scoring", "rule_sets.compare"),
    Route("GET", "/v1/rule-sets/{version}/trials", "scoring", "rule_sets.trials"),
    Route("POST", "/v1/rule-sets/{version}/trials", "scoring", "rule_sets.try"),
    Route(
        "POST",
        "/v1/rule-sets/{version}/trials/{trial_id}/cancellation",
        "scoring",
        "rule_sets.cancel_trial",
    ),
    Route("POST", "/v1/rule-sets/{version}/proposal", "scoring", "rule_sets.propose"),
    Route("POST", "/v1/rule-sets/{version}/approval", "scoring", "rule_sets.approve"),
    Route("POST", "/v1/rule-sets/{version}/withdrawal", "scoring", "rule_sets.withdraw"),
    Route("GET", "/v1/models", "scoring", "models.list"),
    Route("POST", "/v1/models", "scoring", "models.train"),
    Route("GET", "/v1/models/{model_id}", "scoring", "models.show"),
    Route("GET", "/v1/models/{model_id}/drift", "scoring", "models.drift"),
    Route("POST", "/v1/models/{model_id}/promotion", "scoring", "models.promote"),
    Route("POST", "/v1/models/{model_id}/retirement", "scoring", "models.retire"),
    Route("GET", "/v1/backtests", "scoring", "backtests.list"),
    Route("POST", "/v1/backtests", "scoring", "backtests.ask"),
    Route("GET", "/v1/backtests/{backtest_id}", "scoring", "backtests.show"),
    Route("POST", "/v1/backtests/{backtest_id}/cancellation", "scoring", "backtests.cancel"),
    Route("POST", "/v1/rejudgements", "scoring", "rejudgements.start"),
    Route("GET", "/v1/rejudgements", "scoring", "rejudgements.list"),
    Route("GET", "/v1/rejudgements/{rejudgement_id}", "scoring", "rejudgements.show"),
    Route(
        "POST",
        "/v1/rejudgements/{rejudgement_id}/cancellation",
        "scoring",
        "rejudgements.cancel",
    ),
    Route("GET", "/v1/cases", "cases", "cases.list"),
    Route("GET", "/v1/cases/{case_id}", "cases", "cases.show"),
    Route("POST", "/v1/cases/{case_id}/transitions", "cases", "cases.step"),
    Route("GET", "/v1/cases/{case_id}/timeline", "cases", "cases.timeline"),
    Route("GET", "/v1/cases/{case_id}/visits", "cases", "cases.visits"),
    Route("POST", "/v1/cases/{case_id}/visits", "cases", "cases.visit"),
    Route("GET", "/v1/deeds/{deed_id}", "cases", "cases.deed"),
    Route("GET", "/v1/cases/{case_id}/services", "cases", "cases.services"),
    Route("POST", "/v1/cases/{case_id}/deliveries", "cases", "cases.deliver"),
    Route("GET", "/v1/cases/{case_id}/evidence", "cases", "cases.evidence"),
    Route("POST", "/v1/cases/{case_id}/evidence", "cases", "cases.add_evidence"),
    Route("POST", "/v1/cases/{case_id}/financing-requests", "cases", "cases.request_financing"),
    Route("GET", "/v1/cases/{case_id}/reports", "cases", "cases.reports"),
    Route("POST", "/v1/cases/{case_id}/reports", "cases", "cases.report"),
    Route("POST", "/v1/cases/{case_id}/progress-notes", "cases", "cases.note_progress"),
    *_assistance(
        ("GET", "/v1/cases/{case_id}/assistance-requests", "cases.assistance"),
        ("POST", "/v1/cases/{case_id}/assistance-requests", "cases.request_assistance"),
        ("GET", "/v1/assistance-requests", "assistance.list"),
        ("GET", "/v1/assistance-requests/{request_id}", "assistance.show"),
        ("POST", "/v1/assistance-requests/{request_id}/accept", "assistance.accept"),
        ("POST", "/v1/assistance-requests/{request_id}/return", "assistance.return"),
        ("POST", "/v1/assistance-requests/{request_id}/answer", "assistance.answer"),
        ("POST", "/v1/assistance-requests/{request_id}/withdraw", "assistance.withdraw"),
    ),
    Route("GET", "/v1/services", "cases", "services.list"),
    Route("GET", "/v1/statistics/cases", "cases", "statistics.cases"),
    Route("GET", "/v1/officers", "cases", "officers.list"),
    Route("PUT", "/v1/officers/{subject}", "cases", "officers.put"),
    Route("GET", "/v1/warned-enterprises", "matchmaking", "warned_enterprises.list"),
    Route("GET", "/v1/products", "matchmaking", "products.list"),
    Route("GET", "/v1/products/{code}", "matchmaking", "products.show"),
    Route("PUT", "/v1/products/{code}", "matchmaking", "products.put"),
    *_matchmaking(
        ("GET", "/v1/candidates", "candidates.list"),
        ("GET", "/v1/candidates/{candidate_id}", "candidates.show"),
        ("POST", "/v1/candidates/{candidate_id}/review", "candidates.review"),
        ("PUT", "/v1/candidates/{candidate_id}/need", "candidates.need"),
        ("GET", "/v1/candidates/{candidate_id}/matches", "candidates.matches"),
        ("POST", "/v1/candidates/{candidate_id}/referrals", "candidates.refer"),
        ("POST", "/v1/candidates/{candidate_id}/authorizations", "authorizations.give"),
        ("GET", "/v1/authorizations", "authorizations.list"),
        ("POST", "/v1/authorizations/{authorization_id}/confirm", "authorizations.confirm"),
        ("POST", "/v1/authorizations/{authorization_id}/withdraw", "authorizations.withdraw"),
        ("GET", "/v1/rounds", "rounds.list"),
        ("POST", "/v1/rounds", "rounds.open"),
        ("GET", "/v1/rounds/{round_id}", "rounds.show"),
        ("POST", "/v1/rounds/{round_id}/invitations", "rounds.invite"),
        ("POST", "/v1/rounds/{round_id}/assignment", "rounds.assign"),
        ("GET", "/v1/referrals", "referrals.list"),
        ("GET", "/v1/referrals/{referral_id}", "referrals.show"),
        ("POST", "/v1/referrals/{referral_id}/answer", "referrals.answer"),
        ("POST", "/v1/referrals/{referral_id}/decision", "referrals.decide"),
        ("POST", "/v1/referrals/{referral_id}/contract", "referrals.sign"),
        ("GET", "/v1/contracts", "contracts.list"),
        ("GET", "/v1/contracts/{contract_id}", "contracts.show"),
        ("POST", "/v1/contracts/{contract_id}/drawdowns", "contracts.draw"),
        ("GET", "/v1/drawdowns/{drawdown_id}", "contracts.drawn"),
        ("GET", "/v1/receipts", "receipts.list"),
        ("GET", "/v1/statistics/matchmaking", "statistics.matchmaking"),
    ),
    Route("GET", "/v1/me", "gateway", "me.show"),
    Route("GET", "/v1/partners", "gateway", "partners.list"),
    Route("GET", "/v1/partners/{client_id}", "gateway", "partners.show"),
    Route("PUT", "/v1/partners/{client_id}", "gateway", "partners.put"),
    Route("GET", "/v1/representatives", "gateway", "representatives.list"),
    Route("GET", "/v1/representatives/{subject}", "gateway", "representatives.show"),
    Route("PUT", "/v1/representatives/{subject}", "gateway", "representatives.put"),
    Route("GET", "/v1/audit", "gateway", "audit.list"),
    Route("GET", "/v1/progress", "gateway", "progress.show"),
    *_operations("ingest"),
    *_operations("scoring"),
    *_operations("cases"),
    *_operations("matchmaking"),
    *_operations("gateway"),
)

# What anybody may read without a token, beside the probes.
OPEN: Final = ("/openapi.json", "/problems/{code}", "/sign-in", "/version")


def find(target: Target) -> Mapping[str, Match]:
    """Return what a path leads to, by method; empty where it leads nowhere."""
    for parts, by_method in _BY_LENGTH.get(len(target.segments), ()):
        if all(_fits(part, said) for part, said in zip(parts, target.segments, strict=True)):
            parameters = tuple(
                said
                for part, said in zip(parts, target.segments, strict=True)
                if _is_parameter(part)
            )
            return {method: Match(route, parameters) for method, route in by_method.items()}
    return {}


def _fits(part: str, said: str) -> bool:
    return part == said or _is_parameter(part)


def _is_parameter(part: str) -> bool:
    return part.startswith("{")


_Table = dict[int, list[tuple[tuple[str, ...], dict[str, Route]]]]


def _by_length() -> _Table:
    templates: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        templates.setdefault(route.template, {})[route.method] = route
    table: _Table = {}
    for template, by_method in templates.items():
        parts = tuple(template.strip("/").split("/"))
        table.setdefault(len(parts), []).append((parts, by_method))
    return table


_BY_LENGTH: Final = _by_length()
