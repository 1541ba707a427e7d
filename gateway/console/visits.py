"""A visit: a signed-in person who asks for a page, and what the platform says they are."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from gateway.auth.provider import IssuerUnavailable
from gateway.console.calls import Answer, Api
from gateway.console.desk import SESSION_COOKIE, desk_of
from gateway.console.sessions import SignedIn
from gateway.console.words import Speech
from shared.clock import Clock
from shared.messages import DEFAULT, Language

LANGUAGE_COOKIE: Final = "wengang_lang"
_CITY: Final = frozenset({"city_admin", "city_analyst"})
_DESK: Final = frozenset({*_CITY, "district_lead"})
_AUDIT: Final = {"auditor"}
_DEPARTMENT: Final = {"assisting_department"}
_KNOWN: Final = "console.visit"  # in the request's scope, for an error page after it


class NotSignedIn(Exception):
    """Nobody is signed in, or no longer."""


class NotForThem(Exception):
    """They are known, but the console is not for them; `why` is a key of the catalogue."""

    def __init__(self, why: str, signed_in: SignedIn, name: str = "") -> None:
        self.why, self.signed_in, self.name = why, signed_in, name
        super().__init__(why)


class Refused(Exception):
    """The API refuses what a page needs."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(f"{answer.status} {answer.code}")


@dataclass(frozen=True)
class Visit:
    """Who asks, how to speak with them, and the API in their name."""

    request: Request
    speech: Speech
    signed_in: SignedIn
    api: Api
    me: Mapping[str, Any]

    @property
    def is_desk(self) -> bool:
        """Tell whether cases that wait for dispatch or review concern them."""
        return bool(_DESK & set(self.me["roles"]))

    @property
    def is_department(self) -> bool:
        """Tell whether they answer requests, and see no case."""
        return set(self.me["roles"]) == _DEPARTMENT

    @property
    def is_city(self) -> bool:
        """Tell whether they see the whole city and its warning list."""
        return bool(_CITY & set(self.me["roles"]))

    def name_of(self, actor: str) -> str:
        """Name who signed: their own name; of others what they sign in with."""
        return self.speech.person(actor, {str(self.me["subject"]): str(self.me["name"])})

    def wrote(self, typed: Mapping[str, str]) -> bool:
        """Tell whether a form is one that this session was given: no other site can know its mark.

        Who has signed in anew meanwhile has another.
        """
        return secrets.compare_digest(typed.get("csrf", "").encode(), self.signed_in.csrf.encode())


def language_of(request: Request, otherwise: Language = DEFAULT) -> Language:
    """Return the language of `?lang=`, else of the cookie, else the one given."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in set(Language):
            return Language(wish)
    return otherwise


def speech_of(request: Request, otherwise: Language | None = None) -> Speech:
    """Return how to speak on this request's page."""
    clock: Clock = request.state.clock
    return Speech(language_of(request, otherwise or DEFAULT), clock.now())


async def visit(request: Request) -> Visit:
    """Return who asks.

    Raises:
        NotSignedIn: there is no session, or it is over.
        NotForThem: the console is for officers with cases.
        Refused: the door does not let them in.
        IssuerUnavailable: their token has ended and cannot be renewed now.
    """
    signed_in = await desk_of(request).sessions.find(request.cookies.get(SESSION_COOKIE, ""))
    if signed_in is None:
        raise NotSignedIn
    speech = speech_of(request)
    api = Api(
        request.scope["console.door"],
        request.scope["console.outside"],
        signed_in.tokens.access_token,
        speech.language,
    )
    answer = await api.get("v1", "me")
    if answer.code == "principal_unknown":
        raise NotForThem("entrance.unknown", signed_in)
    me = needed(answer)
    if me["kind"] != "officer":
        raise NotForThem("entrance.not_for_partners", signed_in, me["name"])
    if set(me["roles"]) <= _AUDIT:
        raise NotForThem("entrance.not_for_auditors", signed_in)
    who = Visit(request, speech, signed_in, api, me)
    request.scope[_KNOWN] = who
    return who


async def visit_if_any(request: Request) -> Visit | None:
    """Return who asks, for pages that are shown to anybody as well."""
    try:
        known = request.scope.get(_KNOWN) or await visit(request)
    except (NotSignedIn, NotForThem, Refused, IssuerUnavailable):
        return None
    return known if isinstance(known, Visit) else None


def needed(answer: Answer) -> Mapping[str, Any]:
    """Return what was answered; raise Refused."""
    if not answer.good:
        raise Refused(answer)
    return answer.body
