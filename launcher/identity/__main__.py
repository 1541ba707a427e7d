"""`python -m launcher.identity FOLDER`: makes, provisions and serves canaille in one process."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from canaille import create_app
from canaille.core.endpoints.forms import LoginForm
from hypercorn.asyncio import serve
from hypercorn.config import Config
from joserfc.jwk import RSAKey

from launcher.files import write_private
from launcher.identity.configuration import TRANSLATIONS, configuration
from launcher.identity.empty_answers import send_empty_answers
from launcher.identity.order import Order
from launcher.identity.provisioning import is_due, provision
from launcher.identity.tokens import issue_distinct_tokens
from launcher.identity.translations import compile_translations


def main(folder: Path) -> None:
    """Serve the folder's order until a signal ends it."""
    order = Order.read(folder)
    database, memory = folder / "canaille.sqlite", folder / "provisioned.json"
    # Both or none: a first start that was cut short begins anew.
    if not (database.exists() and memory.exists()):
        database.unlink(missing_ok=True)
        memory.unlink(missing_ok=True)
    due = is_due(order.wanted, memory)
    settings = configuration(
        folder=folder,
        issuer=order.issuer,
        secret_key=order.secret_key,
        signing_key=_signing_key(folder / "signing-key.json"),
    )
    compile_translations(folder / TRANSLATIONS)
    # Offices share computers; canaille has no setting for it.
    LoginForm.remember.kwargs["default"] = False
    app = create_app(config=settings, init_backend=due)
    if due:
        database.chmod(0o600)
        with app.app_context(), app.backend.session():
            provision(order.wanted, memory)
    issue_distinct_tokens(app)
    send_empty_answers(app)
    config = Config()
    config.bind = [urlsplit(order.issuer).netloc]
    config.graceful_timeout = 2
    asyncio.run(serve(app, config, mode="wsgi"))


def _signing_key(file: Path) -> dict[str, Any]:
    """Return the key that signs tokens, made at the first start."""
    if not file.exists():
        made = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        write_private(file, json.dumps(made.as_dict(private=True)))
    key: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return key


if __name__ == "__main__":
    main(Path(sys.argv[1]))
