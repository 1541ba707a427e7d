"""Texts by a grammar: a topic, a form, and slots that are filled until none is left."""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_SLOT: Final = re.compile(r"\{(\w+)\}")
_MEDIA_SHARE: Final = 0.35
_NESTED: Final = 4
_PARTING: Final = "||"
# Slots that name another each time: one team plays another.
_OTHER_EACH_TIME: Final = frozenset({"team", "pet"})
_BEFORE: Final = ("转：", "【转发】", "看到的，", "转发微博 ")
_SOCIAL: Final = (
    ("微博", 40), ("脉脉", 10), ("知乎", 8), ("百度贴吧", 10), ("豆瓣小组", 8),
    ("抖音", 14), ("小红书", 10),
)  # fmt: skip
_MEDIA: Final = (
    ("微信公众号", 40), ("今日头条", 20), ("本地日报", 12), ("晚报", 10), ("都市报", 10),
    ("财经网", 8),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """What was written, and where; a post has no title."""

    source: str
    title: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """The templates by topic and form, and what fills their slots."""

    slots: Mapping[str, tuple[str, ...]]
    social: Mapping[str, tuple[str, ...]]
    media: Mapping[str, tuple[str, ...]]


@cache
def grammar() -> Grammar:
    """Return the grammar of the city."""
    table = files("simulation.world") / "texts.toml"
    read = tomllib.loads(table.read_text(encoding="utf-8"))
    return Grammar(
        slots={name: tuple(words) for name, words in read["slots"].items()},
        social={name: tuple(forms.get("social", ())) for name, forms in read["topics"].items()},
        media={name: tuple(forms.get("media", ())) for name, forms in read["topics"].items()},
    )


def write(topic: str, facts: Mapping[str, str], draw: random.Random) -> Text:
    """Write a text on a topic; facts fill the slots of their names."""
    known = grammar()
    in_media = bool(known.media[topic]) and draw.random() < _MEDIA_SHARE
    form = draw.choice((known.media if in_media else known.social)[topic])
    filled = _fill(form, facts, draw)
    source = source_of(in_media=in_media, draw=draw)
    title, parting, body = filled.partition(_PARTING)
    return Text(source, title, body) if parting else Text(source, None, title)


def repeat(text: Text, draw: random.Random) -> Text:
    """Repeat a text elsewhere: as it is, with a word before it, or shortened to its title."""
    source = source_of(in_media=text.title is not None, draw=draw)
    kind = draw.random()
    if kind < 0.5:  # noqa: PLR2004 half of them are copies
        return Text(source, text.title, text.body)
    if text.title is not None and kind < 0.7:  # noqa: PLR2004
        return Text(source, None, text.title)
    return Text(
        source,
        text.title,
        f"{draw.choice(('转：', '【转发】', '看到的，', '转发微博 '))}{text.body}",
    )


def source_of(*, in_media: bool, draw: random.Random) -> str:
    """Choose where something is published."""
    table = _MEDIA if in_media else _SOCIAL
    return draw.choices([name for name, _ in table], [weight for _, weight in table])[0]


def _fill(form: str, facts: Mapping[str, str], draw: random.Random) -> str:
    slots = grammar().slots
    said: dict[str, str] = {}

    def word(found: re.Match[str]) -> str:
        name = found[1]
        if name in facts:
            return facts[name]
        if name in _OTHER_EACH_TIME or name not in said:
            said[name] = draw.choice([one for one in slots[name] if one != said.get(name)])
        return said[name]

    for _ in range(_NESTED):
        filled = _SLOT.sub(word, form)
        if filled == form:
            break
        form = filled
    return form.strip()
