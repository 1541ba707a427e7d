"""Which user runs PostgreSQL: ourselves, or for root a system user that reaches the files."""

import asyncio
import grp
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from launcher.refusals import CannotRun

SYSTEM_USER = "wengang"

# Tried in this order. A folder such as root's home admits nobody else, and its mode is the user's
# affair: so the server gets the right to pass through folders, and only where it is needed, since
# it also lets the server read every file. Containers often lack the second and have the third.
CAPABILITIES: tuple[str | None, ...] = (None, "dac_read_search", "dac_override")

TRIAL = """\
program=$1; shift
for folder; do cd "$folder" && : > .wengang-trial && rm .wengang-trial || exit 1; done
exec "$program" --version"""


@dataclass(frozen=True)
class RunAs:
    """The user of a server, and the command prefix that becomes that user."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def own(self, path: Path) -> None:
        """Give a file or folder of ours to that user."""
        if self.prefix:
            os.chown(path, self.uid, self.gid)


async def run_as(program: Path, *folders: Path, death_signal: str) -> RunAs:
    """Find who can run `program` and write in `folders`, which exist and are ours to give away.

    `death_signal` (such as "INT") is what the program gets when its parent dies: a change of user
    clears what was set before it, so the prefix has to set it again.
    """
    if os.geteuid() != 0:
        return RunAs(os.geteuid(), os.getegid())
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise CannotRun("launcher.setpriv_missing")
    user = await _system_user()
    for folder in folders:
        os.chown(folder, user.pw_uid, user.pw_gid)
    said = ""
    for capability in CAPABILITIES:
        prefix = _prefix(setpriv, user, capability, death_signal)
        code, said = await _run(
            *prefix, "/bin/sh", "-c", TRIAL, "sh", str(program), *map(str, folders)
        )
        if code == 0:
            return RunAs(user.pw_uid, user.pw_gid, prefix)
    raise CannotRun(
        "launcher.folder_unreachable",
        user=user.pw_name,
        folder=folders[0],
        program=program,
        reason=said.strip(),
    )


def _prefix(
    setpriv: str, user: pwd.struct_passwd, capability: str | None, death_signal: str
) -> tuple[str, ...]:
    rights = f"-all,+{capability}" if capability else "-all"
    # PostgreSQL asks access(2) whether it may run its own programs. That call leaves capabilities
    # out of account for everybody but root, unless this bit is set.
    bits = ("--securebits=+no_setuid_fixup",) if capability else ()
    return (
        setpriv,
        *bits,
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        f"--inh-caps={rights}",
        f"--ambient-caps={rights}",
        f"--pdeathsig={death_signal}",
        "--",
    )


async def _system_user() -> pwd.struct_passwd:
    """Return our system user, made if missing; `nobody` where users cannot be made."""
    for attempt in range(2):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
            if attempt == 0 and useradd is not None:
                shell = "/usr/sbin/nologin"
                group = () if _group_exists(SYSTEM_USER) is False else ("-g", SYSTEM_USER)
                await _run(
                    useradd, "--system", "--no-create-home", "-s", shell, *group, SYSTEM_USER
                )
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise CannotRun("launcher.system_user_missing", user=SYSTEM_USER) from None


def _group_exists(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


async def _run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode(errors="replace")
