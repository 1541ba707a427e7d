"""A small OpenID provider: a sign-in page with cookie and CSRF token, PKCE, RS256 ID tokens."""

import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from cli.identity.pkce import challenge
from tests.integration.cli.door import Door, Said, Seen

_CSRF = "csrf-7"


@dataclass
class Provider:
    """What the provider knows; `lies` are claims of its ID tokens that are not as they should."""

    door: Door
    passwords: dict[str, str]
    secrets: dict[str, str]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    lies: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    tokens: int = 0

    def open(self) -> None:
        """Answer at the door."""
        url = self.door.url
        document = {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/jwks",
        }
        self.door.on("GET", "/.well-known/openid-configuration", Said(200, document))
        self.door.on("GET", "/jwks", Said(200, {"keys": [self.key.as_dict(private=False)]}))
        self.door.on("GET", "/authorize", self._authorize)
        self.door.on("GET", "/login", Said(200, self._page(), {"set-cookie": "sid=9; Path=/"}))
        self.door.on("POST", "/login", self._login)
        self.door.on("POST", "/token", self._token)

    def _authorize(self, seen: Seen) -> Said:
        self.asked = dict(seen.query)
        return Said(302, "", {"location": "/login"})

    def _page(self) -> str:
        return f"""<form action="/search"><input name="q"></form>
            <form method="post"><input type="hidden" name="csrf" value="{_CSRF}">
            <input name="login"><input type="password" name="password">
            <input type="submit" name="go" value="Go"></form>"""

    def _login(self, seen: Seen) -> Said:
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        known = self.passwords.get(form["login"]) == form["password"]
        if not known or form["csrf"] != _CSRF or "sid=9" not in seen.headers.get("cookie", ""):
            return Said(200, self._page())
        answer = {"code": f"code-of-{form['login']}", "state": self.asked["state"]}
        return Said(302, "", {"location": f"{self.asked['redirect_uri']}?{urlencode(answer)}"})

    def _token(self, seen: Seen) -> Said:
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        self.tokens += 1
        given: dict[str, Any] = {"access_token": f"access-{self.tokens}", "expires_in": 900}
        if form["grant_type"] == "client_credentials":
            pairs = [f"{name}:{secret}" for name, secret in self.secrets.items()]
            headers = [f"Basic {b64encode(pair.encode()).decode()}" for pair in pairs]
            if seen.headers.get("authorization") not in headers:
                return Said(401, {"error": "invalid_client"})
        elif form["grant_type"] == "refresh_token":
            if form["refresh_token"] != "refresh-1":
                return Said(400, {"error": "invalid_grant"})
        else:
            if challenge(form["code_verifier"]) != self.asked["code_challenge"]:
                return Said(400, {"error": "invalid_grant"})
            subject = form["code"].removeprefix("code-of-")
            given |= {"refresh_token": "refresh-1", "id_token": self._id_token(subject)}
        return Said(200, given)

    def _id_token(self, subject: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.door.url,
            "aud": self.asked["client_id"],
            "sub": subject,
            "nonce": self.asked["nonce"],
            "iat": now,
            "exp": now + 900,
            **self.lies,
        }
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
