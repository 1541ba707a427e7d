"""What the launcher tells its user, in their language: events on stderr, results on stdout."""

import sys

from launcher.platform import Ready
from shared.messages import Language, say, spoken

# The sign-ins of a first round: who sees the city, and both people whom a case needs.
SHOWN = ("city-admin", "city-analyst", "officer-110105", "lead-110105")


class Announcer:
    """Says messages of the catalogue."""

    def __init__(self, language: Language | None = None) -> None:
        self._language = language or spoken()

    def __call__(self, code: str, **values: object) -> None:
        """Tell what happens."""
        sys.stderr.write(f"{say(code, self._language, **values)}\n")
        sys.stderr.flush()

    def ready(self, platform: Ready) -> None:
        """Tell where everything is and how to sign in."""
        shown = [one for one in platform.sign_ins if one.login in SHOWN]
        lines = [
            say(
                "launcher.ready",
                self._language,
                gateway=platform.gateway,
                issuer=platform.issuer,
                folder=platform.folder,
            )
        ]
        lines += [
            say(
                "launcher.sign_in",
                self._language,
                login=one.login,
                title=one.title,
                password=one.password,
            )
            for one in shown
        ]
        if len(platform.sign_ins) > len(shown):
            lines.append(
                say(
                    "launcher.more_sign_ins",
                    self._language,
                    count=len(platform.sign_ins) - len(shown),
                    file=platform.folder / "secrets.json",
                )
            )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
