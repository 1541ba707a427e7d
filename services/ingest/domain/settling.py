"""Rows against what is on record: which become versions, and what is said again behind late ones.

docs/adr/0029 says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from services.ingest.domain.fates import (
    MOST_VERSIONS,
    Fate,
    Held,
    Settlement,
    Version,
    is_older,
)
from services.ingest.domain.rows import Fault, Key, Row
from services.ingest.domain.voices import Taking, Voices, statements


@dataclass(frozen=True)
class Overtaken:
    """What is on record about a key around an import that is worked off after newer ones.

    `earlier`: what had been said when it was received; `later`: what was since, in the order of
    receipt. `own`: what the import itself has said already.
    """

    earlier: tuple[Held, ...]
    later: tuple[Held, ...]
    own: Held | None = None

    @property
    def before(self) -> Held | None:
        """Return what the import's next row finds: the last statement, taken back or not."""
        told = self.earlier if self.own is None else (*self.earlier, self.own)
        standing = Voices(told).standing
        return told[-1] if standing is None and told else standing

    def behind(self, said: Held) -> tuple[Held, ...]:
        """Return the versions that stand behind what the import says: what was learned since."""
        voices = Voices((*self.earlier, said))
        return tuple(version for told in self.later for version in voices.hear(told))


_NONE: Final[Mapping[Key, Overtaken]] = MappingProxyType({})


def around(
    history: Sequence[Held], received_at: datetime, takings: Sequence[Taking] = ()
) -> Overtaken:
    """Return what had been said of a key at some moment, and what was said since.

    `history` and `takings` as in `statements`.
    """
    told = statements(history, takings)
    earlier = tuple(each for each in told if each.origin and each.origin.received_at <= received_at)
    return Overtaken(earlier, told[len(earlier) :])


def taken_back(key: Key, history: Sequence[Held], agency: str, about: Overtaken) -> list[Version]:
    """Return what an agency's withdrawal adds to a key of which newer imports have said something.

    `history`: all its versions. Behind the withdrawal is said again what was learned since, as in
    `settle`. Of what was hidden behind another agency's statement that is all: it makes no version,
    but what has let it stand again since does so no more.
    """
    gone = Held(0, {}, withdrawn=True, agency=agency)
    shown = Voices(about.earlier).hear(gone)
    top = max(held.version for held in history)
    return _numbered(key, (*shown, *about.behind(gone)), top + 1)


def settle(
    rows: Sequence[Row],
    held: Mapping[Key, Held],
    overtaken: Mapping[Key, Overtaken] = _NONE,
    *,
    agency: str = "",
    awaited: datetime | None = None,
) -> Settlement:
    """Decide each row against what is on record, in order: a later row sees the earlier ones.

    A row that was received before what is on record of its key is decided by what was known when
    it was received, and what was learned since is said again behind it: the highest version stays
    what was received last, and so does, of any day, the highest that was received by then.

    What says the same as what stands is a duplicate. It is written nevertheless if another agency
    than this one had said it, who may take it back; or if it was known before `awaited`, when the
    last import was received that came before this one and is not worked off yet: that may say
    otherwise, and was said earlier.
    """
    current = dict(held)
    around_it = dict(overtaken)
    fates: dict[int, Fate] = {}
    versions: list[Version] = []
    exhausted: list[Fault] = []
    for row in rows:
        last, late = current.get(row.key), around_it.get(row.key)
        known = last if late is None else late.before
        fate = _fate(known, row)
        if fate is Fate.DUPLICATE and not (
            is_older(known, awaited) or _is_of_another(known, agency)
        ):
            fates[row.index] = fate
            continue
        said = Held(0, row.content, agency=agency)
        behind = () if late is None else late.behind(said)
        number = 0 if last is None else last.version
        if last is not None and number + 1 + len(behind) > MOST_VERSIONS:
            most = {"most": MOST_VERSIONS}
            exhausted.append(Fault(row.index, None, "too_many_versions", None, most))
            continue
        fates[row.index] = fate
        written = _numbered(row.key, (said, *behind), number + 1)
        versions += written
        current[row.key] = replace((said, *behind)[-1], version=written[-1].version)
        if late is not None:
            around_it[row.key] = replace(late, own=said)
    return Settlement(fates, tuple(versions), exhausted=tuple(exhausted))


def _is_of_another(known: Held | None, agency: str) -> bool:
    return known is not None and known.agency not in {"", agency}


def _fate(known: Held | None, row: Row) -> Fate:
    if known is None:
        return Fate.ACCEPTED
    return Fate.DUPLICATE if known.says(row.content) else Fate.SUPERSEDING


def _numbered(key: Key, told: Iterable[Held], first: int) -> list[Version]:
    return [
        Version(
            key,
            number,
            each.content,
            each.withdrawn,
            each.origin,
            each.agency if each.restored else None,
        )
        for number, each in enumerate(told, first)
    ]
