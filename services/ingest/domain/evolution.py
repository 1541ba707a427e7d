"""What a new version of a contract changes for those who send the old one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import IntEnum

from services.ingest.domain.contract import Column, FeedContract


class Weight(IntEnum):
    """How much a change asks of a sender, and which part of the version's number it raises."""

    WORDING = 2
    ADDITION = 1
    BREAKING = 0


@dataclass(frozen=True)
class Change:
    """One difference; `column` is none where the feed as a whole changes."""

    weight: Weight
    code: str
    column: str | None = None
    before: str = ""
    after: str = ""


_RECORDED = frozenset({"column_removed", "kind_changed", "key_changed", "target_changed"})
_WORDS = frozenset({"title", "description", "examples"})


def changes(old: FeedContract, new: FeedContract) -> tuple[Change, ...]:
    """Return every difference, the weightiest first; a record that fits `old` may break by some."""
    found = [*_of_the_feed(old, new)]
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    found += [
        Change(Weight.BREAKING, "column_removed", name) for name in before.keys() - after.keys()
    ]
    found += [
        Change(Weight.BREAKING, "column_added_required", name)
        if after[name].required
        else Change(Weight.ADDITION, "column_added", name)
        for name in after.keys() - before.keys()
    ]
    for name in before.keys() & after.keys():
        found += _of_a_column(before[name], after[name])
    return tuple(sorted(found, key=lambda each: (each.weight, each.column or "", each.code)))


def is_numbered_enough(old: FeedContract, new: FeedContract) -> bool:
    """Tell whether the number rises where the changes ask it to: major, minor or patch."""
    weight = min((each.weight for each in changes(old, new)), default=Weight.WORDING)
    return new.number[: weight + 1] > old.number[: weight + 1]


def unkept(old: FeedContract, new: FeedContract) -> tuple[Change, ...]:
    """Return what keeps records of `old` from being recorded as long as `new` holds.

    Bounds may become narrower, columns required: each record is judged by its own version. But
    what an old version may say must have its column.
    """
    return tuple(each for each in changes(old, new) if each.code in _RECORDED)


@dataclass(frozen=True)
class Verdict:
    """Whether a contract may be the next version of its feed; the code says why, or why not.

    `lost`: what keeps records of the version `holder`, which is taken until `until`, from being
    recorded. `part`: which part of the number has to rise.
    """

    code: str
    lost: tuple[str, ...] = ()
    holder: str | None = None
    until: str | None = None
    part: str | None = None

    @property
    def may_be_given_out(self) -> bool:
        """Tell whether senders may be given it."""
        return self.code in {"new_feed", "same", "next"}


def verdict(new: FeedContract, given: Sequence[FeedContract], *, today: date) -> Verdict:
    """Judge a contract against the versions of its feed that were given out, the oldest first."""
    if not given:
        return Verdict("new_feed")
    newest = given[-1]
    same = next((each for each in given if each.version == new.version), None)
    if same is not None:
        return Verdict("edited" if changes(same, new) else "same")
    for old in given:
        lost = () if is_over(old, today) else unkept(old, new)
        if lost:
            names = tuple(dict.fromkeys(each.column or each.code for each in lost))
            until = None if old.sunset_on is None else old.sunset_on.isoformat()
            return Verdict("not_kept", names, old.version, until)
    if not is_numbered_enough(newest, new):
        weight = min((each.weight for each in changes(newest, new)), default=Weight.WORDING)
        return Verdict("number_too_low", part=("major", "minor", "patch")[weight])
    return Verdict("next")


def is_over(contract: FeedContract, today: date) -> bool:
    """Tell whether the day of the contract's sunset is past."""
    return contract.sunset_on is not None and today > contract.sunset_on


def taken(given: Sequence[FeedContract], today: date) -> tuple[FeedContract, ...]:
    """Return the versions of a feed that are taken, first the one for who names none.

    That is the newest of the oldest major number that is still taken: within one number additions
    break nobody, and what breaks senders waits until the last day of what they send. `given`: all
    versions, the oldest first.
    """
    standing = [each for each in given if not is_over(each, today)] or [*given[-1:]]
    oldest = min(each.number[0] for each in standing)
    first = [each for each in standing if each.number[0] == oldest]
    return tuple(reversed(standing[len(first) :] + first))


def judged_by(sent: FeedContract, newest: FeedContract) -> FeedContract:
    """Return the version by which a row is read again that was sent by `sent`.

    It is that one, unless what it may say has no place any more.
    """
    return newest if unkept(sent, newest) else sent


def _of_the_feed(old: FeedContract, new: FeedContract) -> Iterator[Change]:
    if old.key != new.key:
        extended = _is_extended(old, new)
        yield Change(
            Weight.ADDITION if extended else Weight.BREAKING,
            "key_extended" if extended else "key_changed",
            None,
            " + ".join(old.key),
            " + ".join(new.key),
        )
    if old.target is not new.target:
        yield Change(Weight.BREAKING, "target_changed", None, old.target, new.target)
    if old.cadence != new.cadence:
        yield Change(Weight.BREAKING, "cadence_changed", None, old.cadence, new.cadence)
    if old.freshness != new.freshness:
        limits = (each and each.working_days for each in (old.freshness, new.freshness))
        before, after = ("" if days is None else str(days) for days in limits)
        yield Change(Weight.WORDING, "freshness_changed", None, before, after)
    if old.reject_above != new.reject_above:
        yield Change(
            Weight.WORDING,
            "threshold_changed",
            None,
            *(
                "100" if each.reject_above is None else f"{each.reject_above:g}"
                for each in (old, new)
            ),
        )
    told = ("title", "purpose", "usage", "owner", "legal_basis", "classification")
    if any(getattr(old, name) != getattr(new, name) for name in told):
        yield Change(Weight.WORDING, "words_changed")


def _is_extended(old: FeedContract, new: FeedContract) -> bool:
    """Tell whether the key has more parts, which may be left out: old records keep their keys."""
    optional = {column.name for column in new.columns if not column.required}
    more = new.key[len(old.key) :]
    return new.key[: len(old.key)] == old.key and optional.issuperset(more)


def _of_a_column(old: Column, new: Column) -> Iterator[Change]:
    name = old.name
    if old.kind is not new.kind:
        yield Change(Weight.BREAKING, "kind_changed", name, old.kind, new.kind)
        return
    if old.required != new.required:
        weight = Weight.BREAKING if new.required else Weight.ADDITION
        yield Change(weight, "now_required" if new.required else "no_longer_required", name)
    yield from _of_values(old, new)
    if any(
        getattr(old, each.name) != getattr(new, each.name)
        for each in fields(Column)
        if each.name in _WORDS
    ):
        yield Change(Weight.WORDING, "words_changed", name)


def _of_values(old: Column, new: Column) -> Iterator[Change]:
    gone = [choice for choice in old.choices if choice not in new.choices]
    more = [choice for choice in new.choices if choice not in old.choices]
    if gone:
        yield Change(Weight.BREAKING, "choices_removed", old.name, ", ".join(gone))
    if more:
        yield Change(Weight.ADDITION, "choices_added", old.name, "", ", ".join(more))
    bounds = (
        ("minimum", old.minimum, new.minimum, _is_higher(new.minimum, old.minimum)),
        ("maximum", old.maximum, new.maximum, _is_lower(new, old)),
        ("max_length", old.max_length, new.max_length, new.max_length < old.max_length),
    )
    for bound, before, after, is_narrower in bounds:
        if before != after:
            weight = Weight.BREAKING if is_narrower else Weight.ADDITION
            code = f"{bound}_{'narrower' if is_narrower else 'wider'}"
            yield Change(weight, code, old.name, _told(before), _told(after))


def _is_higher(this: int | str | None, other: int | str | None) -> bool:
    if this is None or other is None:
        return this is not None
    return int(this) > int(other) if isinstance(this, int) else str(this) > str(other)


def _is_lower(new: Column, old: Column) -> bool:
    """Tell whether less is taken at the end; a time without a maximum ends today."""
    if new.maximum is None or old.maximum is None:
        return new.maximum is None
    return _is_higher(old.maximum, new.maximum)


def _told(bound: int | str | None) -> str:
    return "" if bound is None else str(bound)
