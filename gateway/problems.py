"""Why the gateway says no, as problems over HTTP."""

from gateway.auth.principals import PrincipalUnknown
from gateway.auth.provider import IssuerUnavailable
from gateway.bodies import BodyTooSlow, StreamsBusy, UploadsBusy
from gateway.domain.errors import (
    PartnerChangedMeanwhile,
    PartnerNotFound,
    PartnerRefused,
    RepresentativeChangedMeanwhile,
    RepresentativeNotFound,
    RepresentativeRefused,
)
from gateway.limits import TooFast
from gateway.trail import TrailFull
from gateway.upstream import HeaderUnreadable, HopRefused, QueryUnreadable
from shared.http import TimedOut, Unreachable
from shared.problems import Problem, Problems

_SOON = {"Retry-After": "2"}


class ProblemNotFound(Exception):
    """No refusal of the platform has this code."""


PROBLEMS: Problems = {
    PrincipalUnknown: Problem(403, "principal_unknown"),
    IssuerUnavailable: Problem(503, "issuer_unavailable", headers={"Retry-After": "5"}),
    TooFast: Problem(429, "too_many_requests", headers={"Retry-After": "{seconds}"}),
    TrailFull: Problem(503, "unavailable", headers=_SOON),
    Unreachable: Problem(503, "service_unreachable", headers=_SOON),
    TimedOut: Problem(504, "service_timed_out", headers=_SOON),
    HopRefused: Problem(502, "service_refused", headers={"Retry-After": "10"}),
    QueryUnreadable: Problem(400, "query_unreadable"),
    HeaderUnreadable: Problem(400, "header_unreadable"),
    UploadsBusy: Problem(429, "uploads_busy", headers={"Retry-After": "5"}),
    StreamsBusy: Problem(429, "streams_busy", headers={"Retry-After": "5"}),
    BodyTooSlow: Problem(408, "body_too_slow", headers={"Connection": "close"}),
    PartnerNotFound: Problem(404, "partner_not_found"),
    PartnerChangedMeanwhile: Problem(412, "partner_changed_meanwhile"),
    PartnerRefused: Problem(422, "validation_failed"),
    RepresentativeNotFound: Problem(404, "representative_not_found"),
    RepresentativeChangedMeanwhile: Problem(412, "representative_changed_meanwhile"),
    RepresentativeRefused: Problem(422, "validation_failed"),
    ProblemNotFound: Problem(404, "not_found"),
}
