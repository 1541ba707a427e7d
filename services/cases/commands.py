"""Offline commands of `cases`: the directory of officers and the working calendar.

They go through the same handlers as the API, with CASES_DATABASE__URL and the service's keys. A
group of the `wengang` command (entry point `wengang.commands`) rather than another argument of
`python -m services.cases`: people use them, and there `--help` and completion are.
"""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.asked import Department
from services.cases.domain.errors import LastAdministrator, OfficerRefused
from services.cases.domain.officer import Officer, Role
from services.cases.handlers import officers as handlers
from services.cases.settings import CasesSettings
from services.cases.tables import KERNEL
from shared.db import transaction
from shared.messages import Language, say
from shared.service.state import KeysMissing, opened

_ACTOR = "operator:command"

officers = typer.Typer(
    help="人员名录（离线）| The directory of officers, offline.", no_args_is_help=True
)
working_days = typer.Typer(
    help="工作日历（离线）| Days made working or off, offline.", no_args_is_help=True
)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore")

    login: str = Field(min_length=1, max_length=200)
    family_name: str
    given_name: str
    roles: frozenset[Role] = Field(min_length=1)
    districts: frozenset[str]
    active: bool = True
    department: Department | None = None

    def officer(self) -> Officer:
        name = f"{self.family_name}{self.given_name}"
        return Officer(
            self.login,
            name,
            self.roles,
            self.districts,
            self.active,
            department=self.department,
        )


class _Directory(BaseModel):
    model_config = ConfigDict(extra="ignore")

    officers: tuple[_Entry, ...]


def register(app: typer.Typer) -> None:
    """Add the commands to the `wengang` command."""
    app.add_typer(officers, name="officers")
    app.add_typer(working_days, name="working-days")


@officers.command("load")
def load(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """按 TOML 文件更新名录，相同的不动 | Make the directory hold the officers of a TOML FILE."""
    try:
        directory = _Directory.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from error
    _run(lambda session: _put(session, [entry.officer() for entry in directory.officers]))


@officers.command("grant")
def grant(
    subject: str,
    name: Annotated[str, typer.Option(help="姓名 | The full name.")],
    role: Annotated[list[Role], typer.Option(help="角色，可多次 | May be given several times.")],
    district: Annotated[
        list[str] | None, typer.Option(help="区级角色的辖区 | For a district's roles.")
    ] = None,
    department: Annotated[
        Department | None,
        typer.Option(help="协办部门角色的部门 | For the role of an assisting department."),
    ] = None,
) -> None:
    """授予角色和辖区（首位管理员由此产生）| Give SUBJECT these roles and districts."""
    districts = frozenset(district or ())
    wanted = Officer(subject, name, frozenset(role), districts, active=True, department=department)
    _run(lambda session: _put(session, [wanted]))


@working_days.command("set")
def set_day(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])],
    worked: Annotated[
        bool | None,
        typer.Option(
            "--worked/--off",
            help="都不写则按国务院安排 | Without either, the State Council's notice holds.",
        ),
    ] = None,
) -> None:
    """更正工作日历，时限随之重算 | Correct the working calendar; what falls due follows."""
    _run(lambda session: handlers.change_day(session, day.date(), worked=worked))


async def _put(session: AsyncSession, wanted: list[Officer]) -> None:
    changed = await handlers.put_officers(session, wanted)
    typer.echo(f"{len(wanted)} officers, {changed} changed", err=True)


def _run(work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    try:
        asyncio.run(_in_transaction(CasesSettings(), work))
    except ValidationError as error:
        # Named without the value: it may be a secret.
        for wrong in error.errors(include_input=False, include_url=False):
            name = "__".join(str(part).upper() for part in wrong["loc"])
            typer.echo(f"CASES_{name}: {wrong['msg']}", err=True)
        raise typer.Exit(2) from error
    except KeysMissing as error:
        typer.echo(f"CASES: {error}", err=True)
        raise typer.Exit(2) from error
    except OfficerRefused as error:
        for fault in error.errors:
            values = fault["values"]
            shown = values if isinstance(values, dict) else {}
            typer.echo(say(f"validation.{fault['code']}", Language.EN, **shown), err=True)
        raise typer.Exit(1) from error
    except LastAdministrator as error:
        detail = say("problems.last_administrator.detail", Language.EN, subject=error.subject)
        typer.echo(detail, err=True)
        raise typer.Exit(1) from error


async def _in_transaction(
    settings: CasesSettings, work: Callable[[AsyncSession], Awaitable[None]]
) -> None:
    async with (
        opened("cases", settings, kernel=KERNEL, part="command") as resources,
        transaction(resources.sessions, actor=_ACTOR) as session,
    ):
        await work(session)
