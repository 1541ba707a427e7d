"""Makes the platform's database, and in it a schema and roles for each service."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import AsyncConnection

from launcher.credentials import Credentials
from launcher.processes import Probe
from shared.roles import LOGINS, provision, role

DATABASE = "wengang"

DatabaseUrls = Callable[[str, str], str]  # (service, login of the service) -> address


def is_provisioned(admin_url: str, services: Iterable[str], secrets: Credentials) -> Probe:
    """Return a probe that holds once the embedded server takes us and everything is made there."""
    wanted = tuple(services)

    async def probe() -> bool:
        try:
            await _make_database(admin_url)
            await provision_services(_within(admin_url), wanted, secrets)
        except psycopg.OperationalError:  # it does not take connections yet
            return False
        return True

    return probe


async def provision_services(url: str, services: Iterable[str], secrets: Credentials) -> None:
    """Make schemas and roles in the database of `url`, an administrator's; safe to repeat."""
    async with await AsyncConnection.connect(url, connect_timeout=5) as connection:
        for service in services:
            passwords = {login: secrets.of(_secret(service, login)) for login in LOGINS}
            await provision(connection, service, passwords)


def urls(admin_url: str, secrets: Credentials, *, embedded: bool) -> DatabaseUrls:
    """Return the function that gives each service its address."""
    address = urlsplit(_within(admin_url) if embedded else admin_url)
    place = address.netloc.rpartition("@")[2]

    def url(service: str, login: str) -> str:
        who = f"{role(service, login)}:{secrets.of(_secret(service, login))}"
        return urlunsplit(address._replace(scheme="postgresql+psycopg", netloc=f"{who}@{place}"))

    return url


async def _make_database(admin_url: str) -> None:
    async with await AsyncConnection.connect(admin_url, autocommit=True) as connection:
        found = await connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
        )
        if await found.fetchone() is None:
            await connection.execute(f"CREATE DATABASE {DATABASE}")


def _within(admin_url: str) -> str:
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{DATABASE}"))


def _secret(service: str, login: str) -> str:
    return f"database/{service}/{login}"
