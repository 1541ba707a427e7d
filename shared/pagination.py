"""Pages by key, never by offset: what a list answers, and the SQL of the next page.

A cursor is the sort key of the last row, opaque to the client. It is not signed: it can say no
more than a filter could, and scope is checked by every query anyway.
"""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, literal, or_, tuple_
from starlette.requests import Request
from starlette.responses import Response

T = TypeVar("T")
Row = TypeVar("Row")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_MAX_CURSOR = 2_000
# PostgreSQL refuses a bigint beyond this, and a null character in text.
_MAX_INTEGER = 2**63 - 1
_MAX_MAGNITUDE = 1_000

Part = str | int | Decimal | datetime | date | UUID


class CursorRefused(Exception):
    """The cursor was not given out by this list."""

    code = "cursor_refused"


class Page(BaseModel, Generic[T]):
    """One page of a list; no `next_cursor` on the last."""

    data: list[T]
    next_cursor: str | None = Field(description="Value of `cursor` for the next page.")


@dataclass(frozen=True)
class PageQuery:
    """Which page a client asks for."""

    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows per page.")] = DEFAULT_LIMIT
    cursor: Annotated[
        str | None,
        Query(max_length=_MAX_CURSOR, description="`next_cursor` of the page before."),
    ] = None


# An endpoint writes `page: Pages`.
Pages = Annotated[PageQuery, Depends()]


@dataclass(frozen=True)
class Column:
    """A column of the sort key; never null. `kind` is what its values are in Python."""

    expression: ColumnElement[Any] | Any
    kind: type[Part]
    descending: bool = False


@dataclass(frozen=True)
class Keyset:
    """The order of a list, by columns that together are unique.

    ORDER = Keyset(Column(t.c.due_at, datetime, descending=True), Column(t.c.id, UUID))
    """

    columns: tuple[Column, ...]

    def __init__(self, *columns: Column) -> None:
        object.__setattr__(self, "columns", columns)

    def page(self, statement: Select[Any], query: PageQuery) -> Select[Any]:
        """Order and cut `statement`: one row more than asked, so that `cut` sees whether more come.

        Raises CursorRefused.
        """
        if query.cursor is not None:
            statement = statement.where(self._after(decode(query.cursor, self._kinds())))
        orders = [
            column.expression.desc() if column.descending else column.expression.asc()
            for column in self.columns
        ]
        return statement.order_by(*orders).limit(query.limit + 1)

    def cut(
        self, rows: Sequence[Row], query: PageQuery, key: Callable[[Row], Sequence[Part]]
    ) -> tuple[Sequence[Row], str | None]:
        """Split what `page` fetched into the rows to show and the cursor of the next page."""
        if len(rows) <= query.limit:
            return rows, None
        shown = rows[: query.limit]
        return shown, encode(key(shown[-1]))

    def _kinds(self) -> tuple[type[Part], ...]:
        return tuple(column.kind for column in self.columns)

    def _after(self, key: Sequence[Part]) -> ColumnElement[bool]:
        if len({column.descending for column in self.columns}) == 1:
            # One row comparison, which PostgreSQL answers from one index.
            left = tuple_(*(column.expression for column in self.columns))
            right = tuple_(
                *(
                    literal(part, column.expression.type)
                    for column, part in zip(self.columns, key, strict=True)
                )
            )
            return left < right if self.columns[0].descending else left > right
        alternatives: list[ColumnElement[bool]] = []
        for index, (column, value) in enumerate(zip(self.columns, key, strict=True)):
            same = [
                before.expression == held
                for before, held in zip(self.columns[:index], key[:index], strict=True)
            ]
            beyond = column.expression < value if column.descending else column.expression > value
            alternatives.append(and_(*same, beyond))
        # Implied by the alternatives, but PostgreSQL finds its place in an index only by this.
        first, bound = self.columns[0], key[0]
        edge = first.expression <= bound if first.descending else first.expression >= bound
        return and_(edge, or_(*alternatives))


def encode(key: Sequence[Part]) -> str:
    """Write a sort key as an opaque cursor."""
    parts = [_written(part) for part in key]
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type[Part]]) -> tuple[Part, ...]:
    """Read a cursor back into a sort key of these kinds; CursorRefused if it is none."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        packed = b64decode(padded, altchars=b"-_", validate=True)
        parts = json.loads(packed)
        if not isinstance(parts, list):
            raise CursorRefused
        return tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise CursorRefused from error


def _written(part: Part) -> int | str:
    if isinstance(part, int | str):
        return part
    return part.isoformat() if isinstance(part, date) else str(part)


def _part(part: object, kind: type[Part]) -> Part:
    if kind is int:
        if type(part) is int and abs(part) <= _MAX_INTEGER:
            return part
        raise CursorRefused
    if not isinstance(part, str) or "\x00" in part:
        raise CursorRefused
    part.encode("utf-8")  # a lone surrogate is a ValueError here, not a failure in the driver
    return _READ[kind](part)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise CursorRefused
    return instant


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > _MAX_MAGNITUDE:
        raise CursorRefused
    return number


_READ: Mapping[type[Part], Callable[[str], Part]] = {
    str: str,
    Decimal: _number,
    datetime: _instant,
    date: date.fromisoformat,
    UUID: UUID,
}


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Add `Link: <…>; rel="next"` (RFC 8288) with the same query and the next cursor."""
    if cursor is not None:
        query = request.url.include_query_params(cursor=cursor).query
        response.headers["Link"] = f'<{quote(request.url.path)}?{query}>; rel="next"'
