"""`python -m launcher [SERVICE…]`: runs the platform by the settings in the environment."""

import asyncio
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from launcher.announcer import Announcer
from launcher.platform import up
from launcher.programs import PROGRAMS, Program
from launcher.refusals import CannotRun
from launcher.settings import LauncherSettings

EXIT_FAILED, EXIT_USAGE = 1, 2


def main(programs: Sequence[Program] = PROGRAMS) -> int:
    """Run until a signal ends it; return the exit code."""
    announce = Announcer()
    try:
        settings = LauncherSettings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = "WENGANG_" + "_".join(str(part).upper() for part in fault["loc"])
            announce("launcher.setting_refused", name=name, reason=fault["msg"])
        return EXIT_USAGE
    try:
        asyncio.run(up(settings, announce=announce, on_ready=announce.ready, programs=programs))
    except CannotRun as reason:
        announce(reason.code, **reason.values)
        return EXIT_FAILED
    except OSError as reason:  # a full disk, a folder of somebody else's
        announce("launcher.system_refused", reason=reason)
        return EXIT_FAILED
    return 0


if __name__ == "__main__":
    wanted = sys.argv[1:]
    sys.exit(main([each for each in PROGRAMS if not wanted or each.service in wanted]))
