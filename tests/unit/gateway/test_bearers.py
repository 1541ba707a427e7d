"""What is remembered of tokens, and what is not."""

import asyncio
import time
from typing import Any

import pytest

from gateway.auth.bearers import Bearers
from gateway.auth.provider import IssuerUnavailable
from shared.auth.hop import Unauthenticated
from tests.unit.gateway.issuer import AUDIENCE, CREDENTIALS, ISSUER, Issuer, claims, signed


def _bearers(issuer: Issuer) -> Bearers:
    return Bearers(
        issuer.provider(), credentials=CREDENTIALS, audience=AUDIENCE, remember_seconds=30
    )


def _said(**changed: Any) -> dict[str, Any]:
    return {
        "active": True,
        "client_id": "agency-hrss",
        "iss": ISSUER,
        "exp": time.time() + 900,
    } | changed


async def test_an_opaque_token_is_introspected_once_however_many_ask() -> None:
    issuer = Issuer(introspected=_said())
    bearers = _bearers(issuer)
    found = await asyncio.gather(*(bearers.identify("opaque") for _ in range(50)))
    assert {identity.name for identity in found} == {"agency-hrss"}
    assert (await bearers.identify("opaque")).is_machine
    assert issuer.asked.count("/introspect") == 1
    # RFC 6749 §2.3.1: encoded before they are joined. gateway:pa%20ss%3Aword
    assert issuer.authorizations == ["Basic Z2F0ZXdheTpwYSUyMHNzJTNBd29yZA=="]


async def test_a_refused_token_is_not_asked_about_again_at_once() -> None:
    issuer = Issuer(introspected={"active": False})
    bearers = _bearers(issuer)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await bearers.identify("opaque")
    assert issuer.asked.count("/introspect") == 1


async def test_a_token_is_never_believed_beyond_its_end() -> None:
    issuer = Issuer(introspected=_said(exp=time.time() + 0.2))
    bearers = _bearers(issuer)
    await bearers.identify("opaque")
    await asyncio.sleep(0.25)
    issuer.introspected = {"active": False}
    with pytest.raises(Unauthenticated):
        await bearers.identify("opaque")


async def test_trouble_of_the_provider_is_not_remembered_as_a_refusal() -> None:
    issuer = Issuer(introspected=_said())
    bearers = _bearers(issuer)
    await bearers.identify("opaque")
    issuer.away = True
    with pytest.raises(IssuerUnavailable):
        await bearers.identify("another")
    assert (await bearers.identify("opaque")).name == "agency-hrss"
    issuer.away = False
    bearers._provider._away_until = 0.0
    assert (await bearers.identify("another")).name == "agency-hrss"


async def test_the_memory_is_bounded_and_floods_push_nothing_good_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.auth.bearers._MOST_REMEMBERED", 20)
    issuer = Issuer(introspected=_said())
    bearers = _bearers(issuer)
    await bearers.identify("good")
    issuer.introspected = {"active": False}
    for number in range(50):
        with pytest.raises(Unauthenticated):
            await bearers.identify(f"made-up-{number}")
    assert len(bearers._refused) == 20
    assert (await bearers.identify("good")).name == "agency-hrss"


async def test_no_token_is_held_in_memory() -> None:
    issuer = Issuer(introspected=_said())
    bearers = _bearers(issuer)
    await bearers.identify("opaque-secret")
    assert "opaque-secret" not in repr(vars(bearers))


async def test_a_jwt_needs_no_introspection() -> None:
    issuer = Issuer()
    bearers = _bearers(issuer)
    token = signed(claims())
    assert (await bearers.identify(token)).name == "officer-110105"
    with pytest.raises(Unauthenticated):
        await bearers.identify(signed(claims(aud="console")))
    assert "/introspect" not in issuer.asked


async def test_a_provider_that_refuses_us_is_not_the_callers_fault() -> None:
    issuer = Issuer()
    del issuer.document["introspection_endpoint"]
    issuer.document["introspection_endpoint"] = f"{ISSUER}/token"
    with pytest.raises(IssuerUnavailable):
        await _bearers(issuer).identify("opaque")


async def test_a_token_of_endless_length_is_not_looked_at() -> None:
    issuer = Issuer()
    with pytest.raises(Unauthenticated):
        await _bearers(issuer).identify("x" * 20_000)
    assert issuer.asked == []
