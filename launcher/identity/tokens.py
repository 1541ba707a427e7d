"""Access tokens of people as RFC 9068 has them: with an id, their client and their scope.

canaille's own lack these. Two of one person, client and second are then the same text, which its
database refuses: the second sign-in would answer 500.
"""

import secrets
import time
from typing import Any

from canaille.oidc.jose import server_signing_key
from canaille.oidc.provider import authorization, get_issuer
from canaille.oidc.userinfo import UserInfo, generate_user_claims
from flask import Flask
from joserfc import jwt

from launcher.identity.configuration import TOKEN_SECONDS

Record = Any  # canaille is untyped


def issue_distinct_tokens(app: Flask) -> None:
    """Let the application issue such tokens wherever a person signs in or refreshes."""
    settings = {**app.config, "OAUTH2_ACCESS_TOKEN_GENERATOR": access_token}
    generator = authorization.create_bearer_token_generator(settings)
    for grant_type in ("authorization_code", "refresh_token"):
        authorization.register_token_generator(grant_type, generator)


def access_token(*, client: Record, grant_type: str, user: Record, scope: str) -> str:  # noqa: ARG001  authlib names the arguments
    """Return a signed token by which the client acts for the user."""
    key = server_signing_key()
    now = int(time.time())
    claims = {
        **UserInfo(generate_user_claims(user)).filter(scope),
        "iss": get_issuer(),
        "aud": [audience.client_id for audience in client.audience],
        "client_id": client.client_id,
        "scope": scope,
        "jti": secrets.token_urlsafe(18),
        "iat": now,
        "exp": now + TOKEN_SECONDS,
    }
    return jwt.encode({"typ": "at+jwt", "alg": "RS256", "kid": key.kid}, claims, key)
