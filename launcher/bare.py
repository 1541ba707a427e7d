"""`python -m launcher.bare FOLDER`: PostgreSQL and NATS alone, with schemas and users of services.

For measurements that need nothing else. Prints one line of JSON once both serve, and ends them when
its standard input ends, so that they do not outlive whoever started it.
"""

import asyncio
import json
import sys
from contextlib import ExitStack
from pathlib import Path

from launcher import database, embedded, ports
from launcher.announcer import Announcer
from launcher.credentials import Credentials
from launcher.folder import held
from launcher.programs import SERVICES
from launcher.refusals import CannotRun
from launcher.sockets import socket_folder
from launcher.supervisor import Supervisor
from shared.roles import LOGINS

EXIT_FAILED, EXIT_USAGE = 1, 2


async def serve(folder: Path, announce: Announcer) -> None:
    """Run both until standard input ends; what they keep lies in `folder`."""
    with held(folder) as home, ExitStack() as ending:
        secrets = Credentials(home / "secrets.json")
        sockets = ending.enter_context(socket_folder())
        bus_ports = ports.hold(), ports.hold()
        for port in bus_ports:
            ending.callback(port.release)
        postgres, admin_url = await embedded.postgres(home, sockets, SERVICES, secrets)
        nats, bus_urls = embedded.nats(
            home, SERVICES, secrets, port=bus_ports[0], monitoring_port=bus_ports[1]
        )
        url = database.urls(admin_url, secrets, embedded=True)
        supervisor = Supervisor(
            (postgres, nats), folder=home, announce=announce, changed=lambda _pids: None
        )
        try:
            await supervisor.start()
            database_urls = {
                service: {login: url(service, login) for login in LOGINS} for service in SERVICES
            }
            told = {"database_urls": database_urls, "bus_urls": bus_urls}
            sys.stdout.write(f"{json.dumps(told)}\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)
        finally:
            await supervisor.stop(at_once=asyncio.Event())


def main(arguments: list[str]) -> int:
    """Run as the command line says; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m launcher.bare FOLDER\n")
        return EXIT_USAGE
    announce = Announcer()
    try:
        asyncio.run(serve(Path(arguments[0]), announce))
    except CannotRun as reason:
        announce(reason.code, **reason.values)
        return EXIT_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
