"""Schema changes: every service's own Alembic history, run under lock and time limits."""

from importlib import resources
from typing import Final

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.engine import Connection

# A migration that waits for a lock blocks everyone behind it: give up soon, try again later.
_LOCK_TIMEOUT: Final = "2s"
_STATEMENT_TIMEOUT: Final = "10min"
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('wengang-migrate', 0))"


def history(service: str, url: str) -> Config:
    """Return the Alembic configuration of one deployable (`services.cases`, `gateway`)."""
    config = Config()
    folder = resources.files(f"{service}.migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(config: Config, revision: str = "head") -> None:
    """Bring the schema up to `revision`."""
    command.upgrade(config, revision)


def downgrade(config: Config, revision: str) -> None:
    """Take the schema back to `revision`; `base` is before the first."""
    command.downgrade(config, revision)


def check(config: Config) -> None:
    """Fail if the tables in code and those that the history makes differ."""
    command.check(config)


def is_current(config: Config, schema: str) -> bool:
    """Tell, by one cheap query, whether the schema is at the newest revision."""
    head = ScriptDirectory.from_config(config).get_current_head()
    engine = create_engine(config.get_main_option("sqlalchemy.url") or "")
    try:
        with engine.connect() as connection:
            options = {"version_table_schema": schema}
            found = MigrationContext.configure(connection, opts=options).get_current_revision()
            return found == head
    finally:
        engine.dispose()


def run(metadata: MetaData) -> None:
    """Run from a service's `migrations/env.py`: all pending steps in one transaction."""
    schema = metadata.schema or ""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'"))
            # Who waits for their turn blocks nobody, and services start together.
            connection.execute(text(_ONE_AT_A_TIME))
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
            _configure(connection, metadata, schema)
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


def _configure(connection: Connection, metadata: MetaData, schema: str) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=schema,
        include_schemas=True,
        # Only the service's own schema is compared; the others are not ours to see.
        include_name=lambda name, kind, _parents: kind != "schema" or name == schema,
        compare_type=True,
        compare_server_default=False,
    )
