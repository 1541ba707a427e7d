"""`wengang up` and `wengang doctor`; light, so that `--help` is quick."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from launcher.settings import default_data_dir
from launcher.status import clock_file
from shared.calendar import SHANGHAI
from shared.clock import set_replay
from shared.messages import say, spoken

DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="数据目录 | Folder of the platform's data."),
]
Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="网关端口 | Port of the gateway on 127.0.0.1."),
]


At = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
        help="业务时间停在此刻（北京时间） | Let business time stand still at this Beijing time.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the launcher's commands."""
    app.command("up")(up)
    app.command("doctor")(doctor)
    app.command("clock")(clock)


def up(data: DataDir = None, port: Port = None, at: At = None) -> None:
    """在本机运行整个平台，按 Ctrl-C 结束 | Run the whole platform on this machine until Ctrl-C.

    Examples: wengang up · wengang up --data ./city --port 8000 · wengang up --at 2020-07-31
    """
    if at is not None:
        os.environ["WENGANG_AT"] = at.replace(tzinfo=SHANGHAI).isoformat()
    _become("launcher", data, port)


def clock(
    instant: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], metavar="INSTANT")
    ],
    data: DataDir = None,
) -> None:
    """把 up --at 的业务时间拨到此刻 | Move the business time of a platform that runs with --at.

    Example: wengang clock 2020-08-01T09:00
    """
    folder = data or Path(os.environ.get("WENGANG_DATA_DIR") or default_data_dir())
    if not clock_file(folder).exists():
        raise typer.BadParameter(say("launcher.no_replay", spoken(), folder=folder))
    set_replay(clock_file(folder), instant.replace(tzinfo=SHANGHAI))


def doctor(data: DataDir = None) -> None:
    """检查缺少什么、如何补救 | Name what is missing or unhealthy, and the mend."""
    _become("launcher.doctor", data, None)


def _become(module: str, data: Path | None, port: int | None) -> None:
    """Go on as the module's own process, which gets the signals and loads what it needs."""
    environment = dict(os.environ)
    if data is not None:
        environment["WENGANG_DATA_DIR"] = str(data)
    if port is not None:
        environment["WENGANG_PORT"] = str(port)
    sys.stdout.flush()
    command = [sys.executable, "-P", "-m", module]
    os.execve(sys.executable, command, environment)  # noqa: S606  our own interpreter
