"""What the identity provider shall know: the users, groups and clients of this platform."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Self

from launcher.ports import LOOPBACK
from launcher.principals import Officer, Principals, Representative

CONSOLE, CLI, GATEWAY = "console", "cli", "gateway"

# The provider compares redirect addresses letter by letter, so a sign-in from the command line
# takes whichever of these ports is free.
CLI_PORTS = (18151, 18152, 18153, 18154)

USER_SCOPES = ("openid", "profile", "email", "groups")


@dataclass(frozen=True)
class User:
    """A person who signs in with a password."""

    user_name: str
    password: str
    family_name: str
    given_name: str
    formatted_name: str
    title: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Client:
    """An application or a partner; without a secret it is a public client (PKCE)."""

    client_id: str
    name: str
    secret: str | None
    grant_types: tuple[str, ...]
    scope: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    sign_out_uris: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """The whole state; `client_uri` is the address that marks our own clients as trusted."""

    client_uri: str
    groups: tuple[str, ...]
    users: tuple[User, ...]
    clients: tuple[Client, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def of_json(cls, read: dict[str, Any]) -> Self:
        """Read what `as_json` gave, after a way through JSON."""
        return cls(
            client_uri=read["client_uri"],
            groups=tuple(read["groups"]),
            users=tuple(
                User(**{**entry, "groups": tuple(entry["groups"])}) for entry in read["users"]
            ),
            clients=tuple(Client(**{**entry, **_tuples(entry)}) for entry in read["clients"]),
        )


def wanted_state(who: Principals, *, gateway_url: str, password_of: Callable[[str], str]) -> Wanted:
    """Return what the provider shall know; `password_of` gives the secret of a login or client."""
    users = (
        *(_user(each, _groups(each), password_of(each.login)) for each in who.officers),
        *(_user(each, _ACTS, password_of(each.login)) for each in who.representatives),
    )
    callback, signed_out = f"{gateway_url}/console/callback", f"{gateway_url}/console/signed-out"
    code = ("authorization_code", "refresh_token")
    machine = ("client_credentials",)
    clients = (
        Client(GATEWAY, "稳岗网关", password_of(GATEWAY), machine),
        Client(
            *(CONSOLE, "稳岗工作台", password_of(CONSOLE), code, USER_SCOPES),
            redirect_uris=(callback,),
            sign_out_uris=(signed_out,),
        ),
        Client(CLI, "稳岗命令行", None, code, USER_SCOPES, _cli_callbacks()),
        *(
            Client(agency.client_id, agency.name, password_of(agency.client_id), machine, _PUSH)
            for agency in who.agencies
        ),
        *(
            Client(bank.client_id, bank.name, password_of(bank.client_id), machine, _ANSWER)
            for bank in who.banks
        ),
    )
    groups = sorted({group for user in users for group in user.groups})
    return Wanted(gateway_url, tuple(groups), users, clients)


_PUSH = ("imports:write",)
_ANSWER = ("matches:read", "offers:write")


_ACTS = ("enterprise-representatives",)


def _user(person: Officer | Representative, groups: tuple[str, ...], password: str) -> User:
    return User(
        user_name=person.login,
        password=password,
        family_name=person.family_name,
        given_name=person.given_name,
        formatted_name=person.name,
        title=person.title,
        groups=groups,
    )


def _groups(officer: Officer) -> tuple[str, ...]:
    return (
        *(f"role-{role}" for role in officer.roles),
        *(f"district-{code}" for code in officer.districts),
    )


def _cli_callbacks() -> tuple[str, ...]:
    return tuple(f"http://{LOOPBACK}:{port}/callback" for port in CLI_PORTS)


def _tuples(entry: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
