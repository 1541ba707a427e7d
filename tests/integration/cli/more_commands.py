"""Commands of another component, which adds to a group of the command line's own."""

import typer

dlq = typer.Typer()


@dlq.command()
def bury() -> None:
    """Do what only the other component can."""
    typer.echo("buried")


@dlq.command("list")
def list_others() -> None:
    """Stand for a name that is taken."""
    typer.echo("another list")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(dlq, name="dlq")
