"""What the launcher tells its user, in their language: events on stderr, results on stdout."""

import os
import sys
from collections.abc import Mapping

from launcher.platform import Ready
from shared.messages import Language, choose, say

SHOWN = 4  # sign-ins; the others are in secrets.json


def language_of(environ: Mapping[str, str]) -> Language:
    """Return the language that the environment asks for: WENGANG_LANG, else the locale's."""
    for name in ("WENGANG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return choose(environ[name].partition(".")[0].replace("_", "-"))
    return choose(None)


class Announcer:
    """Says messages of the catalogue."""

    def __init__(self, language: Language | None = None) -> None:
        self._language = language or language_of(os.environ)

    def __call__(self, code: str, **values: object) -> None:
        """Tell what happens."""
        sys.stderr.write(f"{say(code, self._language, **values)}\n")
        sys.stderr.flush()

    def ready(self, platform: Ready) -> None:
        """Tell where everything is and how to sign in."""
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
            for one in platform.sign_ins[:SHOWN]
        ]
        if platform.sign_ins[SHOWN:]:
            lines.append(
                say(
                    "launcher.more_sign_ins",
                    self._language,
                    count=len(platform.sign_ins) - SHOWN,
                    file=platform.folder / "secrets.json",
                )
            )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
