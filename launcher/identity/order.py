"""The order that the launcher leaves in a folder for the identity provider's process."""

import json
from dataclasses import dataclass
from pathlib import Path

from launcher.files import write_private
from launcher.identity.wanted import Wanted


@dataclass(frozen=True)
class Order:
    """Where to serve, what signs the sessions, and what to know."""

    issuer: str
    secret_key: str
    wanted: Wanted

    def write(self, folder: Path) -> None:
        """Leave the order in the folder, for its owner's eyes alone."""
        content = {
            "issuer": self.issuer,
            "secret_key": self.secret_key,
            "wanted": self.wanted.as_json(),
        }
        write_private(folder / "order.json", json.dumps(content, ensure_ascii=False))

    @classmethod
    def read(cls, folder: Path) -> "Order":
        """Read what `write` left."""
        content = json.loads((folder / "order.json").read_text(encoding="utf-8"))
        return cls(content["issuer"], content["secret_key"], Wanted.of_json(content["wanted"]))
