"""`wengang up` and `wengang doctor`; light, so that `--help` is quick."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="数据目录 | Folder of the platform's data."),
]
Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="网关端口 | Port of the gateway on 127.0.0.1."),
]


def register(app: typer.Typer) -> None:
    """Add the launcher's commands."""
    app.command("up")(up)
    app.command("doctor")(doctor)


def up(data: DataDir = None, port: Port = None) -> None:
    """在本机运行整个平台，按 Ctrl-C 结束 | Run the whole platform on this machine until Ctrl-C.

    Examples: wengang up · wengang up --data ./city --port 8000
    """
    _become("launcher", data, port)


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
