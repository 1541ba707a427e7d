"""The command line of a deployable: `python -m services.cases {api|worker|migrate|openapi}`."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import structlog
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from shared import migrations
from shared.messages import say, spoken
from shared.service import native
from shared.settings import ServiceSettings

log = structlog.get_logger(__name__)

EXIT_USAGE = 2
_EXIT_BY_SIGNAL = 128  # as shells have it: 143 after SIGTERM
_GRACE_SECONDS = 10
# What a setting without a default is for, in the catalogue; of others, its description.
_PURPOSES = {"database__url": "settings.database_url"}


@dataclass(frozen=True)
class Deployable:
    """What one package offers to run; `api` and `worker` are `module:factory`, imported on use."""

    name: str
    package: str
    settings: Callable[[], ServiceSettings]
    api: str
    worker: str


def run(deployable: Deployable) -> None:
    """Run the part that the command line names, until it is told to stop."""
    parts = ("api", "worker", "migrate", "openapi")
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    if part not in parts or len(sys.argv) > 2:  # noqa: PLR2004 the program and its one argument
        sys.stderr.write(f"usage: python -m {deployable.package} {{{'|'.join(parts)}}}\n")
        raise SystemExit(EXIT_USAGE)
    try:
        settings = deployable.settings()
    except ValidationError as error:
        _refuse_settings(deployable, error)
    if part == "migrate":
        url = settings.database.url.get_secret_value()
        migrations.upgrade(migrations.history(deployable.package, url))
        return
    if part == "openapi":
        # Asked by whoever puts the platform's one document together; nothing is opened for it.
        document = _load(deployable.api)(settings).openapi()
        sys.stdout.write(json.dumps(document, ensure_ascii=False))
        return
    _serve(deployable, settings, part)


def _serve(deployable: Deployable, settings: ServiceSettings, part: str) -> None:
    native.restrain()
    # Imported late: a migration needs no web server, and tells nobody what it does.
    uvicorn = import_module("uvicorn")
    start_telemetry = import_module("shared.telemetry.setup").start_telemetry
    stop_telemetry = start_telemetry(settings.telemetry, service=f"{deployable.name}-{part}")
    factory = _load(deployable.api if part == "api" else deployable.worker)
    app = factory(settings)
    native.settle()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.listen.host,
            port=settings.listen.port,
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=_GRACE_SECONDS,
            server_header=False,
            date_header=False,
        )
    )
    # uvicorn, when it has ended by a signal, raises it again: by default that would end us at once,
    # and the last spans with us.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        server.run()
    finally:
        stop_telemetry()
    if not server.started:
        raise SystemExit(1)


def _end(number: int, _frame: object) -> None:
    raise SystemExit(_EXIT_BY_SIGNAL + number)


def _load(path: str) -> Callable[[ServiceSettings], Any]:
    module, _, name = path.partition(":")
    factory: Callable[[ServiceSettings], Any] = getattr(import_module(module), name)
    return factory


def _refuse_settings(deployable: Deployable, error: ValidationError) -> None:
    """Name what is wrong, never the value: it may be a secret."""
    prefix = str(getattr(deployable.settings, "model_config", {}).get("env_prefix", ""))
    for fault in error.errors(include_input=False, include_url=False):
        path = tuple(str(part) for part in fault["loc"])
        if fault["type"] != "missing":
            sys.stderr.write(f"{_variable(prefix, path)}: {fault['msg']}\n")
            continue
        for name, purpose in _lacking(deployable.settings, path):
            said = say("settings.missing", spoken(), name=_variable(prefix, name), purpose=purpose)
            sys.stderr.write(f"{said}\n")
    raise SystemExit(EXIT_USAGE)


def _variable(prefix: str, path: tuple[str, ...]) -> str:
    return prefix + "__".join(path).upper()


def _lacking(settings: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Name what has to be set where `path` is missing: of a group, the members that are required.

    With each comes what it is for.
    """
    fields: dict[str, FieldInfo] = getattr(settings, "model_fields", {})
    for part in path[:-1]:
        fields = getattr(fields[part].annotation, "model_fields", {})
    field = fields.get(path[-1])
    inner: dict[str, FieldInfo] = getattr(field and field.annotation, "model_fields", {})
    for name, member in inner.items():
        if member.is_required():
            yield from _lacking(settings, (*path, name))
    if field is not None and not inner:
        purpose = _PURPOSES.get("__".join(path))
        yield path, say(purpose, spoken()) if purpose else field.description or ""
