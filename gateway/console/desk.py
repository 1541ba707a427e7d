"""What the console holds while the gateway lives, and what it tells browsers about itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway.auth.provider import ClientCredentials, IssuerUnavailable, Provider
from gateway.auth.sign_in import SignIn
from gateway.console.sealing import Sealer
from gateway.console.sessions import ConsoleSessions
from gateway.console.settings import ConsoleSettings
from gateway.store import partners
from shared.auth.keys import SigningKey
from shared.db import Sessions, transaction

CALLBACK: Final = "/console/callback"
SIGNED_OUT: Final = "/console/signed-out"
SESSION_COOKIE: Final = "wengang_console"
_COOKIE_PATH: Final = "/console"


@dataclass(frozen=True)
class Desk:
    """Found in the app's state as `desk`."""

    provider: Provider
    sign_in: SignIn
    sessions: ConsoleSessions
    sealer: Sealer
    public_url: str
    database: Sessions

    @classmethod
    def of(
        cls,
        settings: ConsoleSettings,
        *,
        provider: Provider,
        sessions: Sessions,
        key: SigningKey,
        public_url: str,
    ) -> "Desk":
        """Set up the console of a gateway."""
        sealer = Sealer(key)
        sign_in = SignIn(
            provider,
            credentials=ClientCredentials(
                settings.client_id, settings.client_secret.get_secret_value()
            ),
            redirect_uri=public_url.rstrip("/") + CALLBACK,
        )
        held = ConsoleSessions(
            sessions, sealer, sign_in, idle=settings.idle, lifetime=settings.lifetime
        )
        return cls(provider, sign_in, held, sealer, public_url.rstrip("/"), sessions)

    async def partner_names(self) -> Mapping[str, str]:
        """Return what partners are called, by the ids that the API knows them by."""
        async with transaction(self.database, actor="service:gateway") as session:
            return await partners.names(session)

    def set_cookie(
        self, response: Response, name: str, value: str, *, max_age: int | None = None
    ) -> None:
        """Give the browser something that no script and no other site can use."""
        response.set_cookie(
            name,
            value,
            max_age=max_age,
            path=_COOKIE_PATH,
            secure=self.public_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )

    def drop_cookie(self, response: Response, name: str) -> None:
        """Take it back."""
        self.set_cookie(response, name, "", max_age=0)

    async def content_policy(self) -> str:
        """Return the Content-Security-Policy of a page: nothing from elsewhere, nothing inline.

        Signing out is a form whose answer leads to the provider, which browsers count as its
        target.
        """
        targets = "'self'"
        try:
            ends_at = (await self.provider.metadata()).end_session_endpoint
        except IssuerUnavailable:
            ends_at = None
        if ends_at is not None:
            address = urlsplit(ends_at)
            targets += f" {address.scheme}://{address.netloc}"
        return (
            "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
            f"form-action {targets}"
        )


def desk_of(request: Request) -> Desk:
    """Return the desk of this gateway."""
    desk: Desk = request.state.desk
    return desk
