"""Real names of enterprises: how many of their short forms are found, and found fast enough."""

import json
import lzma
import os
from csv import DictReader
from io import TextIOWrapper
from pathlib import Path
from time import perf_counter

import pytest

from services.ingest.opinion.dictionary import cut, is_word
from services.ingest.opinion.matching import Matcher
from services.ingest.opinion.names import Entry, Name, Needs, Origin, derive, fold
from services.ingest.opinion.reading import matcher_of, read

DATA = os.environ.get("WENGANG_DATA")
pytestmark = pytest.mark.skipif(DATA is None, reason="WENGANG_DATA is not set: no real names")


def forms(full: str) -> dict[str, int]:
    """Return the forms of a name and what they need."""
    return {form.text: int(form.needs) for form in derive(full, is_word=is_word)}


def pairs() -> list[tuple[str, str, str]]:
    """Return sentences with a full company name and the short one that stands for it."""
    file = Path(DATA or "") / "company_alias" / "alias.json.xz"
    found = []
    for item in json.loads(lzma.decompress(file.read_bytes())):
        sentence = "".join(item["sentence"])
        for entry in item["full_short_list"]:
            for first, last, start, end in entry.values():
                full = sentence[first:last]
                if "公司" in full or "合伙企业" in full:
                    found.append((sentence, full, sentence[start:end]))
    return found


def test_most_real_short_names_are_among_the_forms() -> None:
    """Measured: 145 of 174 (.83); most others are brands of which the full name says nothing."""
    asked = {(full, short) for _, full, short in pairs()}
    found = [short for full, short in asked if fold(short) in forms(full)]
    assert len(asked) > 150
    assert len(found) / len(asked) >= 0.8


def test_forms_found_in_real_sentences_mean_their_enterprise() -> None:
    """Measured: of 189 forms found beside the full names, 184 (.97) are the annotated short one."""
    right = wrong = 0
    for sentence, full, short in pairs():
        matcher = Matcher(
            [
                Name(form.text, (full,), Origin.DERIVED, Needs.NOTHING)
                for form in derive(full, is_word=is_word)
            ],
            cut=cut,
        )
        rest = fold(sentence).replace(fold(full), "。" * len(full))
        for each in matcher.find(rest):
            if fold(short) in each.name.text or each.name.text in fold(short):
                right += 1
            else:
                wrong += 1
    assert right > 100
    assert right / (right + wrong) >= 0.94


def registry() -> list[Entry]:
    """Return the real names of Beijing's registry."""
    names: dict[str, str] = {}
    for file in sorted((Path(DATA or "") / "registry_cn" / "csv").glob("*/*.xz")):
        with TextIOWrapper(lzma.open(file), encoding="utf-8-sig") as text:
            for row in DictReader(text):
                names.setdefault(row["企业名称"], row["统一社会信用代码"])
    return [Entry(uscc, name) for name, uscc in names.items()]


def topics() -> list[str]:
    """Return all titles of the trending topics."""
    file = Path(DATA or "") / "weibo_hot_search" / "topics_2020_2023.jsonl.xz"
    with TextIOWrapper(lzma.open(file), encoding="utf-8") as lines:
        return sorted({json.loads(line)["title"] for line in lines})


@pytest.mark.timeout(180)
def test_a_register_of_fifty_thousand_names_links_what_it_should_and_fast_enough() -> None:
    """Measured on 275,421 topics: 94 mentions (.03 %), 90,000 topics/s of the 2,000/s asked.

    The firms of this register are old and small: nearly nothing in the topics is about them, so
    that the rate of links bounds the rate of wrong ones.
    """
    matcher = matcher_of(registry())
    assert len(matcher) > 200_000
    every = topics()
    begun = perf_counter()
    linked = [topic for topic in every if read(matcher, topic, year=2020).mentions]
    rate = len(every) / (perf_counter() - begun)
    assert len(linked) / len(every) < 0.0006
    assert "国美电器已被申请破产清算" in linked
    assert rate > 4_000
