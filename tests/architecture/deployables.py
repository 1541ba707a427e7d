"""The five deployables, as the tests of the whole see them."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from pydantic import SecretStr

from shared.auth.keys import SigningKey, TrustBundle
from shared.bus.consumer import Consumer
from shared.settings import (
    BlobSettings,
    DatabaseSettings,
    KeySettings,
    ServiceSettings,
)

ROOT: Final = Path(__file__).parents[2]
SERVICES: Final = ("ingest", "scoring", "cases", "matchmaking")
PACKAGES: Final[Mapping[str, str]] = {
    **{name: f"services.{name}" for name in SERVICES},
    "gateway": "gateway",
}


def settings_class(name: str) -> type[ServiceSettings]:
    """Return the settings of a deployable, whatever the class is called."""
    module = import_module(f"{PACKAGES[name]}.settings")
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, ServiceSettings)
        and each.__module__ == module.__name__
    ]
    assert len(found) == 1, f"{name} has {len(found)} settings classes"
    return found[0]


def consumers(name: str) -> tuple[Consumer[Any], ...]:
    """Return what a deployable declares to consume; ingest consumes nothing yet."""
    try:
        module = import_module(f"{PACKAGES[name]}.consumers")
    except ModuleNotFoundError:
        return ()
    declared: tuple[Consumer[Any], ...] = module.CONSUMERS
    return declared


def service_app(name: str, folder: Path) -> FastAPI:
    """Compose a service's API with keys of its own and a database that nobody will ask."""
    key = SigningKey.generate(name)
    (folder / "key.json").write_text(key.private_json())
    (folder / "trust.json").write_text(
        TrustBundle.of([key, SigningKey.generate("gateway")]).public_json()
    )
    settings = settings_class(name)(
        database=DatabaseSettings(url=SecretStr("postgresql+psycopg://nobody@127.0.0.1:1/none")),
        keys=KeySettings(private_key_file=folder / "key.json", trust_file=folder / "trust.json"),
        blobs=BlobSettings(root=folder / "blobs"),
    )
    app: FastAPI = import_module(f"services.{name}.main").build(settings)
    return app


def sources(*folders: str) -> list[Path]:
    """List our Python files below the folders of the project, without migrations' versions."""
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "versions" not in path.parts
    ]
