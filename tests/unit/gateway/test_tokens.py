"""Which tokens are believed: keys and tokens are made here, good ones and forged ones."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import OctKey

from gateway.auth.provider import IssuerUnavailable
from gateway.auth.tokens import Identity, check_introspected, looks_like_jwt, verify
from shared.auth.hop import Unauthenticated
from tests.unit.gateway.issuer import (
    AUDIENCE,
    EC,
    ED,
    ISSUER,
    RSA,
    STRANGER,
    Issuer,
    claims,
    signed,
)


async def _verify(token: str, issuer: Issuer | None = None) -> Identity:
    return await verify(token, provider=(issuer or Issuer()).provider(), audience=AUDIENCE)


def _part(value: object) -> str:
    return _bytes(json.dumps(value).encode())


def _bytes(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _signed_by_hand(header: object) -> str:
    """Return a token whose header no library would sign, with a signature that is right."""
    text = f"{_part(header)}.{_part(claims())}"
    key = RSA.private_key
    assert isinstance(key, RSAPrivateKey)
    return f"{text}.{_bytes(key.sign(text.encode(), PKCS1v15(), SHA256()))}"


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (RSA, "RS256"),
        (RSA, "RS512"),  # canaille signs so with a key that it calls RS256
        (RSA, "PS256"),
        (EC, "ES256"),
        (ED, "Ed25519"),
    ],
)
async def test_a_good_access_token_names_its_subject(key: Any, alg: str) -> None:
    said = claims(exp=1_900_000_000)
    found = await _verify(signed(said, key=key, alg=alg))
    assert found == Identity("officer-110105", is_machine=False, expires_at=1_900_000_000.0)


@pytest.mark.parametrize(
    ("changed", "header"),
    [
        ({"client_id": "console", "jti": "x", "scope": "openid"}, {"typ": "at+jwt"}),
        ({"nonce": "n"}, {"typ": "application/at+jwt"}),
        ({"auth_time": 1, "groups": ["role-x"]}, {}),
        ({"typ": "Bearer", "nonce": "n", "azp": "console"}, {}),  # Keycloak
        ({"aud": AUDIENCE}, {}),
        ({"nbf": int(time.time())}, {}),
    ],
)
async def test_access_tokens_of_many_providers_are_good(
    changed: dict[str, Any], header: dict[str, Any]
) -> None:
    found = await _verify(signed(claims(**changed), **header))
    assert (found.name, found.is_machine) == ("officer-110105", False)


async def test_header_fields_that_we_need_not_know_do_no_harm() -> None:
    for header in ({"nonce": "n"}, {"x5c": ["A" * 2_000]}, {"alg": "RS256", "acr": "1"}):
        assert (await _verify(_signed_by_hand({"alg": "RS256", "kid": "rsa", **header}))).name


async def test_the_old_name_of_ed25519_is_good() -> None:
    text = f"{_part({'alg': 'EdDSA', 'kid': 'ed'})}.{_part(claims())}"
    key = ED.private_key
    assert isinstance(key, Ed25519PrivateKey)
    assert (await _verify(f"{text}.{_bytes(key.sign(text.encode()))}")).name == "officer-110105"


async def test_a_clients_own_token_is_a_machines() -> None:
    found = await _verify(signed(claims(sub="bank-a", client_id="bank-a"), typ="at+jwt"))
    assert (found.name, found.is_machine) == ("bank-a", True)


NOW = int(time.time())


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "console"},
        {"aud": ["console", "bank-a"]},
        {"aud": []},
        {"aud": None},
        {"aud": {"gateway": True}},
        {"iss": "https://issuer.example/"},
        {"iss": "https://elsewhere.example"},
        {"iss": [ISSUER]},
        {"iss": None},
        {"exp": NOW - 60},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"nbf": NOW + 86_400},
        {"iat": NOW + 86_400},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        # ID tokens name us too, where a client's audience has us.
        {"nonce": "n", "at_hash": "h"},
        {"nonce": "n"},
        {"at_hash": "h"},
        {"amr": ["pwd"]},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"typ": "Logout"},
    ],
)
async def test_other_claims_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        await _verify(signed(claims(**changed)))


async def test_an_unsigned_token_is_refused() -> None:
    for alg in ("none", "None", "NONE"):
        for signature in ("", "AAAA"):
            token = f"{_part({'alg': alg, 'typ': 'JWT'})}.{_part(claims())}.{signature}"
            with pytest.raises(Unauthenticated):
                await _verify(token)


async def test_a_public_key_is_no_shared_secret() -> None:
    """The classic swap: HS256, with the provider's public key as the secret."""
    public = RSA.as_pem(private=False)
    for secret in (public, public.strip(), json.dumps(RSA.as_dict(private=False)).encode()):
        text = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'rsa'})}.{_part(claims())}"
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        with pytest.raises(Unauthenticated):
            await _verify(f"{text}.{_bytes(mac)}")


async def test_a_shared_secret_in_the_key_set_signs_nothing() -> None:
    secret = OctKey.generate_key(256, {"kid": "oct"})
    issuer = Issuer(keys=[secret.as_dict(private=True), RSA.as_dict(private=False)])
    token = jwt.encode({"alg": "HS256", "kid": "oct"}, claims(), secret, ["HS256"])
    with pytest.raises(Unauthenticated):
        await _verify(token, issuer)
    assert (await _verify(signed(claims()), issuer)).name == "officer-110105"


async def test_the_signature_must_be_the_providers() -> None:
    forged = signed(claims(), key=STRANGER)
    good = signed(claims())
    head, _, signature = good.split(".")
    others = (
        forged,
        f"{head}.{_part(claims(sub='city-admin'))}.{signature}",
        good[:-6] + "AAAAAA",
        signed(claims(), kid=None),  # which of several keys?
        signed(claims(), kid="another"),
        signed(claims(), key=ED, alg="Ed25519", kid="rsa"),
        # Keys that a token brings along are nobody's.
        signed(claims(), key=STRANGER, jwk=STRANGER.as_dict(private=False)),
        signed(claims(), key=STRANGER, kid="x", jku="https://elsewhere.example/jwks"),
    )
    for token in others:
        with pytest.raises(Unauthenticated):
            await _verify(token)


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["x"], "x": 1},
        {"crit": 7},
        {"crit": ["b64"], "b64": False},
        {"alg": None},
        {"alg": ["RS256"]},
        {"alg": {"RS256": 1}},
        {"alg": "RS256 "},
        {"kid": 7},
        {"kid": ["rsa"]},
        {"typ": 7, "kid": {"rsa": 1}},
        {"x5c": 7},
        {"jwk": 7},
    ],
)
async def test_strange_headers_are_refused_whatever_the_signature(header: dict[str, Any]) -> None:
    assert (await _verify(_signed_by_hand({"alg": "RS256", "kid": "rsa"}))).name
    with pytest.raises(Unauthenticated):
        await _verify(_signed_by_hand({"alg": "RS256", "kid": "rsa", **header}))


async def test_nonsense_is_refused() -> None:
    for token in ("..", "a.b.c", f"{_part({})}.{_part({})}.", f"{_part([])}.x.y", "x" * 100):
        with pytest.raises(Unauthenticated):
            await _verify(token)


def test_jwts_are_told_from_opaque_tokens() -> None:
    assert looks_like_jwt(signed(claims()))
    assert not looks_like_jwt("MkVIpN95KDSQMXwrvKnhsqCw5ndQ2vfVlRk3CpmIfyQ8KdMp")
    assert not looks_like_jwt("a.b.c")
    assert not looks_like_jwt("a.b.c.d.e")


async def test_a_new_key_is_asked_for_and_an_unknown_one_not_for_ever() -> None:
    issuer = Issuer(keys=[RSA.as_dict(private=False)])
    provider = issuer.provider()
    assert (await verify(signed(claims()), provider=provider, audience=AUDIENCE)).name
    issuer.keys.append(EC.as_dict(private=False))
    # The first fetch was a moment ago; only after a pause is the provider asked again.
    for _ in range(20):
        with pytest.raises(Unauthenticated):
            await verify(
                signed(claims(), key=EC, alg="ES256"), provider=provider, audience=AUDIENCE
            )
    assert issuer.asked.count("/jwks") == 1
    provider._keys._tried_at -= 60
    found = await verify(
        signed(claims(), key=EC, alg="ES256"), provider=provider, audience=AUDIENCE
    )
    assert found.name == "officer-110105"
    assert issuer.asked.count("/jwks") == 2


async def test_without_the_provider_known_keys_go_on_and_unknown_ones_are_nobodys_fault() -> None:
    issuer = Issuer()
    provider = issuer.provider()
    await verify(signed(claims()), provider=provider, audience=AUDIENCE)
    issuer.away = True
    provider._keys._tried_at -= 3600
    provider._keys._held = (time.monotonic() - 3600, (await provider._keys.get()))
    assert (await verify(signed(claims()), provider=provider, audience=AUDIENCE)).name
    provider._keys._tried_at -= 60
    with pytest.raises(IssuerUnavailable):
        await verify(signed(claims(), kid="new"), provider=provider, audience=AUDIENCE)


async def test_nobody_is_refused_because_the_provider_is_away() -> None:
    issuer = Issuer(away=True)
    provider = issuer.provider()
    for _ in range(3):
        with pytest.raises(IssuerUnavailable):
            await verify(signed(claims()), provider=provider, audience=AUDIENCE)
    # It is not asked at every request.
    assert len(issuer.asked) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://elsewhere.example"},
        {"jwks_uri": "http://issuer.example/jwks"},
        {"jwks_uri": None},
    ],
)
async def test_a_doubtful_discovery_document_is_not_believed(document: dict[str, Any]) -> None:
    issuer = Issuer()
    issuer.document |= document
    with pytest.raises(IssuerUnavailable):
        await _verify(signed(claims()), issuer)


SAID = {
    "active": True,
    "aud": ["bank-a", "gateway"],
    "client_id": "bank-a",
    "exp": 1_999_999_999.5,
    "iat": time.time(),
    "iss": ISSUER,
    "scope": "offers:write",
    "token_type": "Bearer",
}


def _introspected(**changed: Any) -> Identity:
    said = {name: value for name, value in {**SAID, **changed}.items() if value is not None}
    return check_introspected(said, issuer=ISSUER, audience=AUDIENCE)


def test_an_introspected_client_is_a_machine_and_a_person_a_person() -> None:
    assert _introspected() == Identity("bank-a", is_machine=True, expires_at=float(SAID["exp"]))  # type: ignore[arg-type]
    person = _introspected(sub="officer-110105", client_id="console", username="黄强")
    assert (person.name, person.is_machine) == ("officer-110105", False)
    assert _introspected(aud=None, iss=None, token_type=None).name == "bank-a"


@pytest.mark.parametrize(
    "changed",
    [
        {"active": False},
        {"active": "true"},
        {"active": None},
        {"aud": ["bank-a"]},
        {"aud": "bank-a"},
        {"aud": {"gateway": 1}},
        {"iss": "https://elsewhere.example"},
        {"exp": time.time() - 60},
        {"exp": None},
        {"nbf": time.time() + 86_400},
        {"nbf": "soon"},
        {"client_id": None},
        {"token_type": "refresh_token"},
    ],
)
def test_other_introspections_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        _introspected(**changed)
