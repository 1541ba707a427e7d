"""Who may say what on an installation's bus, in NATS's own syntax; passwords stay outside."""

import json
from typing import Final

from launcher.installation.secrets import OPERATOR, password_variable
from launcher.jetstream import service_user
from launcher.programs import SERVICES

_HEAD: Final = """\
# Who may say what on the bus. Written by `wengang provision bus`; the passwords are variables of
# the server's environment.
"""


def users_file() -> str:
    """Return the file that the server's configuration includes within `authorization`."""
    entries = [
        _entry(service, f", permissions: {json.dumps(service_user(service, '').permissions)}")
        for service in SERVICES
    ]
    return f"{_HEAD}users: [\n{''.join(entries)}{_entry(OPERATOR, '')}]\n"


def _entry(user: str, permissions: str) -> str:
    return f"  {{user: {user}, password: ${password_variable(user)}{permissions}}}\n"
