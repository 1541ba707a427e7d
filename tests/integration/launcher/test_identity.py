"""The embedded OpenID provider: signing in with code and PKCE, and partners' tokens."""

import base64
import hashlib
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from launcher.identity.order import Order
from launcher.identity.wanted import wanted_state
from launcher.ports import HeldPort, hold
from launcher.principals import principals
from tests.integration.launcher.conftest import wait_for

GATEWAY = "http://127.0.0.1:19999"
CALLBACK = f"{GATEWAY}/console/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-the-rule-of-43-characters"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Provider:
    """A provider that serves, and its folder."""

    issuer: str
    folder: Path
    process: subprocess.Popen[str]

    def end(self) -> str:
        """End it; return what it wrote."""
        self.process.terminate()
        return self.process.communicate(timeout=20)[0]

    def token(self, client: str, **form: str) -> httpx2.Response:
        """Ask for a token."""
        return httpx2.post(
            f"{self.issuer}/oauth/token", auth=(client, f"{client}-secret"), data=form
        )

    def introspect(self, token: str, *, by: str) -> dict[str, Any]:
        """Ask what a token is."""
        answer = httpx2.post(
            f"{self.issuer}/oauth/introspect", auth=(by, f"{by}-secret"), data={"token": token}
        )
        told: dict[str, Any] = answer.json()
        return told


def start(folder: Path, port: HeldPort, *, gateway: str = GATEWAY) -> Provider:
    """Start the provider on the folder, and wait until it serves."""
    issuer = f"http://127.0.0.1:{port.number}"
    wanted = wanted_state(
        principals(), gateway_url=gateway, password_of=lambda name: f"{name}-secret"
    )
    Order(issuer, "x" * 40, wanted).write(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "launcher.identity", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def serves() -> bool:
        assert process.poll() is None, process.communicate()[0]
        try:
            return httpx2.get(f"{issuer}/.well-known/openid-configuration").is_success
        except httpx2.TransportError:
            return False

    wait_for(serves)
    return Provider(issuer, folder, process)


@pytest.fixture(scope="module")
def port() -> Iterator[HeldPort]:
    """A port that stays the provider's."""
    held = hold()
    yield held
    held.release()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory, port: HeldPort) -> Iterator[Provider]:
    """A provider for all tests of this file."""
    started = start(tmp_path_factory.mktemp("identity"), port)
    yield started
    started.end()


def sign_in(
    provider: Provider, login: str, password: str, *, callback: str = CALLBACK
) -> httpx2.Response:
    """Fill the forms as a browser does; return the last answer."""
    with httpx2.Client(headers={"Accept-Language": "zh-CN"}) as browser:
        answer = browser.get(
            f"{provider.issuer}/oauth/authorize",
            params={
                "response_type": "code",
                "client_id": "console",
                "redirect_uri": callback,
                "scope": "openid profile groups",
                "state": "the-state",
                "nonce": secrets.token_urlsafe(8),
                "code_challenge": CHALLENGE,
                "code_challenge_method": "S256",
            },
        )
        for filled in ({"login": login}, {"password": password}):
            answer = _follow(browser, answer, callback)
            hidden = dict(HIDDEN.findall(answer.text))
            answer = browser.post(answer.url, data={**hidden, **filled})
        return _follow(browser, answer, callback)


def _follow(browser: httpx2.Client, answer: httpx2.Response, callback: str) -> httpx2.Response:
    while answer.is_redirect and not answer.headers["location"].startswith(callback):
        answer = browser.get(answer.url.join(answer.headers["location"]))
    return answer


def code_of(answer: httpx2.Response) -> str:
    """Return the code that the console is given."""
    address = httpx2.URL(answer.headers["location"])
    assert address.params["state"] == "the-state"
    return str(address.params["code"])


def claims_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a JWT's header and claims, unchecked."""
    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        for part in token.split(".")[:2]
    )
    return header, claims


def test_an_officer_signs_in_with_code_and_pkce(provider: Provider) -> None:
    code = code_of(sign_in(provider, "officer-110105", "officer-110105-secret"))
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    wrong = provider.token("console", **form, code_verifier="b" * 50)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")

    right = provider.token("console", **form, code_verifier=VERIFIER)
    assert right.status_code == 200
    assert right.json()["expires_in"] == 900
    header, claims = claims_of(right.json()["access_token"])
    assert header["typ"] == "at+jwt"
    assert header["alg"] == "RS256"
    assert claims["iss"] == provider.issuer
    assert claims["aud"] == ["console", "gateway"]
    assert claims["sub"] == "officer-110105"
    assert sorted(claims["groups"]) == ["district-110105", "role-district_officer"]
    assert claims["exp"] - claims["iat"] == 900
    told = provider.introspect(right.json()["access_token"], by="gateway")
    assert (told["active"], told["sub"]) == (True, "officer-110105")

    # At once, within the same second: the tokens still differ.
    fresh = provider.token(
        "console", grant_type="refresh_token", refresh_token=right.json()["refresh_token"]
    )
    assert fresh.status_code == 200
    assert fresh.json()["access_token"] != right.json()["access_token"]


def test_a_wrong_password_stays_on_the_page_which_speaks_chinese(provider: Provider) -> None:
    answer = sign_in(provider, "lead-110108", "guess")

    assert answer.status_code == 200
    assert "登录失败，请检查登录名和密码。" in answer.text


def test_an_agency_gets_a_token_that_the_gateway_can_see_through(provider: Provider) -> None:
    answer = provider.token("agency-hrss", grant_type="client_credentials", scope="imports:write")
    assert answer.status_code == 200
    token = answer.json()["access_token"]

    told = provider.introspect(token, by="gateway")
    assert told["active"] is True
    assert told["client_id"] == "agency-hrss"
    assert told["scope"] == "imports:write"
    assert provider.introspect(token, by="bank-a") == {"active": False}


def test_a_bank_gets_no_scope_that_is_not_its_own(provider: Provider) -> None:
    answer = provider.token(
        "bank-b", grant_type="client_credentials", scope="imports:write offers:write"
    )

    assert answer.json()["scope"] == "offers:write"


def test_nobody_registers_a_client_without_a_token(provider: Provider) -> None:
    answer = httpx2.post(
        f"{provider.issuer}/oauth/register",
        json={"client_name": "x", "redirect_uris": ["https://example.org/cb"]},
    )

    assert answer.status_code in {400, 401, 403}


def test_a_changed_order_is_applied_and_an_unchanged_one_skipped(tmp_path: Path) -> None:
    port = hold()
    first = start(tmp_path, port)
    first.end()
    kept = (tmp_path / "provisioned.json").stat()

    second = start(tmp_path, port)
    said = second.end()
    assert "alembic" not in said
    assert (tmp_path / "provisioned.json").stat().st_ino == kept.st_ino

    third = start(tmp_path, port, gateway="http://127.0.0.1:18888")
    moved = "http://127.0.0.1:18888/console/callback"
    answer = sign_in(third, "auditor", "auditor-secret", callback=moved)
    third.end()
    port.release()
    assert answer.headers["location"].startswith(f"{moved}?code=")
