"""Who may sign in on this machine's platform, read from `principals.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True)
class Officer:
    """A civil servant; an empty `districts` belongs to a role that sees the whole city."""

    login: str
    family_name: str
    given_name: str
    title: str
    roles: tuple[str, ...]
    districts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The full name, as Chinese names are written."""
        return f"{self.family_name}{self.given_name}"


@dataclass(frozen=True)
class Agency:
    """A department that pushes its own feeds."""

    client_id: str
    name: str
    feeds: tuple[str, ...]


@dataclass(frozen=True)
class Bank:
    """A bank that answers referrals."""

    client_id: str
    name: str


@dataclass(frozen=True)
class Representative:
    """A person who acts for enterprises; for which, the city's administrator says."""

    login: str
    family_name: str
    given_name: str
    title: str

    @property
    def name(self) -> str:
        """The full name, as Chinese names are written."""
        return f"{self.family_name}{self.given_name}"


@dataclass(frozen=True)
class Principals:
    """Everyone who may sign in."""

    officers: tuple[Officer, ...]
    agencies: tuple[Agency, ...]
    banks: tuple[Bank, ...]
    representatives: tuple[Representative, ...]


BUNDLED = Path(str(files("launcher") / "principals.toml"))
"""Those of the embedded identity provider; the services' directories are loaded from it too."""


@cache
def principals() -> Principals:
    """Read the file that comes with the launcher."""
    read = tomllib.loads(BUNDLED.read_text(encoding="utf-8"))
    return Principals(
        officers=tuple(
            Officer(
                login=entry["login"],
                family_name=entry["family_name"],
                given_name=entry["given_name"],
                title=entry["title"],
                roles=tuple(entry["roles"]),
                districts=tuple(entry["districts"]),
            )
            for entry in read["officers"]
        ),
        agencies=tuple(
            Agency(entry["client_id"], entry["name"], tuple(entry["feeds"]))
            for entry in read["agencies"]
        ),
        banks=tuple(Bank(entry["client_id"], entry["name"]) for entry in read["banks"]),
        representatives=tuple(
            Representative(
                entry["login"], entry["family_name"], entry["given_name"], entry["title"]
            )
            for entry in read["representatives"]
        ),
    )
