"""`wengang provision`: what has to be made once where the platform runs on many machines."""

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import psycopg
import typer
from psycopg import AsyncConnection, sql

from launcher.files import write_private
from launcher.installation.bus import users_file
from launcher.installation.secrets import CLUSTER, CONTAINERS, installation_secrets
from launcher.installation.written import as_kubernetes, write_for_containers
from launcher.programs import SERVICES
from shared.messages import say, spoken
from shared.roles import LOGINS, provision, role

_USAGE: Final = 2
_CONNECT_SECONDS: Final = 10

app = typer.Typer(
    help="为多机部署准备密钥、数据库角色与总线用户 | Secrets, database roles and bus users of an "
    "installation.",
    no_args_is_help=True,
)


class Target(StrEnum):
    """What reads the secrets."""

    KUBERNETES = "kubernetes"
    COMPOSE = "compose"


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.add_typer(app, name="provision")


@app.command("secrets")
def make_secrets(
    folder: Annotated[
        Path,
        typer.Argument(
            file_okay=False,
            help="存放密钥的目录，须妥善备份 | Folder that keeps them: guard it, back it up.",
        ),
    ],
    target: Annotated[
        Target, typer.Option("--for", help="由谁读取 | What reads them.")
    ] = Target.KUBERNETES,
    namespace: Annotated[
        str, typer.Option(help="Kubernetes 命名空间 | Kubernetes namespace.")
    ] = "wengang",
) -> None:
    """生成全部密钥与口令；重复执行不会改变已有的 | Make every key and password that is missing.

    Examples: wengang provision secrets ./keep · wengang provision secrets ./keep --for compose
    """
    if target is Target.KUBERNETES:
        secrets = installation_secrets(folder, CLUSTER)
        file = folder / "kubernetes.json"
        write_private(file, as_kubernetes(secrets, namespace=namespace))
        typer.echo(file)
    else:
        secrets = installation_secrets(folder, CONTAINERS)
        write_for_containers(folder / "compose", secrets)
        typer.echo(folder / "compose")


@app.command("database")
def make_roles(
    passwords: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="passwords.json | passwords.json.")
    ],
    url: Annotated[
        str,
        typer.Option(
            envvar="WENGANG_POSTGRES_URL",
            help="有权建角色的数据库属主地址 | The database's owner, who may make roles.",
        ),
    ],
) -> None:
    """建立各服务的模式与角色，可重复执行 | Make each service's schema and roles; safe to repeat.

    Example: WENGANG_POSTGRES_URL=postgresql://… wengang provision database passwords.json
    """
    wanted: dict[str, dict[str, str]] = json.loads(passwords.read_text(encoding="utf-8"))
    lacking = [
        f"{service}.{login}"
        for service in SERVICES
        for login in LOGINS
        if not wanted.get(service, {}).get(login)
    ]
    if lacking:
        typer.echo(say("launcher.passwords_lacking", spoken(), names=", ".join(lacking)), err=True)
        raise typer.Exit(_USAGE)
    try:
        asyncio.run(_provision(url, wanted))
    except psycopg.Error as error:
        reason = str(error).strip()
        typer.echo(say("launcher.postgres_refused", spoken(), reason=reason), err=True)
        raise typer.Exit(1) from error


@app.command("bus")
def write_users(
    file: Annotated[
        Path,
        typer.Argument(
            dir_okay=False, help="如 deploy/k8s/base/nats/users.conf | Such as users.conf."
        ),
    ],
) -> None:
    """写出总线用户及其权限（不含口令） | Write who may say what on the bus, without passwords.

    Example: wengang provision bus deploy/k8s/base/nats/users.conf
    """
    file.write_text(users_file(), encoding="utf-8")


async def _provision(url: str, passwords: dict[str, dict[str, str]]) -> None:
    async with await AsyncConnection.connect(url, connect_timeout=_CONNECT_SECONDS) as connection:
        for service in SERVICES:
            await provision(connection, service, passwords[service])
        await _close_to_others(connection)


async def _close_to_others(connection: AsyncConnection) -> None:
    """Let nobody but the services into the database: its server may hold others' as well."""
    database = sql.Identifier(connection.info.dbname)
    await connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(database))
    for service in SERVICES:
        for login in LOGINS:
            await connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    database, sql.Identifier(role(service, login))
                )
            )
