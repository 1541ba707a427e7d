"""Rows come out of a real PostgreSQL as they went in, whatever stands in them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Integer, Text, create_engine, make_url, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from shared.rows import unnest_named


def test_rows_come_back_and_what_they_do_not_name_is_null(postgres_admin_url: str) -> None:
    types: dict[str, TypeEngine[Any]] = {
        "number": Integer(),
        "name": Text(),
        "day": Date(),
        "at": DateTime(timezone=True),
        "holds": Boolean(),
        "said": JSONB(),
    }
    whole = {
        "number": 1,
        "name": 'NULL "企业" \\',
        "day": date(2026, 11, 1),
        "at": datetime(2026, 11, 1, 8, tzinfo=UTC),
        "holds": True,
        "said": {"text": 'a\x1e"\n\\,{}', "list": [1, None, "NULL"]},
    }
    sparse = {"number": 2, "holds": False}
    table = unnest_named(types, [whole, sparse, {"number": 3, "said": {}}])
    url = make_url(postgres_admin_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(table.c.number)).mappings().all()
    engine.dispose()
    nothing = dict.fromkeys(types)
    assert [dict(row) for row in found] == [
        whole,
        {**nothing, **sparse},
        {**nothing, "number": 3, "said": {}},
    ]
