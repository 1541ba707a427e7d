"""A cursor is opaque, checked by kind, and asks PostgreSQL for what comes after it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI, Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column as TableColumn,
)
from sqlalchemy import DateTime, Integer, MetaData, Numeric, Select, Table, Uuid, select
from sqlalchemy.engine import make_url
from starlette.requests import Request
from starlette.testclient import TestClient

from shared.pagination import (
    Column,
    CursorRefused,
    Keyset,
    Page,
    PageQuery,
    Pages,
    Part,
    decode,
    encode,
    link_next,
)

ID = UUID("01920000-0000-7000-8000-000000000001")
AT = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
DIALECT = make_url("postgresql+psycopg://").get_dialect()()
KINDS: tuple[type[Part], ...] = (datetime, UUID)

CASES = Table(
    "cases",
    MetaData(),
    TableColumn("due_at", DateTime(timezone=True)),
    TableColumn("share", Numeric),
    TableColumn("number", Integer),
    TableColumn("id", Uuid),
)


def _cursor(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_cursor_holds_the_key_and_needs_no_escaping() -> None:
    cursor = encode([AT, ID])
    assert json.loads(urlsafe_b64decode(cursor + "==")) == [
        "2026-11-23T08:00:00.123456+00:00",
        "01920000-0000-7000-8000-000000000001",
    ]
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30),
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.decimals(allow_nan=False, allow_infinity=False, places=4),
        st.datetimes(timezones=st.just(UTC)),
        st.dates(),
        st.uuids(),
    )
)
def test_a_key_returns_from_its_cursor(key: tuple[Part, ...]) -> None:
    assert decode(encode(key), (str, int, Decimal, datetime, date, UUID)) == key


@pytest.mark.parametrize(
    ("cursor", "kinds"),
    [
        ("", KINDS),
        ("nonsense", KINDS),
        ("****", KINDS),
        ("游标", KINDS),
        (encode([AT, ID]) + "!", KINDS),
        (_cursor({}), KINDS),
        (_cursor("text"), KINDS),
        (_cursor([]), KINDS),
        (_cursor([AT.isoformat()]), KINDS),
        (_cursor([AT.isoformat(), str(ID), 1]), KINDS),
        (_cursor([str(ID), AT.isoformat()]), KINDS),
        (_cursor(["2026-11-23T08:00:00", str(ID)]), KINDS),
        (_cursor([7]), (str,)),
        (_cursor([None]), (str,)),
        (_cursor(["a\x00b"]), (str,)),
        (_cursor(["\ud800"]), (str,)),
        (_cursor(["7"]), (int,)),
        (_cursor([True]), (int,)),
        (_cursor([1.0]), (int,)),
        (_cursor([2**63]), (int,)),
        (_cursor(["NaN"]), (Decimal,)),
        (_cursor(["1e999999"]), (Decimal,)),
        (_cursor(["ten"]), (Decimal,)),
        (_cursor(["2026-02-30"]), (date,)),
        (urlsafe_b64encode(b"[" * 50_000).decode(), KINDS),
        (urlsafe_b64encode(b"[" + b"9" * 5_000 + b"]").decode(), (int,)),
        (urlsafe_b64encode(b"\xff\xfe").decode(), KINDS),
    ],
)
def test_what_no_list_gave_out_is_refused(cursor: str, kinds: tuple[type[Part], ...]) -> None:
    with pytest.raises(CursorRefused):
        decode(cursor, kinds)


def _sql(statement: Select[Any]) -> str:
    return " ".join(str(statement.compile(dialect=DIALECT)).split())


def test_the_first_page_is_only_ordered_and_cut() -> None:
    order = Keyset(Column(CASES.c.due_at, datetime), Column(CASES.c.id, UUID))
    assert _sql(order.page(select(CASES.c.id), PageQuery(limit=20))) == (
        "SELECT cases.id FROM cases ORDER BY cases.due_at ASC, cases.id ASC "
        "LIMIT %(param_1)s::INTEGER"
    )


@pytest.mark.parametrize(("descending", "sign", "word"), [(False, ">", "ASC"), (True, "<", "DESC")])
def test_one_direction_is_one_row_comparison(descending: bool, sign: str, word: str) -> None:
    order = Keyset(
        Column(CASES.c.due_at, datetime, descending=descending),
        Column(CASES.c.id, UUID, descending=descending),
    )
    page = order.page(select(CASES.c.id), PageQuery(limit=20, cursor=encode([AT, ID])))
    assert f"WHERE (cases.due_at, cases.id) {sign} (%(param_1)s" in _sql(page)
    assert f"ORDER BY cases.due_at {word}, cases.id {word}" in _sql(page)
    bound = page.compile(dialect=DIALECT).params
    assert bound == {"param_1": AT, "param_2": ID, "param_3": 21}


def test_mixed_directions_are_spelt_out() -> None:
    order = Keyset(Column(CASES.c.share, Decimal, descending=True), Column(CASES.c.number, int))
    page = order.page(select(CASES.c.id), PageQuery(cursor=encode([Decimal("0.5"), 7])))
    where = _sql(page).partition(" WHERE ")[2].partition(" ORDER BY ")
    assert where[0] == (
        "cases.share <= %(share_1)s AND (cases.share < %(share_2)s "
        "OR cases.share = %(share_3)s AND cases.number > %(number_1)s::INTEGER)"
    )
    assert where[2].startswith("cases.share DESC, cases.number ASC")


def test_the_row_too_many_becomes_the_cursor_of_the_next_page() -> None:
    order = Keyset(Column(CASES.c.number, int))

    def key(number: int) -> tuple[int]:
        return (number,)

    assert order.cut([1, 2, 3], PageQuery(limit=2), key) == ([1, 2], encode([2]))
    assert order.cut([1, 2], PageQuery(limit=2), key) == ([1, 2], None)
    assert order.cut([], PageQuery(limit=2), key) == ([], None)


def test_a_list_endpoint() -> None:
    app = FastAPI()

    @app.get("/v1/所/cases")
    async def cases(page: Pages, request: Request, response: Response) -> Page[int]:
        link_next(request, response, None if page.cursor else "abc")
        return Page(data=[page.limit], next_cursor=None if page.cursor else "abc")

    client = TestClient(app)
    first = client.get("/v1/所/cases", params={"status": "已受理"})
    assert first.json() == {"data": [50], "next_cursor": "abc"}
    assert first.headers["link"] == (
        '</v1/%E6%89%80/cases?status=%E5%B7%B2%E5%8F%97%E7%90%86&cursor=abc>; rel="next"'
    )
    last = client.get("/v1/所/cases", params={"cursor": "abc", "limit": 200})
    assert last.json() == {"data": [200], "next_cursor": None}
    assert "link" not in last.headers
    assert client.get("/v1/所/cases", params={"limit": 201}).status_code == 422
