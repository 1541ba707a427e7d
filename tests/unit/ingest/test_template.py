"""A template has the contract's columns, keeps codes as text, and offers what may be chosen."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from services.ingest.domain.contract import FeedContract, Kind
from services.ingest.domain.feeds import FEEDS
from services.ingest.files.judging import judge
from services.ingest.files.reading import Sending, entries, form_of
from services.ingest.files.template import template
from services.ingest.files.workbook import WorkbookBounds
from shared.messages import Language

LAYOFFS = FEEDS["layoff_report"]


def opened(contract: FeedContract, language: Language = Language.EN) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(template(contract, language)))


@pytest.mark.parametrize("language", list(Language))
def test_the_header_has_a_title_and_a_note_for_each_column(language: Language) -> None:
    sheet = opened(LAYOFFS, language).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    wordings = [column.title for column in LAYOFFS.columns]
    assert heads == [w.en if language is Language.EN else w.zh for w in wordings]
    assert sheet.freeze_panes == "A2"
    notes = [cell.comment.text if cell.comment else "" for cell in sheet[1]]
    for note, column in zip(notes, LAYOFFS.columns, strict=True):
        assert note.startswith(f"{column.name}: ")
        assert column.examples[0] in note


def test_codes_and_days_are_text_and_counts_are_numbers() -> None:
    sheet = opened(LAYOFFS).worksheets[0]
    formats = {
        column.name: sheet.column_dimensions[letter].number_format
        for column, letter in zip(LAYOFFS.columns, "ABCDEFG", strict=True)
    }
    assert formats == {
        "uscc": "@",
        "reported_on": "@",
        "reference": "@",
        "planned_layoffs": "0",
        "headcount": "0",
        "layoff_on": "@",
        "ground": "@",
    }


def test_what_may_be_chosen_is_offered_and_numbers_are_bounded() -> None:
    sheet = opened(LAYOFFS).worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["G2"].type == "list"
    assert rules["G2"].formula1 == (
        '"reorganization,serious_difficulty,technical_change,changed_circumstances"'
    )
    assert (rules["D2"].type, rules["D2"].formula1, rules["D2"].formula2) == (
        "whole",
        "1",
        "10000000",
    )
    assert (rules["A2"].type, rules["A2"].formula1) == ("textLength", "18")


@pytest.mark.parametrize("contract", list(FEEDS.values()), ids=list(FEEDS))
def test_every_feed_has_an_example_beside_an_empty_sheet(contract: FeedContract) -> None:
    book = opened(contract)
    first, guide, example = book.worksheets
    assert first.max_row == 1
    assert [cell.value for cell in guide["A"]][1:] == [c.name for c in contract.columns]
    for cell, column in zip(example[2], contract.columns, strict=True):
        if column.kind in {Kind.INTEGER, Kind.CNY}:
            assert cell.value == float(column.examples[0])
        else:
            assert cell.value == column.examples[0]


def test_a_clerk_picks_words_of_their_own_language() -> None:
    sheet = opened(FEEDS["enterprise_register"], Language.ZH_CN).worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["F2"].formula1 == '"存续,注销,吊销,迁出"'
    assert rules["F2"].error == "active 存续, cancelled 注销, revoked 吊销, moved_out 迁出"
    assert rules["C2"].formula1.startswith('"东城区,西城区,朝阳区,')
    lines = opened(FEEDS["hotline_call"], Language.ZH_CN).worksheets[0].data_validations
    assert '"12345,12333"' in {rule.formula1 for rule in lines.dataValidation}


@pytest.mark.parametrize("contract", list(FEEDS.values()), ids=list(FEEDS))
@pytest.mark.parametrize("language", list(Language))
def test_the_example_is_taken_as_it_stands(
    tmp_path: Path, contract: FeedContract, language: Language
) -> None:
    book = opened(contract, language)
    for sheet in book.worksheets[:2]:
        book.remove(sheet)
    file = tmp_path / "filled.xlsx"
    book.save(file)
    sending = Sending(file, file.name, contract, None)
    with entries(sending, form_of(sending, WorkbookBounds()), WorkbookBounds()) as found:
        judged = judge(contract, list(found), today=date(2026, 9, 1), codes={})
    assert (len(judged.sifted.rows), judged.sifted.faults) == (1, ())


def test_the_same_contract_gives_the_same_workbook() -> None:
    assert template(LAYOFFS, Language.EN) == template(LAYOFFS, Language.EN)
