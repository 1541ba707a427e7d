"""A person and a machine sign in at the embedded provider itself, which is no double of one."""

import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from gateway.auth.bearers import Bearers
from gateway.auth.provider import ClientCredentials, Provider
from gateway.auth.sign_in import Attempt, SignIn
from gateway.auth.tokens import Identity
from launcher.identity.order import Order
from launcher.identity.wanted import wanted_state
from launcher.principals import principals
from shared.auth.hop import Unauthenticated
from shared.http import client
from tests.integration.gateway.around import unused_address

GATEWAY = "http://127.0.0.1:18080"
CALLBACK = f"{GATEWAY}/console/callback"


def _password(name: str) -> str:
    return f"of-{name}-in-a-test"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running canaille with the principals of the platform on one machine."""
    folder, address = tmp_path_factory.mktemp("identity"), unused_address()
    wanted = wanted_state(principals(), gateway_url=GATEWAY, password_of=_password)
    Order(address, "s" * 40, wanted).write(folder)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher.identity", str(folder)], stdout=log, stderr=log
        )
    try:
        _wait_until_ready(process, address, folder / "log")
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + 120
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            if httpx2.get(f"{address}/oauth/jwks.json").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)


@pytest.fixture
async def provider(issuer: str) -> AsyncIterator[Provider]:
    """The provider as the gateway knows it."""
    async with client() as http:
        yield Provider(issuer, http)


def _bearers(provider: Provider) -> Bearers:
    return Bearers(
        provider,
        credentials=ClientCredentials("gateway", _password("gateway")),
        audience="gateway",
        remember_seconds=30,
    )


def _sign_in_by_hand(address: str, login: str) -> dict[str, str]:
    """Fill in the provider's forms as a person does; return what the browser brings back."""
    with httpx2.Client() as browser:
        page = _followed(browser, browser.get(address))
        for said in ({"login": login}, {"password": _password(login)}):
            hidden = dict(re.findall(r'name="(csrf_token)"[^>]*value="([^"]*)"', page.text))
            page = _followed(browser, browser.post(str(page.url), data={**hidden, **said}))
        return dict(parse_qsl(urlsplit(page.headers["location"]).query))


def _followed(browser: httpx2.Client, page: httpx2.Response) -> httpx2.Response:
    while page.is_redirect and not page.headers["location"].startswith(CALLBACK):
        page = browser.get(page.url.join(page.headers["location"]))
    return page


async def test_a_person_signs_in(provider: Provider) -> None:
    sign_in = SignIn(
        provider,
        credentials=ClientCredentials("console", _password("console")),
        redirect_uri=CALLBACK,
    )
    attempt = Attempt.new()
    answer = _sign_in_by_hand(await sign_in.address(attempt), "officer-110105")
    tokens = await sign_in.exchange(answer, attempt)
    found = await _bearers(provider).identify(tokens.access_token)
    assert (found.name, found.is_machine) == ("officer-110105", False)
    assert tokens.id_token is not None
    with pytest.raises(Unauthenticated):  # though its audience names the gateway, too
        await _bearers(provider).identify(tokens.id_token)
    with pytest.raises(Unauthenticated):  # a code is good once
        await sign_in.exchange(answer, attempt)
    refreshed = await sign_in.refresh(tokens)
    assert (await _bearers(provider).identify(refreshed.access_token)).name == "officer-110105"
    assert (await sign_in.end_address(tokens, back_to=GATEWAY)).startswith(provider.issuer)


async def test_a_machine_signs_in(provider: Provider) -> None:
    answer = httpx2.post(
        f"{provider.issuer}/oauth/token",
        data={"grant_type": "client_credentials", "scope": "imports:write"},
        auth=("agency-hrss", _password("agency-hrss")),
    )
    found = await _bearers(provider).identify(answer.json()["access_token"])
    assert found == Identity("agency-hrss", is_machine=True, expires_at=found.expires_at)
    assert 800 < found.expires_at - time.time() < 1000
    with pytest.raises(Unauthenticated):
        await _bearers(provider).identify("made-up")
