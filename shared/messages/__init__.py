"""What users read, in their language: the catalogue and the choice of the language."""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from string import Formatter


class Language(StrEnum):
    """A language of the catalogue; the first is the default."""

    ZH_CN = "zh-CN"
    EN = "en"


DEFAULT = Language.ZH_CN
_FILES = {Language.ZH_CN: "zh_CN.toml", Language.EN: "en.toml"}
_MAX_RANGES = 20


def say(code: str, language: Language, /, **values: object) -> str:
    """Return the text of `code` ("section.key") with its fields filled in.

    A code or a field that is not there is a mistake of ours, hence a KeyError.
    """
    return catalogue(language)[code].format_map(values)


def known(code: str) -> bool:
    """Say whether the catalogue has a text for `code`."""
    return code in catalogue(DEFAULT)


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Read all texts of a language, keyed by dotted code; once per process."""
    text = (files(__name__) / _FILES[language]).read_text(encoding="utf-8")
    return dict(_flatten("", tomllib.loads(text)))


def fields(code: str, language: Language) -> frozenset[str]:
    """Name the fields that the text of `code` needs."""
    parts = Formatter().parse(catalogue(language)[code])
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _flatten(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            flat += _flatten(f"{prefix}{key}.", value)
        else:
            flat.append((f"{prefix}{key}", str(value)))
    return flat


@lru_cache(maxsize=256)
def choose(accept_language: str | None) -> Language:
    """Choose the language that the header (RFC 9110 §12.5.4) likes best; zh-CN if it says nothing.

    "zh-TW" is served zh-CN and "en-GB" en: nearer than the other of our two. What cannot be
    read is passed over, never refused.
    """
    wishes = _wishes(accept_language or "")
    best, best_weight = DEFAULT, 0.0
    for language in _by_appearance(wishes):
        weight = wishes.get(_primary(language), wishes.get("*", 0.0))
        if weight > best_weight:
            best, best_weight = language, weight
    return best


def _wishes(header: str) -> dict[str, float]:
    """Map each primary tag to the greatest weight it was given, in order of appearance."""
    wishes: dict[str, float] = {}
    for part in header.split(",")[:_MAX_RANGES]:
        tag, _, parameters = part.partition(";")
        name, _, number = parameters.strip().partition("=")
        try:
            weight = float(number) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        primary = _primary(tag)
        if primary and 0.0 <= weight <= 1.0:
            wishes[primary] = max(wishes.get(primary, 0.0), weight)
    return wishes


def _by_appearance(wishes: Mapping[str, float]) -> list[Language]:
    order = list(wishes)

    def place(language: Language) -> int:
        primary = _primary(language)
        return order.index(primary) if primary in wishes else len(order)

    return sorted(Language, key=place)


def _primary(tag: str) -> str:
    return tag.strip().lower().partition("-")[0]


def spoken(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language of whoever sits at the terminal: WENGANG_LANG, else the locale's.

    A locale that names no language (C, POSIX) says nothing: zh-CN, our users' own.
    """
    for name in ("WENGANG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        wish = environment.get(name, "").partition(".")[0]
        if wish and wish not in {"C", "POSIX"}:
            return choose(wish.replace("_", "-"))
    return DEFAULT
