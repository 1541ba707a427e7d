"""The ways in, each ending in a session: a browser, a client's secret, this machine's platform."""

import webbrowser
from pathlib import Path
from typing import Final

from cli.identity import form
from cli.identity.authorization import Authorization
from cli.identity.loopback import HOST, PATH, PORTS, listening
from cli.identity.provider import Provider, Tokens
from cli.local import LocalPlatform, LocalPrincipal
from cli.refusals import Refused
from cli.sessions import Session
from cli.terminal import note
from cli.texts import text

_WAIT_SECONDS: Final = 300


def by_browser(
    *, gateway: str, issuer: str, client_id: str, open_browser: bool
) -> tuple[str, Session]:
    """Let a person sign in in their browser; return who they are and their session."""
    provider = Provider.discover(issuer)
    with listening() as loopback:
        asked = Authorization(provider, client_id, loopback.redirect_uri)
        note(text("login.open"))
        note(asked.address)
        if open_browser:
            webbrowser.open(asked.address)
        tokens, subject = asked.redeem(loopback.wait_for(asked, seconds=_WAIT_SECONDS))
    return subject, _session(gateway, issuer, client_id, tokens)


def by_secret(
    *, gateway: str, issuer: str, client_id: str, secret: str, secret_file: Path | None
) -> Session:
    """Sign a partner in by its client's secret (client credentials)."""
    tokens = Provider.discover(issuer).tokens(
        client_id, {"grant_type": "client_credentials"}, secret=secret
    )
    kept = str(secret_file.absolute()) if secret_file is not None else None
    return _session(gateway, issuer, client_id, tokens, secret_file=kept)


def locally(platform: LocalPlatform, who: LocalPrincipal) -> Session:
    """Sign a principal of this machine's platform in, by what the platform keeps."""
    provider = Provider.discover(platform.issuer)
    if not who.is_person:
        tokens = provider.tokens(who.name, {"grant_type": "client_credentials"}, secret=who.secret)
        return _session(platform.gateway, platform.issuer, who.name, tokens, local=True)
    # Nobody listens there: the redirect is read, not followed.
    redirect_uri = f"http://{HOST}:{PORTS[0]}{PATH}"
    asked = Authorization(provider, platform.cli_client_id, redirect_uri)
    tokens, subject = asked.redeem(form.sign_in(asked, login=who.name, password=who.secret))
    if subject != who.name:
        raise Refused(text("login.forged"))
    return _session(platform.gateway, platform.issuer, platform.cli_client_id, tokens, local=True)


def again(session: Session) -> Session | None:
    """Return a session that has run out with new tokens; None if its owner has to sign in."""
    provider = Provider.discover(session.issuer)
    if session.secret_file is not None:
        file = Path(session.secret_file)
        return by_secret(
            gateway=session.gateway,
            issuer=session.issuer,
            client_id=session.client_id,
            secret=read_secret(file),
            secret_file=file,
        )
    if session.refresh_token is None:
        return None
    asked = {"grant_type": "refresh_token", "refresh_token": session.refresh_token}
    try:
        tokens = provider.tokens(session.client_id, asked)
    except Refused:
        return None
    renewed = _session(session.gateway, session.issuer, session.client_id, tokens)
    # A provider that does not rotate the refresh token sends none.
    kept = renewed.refresh_token or session.refresh_token
    return Session(**{**vars(renewed), "refresh_token": kept})


def read_secret(file: Path) -> str:
    """Return the secret in a file, without the end of its line."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused(text("file_unreadable", file=file, reason=fault)) from fault


def _session(
    gateway: str,
    issuer: str,
    client_id: str,
    tokens: Tokens,
    *,
    secret_file: str | None = None,
    local: bool = False,
) -> Session:
    return Session(
        gateway=gateway,
        issuer=issuer,
        client_id=client_id,
        access_token=tokens.access_token,
        expires_at=tokens.expires_at,
        refresh_token=tokens.refresh_token,
        secret_file=secret_file,
        local=local,
    )
