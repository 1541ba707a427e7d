"""Signing in: only the browser that began, only with what this attempt gave."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.auth.provider import ClientCredentials
from gateway.auth.sign_in import Attempt, SignIn, Tokens
from shared.auth.hop import Unauthenticated
from tests.unit.gateway.issuer import ISSUER, STRANGER, Form, Issuer, claims, signed

CALLBACK = "https://wengang.example/console/callback"
# RFC 7636, appendix B.
ATTEMPT = Attempt("state", "nonce", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def _sign_in(issuer: Issuer) -> SignIn:
    return SignIn(
        issuer.provider(), credentials=ClientCredentials("console", "s"), redirect_uri=CALLBACK
    )


def _giving(id_token: str | None, forms: list[Form]) -> Issuer:
    def given(form: Form) -> tuple[int, dict[str, Any]]:
        forms.append(form)
        said = {"access_token": "a", "refresh_token": "r", "expires_in": 900, "id_token": id_token}
        return 200, {name: value for name, value in said.items() if value is not None}

    return Issuer(given=given)


def _id_token(**changed: Any) -> str:
    return signed(claims(**{"aud": "console", "nonce": "nonce", **changed}))


async def test_the_browser_is_sent_with_a_challenge() -> None:
    address = urlsplit(await _sign_in(Issuer()).address(ATTEMPT))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ISSUER}/authorize"
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": ["console"],
        "redirect_uri": [CALLBACK],
        "scope": ["openid profile"],
        "state": ["state"],
        "nonce": ["nonce"],
        "code_challenge": [CHALLENGE],
        "code_challenge_method": ["S256"],
    }


async def test_attempts_are_never_alike() -> None:
    attempts = [Attempt.new() for _ in range(20)]
    values = {value for each in attempts for value in (each.state, each.nonce, each.verifier)}
    assert len(values) == 60
    assert all(43 <= len(each.verifier) <= 128 for each in attempts)  # RFC 7636 §4.1


async def test_a_code_becomes_tokens() -> None:
    forms: list[Form] = []
    sign_in = _sign_in(_giving(_id_token(), forms))
    answer = {"code": "c", "state": "state", "iss": ISSUER}
    tokens = await sign_in.exchange(answer, ATTEMPT)
    assert (tokens.access_token, tokens.refresh_token) == ("a", "r")
    assert forms == [
        {
            "grant_type": "authorization_code",
            "code": "c",
            "redirect_uri": CALLBACK,
            "code_verifier": ATTEMPT.verifier,
        }
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "c", "state": "another"},
        {"code": "c"},
        {"state": "state"},
        {"error": "access_denied", "state": "state"},
        {"code": "c", "state": "state", "iss": "https://elsewhere.example"},
    ],
)
async def test_another_answer_is_refused_before_the_code_is_used(answer: dict[str, str]) -> None:
    forms: list[Form] = []
    with pytest.raises(Unauthenticated):
        await _sign_in(_giving(_id_token(), forms)).exchange(answer, ATTEMPT)
    assert forms == []


@pytest.mark.parametrize(
    "id_token",
    [
        None,
        _id_token(nonce="another"),
        _id_token(nonce=None),
        _id_token(aud="gateway"),
        _id_token(iss="https://elsewhere.example"),
        _id_token(exp=1),
        signed(claims(aud="console", nonce="nonce"), key=STRANGER),
    ],
)
async def test_tokens_of_another_attempt_are_refused(id_token: str | None) -> None:
    with pytest.raises(Unauthenticated):
        await _sign_in(_giving(id_token, [])).exchange({"code": "c", "state": "state"}, ATTEMPT)


async def test_a_refusal_of_the_provider_is_one() -> None:
    with pytest.raises(Unauthenticated):
        await _sign_in(Issuer()).exchange({"code": "c", "state": "state"}, ATTEMPT)


async def test_refreshing_keeps_what_is_not_given_anew() -> None:
    def given(form: Form) -> tuple[int, dict[str, Any]]:
        assert form == {"grant_type": "refresh_token", "refresh_token": "r"}
        return 200, {"access_token": "b", "expires_in": 900}

    old = Tokens("a", "r", "i", 0.0)
    new = await _sign_in(Issuer(given=given)).refresh(old)
    assert (new.access_token, new.refresh_token, new.id_token) == ("b", "r", "i")
    with pytest.raises(Unauthenticated):
        await _sign_in(Issuer(given=given)).refresh(Tokens("a", None, None, 0.0))


async def test_signing_out_goes_to_the_provider_where_it_can() -> None:
    issuer = Issuer()
    back = "https://wengang.example/"
    address = await _sign_in(issuer).end_address(Tokens("a", "r", "i", 0.0), back_to=back)
    assert parse_qs(urlsplit(address).query) == {
        "client_id": ["console"],
        "post_logout_redirect_uri": [back],
        "id_token_hint": ["i"],
    }
    del issuer.document["end_session_endpoint"]
    assert await _sign_in(issuer).end_address(Tokens("a", "r", "i", 0.0), back_to=back) == back
