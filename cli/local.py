"""The platform on this machine, as `wengang up` describes it in its data folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.folders import platform_folder


@dataclass(frozen=True)
class LocalPlatform:
    """Where the running platform answers."""

    folder: Path
    gateway: str
    issuer: str
    cli_client_id: str


@dataclass(frozen=True)
class LocalPrincipal:
    """Someone who may sign in there: a person with a password, or a partner with a secret."""

    name: str
    secret: str
    is_person: bool


def running() -> LocalPlatform | None:
    """Return the platform of this user's data folder, if it serves."""
    folder = platform_folder()
    told = _json(folder / "platform.json")
    if not told.get("ready"):
        return None
    return LocalPlatform(folder, told["gateway"], told["issuer"], told["cli_client_id"])


def principal(platform: LocalPlatform, name: str) -> LocalPrincipal | None:
    """Return who `name` is at the platform's own identity provider; None if it knows no such."""
    wanted = _json(platform.folder / "identity" / "order.json").get("wanted", {})
    for user in wanted.get("users", ()):
        if user["user_name"] == name:
            return LocalPrincipal(name, user["password"], is_person=True)
    for client in wanted.get("clients", ()):
        if client["client_id"] == name and client["secret"]:
            return LocalPrincipal(name, client["secret"], is_person=False)
    return None


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
