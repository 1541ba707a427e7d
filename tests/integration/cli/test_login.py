"""Every way in ends in a session that holds, and forged or foreign answers end in none."""

import dataclasses
import io
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cli import sessions
from cli.identity import sign_in
from shared.http import sync_client
from tests.integration.cli.conftest import Wengang, keep_session
from tests.integration.cli.door import Door, Said
from tests.integration.cli.provider import Provider

ME = Said(
    200,
    {
        "subject": "officer-110105",
        "kind": "officer",
        "name": "黄强",
        "roles": ["district_officer"],
        "districts": [{"code": "110105", "name": "Chaoyang"}],
        "feeds": [],
    },
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that knows an officer and an agency."""
    with Door() as door:
        made = Provider(door, {"officer-110105": "p 1&"}, {"agency-hrss": "hush"})
        made.open()
        yield made


@pytest.fixture
def platform(home: Path, door: Door, provider: Provider) -> Path:
    """A platform that runs on this machine, as its data folder tells it."""
    folder = home / "platform"
    (folder / "identity").mkdir(parents=True)
    told = {
        "gateway": door.url,
        "issuer": provider.door.url,
        "cli_client_id": "cli",
        "ready": True,
    }
    (folder / "platform.json").write_text(json.dumps(told))
    wanted = {
        "users": [{"user_name": "officer-110105", "password": "p 1&"}],
        "clients": [
            {"client_id": "cli", "secret": None},
            {"client_id": "agency-hrss", "secret": "hush"},
        ],
    }
    (folder / "identity" / "order.json").write_text(json.dumps({"wanted": wanted}))
    door.on("GET", "/v1/me", ME)
    return folder


@pytest.mark.usefixtures("platform")
def test_an_officer_of_this_machine_signs_in_through_the_providers_page(
    door: Door, provider: Provider, wengang: Wengang
) -> None:
    code, _, error = wengang("login", "--local", "officer-110105")

    assert code == 0
    assert "Signed in: officer-110105" in error
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["redirect_uri"] == "http://127.0.0.1:18151/callback"
    assert len(provider.asked["state"]) >= 32
    assert provider.asked["state"] != provider.asked["nonce"]
    assert sessions.read().current == "officer-110105"

    code, out, _ = wengang("whoami")
    assert code == 0
    assert door.seen[0].headers["authorization"] == "Bearer access-1"
    assert "黄强" in out
    assert "district officer" in out
    assert "Chaoyang" in out


@pytest.mark.usefixtures("platform")
def test_a_name_of_this_machine_needs_no_sign_in_first(
    door: Door, provider: Provider, wengang: Wengang
) -> None:
    assert wengang("whoami", "--as", "agency-hrss")[0] == 0
    assert wengang("whoami", "--as", "agency-hrss")[0] == 0

    assert provider.tokens == 1
    assert [seen.headers["authorization"] for seen in door.seen] == ["Bearer access-1"] * 2
    assert sessions.read().current is None
    code, _, error = wengang("whoami", "--as", "nobody")
    assert code == 1
    assert "nobody is not signed in" in error


@pytest.mark.usefixtures("platform")
def test_a_token_that_has_run_out_or_is_refused_is_renewed(door: Door, wengang: Wengang) -> None:
    wengang("login", "--local", "officer-110105")
    held = sessions.read().profiles["officer-110105"]
    sessions.keep("officer-110105", dataclasses.replace(held, expires_at=0), current=True)

    assert wengang("whoami")[0] == 0
    assert door.seen[-1].headers["authorization"] == "Bearer access-2"

    door.on("GET", "/v1/me", Said(401, {"title": "Not signed in", "status": 401}), ME)
    assert wengang("whoami")[0] == 0
    assert [seen.headers["authorization"] for seen in door.seen[-2:]] == [
        "Bearer access-2",
        "Bearer access-3",
    ]

    door.on("GET", "/v1/me", Said(401, {"title": "Not signed in", "status": 401}))
    before = len(door.seen)
    code, _, error = wengang("whoami")
    assert code == 1
    assert "Not signed in" in error
    assert len(door.seen) == before + 2


def test_a_platform_that_moved_gets_a_new_session(
    platform: Path, provider: Provider, wengang: Wengang
) -> None:
    wengang("whoami", "--as", "agency-hrss")
    with Door() as moved:
        moved.on("GET", "/v1/me", ME)
        told = json.loads((platform / "platform.json").read_text())
        (platform / "platform.json").write_text(json.dumps({**told, "gateway": moved.url}))

        assert wengang("whoami", "--as", "agency-hrss")[0] == 0
        assert moved.seen[0].headers["authorization"] == "Bearer access-2"
    assert provider.tokens == 2


def test_a_wrong_password_is_told(platform: Path, provider: Provider, wengang: Wengang) -> None:
    provider.passwords["officer-110105"] = "another"

    code, _, error = wengang("login", "--local", "officer-110105")

    assert code == 1
    assert "Signing in officer-110105" in error
    assert sessions.read().profiles == {}
    assert platform.is_dir()


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another"},
        {"aud": "another client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"sub": "city-admin"},
    ],
)
def test_an_id_token_that_does_not_hold_ends_in_no_session(
    provider: Provider, wengang: Wengang, lie: dict[str, object]
) -> None:
    provider.lies = lie

    assert wengang("login", "--local", "officer-110105")[0] == 1
    assert sessions.read().profiles == {}


def test_a_partner_signs_in_by_the_secret_in_a_file(
    door: Door, provider: Provider, wengang: Wengang, tmp_path: Path
) -> None:
    door.on("GET", "/sign-in", Said(200, {"issuer": provider.door.url, "cli_client_id": "cli"}))
    door.on("GET", "/v1/me", ME)
    secret = tmp_path / "secret"
    secret.write_text("hush\n")

    options = ("--client-id", "agency-hrss", "--secret-file", str(secret))
    assert wengang("--gateway", door.url, "login", *options)[0] == 0

    held = sessions.read().profiles["agency-hrss"]
    assert held.secret_file == str(secret)
    assert "hush" not in json.dumps(dataclasses.asdict(held))
    sessions.keep("agency-hrss", dataclasses.replace(held, expires_at=0), current=True)
    assert wengang("whoami")[0] == 0
    assert door.seen[-1].headers["authorization"] == "Bearer access-2"


def test_a_secret_from_a_pipe_is_not_kept(
    door: Door, provider: Provider, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.on("GET", "/sign-in", Said(200, {"issuer": provider.door.url, "cli_client_id": "cli"}))
    monkeypatch.setattr(sys, "stdin", io.StringIO("hush\n"))
    assert wengang("--gateway", door.url, "login", "--client-id", "agency-hrss")[0] == 0

    held = sessions.read().profiles["agency-hrss"]
    assert held.secret_file is None
    sessions.keep("agency-hrss", dataclasses.replace(held, expires_at=0), current=True)
    code, _, error = wengang("whoami")
    assert code == 1
    assert "The session of agency-hrss has run out" in error

    monkeypatch.setattr(sys, "stdin", io.StringIO("wrong\n"))
    code, _, error = wengang("--gateway", door.url, "login", "--client-id", "agency-hrss")
    assert code == 1
    assert "The identity provider refused: invalid_client." in error


def test_a_person_comes_back_from_the_browser(
    door: Door, provider: Provider, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.on("GET", "/sign-in", Said(200, {"issuer": provider.door.url, "cli_client_id": "cli"}))
    door.on("GET", "/v1/me", ME)
    pages: list[int] = []

    def browse(address: str) -> bool:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        provider.asked = asked

        def come_back() -> None:
            with sync_client("") as browser:
                answers = (
                    {"code": "code-of-mallory", "state": "forged"},
                    {"code": "code-of-mallory"},
                    {"code": "code-of-officer-110105", "state": asked["state"]},
                )
                back = asked["redirect_uri"]
                pages.extend(browser.get(back, params=said).status_code for said in answers)

        threading.Thread(target=come_back).start()
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    code, _, error = wengang("--gateway", door.url, "login", "--as", "me")

    assert code == 0
    assert pages[:2] == [400, 400]
    assert f"{provider.door.url}/authorize?response_type=code&client_id=cli&" in error
    assert sessions.read().current == "me"

    # The refresh token carries it on, until the provider says no.
    held = sessions.read().profiles["me"]
    sessions.keep("me", dataclasses.replace(held, expires_at=0), current=True)
    assert wengang("whoami")[0] == 0
    assert sessions.read().profiles["me"].refresh_token == "refresh-1"
    spent = dataclasses.replace(held, expires_at=0, refresh_token="spent")
    sessions.keep("me", spent, current=True)
    assert "has run out" in wengang("whoami")[2]


def test_a_person_who_never_comes_back_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, door: Door, provider: Provider, wengang: Wengang
) -> None:
    door.on("GET", "/sign-in", Said(200, {"issuer": provider.door.url, "cli_client_id": "cli"}))
    monkeypatch.setattr(sign_in, "_WAIT_SECONDS", 0)

    code, _, error = wengang("--gateway", door.url, "login", "--no-browser")

    assert code == 1
    assert "Nobody signed in" in error


def test_a_provider_that_is_none_is_told(
    door: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("hush\n"))
    door.on("GET", "/sign-in", Said(200, {"issuer": door.url, "cli_client_id": "cli"}))
    door.on(
        "GET", "/.well-known/openid-configuration", Said(200, {"issuer": "https://another.example"})
    )

    code, _, error = wengang("--gateway", door.url, "login", "--client-id", "x")

    assert code == 1
    assert f"{door.url} is no OpenID provider" in error


def test_sessions_are_forgotten(wengang: Wengang, door: Door) -> None:
    keep_session("a", gateway=door.url)
    keep_session("b", gateway=door.url)

    assert "Forgotten: b" in wengang("logout")[2]
    assert set(sessions.read().profiles) == {"a"}
    assert "Nobody was signed in" in wengang("logout")[2]
    assert "Forgotten: a" in wengang("logout", "--all")[2]
    assert sessions.read().profiles == {}
