"""Scoring's own history: up, down, up again; the tables in code are those that it makes."""

from pathlib import Path

from shared import migrations
from tests.integration.database import provisioned
from tests.servers import fresh_database


def test_up_down_up(postgres_admin_url: str, roles_lock: Path) -> None:
    with fresh_database(postgres_admin_url, prefix="scoring") as admin_url:
        history = migrations.history(
            "services.scoring", provisioned(admin_url, roles_lock).url("scoring", "migrate")
        )
        migrations.upgrade(history)
        migrations.check(history)
        migrations.downgrade(history, "base")
        migrations.upgrade(history)
        migrations.check(history)
