"""Signing in at the provider and out again."""

import secrets
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.auth.provider import IssuerUnavailable
from gateway.auth.sign_in import Attempt, Tokens
from gateway.console import attempts
from gateway.console.attempts import HOME, LASTS_SECONDS, Begun
from gateway.console.desk import SESSION_COOKIE, SIGNED_OUT, desk_of
from gateway.console.pages import page
from shared.auth.hop import Unauthenticated

SIGN_IN: Final = "/console/sign-in"


async def sign_in(request: Request) -> Response:
    """Send the browser to the provider, and let it hold what its answer must fit."""
    desk = desk_of(request)
    begun = Begun(Attempt.new(), attempts.own_page(request.query_params.get("to")))
    response = _redirect(await desk.sign_in.address(begun.attempt))
    desk.set_cookie(
        response,
        attempts.cookie_name(begun.attempt.state),
        attempts.written(desk.sealer, begun),
        max_age=LASTS_SECONDS,
    )
    return response


async def callback(request: Request) -> Response:
    """Take the provider's answer, and begin a session under a new id."""
    desk = desk_of(request)
    name = attempts.cookie_name(request.query_params.get("state", ""))
    begun = attempts.read(desk.sealer, request.cookies.get(name, ""))
    tokens = None if begun is None else await _exchanged(request, begun.attempt)
    if begun is None or tokens is None:
        response = await page(
            request,
            "notice.html",
            status=HTTPStatus.BAD_REQUEST,
            notice="entrance.failed",
            again=HOME,
        )
    else:
        await desk.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        session = await desk.sessions.open(tokens)
        response = _redirect(begun.back_to)
        desk.set_cookie(response, SESSION_COOKIE, session.id)
    desk.drop_cookie(response, name)
    return response


async def _exchanged(request: Request, attempt: Attempt) -> Tokens | None:
    try:
        return await desk_of(request).sign_in.exchange(dict(request.query_params), attempt)
    except Unauthenticated:
        return None


async def sign_out(request: Request) -> Response:
    """End the session here, then at the provider if it can be ended there."""
    desk = desk_of(request)
    back_to = desk.public_url + SIGNED_OUT
    async with request.form() as form:
        said = str(form.get("csrf", ""))
    try:
        session = await desk.sessions.find(request.cookies.get(SESSION_COOKIE, ""))
        if session is None:
            return _redirect(SIGNED_OUT)
        if not secrets.compare_digest(said.encode(), session.csrf.encode()):
            # Another page sent this, or one from before the last sign-in: nobody is signed out.
            return _redirect(HOME)
        address = await desk.sign_in.end_address(session.tokens, back_to=back_to)
    except IssuerUnavailable:
        address = SIGNED_OUT
    await desk.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
    response = _redirect(address)
    desk.drop_cookie(response, SESSION_COOKIE)
    return response


async def signed_out(request: Request) -> Response:
    """Say that nobody is signed in any more."""
    return await page(request, "notice.html", notice="entrance.signed_out", again=HOME)


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
