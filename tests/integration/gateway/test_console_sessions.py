"""Sessions of the console: sealed, limited in time, renewed once, ended for good."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from gateway.auth.provider import ClientCredentials, IssuerUnavailable
from gateway.auth.sign_in import SignIn, Tokens
from gateway.console.sealing import Sealer
from gateway.console.sessions import ConsoleSessions, _read
from shared.auth.keys import SigningKey
from shared.db import Sessions
from tests.integration.database import KEYS, PlatformDatabase
from tests.unit.gateway.issuer import Form, Issuer

HOUR = 3_600.0


def _tokens(lasting: float = HOUR) -> Tokens:
    return Tokens("secret-access", "secret-refresh", "secret-id", time.time() + lasting)


@dataclass
class Held:
    """Sessions at a database, and the provider behind them."""

    database: PlatformDatabase
    sessions: Sessions
    issuer: Issuer = field(default_factory=Issuer)
    refreshed: list[Form] = field(default_factory=list)

    def console(self, key: SigningKey = KEYS["gateway"]) -> ConsoleSessions:
        """Return the sessions as one replica of the gateway holds them."""
        sign_in = SignIn(
            self.issuer.provider(),
            credentials=ClientCredentials("console", "s"),
            redirect_uri="https://wengang.example/console/callback",
        )
        return ConsoleSessions(
            self.sessions,
            Sealer(key),
            sign_in,
            idle=timedelta(hours=1),
            lifetime=timedelta(hours=10),
        )

    def gives(self) -> None:
        """Let the provider refresh; each refresh token is good once, as with rotation."""

        def given(form: Form) -> tuple[int, dict[str, Any]]:
            if any(form == earlier for earlier in self.refreshed):
                return 400, {"error": "invalid_grant"}
            self.refreshed.append(form)
            number = len(self.refreshed)
            return 200, {
                "access_token": f"access-{number}",
                "refresh_token": f"refresh-{number}",
                "expires_in": 900,
            }

        self.issuer.given = given

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Look at the table, or change it, as its administrator."""
        with psycopg.connect(self.database.admin_url) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []


@pytest.fixture
async def held(gateway_database: PlatformDatabase) -> AsyncIterator[Held]:
    """An empty table of sessions."""
    async with gateway_database.sessions("gateway", "api") as sessions:
        held = Held(gateway_database, sessions)
        held.sql("DELETE FROM gateway.console_sessions")
        yield held


async def test_a_session_is_found_by_its_id_alone(held: Held) -> None:
    console = held.console()
    opened = await console.open(_tokens())
    other = await console.open(_tokens())
    found = await console.find(opened.id)
    assert found == opened
    assert len({opened.id, other.id, opened.csrf, other.csrf}) == 4
    for wrong in ("", "x", "ü", opened.id[:-2], opened.id[:-1] + "é", opened.csrf):
        assert await console.find(wrong) is None


async def test_the_database_holds_neither_id_nor_tokens(held: Held) -> None:
    opened = await held.console().open(_tokens())
    ((row,),) = held.sql("SELECT to_jsonb(s)::text FROM gateway.console_sessions s")
    ((sealed, id_hash),) = held.sql("SELECT sealed, id_hash FROM gateway.console_sessions")
    assert opened.id not in row
    assert b"secret" not in bytes(sealed)
    assert bytes(id_hash) != _read(opened.id)


async def test_the_worker_cannot_read_sessions(held: Held) -> None:
    address = held.database.url("gateway", "worker").replace("+psycopg", "")
    with (
        psycopg.connect(address) as worker,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        worker.execute("SELECT 1 FROM gateway.console_sessions")


async def test_another_key_opens_no_session(held: Held) -> None:
    opened = await held.console().open(_tokens())
    assert await held.console(SigningKey.generate("gateway")).find(opened.id) is None


@pytest.mark.parametrize(
    "over",
    ["seen_at = now() - interval '61 minutes'", "expires_at = now() - interval '1 second'"],
)
async def test_a_session_ends_by_idleness_and_by_age(held: Held, over: str) -> None:
    console = held.console()
    opened = await console.open(_tokens())
    held.sql(f"UPDATE gateway.console_sessions SET {over}")  # noqa: S608  a literal above
    assert await console.find(opened.id) is None
    # Whoever signs in next clears it away.
    await console.open(_tokens())
    assert held.sql("SELECT count(*) FROM gateway.console_sessions") == [(1,)]


async def test_use_keeps_a_session_from_idling(held: Held) -> None:
    console = held.console()
    opened = await console.open(_tokens())
    held.sql("UPDATE gateway.console_sessions SET seen_at = now() - interval '59 minutes'")
    assert await console.find(opened.id) is not None
    assert held.sql(
        "SELECT now() - seen_at < interval '1 minute' FROM gateway.console_sessions"
    ) == [(True,)]


async def test_a_session_lasts_ten_hours_at_most(held: Held) -> None:
    await held.console().open(_tokens())
    assert held.sql(
        "SELECT expires_at - seen_at = interval '10 hours' FROM gateway.console_sessions"
    ) == [(True,)]


async def test_an_access_token_is_renewed_once_before_it_ends(held: Held) -> None:
    held.gives()
    console = held.console()
    opened = await console.open(_tokens(lasting=30))
    found = await asyncio.gather(*(console.find(opened.id) for _ in range(10)))
    assert {each.tokens.access_token for each in found if each} == {"access-1"}
    assert held.refreshed == [{"grant_type": "refresh_token", "refresh_token": "secret-refresh"}]
    # It is kept: another replica finds it, too.
    later = await held.console().find(opened.id)
    assert later is not None
    assert later.tokens.refresh_token == "refresh-1"
    assert len(held.refreshed) == 1


async def test_who_loses_the_race_to_renew_takes_what_the_other_got(held: Held) -> None:
    held.gives()
    opened = await held.console().open(old := _tokens(lasting=30))
    assert await held.console().find(opened.id) is not None
    raw = _read(opened.id)
    assert raw is not None
    # As a replica does that read the session before the other renewed it.
    late = await held.console()._renewed(raw, old)
    assert late is not None
    assert late.access_token == "access-1"


async def test_what_the_provider_has_ended_is_over(held: Held) -> None:
    console = held.console()  # this provider refuses to refresh
    opened = await console.open(_tokens(lasting=30))
    assert await console.find(opened.id) is None
    assert held.sql("SELECT count(*) FROM gateway.console_sessions") == [(0,)]


async def test_a_provider_that_is_away_ends_no_session(held: Held) -> None:
    console = held.console()
    opened = await console.open(_tokens(lasting=30))
    ended = await console.open(_tokens(lasting=-1))
    held.issuer.away = True
    found = await console.find(opened.id)
    assert found is not None
    assert found.tokens.access_token == "secret-access"
    with pytest.raises(IssuerUnavailable):
        await console.find(ended.id)
    assert held.sql("SELECT count(*) FROM gateway.console_sessions") == [(2,)]


async def test_an_ended_session_stays_ended(held: Held) -> None:
    console = held.console()
    opened = await console.open(_tokens())
    await console.end(opened.id)
    await console.end("nobody's")
    assert await console.find(opened.id) is None
