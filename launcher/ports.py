"""Ports on the loopback address that stay ours for as long as the platform runs."""

import socket
from contextlib import suppress
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class HeldPort:
    """A port that the system gives to nobody else while this lives."""

    number: int
    _sockets: tuple[socket.socket, ...]

    def release(self) -> None:
        """Give the port back."""
        for one in self._sockets:
            one.close()


def hold(*, prefer: int | None = None) -> HeldPort:
    """Take a free port: the preferred one, unless someone has it.

    The socket is bound and never listens. Servers bind with SO_REUSEADDR, as we do here, so a child
    of ours can listen on the port, and again after a restart.
    """
    if prefer is not None:
        with suppress(OSError):
            return hold_exactly(prefer)
    while True:
        with suppress(OSError):
            return hold_exactly(0)


def hold_exactly(port: int) -> HeldPort:
    """Take this port (0: any), or raise OSError because someone has it."""
    held = socket.socket()
    # A second platform would be let in beside us while our child does not listen yet. A name in the
    # abstract namespace has the reach of the port, belongs to one, and ends with its process.
    guard = socket.socket(socket.AF_UNIX)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((LOOPBACK, port))
        number: int = held.getsockname()[1]
        guard.bind(f"\0wengang-port-{number}")
    except OSError:
        held.close()
        guard.close()
        raise
    return HeldPort(number, (held, guard))
