"""Pages by key on a real PostgreSQL: every row once, in order, ties and all."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Date, Integer, Numeric, String, column, create_engine, select, values

from shared.pagination import Column, Keyset, PageQuery, Part

# Every combination of three days, two shares and five ids: ties in every leading column.
ROWS = [
    (date(2026, 1, day), Decimal(share), f"企业{number}", number)
    for day in (1, 2, 3)
    for share in ("0.50", "0.25")
    for number in (5, 3, 1, 2, 4)
]
TABLE = values(
    column("day", Date), column("share", Numeric), column("name", String), column("number", Integer)
).data(ROWS)
ROWS_OF = TABLE.alias("rows")

ORDERS = {
    "up": (False, False, False),
    "down": (True, True, True),
    "mixed": (True, False, True),
    "mixed otherwise": (False, True, False),
}


@pytest.mark.parametrize("descending", ORDERS.values(), ids=ORDERS.keys())
@pytest.mark.parametrize("limit", [1, 7, 30, 200])
def test_pages_hold_every_row_once_in_order(
    postgres_admin_url: str, descending: tuple[bool, bool, bool], limit: int
) -> None:
    day, share, number = descending
    order = Keyset(
        Column(ROWS_OF.c.day, date, descending=day),
        Column(ROWS_OF.c.share, Decimal, descending=share),
        Column(ROWS_OF.c.number, int, descending=number),
    )

    def key(row: Any) -> Sequence[Part]:
        return row.day, row.share, row.number

    engine = create_engine(_url(postgres_admin_url))
    seen: list[Any] = []
    cursor: str | None = None
    with engine.connect() as connection:
        while True:
            query = PageQuery(limit=limit, cursor=cursor)
            rows = connection.execute(order.page(select(ROWS_OF), query)).all()
            page, cursor = order.cut(rows, query, key)
            assert len(page) <= limit
            seen += page
            if cursor is None:
                break
    engine.dispose()
    # Stable sorts from the last column to the first: an order that owes nothing to SQL.
    expected = sorted(ROWS, key=lambda row: row[3], reverse=number)
    expected.sort(key=lambda row: row[1], reverse=share)
    expected.sort(key=lambda row: row[0], reverse=day)
    assert [tuple(row) for row in seen] == expected
    assert all(before != after for before, after in pairwise(seen))


def _url(admin: str) -> str:
    scheme, _, rest = admin.partition("://")
    return f"{scheme.partition('+')[0]}+psycopg://{rest}"
