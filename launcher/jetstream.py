"""The embedded NATS server with JetStream: its configuration and who may say what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.binaries import nats_server
from launcher.files import private_folder, write_private
from launcher.ports import LOOPBACK

LARGEST_MESSAGE = 1 << 20
LARGEST_STORE = 4 << 30


@dataclass(frozen=True)
class BusUser:
    """A user of the bus; `permissions` as NATS reads them, None where everything is allowed."""

    name: str
    password: str
    permissions: Mapping[str, Any] | None = None


def service_user(service: str, password: str) -> BusUser:
    """Return a service's user: it publishes its own facts, and cannot wipe what others rely on."""
    return BusUser(
        service,
        password,
        {
            "publish": {
                "allow": [
                    f"{service}.>",
                    f"work.{service}.>",
                    *("reconcile.>", "_INBOX.>", "$JS.API.>", "$JS.ACK.>"),
                ],
                "deny": [f"$JS.API.STREAM.{act}.>" for act in ("DELETE", "PURGE", "UPDATE")],
            },
            "subscribe": {"allow": ["_INBOX.>", f"reconcile.{service}"]},
        },
    )


@dataclass(frozen=True)
class BusServer:
    """A NATS server on this machine: its folder, ports and users."""

    folder: Path
    port: int
    monitoring_port: int
    users: Sequence[BusUser]
    name: str = "wengang"

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs the server in the foreground."""
        return (str(nats_server()), "--config", str(self._file))

    @property
    def health_url(self) -> str:
        """The address that answers 200 once JetStream serves."""
        return f"http://{LOOPBACK}:{self.monitoring_port}/healthz"

    def url(self, user: BusUser) -> str:
        """Return the server's address for a user."""
        return f"nats://{user.name}:{user.password}@{LOOPBACK}:{self.port}"

    def configure(self) -> None:
        """Write the configuration; the server reads it at its start. JSON is NATS syntax."""
        private_folder(self.folder)
        write_private(self._file, json.dumps(self._configuration(), indent=2))

    @property
    def _file(self) -> Path:
        return self.folder / "nats.conf"

    def _configuration(self) -> dict[str, Any]:
        return {
            "server_name": self.name,
            "listen": f"{LOOPBACK}:{self.port}",
            "http": f"{LOOPBACK}:{self.monitoring_port}",
            "max_payload": LARGEST_MESSAGE,
            "jetstream": {
                "store_dir": str(self.folder / "store"),
                "max_file_store": LARGEST_STORE,
                "max_memory_store": 64 << 20,
                "strict": True,
            },
            "authorization": {"users": [_user(user) for user in self.users]},
        }


def _user(user: BusUser) -> dict[str, Any]:
    entry: dict[str, Any] = {"user": user.name, "password": user.password}
    if user.permissions is not None:
        entry["permissions"] = user.permissions
    return entry
