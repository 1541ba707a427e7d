"""The history of the schema, and what PostgreSQL itself refuses."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shared import migrations
from tests.integration.database import PASSWORDS, PlatformDatabase, provisioned
from tests.servers import fresh_database


@pytest.fixture
def empty_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """A database with roles and schemas, and nothing in them."""
    with fresh_database(postgres_admin_url, prefix="stairs") as admin_url:
        yield provisioned(admin_url, roles_lock)


def test_up_down_and_up_again(empty_database: PlatformDatabase) -> None:
    history = migrations.history("services.cases", empty_database.url("cases", "migrate"))

    migrations.upgrade(history)
    migrations.check(history)
    migrations.downgrade(history, "base")
    with psycopg.connect(empty_database.admin_url) as connection:
        left = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'cases'"
        ).fetchall()
    assert left == [("alembic_version",)]
    migrations.upgrade(history)
    migrations.check(history)


@pytest.mark.parametrize("part", ["api", "worker"])
@pytest.mark.parametrize(
    "change", ["UPDATE cases.timeline SET note = 'x'", "DELETE FROM cases.timeline"]
)
def test_nobody_edits_the_timeline(
    cases_database: PlatformDatabase, part: str, change: str
) -> None:
    with (
        psycopg.connect(
            cases_database.admin_url, user=f"wengang_cases_{part}", password=PASSWORDS[part]
        ) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(change.encode())


_CASE = """
INSERT INTO cases.cases (id, number, uscc, district, status, level, warning_id, opened_at, version,
    suspensions, due_at, officer, outcome, reviewed_by, submitted_by, ended_at, suspended_until)
VALUES (gen_random_uuid(), gen_random_uuid()::text, %(uscc)s, '110105', %(status)s, 'red',
    gen_random_uuid(), now(), 1, %(suspensions)s, now(), %(officer)s, %(outcome)s, %(reviewed_by)s,
    %(submitted_by)s, %(ended_at)s, %(suspended_until)s)
"""
_VALUES = {
    "uscc": "91110105MA00000004",
    "status": "in_disposition",
    "suspensions": 0,
    "officer": "zhang",
    "outcome": None,
    "reviewed_by": None,
    "submitted_by": None,
    "ended_at": None,
    "suspended_until": None,
}
_MOMENT = "2020-08-03 10:00+08"


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"status": "closed", "outcome": "averted", "reviewed_by": "li"}, "ck_cases_ended"),
        ({"ended_at": _MOMENT}, "ck_cases_ended"),
        ({"status": "pending_review"}, "ck_cases_outcome"),
        ({"outcome": "averted"}, "ck_cases_outcome"),
        ({"status": "resolved", "outcome": "averted"}, "ck_cases_reviewed"),
        (
            {"status": "resolved", "outcome": "averted", "reviewed_by": "li", "submitted_by": "li"},
            "ck_cases_second_person",
        ),
        ({"status": "dispatched"}, "ck_cases_officer"),
        ({"officer": None}, "ck_cases_officer"),
        ({"status": "suspended"}, "ck_cases_suspended"),
        ({"suspended_until": _MOMENT}, "ck_cases_suspended"),
        ({"suspensions": 3}, "ck_cases_suspensions"),
    ],
)
def test_what_a_case_can_never_be(
    cases_database: PlatformDatabase, wrong: dict[str, object], constraint: str
) -> None:
    with (
        psycopg.connect(cases_database.admin_url) as connection,
        pytest.raises(psycopg.errors.CheckViolation) as refused,
    ):
        connection.execute(_CASE, _VALUES | wrong)

    assert refused.value.diag.constraint_name == constraint


def test_an_enterprise_has_one_open_case(cases_database: PlatformDatabase) -> None:
    ended = {
        "status": "closed_unresolved",
        "outcome": "unresolved",
        "reviewed_by": "wang",
        "ended_at": _MOMENT,
    }
    cases_database.empty("cases")
    with psycopg.connect(cases_database.admin_url) as connection:
        connection.execute(_CASE, _VALUES | ended)
        connection.execute(_CASE, _VALUES)
        with pytest.raises(psycopg.errors.UniqueViolation) as refused:
            connection.execute(_CASE, _VALUES)
        connection.rollback()

    assert refused.value.diag.constraint_name == "uq_cases_open"
