"""`python -m launcher.doctor`: names what is missing or unhealthy on this machine, and the mend."""

import asyncio
import os
import sys
from pathlib import Path

from launcher import binaries, examination
from launcher.examination import Finding
from launcher.settings import LauncherSettings
from shared.messages import Language, say, spoken

GOOD, BAD, LESS = "✓", "✗", "–"


async def examine(settings: LauncherSettings) -> list[Finding]:
    """Run every check."""
    folder = settings.data_dir.expanduser().absolute()
    postgres, nats, fonts, running = await asyncio.gather(
        examination.program("postgres", lambda: binaries.postgres_programs() / "postgres"),
        examination.program("nats-server", binaries.nats_server),
        examination.chinese_fonts(),
        examination.running(folder),
    )
    return [
        examination.python(sys.version_info[:3]),
        postgres,
        nats,
        *examination.another_user(os.geteuid(), os.environ.get("PATH", os.defpath)),
        examination.writable(folder),
        examination.disk(folder),
        examination.chromium(os.environ, Path.home()),
        fonts,
        *running,
    ]


def line(finding: Finding, language: Language) -> str:
    """Return a finding as its reader sees it: what was seen, and where it is bad the mend."""
    mark = GOOD if finding.ok else BAD if finding.required else LESS
    if finding.ok:
        return f"{mark} {say(f'doctor.{finding.name}', language, **finding.values)}"
    return f"{mark} {say(f'doctor.{finding.name}_mend', language, **finding.values)}"


def main() -> int:
    """Print the findings; return 1 if the platform cannot run or is unwell."""
    language = spoken()
    findings = asyncio.run(examine(LauncherSettings()))
    sys.stdout.write("".join(f"{line(finding, language)}\n" for finding in findings))
    return 0 if all(finding.ok for finding in findings if finding.required) else 1


if __name__ == "__main__":
    sys.exit(main())
