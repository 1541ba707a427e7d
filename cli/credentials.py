"""In whose name a command speaks: finds the session, and renews it when it has run out."""

import time
from typing import Final

from cli import local, sessions
from cli.asked import Asked
from cli.identity import sign_in
from cli.refusals import Refused
from cli.sessions import Session
from cli.texts import text

_RENEW_SECONDS: Final = 30  # before the end, so that a request does not arrive too late


class Credentials:
    """The session of one profile, for as long as a command runs."""

    def __init__(self, profile: str, session: Session) -> None:
        self.profile = profile
        self.session = session

    @property
    def gateway(self) -> str:
        """The gateway that the session is for."""
        return self.session.gateway

    def token(self, *, renew: bool = False) -> str:
        """Return an access token that holds; a new one in any case if `renew`."""
        if renew or self.session.expires_at - _RENEW_SECONDS < time.time():
            self.session = _renewed(self.profile, self.session)
            sessions.keep(self.profile, self.session, current=False)
        return self.session.access_token


def credentials(asked: Asked) -> Credentials:
    """Return the credentials of the profile that is asked for, or of the current one.

    A principal of this machine's platform is signed in on first use. Raises Refused when nobody
    of that name is signed in, or only at another gateway than the one that is asked for.
    """
    kept = sessions.read()
    profile = asked.profile or kept.current
    if profile is None:
        raise Refused(text("login.nobody"), text("login.how"))
    session = kept.profiles.get(profile)
    if session is None or session.local:
        session = _local(profile, session) or session
    if session is None:
        raise Refused(text("login.unknown", name=profile), text("login.how"))
    # A token goes to the gateway that it was made for, and to no other.
    if asked.gateway is not None and asked.gateway != session.gateway:
        raise Refused(
            text("login.other_gateway", name=profile, gateway=session.gateway), text("login.how")
        )
    return Credentials(profile, session)


def sign_in_locally(name: str) -> Session | None:
    """Sign in a principal of this machine's platform; None if none runs or it knows no such."""
    platform = local.running()
    who = local.principal(platform, name) if platform is not None else None
    if platform is None or who is None:
        return None
    return sign_in.locally(platform, who)


def _local(profile: str, session: Session | None) -> Session | None:
    """Return the session at the platform that runs here now; it may be another than last time."""
    platform = local.running()
    if platform is None:
        return session
    if session is not None and (session.gateway, session.issuer) == (
        platform.gateway,
        platform.issuer,
    ):
        return session
    made = sign_in_locally(profile)
    if made is not None:
        sessions.keep(profile, made, current=False)
    return made


def _renewed(profile: str, session: Session) -> Session:
    renewed = sign_in_locally(profile) if session.local else sign_in.again(session)
    if renewed is None:
        raise Refused(text("login.expired", name=profile), text("login.how"))
    return renewed
