"""`wengang login`, `logout`, `whoami`: in whose name commands speak."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import local, sessions
from cli.asked import asked
from cli.credentials import sign_in_locally
from cli.gateway import connect
from cli.identity import sign_in
from cli.identity.provider import open_client
from cli.output import Output, OutputOption, show_one
from cli.problems import refusal
from cli.refusals import ExitCode, Refused
from cli.terminal import note
from cli.texts import examples, text
from shared.http import Unreachable


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "login",
        help=text("login.help"),
        epilog=examples(
            "wengang login --gateway https://wengang.example.gov.cn",
            "wengang login --client-id agency-hrss --secret-file hrss.secret",
            "wengang login --local officer-110105",
        ),
    )(login)
    app.command("logout", help=text("logout.help"))(logout)
    app.command("whoami", help=text("whoami.help"))(whoami)


def login(
    ctx: typer.Context,
    client_id: Annotated[
        str | None, typer.Option("--client-id", help=text("login.client_id"))
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option("--secret-file", help=text("login.secret_file"), allow_dash=True),
    ] = None,
    local_names: Annotated[
        list[str] | None, typer.Option("--local", help=text("login.local"))
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=text("login.no_browser"))
    ] = False,
) -> None:
    """Sign in and keep the session; it becomes the one that is meant by default."""
    if local_names:
        if client_id is not None or secret_file is not None:
            raise Refused(text("login.one_way"), exit_code=ExitCode.USAGE)
        *others, name = local_names
        for other in others:
            sessions.keep(other, _local(other), current=True)
        session = _local(name)
    elif client_id is not None:
        gateway = _gateway(ctx)
        from_file = secret_file is not None and str(secret_file) != "-"
        name, session = (
            client_id,
            sign_in.by_secret(
                gateway=gateway,
                issuer=_where(gateway)["issuer"],
                client_id=client_id,
                secret=sign_in.read_secret(secret_file) if secret_file and from_file else _typed(),
                secret_file=secret_file if from_file else None,
            ),
        )
    elif secret_file is not None:
        raise Refused(text("login.secret_of_whom"), exit_code=ExitCode.USAGE)
    else:
        gateway = _gateway(ctx)
        told = _where(gateway)
        name, session = sign_in.by_browser(
            gateway=gateway,
            issuer=told["issuer"],
            client_id=told["cli_client_id"],
            open_browser=not no_browser,
        )
    profile = asked(ctx).profile or name
    sessions.keep(profile, session, current=True)
    note(text("login.done", name=name, profile=profile, gateway=session.gateway))


def _local(name: str) -> sessions.Session:
    """Sign somebody of this machine's platform in."""
    session = sign_in_locally(name)
    if session is None:
        raise Refused(text("login.not_local", name=name), text("login.how_local"))
    return session


def logout(
    ctx: typer.Context,
    everyone: Annotated[bool, typer.Option("--all", help=text("logout.all"))] = False,
) -> None:
    """Forget the session of the profile, or all of them."""
    name = None if everyone else asked(ctx).profile or sessions.read().current
    gone = sessions.forget(name) if everyone or name is not None else []
    if not gone:
        note(text("logout.nobody"))
    for known in gone:
        note(text("logout.done", name=known))


def whoami(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """Show who the gateway takes the profile for."""
    gateway = connect(ctx)
    who: dict[str, Any] = gateway.get("/v1/me").json()
    held = gateway.credentials
    left = max(0, round((held.session.expires_at - time.time()) / 60))
    own = {"profile": held.profile, "gateway": held.gateway, "minutes_left": left}
    show_one({**own, **who}, output, words={"roles": "role", "kind": "kind"})


def _gateway(ctx: typer.Context) -> str:
    """Return the gateway to sign in at: the one asked for, else this machine's."""
    if (chosen := asked(ctx).gateway) is not None:
        return chosen
    if (platform := local.running()) is not None:
        return platform.gateway
    raise Refused(text("gateway.which"), text("gateway.what_to_do"), exit_code=ExitCode.USAGE)


def _where(gateway: str) -> dict[str, str]:
    """Ask the gateway who signs people in for it; this machine's platform says it in a file."""
    platform = local.running()
    if platform is not None and platform.gateway == gateway:
        return {"issuer": platform.issuer, "cli_client_id": platform.cli_client_id}
    with open_client(gateway) as client:
        try:
            answer = client.get(f"{gateway}/sign-in")
        except Unreachable as fault:
            raise Refused(
                text("gateway.unreachable", gateway=gateway), text("gateway.what_to_do")
            ) from fault
    if not answer.is_success:
        raise refusal(answer)
    told = answer.json()
    return {"issuer": str(told["issuer"]), "cli_client_id": str(told["cli_client_id"])}


def _typed() -> str:
    """Read a secret that is typed unseen, or comes through a pipe."""
    if sys.stdin.isatty():
        return str(typer.prompt(text("login.secret"), hide_input=True, err=True))
    return sys.stdin.readline().strip()
