"""How canaille is set up here: addresses, lifetimes, permissions."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# canaille's own default is ten days. A refresh token ends together with its access token.
TOKEN_SECONDS = 900

TRANSLATIONS = "translations"  # below the provider's folder

_THEME = Path(__file__).parent / "themes" / "wengang"
_MARK = f"/_theme/{_THEME.name}/mark.svg"


def configuration(
    *, folder: Path, issuer: str, secret_key: str, signing_key: dict[str, Any]
) -> dict[str, Any]:
    """Return canaille's settings; `signing_key` is a private RSA JWK."""
    address = urlsplit(issuer)
    return {
        "SECRET_KEY": secret_key,
        "SERVER_NAME": address.netloc,
        "PREFERRED_URL_SCHEME": address.scheme,
        # No LANGUAGE: it would stand above what the browser asks for.
        "BABEL_TRANSLATION_DIRECTORIES": f"translations;{folder / TRANSLATIONS}",
        "OAUTH2_TOKEN_EXPIRES_IN": {
            "authorization_code": TOKEN_SECONDS,
            "client_credentials": TOKEN_SECONDS,
            "refresh_token": TOKEN_SECONDS,
        },
        "CANAILLE": {
            "DATABASE": "sql",
            "TIMEZONE": "Asia/Shanghai",
            "NAME": "稳岗",
            "LOGO": _MARK,
            "FAVICON": _MARK,
            "THEME": str(_THEME),
            "LOGIN_ATTRIBUTES": ["user_name"],
            "ENABLE_INTRUDER_LOCKOUT": True,
            "ENABLE_PASSWORD_RECOVERY": False,
            "ACL": {
                "DEFAULT": {
                    "PERMISSIONS": ["use_oidc", "edit_self"],
                    "READ": ["user_name", "groups", "family_name", "given_name", "title"],
                    "WRITE": ["password", "preferred_language"],
                },
            },
        },
        "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{folder / 'canaille.sqlite'}"},
        "CANAILLE_OIDC": {
            "ACTIVE_JWKS": [signing_key],
            "USERINFO_MAPPING": {"SUB": "{{ user.user_name }}"},
        },
    }
