"""How the launcher sees that a process serves."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from launcher.processes import Probe

ANSWERS_WITHIN = 2.0  # seconds


def answers(url: str) -> Probe:
    """Return a probe that holds when a GET of the address on this machine is answered with 200."""

    async def probe() -> bool:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await status_of(url) == 200  # noqa: PLR2004  the one status meant by ready
        except (OSError, ValueError, IndexError, TimeoutError):
            return False

    return probe


async def status_of(url: str) -> int:
    """Return the status of a plain GET; the launcher's own, so that it loads no HTTP client."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        request = (
            f"GET {address.path or '/'} HTTP/1.1\r\n"
            f"Host: {address.netloc}\r\nConnection: close\r\n\r\n"
        )
        writer.write(request.encode())
        await writer.drain()
        first = await reader.readline()
        return int(first.split()[1])
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
