"""The facts that an import states: its versions in columns, in messages of bounded size."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import Version
from shared.events.base import ColumnarEvent
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    Operation,
    OpinionKind,
    OpinionsLinked,
    ProtectionListKind,
    ProtectionListPublished,
)

MAX_ROWS = 2000
MAX_BYTES = 200_000
_EMPTY: Final = b"[]"
_CLOSE: Final = (",", ":")

E = TypeVar("E", bound=ColumnarEvent)
R = TypeVar("R")


def enterprises_changed(
    versions: Sequence[Version], *, import_id: UUID, received_at: datetime
) -> tuple[EnterprisesChanged, ...]:
    """State what the register says now of the enterprises that changed."""

    def fact(part: Sequence[Version]) -> EnterprisesChanged:
        said = {name: _column(part, name) for name in EnterprisesChanged.columns[2:]}
        return EnterprisesChanged(
            import_id=import_id,
            received_at=received_at,
            uscc=tuple(version.key[0] for version in part),
            version=tuple(version.version for version in part),
            **said,
        )

    return in_messages(versions, fact)


def observations_recorded(
    contract: FeedContract,
    versions: Sequence[Version],
    *,
    import_id: UUID,
    received_at: datetime,
) -> tuple[ObservationsRecorded, ...]:
    """State what the feed says of enterprises and periods; a key is (uscc, period)."""

    def fact(part: Sequence[Version]) -> ObservationsRecorded:
        return ObservationsRecorded(
            feed=contract.name,
            import_id=import_id,
            received_at=received_at,
            uscc=tuple(version.key[0] for version in part),
            period=tuple(version.key[1] for version in part),
            operation=tuple(version.operation for version in part),
            version=tuple(version.version for version in part),
            values={name: _as_stated(_column(part, name)) for name in contract.measured},
        )

    return in_messages(versions, fact)


@dataclass(frozen=True, slots=True)
class Gone:
    """A fact that was taken back, and the version that says so."""

    uscc: str
    period: str
    version: int


def withdrawals_recorded(
    contract: FeedContract, gone: Sequence[Gone], *, import_id: UUID, received_at: datetime
) -> Iterator[bytes]:
    """Yield what `observations_recorded` would state of them, as it is written.

    They say nothing but that they are gone, and there may be millions: no object is made of each.
    """
    between = between_columns(contract, import_id, received_at)
    for first in range(0, len(gone), MAX_ROWS):
        yield from _withdrawals(between, gone[first : first + MAX_ROWS])


def between_columns(contract: FeedContract, import_id: UUID, received_at: datetime) -> list[bytes]:
    """Return what is written before, between and behind the columns of such a fact."""
    shell = ObservationsRecorded(
        feed=contract.name,
        import_id=import_id,
        received_at=received_at,
        uscc=(),
        period=(),
        operation=(),
        version=(),
        values=dict.fromkeys(contract.measured, ()),
    )
    return shell.model_dump_json().encode().split(_EMPTY)


def _withdrawals(between: Sequence[bytes], gone: Sequence[Gone]) -> Iterator[bytes]:
    said: list[list[str] | list[int]] = [
        [each.uscc for each in gone],
        [each.period for each in gone],
        [Operation.WITHDRAW.value] * len(gone),
        [each.version for each in gone],
    ]
    lists = [json.dumps(each, ensure_ascii=False, separators=_CLOSE).encode() for each in said]
    nothing = b"[" + b",".join([b"null"] * len(gone)) + b"]"
    lists += [nothing] * (len(between) - 1 - len(lists))
    body = b"".join(part for pair in zip(between, lists, strict=False) for part in pair)
    body += between[-1]
    if len(body) < MAX_BYTES or len(gone) == 1:
        yield body
        return
    half = len(gone) // 2
    yield from _withdrawals(between, gone[:half])
    yield from _withdrawals(between, gone[half:])


def protection_list_published(
    versions: Sequence[Version], *, import_id: UUID, received_at: datetime
) -> tuple[ProtectionListPublished, ...]:
    """State what editions of the lists say; a key is (uscc, list_kind, edition)."""

    def fact(part: Sequence[Version]) -> ProtectionListPublished:
        return ProtectionListPublished(
            import_id=import_id,
            received_at=received_at,
            uscc=tuple(version.key[0] for version in part),
            list_kind=tuple(ProtectionListKind(version.key[1]) for version in part),
            edition=tuple(version.key[2] for version in part),
            operation=tuple(version.operation for version in part),
            version=tuple(version.version for version in part),
            valid_from=_column(part, "valid_from"),
            valid_until=_column(part, "valid_until"),
        )

    return in_messages(versions, fact)


@dataclass(frozen=True, slots=True)
class Linked:
    """What is stated of a text and an enterprise that it mentions, or mentions no more."""

    item: UUID
    uscc: str
    version: int
    withdrawn: bool
    published_at: datetime
    received_at: datetime
    import_id: UUID
    source: str
    cluster: str
    negative: bool
    confidence: float
    kinds: Sequence[str]
    announced: int | None
    announced_share: float | None

    @property
    def operation(self) -> Operation:
        """Name what the version does to the fact."""
        if self.withdrawn:
            return Operation.WITHDRAW
        return Operation.RECORD if self.version == 1 else Operation.SUPERSEDE


_AS_THEY_ARE: Final = tuple(
    name for name in OpinionsLinked.columns if name not in {"operation", "kinds"}
)


def opinions_linked(rows: Sequence[Linked]) -> tuple[OpinionsLinked, ...]:
    """State whom texts mention and what they say of each."""

    def fact(part: Sequence[Linked]) -> OpinionsLinked:
        columns = {name: tuple(getattr(row, name) for row in part) for name in _AS_THEY_ARE}
        return OpinionsLinked(
            **columns,
            operation=tuple(row.operation for row in part),
            kinds=tuple(tuple(OpinionKind(kind) for kind in row.kinds) for row in part),
        )

    return in_messages(rows, fact)


def _column(versions: Sequence[Version], name: str) -> tuple[Any, ...]:
    return tuple(version.content.get(name) for version in versions)


def _as_stated(values: Sequence[Any]) -> tuple[int | Decimal | str | None, ...]:
    return tuple(value.isoformat() if isinstance(value, date) else value for value in values)


def in_messages(rows: Sequence[R], fact: Callable[[Sequence[R]], E]) -> tuple[E, ...]:
    """Split rows over as many facts as keep each within the bounds."""
    if not rows:
        return ()
    if len(rows) <= MAX_ROWS:
        whole = fact(rows)
        if len(rows) == 1 or len(whole.model_dump_json().encode()) < MAX_BYTES:
            return (whole,)
    half = len(rows) // 2
    return in_messages(rows[:half], fact) + in_messages(rows[half:], fact)
