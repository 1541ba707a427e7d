"""Tables that a mapping reads cell by cell: each column once for each different cell it has.

What a rule says of a cell is for `mapping/rule.py` alone; here it is asked less often.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from services.ingest.mapping.model import OF_FILE, FeedMapping, FileForm, RowsForm, is_place
from services.ingest.mapping.rule import Cells, Rule, Translated

_SAID: Final = "\0said"
_ODD: Final = "\0odd"
_WHOLE_FILE: Final = frozenset({OF_FILE})
# Of a rule of which all cells of a chunk are held at once, what it made of them: it must not be
# far more than the cells themselves.
_MOST_CELLS: Final = 10
_LONGEST_WORD: Final = 100


def goes_by_cells(mapping: FeedMapping) -> bool:
    """Tell whether rows stand for themselves: a header in the first line, one record in each.

    Who is known by their name has to be looked up, and places within the file differ by row. Rules
    that may make much out of little go by rows as well, of which few are held.
    """
    form = mapping.form
    plain = FileForm(
        format=form.format,
        encoding=form.encoding,
        delimiter=form.delimiter,
        header_at=form.header_at,
        extra_cells_ignored=form.extra_cells_ignored,
        repeated_headers_numbered=form.repeated_headers_numbered,
    )
    rules = [rule for own in mapping.rules for rule in _all(own)]
    places = {name for rule in rules for name in rule.sources if is_place(name)}
    return (
        form == plain
        and mapping.rows == RowsForm()
        and mapping.wide is None
        and not any(rule.by_name for rule in rules)
        and places <= _WHOLE_FILE
        and all(map(_stays_short, mapping.rules))
    )


def translated(
    rule: Rule, cells: Mapping[str, pl.Series], about: Mapping[str, str], *, count: int
) -> tuple[pl.Series, pl.Series | None]:
    """Return what a rule says of each of `count` rows, and of which it says no plain text.

    `cells`: of the headers that the file has, null where one is blank. None: of none of them.
    """
    names = [name for name in rule.all_sources if name in cells]
    if not names:
        said, odd = _told(rule.translate(about.get))
        return pl.repeat(said, count, dtype=pl.String, eager=True), _whole(odd=odd, count=count)
    if _is_renaming(rule):
        return cells[names[0]], None
    rows = pl.DataFrame({name: cells[name] for name in names})
    each = rows.unique()
    told = [_told(rule.translate(_look(names, row, about))) for row in each.iter_rows()]
    spoken = each.with_columns(
        pl.Series(_SAID, [said for said, _ in told], pl.String),
        pl.Series(_ODD, [odd for _, odd in told], pl.Boolean),
    )
    of_each = rows.join(spoken, on=names, how="left", nulls_equal=True, maintain_order="left")
    return of_each[_SAID], of_each[_ODD] if spoken[_ODD].any() else None


def _all(rule: Rule) -> Iterator[Rule]:
    yield rule
    for inner in rule.inner:
        yield from _all(inner)


def _stays_short(rule: Rule) -> bool:
    """Tell whether what a rule makes is about as long as the cells that it reads."""
    tree = list(_all(rule))
    words = (
        word
        for each in tree
        for word in (each.constant or "", each.before, each.after, each.join, *_codes(each))
    )
    return (
        sum(max(1, len(each.sources)) for each in tree) <= _MOST_CELLS
        and all(len(word) <= _LONGEST_WORD for word in words)
        and all(len(new) <= len(old) for each in tree for old, new in each.replace.items())
    )


def _codes(rule: Rule) -> Iterable[str]:
    return () if rule.codes is None else rule.codes.values()


def _is_renaming(rule: Rule) -> bool:
    """Tell whether a rule takes a cell as it stands."""
    own = Rule(rule.column, rule.kind, sources=rule.sources, optional=rule.optional)
    return rule == own and len(rule.sources) == 1


def _look(names: Sequence[str], row: Sequence[str | None], about: Mapping[str, str]) -> Cells:
    held = {name: cell or "" for name, cell in zip(names, row, strict=True)}
    return lambda name: held[name] if name in held else about.get(name)


def _told(said: Translated) -> tuple[str | None, bool]:
    """Return a text, and whether it is something else: that is for the judge, row by row."""
    plain = said is None or isinstance(said, str)
    return said if isinstance(said, str) else None, not plain


def _whole(*, odd: bool, count: int) -> pl.Series | None:
    return pl.repeat(value=True, n=count, dtype=pl.Boolean, eager=True) if odd else None
