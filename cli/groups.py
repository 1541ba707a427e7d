"""Groups of commands: one per noun, with a help page when it is called alone."""

import typer


def group(app: typer.Typer, name: str, meaning: str) -> typer.Typer:
    """Add a group to the command line and return it, to be given its commands."""
    made = typer.Typer(help=meaning, no_args_is_help=True)
    made.callback()(_alone)
    app.add_typer(made, name=name)
    return made


def _alone() -> None:
    """Keep a lone command one of its own: typer would fold it into the group."""
