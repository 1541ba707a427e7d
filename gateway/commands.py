"""Offline commands of the gateway: the directory of partners, the platform's API document."""

import asyncio
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from gateway import handlers
from gateway.document import merge, written
from gateway.domain.errors import PartnerRefused, RepresentativeRefused
from gateway.domain.partner import Partner
from gateway.domain.representative import Representative
from gateway.routes import SERVICES
from gateway.schemas import FeedName, Name
from gateway.settings import GatewaySettings
from gateway.tables import KERNEL
from shared.db import transaction
from shared.events.gateway import PartnerKind
from shared.messages import Language, say, spoken
from shared.service.state import opened

_ACTOR: Final = "operator:command"
# Services are other programs: they are asked, not imported.
_MODULES: Final[Mapping[str, str]] = {
    service: "gateway" if service == "gateway" else f"services.{service}" for service in SERVICES
}
# Nothing is opened to describe an API, but the settings demand an address.
_NO_DATABASE: Final = "postgresql+psycopg://nobody@localhost/none"

partners = typer.Typer(help=say("offline.partners", spoken()), no_args_is_help=True)
openapi = typer.Typer(help=say("offline.api", spoken()), no_args_is_help=True)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore")

    client_id: str
    name: Name
    feeds: frozenset[FeedName] = frozenset()
    active: bool = True

    def partner(self, kind: PartnerKind) -> Partner:
        return Partner(self.client_id, kind, self.name, self.feeds, self.active)


class _Person(BaseModel):
    model_config = ConfigDict(extra="ignore")

    login: str
    family_name: str
    given_name: str
    usccs: frozenset[str] = frozenset()

    def representative(self) -> Representative:
        name = f"{self.family_name}{self.given_name}"
        return Representative(self.login, name, self.usccs, active=True)


class _Directory(BaseModel):
    model_config = ConfigDict(extra="ignore")

    agencies: tuple[_Entry, ...] = ()
    banks: tuple[_Entry, ...] = ()
    representatives: tuple[_Person, ...] = ()

    def partners(self) -> list[Partner]:
        return [
            *(entry.partner(PartnerKind.AGENCY) for entry in self.agencies),
            *(entry.partner(PartnerKind.BANK) for entry in self.banks),
        ]


def register(app: typer.Typer) -> None:
    """Add the commands to the `wengang` command."""
    app.add_typer(partners, name="partners")
    app.add_typer(openapi, name="openapi")


@partners.callback()
def directory() -> None:
    """Keep the directory of partners without the API."""


@partners.command("load", help=say("offline.partners_load", spoken()))
def load(
    file: Annotated[
        Path,
        typer.Argument(help=say("offline.partners_file", spoken()), exists=True, dir_okay=False),
    ],
) -> None:
    """Make the directory hold the partners of a TOML FILE; what is the same stays untouched.

    Representatives of enterprises are entered where they are missing, and else left alone.
    """
    try:
        wanted = _Directory.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from error
    try:
        changed = asyncio.run(_put(wanted))
    except (PartnerRefused, RepresentativeRefused) as error:
        for fault in error.errors:
            typer.echo(say(f"validation.{fault['code']}", Language.EN), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{len(wanted.partners())} partners, {changed} changed", err=True)


@openapi.callback()
def description() -> None:
    """Work with the platform's API document."""


@openapi.command("build", help=say("offline.api_build", spoken()))
def build(
    file: Annotated[Path, typer.Argument(help=say("offline.api_file", spoken()), dir_okay=False)],
) -> None:
    """Put the documents of all services together into FILE."""
    file.write_text(written(merge(documents())), encoding="utf-8")


def documents() -> dict[str, dict[str, object]]:
    """Ask every service's program to describe its API."""
    return {service: _described(service, module) for service, module in _MODULES.items()}


def _described(service: str, module: str) -> dict[str, object]:
    told = subprocess.run(  # noqa: S603 our own programs
        [sys.executable, "-m", module, "openapi"],
        env={**os.environ, f"{service.upper()}_DATABASE__URL": _NO_DATABASE},
        check=True,
        capture_output=True,
    )
    document: dict[str, object] = json.loads(told.stdout)
    return document


async def _put(wanted: _Directory) -> int:
    async with (
        opened("gateway", GatewaySettings(), kernel=KERNEL, part="command") as resources,
        transaction(resources.sessions, actor=_ACTOR) as session,
    ):
        await handlers.put_representatives(
            session, (person.representative() for person in wanted.representatives)
        )
        return await handlers.put_partners(session, wanted.partners())
