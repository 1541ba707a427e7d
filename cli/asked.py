"""What the global options say: in whose name, and to which gateway."""

from dataclasses import dataclass

import typer


@dataclass(frozen=True)
class Asked:
    """The global options; None where nothing was said."""

    profile: str | None = None
    gateway: str | None = None


def asked(ctx: typer.Context) -> Asked:
    """Return the global options of this invocation."""
    found = ctx.find_object(Asked)
    return found if found is not None else Asked()
