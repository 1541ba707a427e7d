"""The history of the schema goes up, down and up again, and makes what the code says."""

from pathlib import Path

from shared import migrations
from tests.integration.database import provisioned
from tests.integration.kernel.conftest import rows
from tests.servers import fresh_database


def test_the_history_goes_up_down_and_up_again(postgres_admin_url: str, roles_lock: Path) -> None:
    with fresh_database(postgres_admin_url, prefix="matchmaking_stairs") as admin_url:
        database = provisioned(admin_url, roles_lock)
        history = migrations.history("services.matchmaking", database.url("matchmaking", "migrate"))
        migrations.upgrade(history)
        migrations.check(history)
        migrations.downgrade(history, "base")
        left = rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'matchmaking'")
        assert left == [("alembic_version",)]
        migrations.upgrade(history)
        migrations.check(history)
