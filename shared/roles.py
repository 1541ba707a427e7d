"""The database roles of a service: who owns its schema, who migrates, who reads and writes.

No role has a right in another service's schema. The API and the worker are apart, because only
workers may see every district (row security) and prune the event log.
"""

from collections.abc import Mapping
from typing import Final

from psycopg import AsyncConnection, sql

LOGINS: Final = ("migrate", "api", "worker")

# Set on the role, so that no forgotten setting of a process leaves a transaction open for ever.
_TRANSACTION_TIMEOUT: Final = {"api": "15s", "worker": "60s"}


def role(service: str, part: str) -> str:
    """Name a role: wengang_cases_api."""
    return f"wengang_{service}_{part}"


async def provision(
    connection: AsyncConnection, service: str, passwords: Mapping[str, str]
) -> None:
    """Make schema and roles of one service, or bring them up to date; safe to repeat.

    `connection` belongs to a role that may create roles and schemas; `passwords` has one for each
    of LOGINS.
    """
    owner = sql.Identifier(role(service, "owner"))
    schema = sql.Identifier(service)
    for part in ("owner", *LOGINS):
        await _ensure_role(connection, role(service, part), login=part != "owner")
    for part in LOGINS:
        await connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(role(service, part)), sql.Literal(passwords[part])
            )
        )
    migrate = sql.Identifier(role(service, "migrate"))
    statements = [
        sql.SQL("GRANT {owner} TO {migrate}").format(owner=owner, migrate=migrate),
        # What a migration creates belongs to the owner, whoever ran it.
        sql.SQL("ALTER ROLE {migrate} SET role = {owner}").format(
            migrate=migrate, owner=sql.Literal(role(service, "owner"))
        ),
        sql.SQL("GRANT {owner} TO CURRENT_USER").format(owner=owner),
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}").format(
            schema=schema, owner=owner
        ),
        sql.SQL("REVOKE ALL ON SCHEMA {schema} FROM PUBLIC").format(schema=schema),
    ]
    for part in ("api", "worker"):
        grantee = sql.Identifier(role(service, part))
        statements += [
            sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {grantee}").format(
                schema=schema, grantee=grantee
            ),
            sql.SQL(
                "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} "
                "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {grantee}"
            ).format(owner=owner, schema=schema, grantee=grantee),
            sql.SQL(
                "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} "
                "GRANT USAGE ON SEQUENCES TO {grantee}"
            ).format(owner=owner, schema=schema, grantee=grantee),
            sql.SQL("ALTER ROLE {grantee} SET search_path = {schema}").format(
                grantee=grantee, schema=schema
            ),
            sql.SQL("ALTER ROLE {grantee} SET transaction_timeout = {limit}").format(
                grantee=grantee, limit=sql.Literal(_TRANSACTION_TIMEOUT[part])
            ),
        ]
    for statement in statements:
        await connection.execute(statement)


async def _ensure_role(connection: AsyncConnection, name: str, *, login: bool) -> None:
    found = await connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
    if await found.fetchone() is None:
        kind = sql.SQL("LOGIN") if login else sql.SQL("NOLOGIN")
        await connection.execute(
            sql.SQL("CREATE ROLE {} {} NOINHERIT").format(sql.Identifier(name), kind)
        )
