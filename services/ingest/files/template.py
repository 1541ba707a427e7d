"""A contract as a workbook to fill in: pushed as it is, it needs no mapping.

Codes, months and days are text, so that no program takes them for numbers or days of its own.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.ingest.domain.contract import WRITTEN, Column, FeedContract, Kind
from shared.codes.divisions import DISTRICTS, District
from shared.codes.divisions import today as district_today
from shared.messages import Language, say

_ROWS: Final = 10_000
_WIDEST: Final = 40
_LONGEST_NAME: Final = 31
# What Excel takes for the list of a cell, and for the texts beside it.
_LONGEST_LIST: Final = 255
_LONGEST_NOTE: Final = 255
_FORMATS: Final = {Kind.INTEGER: "0", Kind.CNY: "0.00"}
_TEXT: Final = "@"
# The same contract gives the same bytes.
_MADE: Final = datetime(2020, 7, 31, tzinfo=UTC).replace(tzinfo=None)
_USCC: Final = 18


def template(contract: FeedContract, language: Language) -> bytes:
    """Return the workbook: a sheet to fill in, what each column means, and an example."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE, "title": contract.name, "subject": contract.version})
    sheets = [
        book.add_worksheet(_name(contract, language)),
        book.add_worksheet(say("template.guide", language)),
        book.add_worksheet(say("template.example", language)),
    ]
    formats = {kind: book.add_format({"num_format": _FORMATS.get(kind, _TEXT)}) for kind in Kind}
    head = book.add_format({"bold": True, "bottom": 1})
    required = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFF2CC"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": _TEXT})
    for place, column in enumerate(contract.columns):
        title = _in(language, column, "title")
        for sheet in (sheets[0], sheets[2]):
            sheet.set_column(place, place, _width(column, title), formats[column.kind])
            sheet.write_string(0, place, title, required if column.required else head)
            sheet.freeze_panes(1, 0)
        sheets[0].write_comment(0, place, _note(column, language), {"x_scale": 2, "y_scale": 2})
        _limit(sheets[0], place, column, language)
        _write(sheets[2], place, column, formats[column.kind], language)
    _explain(sheets[1], contract, language, head=head, wrapped=wrapped)
    book.close()
    return content.getvalue()


def _write(
    sheet: Worksheet, place: int, column: Column, as_it_is: Format, language: Language
) -> None:
    example = _example(column, language)
    if column.kind in _FORMATS:
        sheet.write_number(1, place, float(example), as_it_is)
    else:
        sheet.write_string(1, place, example, as_it_is)


def _explain(
    sheet: Worksheet, contract: FeedContract, language: Language, *, head: Format, wrapped: Format
) -> None:
    heads = ("column", "title", "required", "values", "description", "sample")
    widths = (24, 20, 10, 30, 60, 24)
    for place, (name, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, say(f"template.{name}", language), head)
    sheet.freeze_panes(1, 0)
    for row, column in enumerate(contract.columns, start=1):
        cells = (
            column.name,
            _in(language, column, "title"),
            say("template.yes", language) if column.required else "",
            _values(column, language),
            _in(language, column, "description"),
            _example(column, language),
        )
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell, wrapped)


def _limit(sheet: Worksheet, place: int, column: Column, language: Language) -> None:
    """Let the program say at once what the contract would say later."""
    rule = _rule(column, language)
    if rule is None:
        return
    told = {
        "input_title": _in(language, column, "title")[:32],
        "input_message": _in(language, column, "description")[:_LONGEST_NOTE],
        "error_title": _in(language, column, "title")[:32],
        "error_message": _values(column, language)[:_LONGEST_NOTE],
    }
    sheet.data_validation(1, place, _ROWS, place, {**rule, **told})


def _rule(column: Column, language: Language) -> dict[str, Any] | None:
    match column.kind:
        case Kind.CHOICE:
            words = [_word(column, code, language) for code in column.choices]
            return {"validate": "list", "source": words} if _is_short(words) else None
        case Kind.DISTRICT:
            # Codes and former districts are taken as well: the list helps, it does not forbid.
            offered = [_district(district, language) for district in DISTRICTS]
            return {"validate": "list", "source": offered, "error_type": "information"}
        case Kind.INTEGER | Kind.CNY:
            counted = "integer" if column.kind is Kind.INTEGER else "decimal"
            bounds = {"minimum": column.minimum, "maximum": column.maximum}
            return {"validate": counted, "criteria": "between", **bounds}
        case Kind.USCC:
            return {"validate": "length", "criteria": "==", "value": _USCC}
        case kind if kind in WRITTEN:
            return {"validate": "length", "criteria": "<=", "value": column.max_length}
        case _:
            return None


def _is_short(words: Sequence[str]) -> bool:
    return len(",".join(words)) <= _LONGEST_LIST


def _word(column: Column, code: str, language: Language) -> str:
    """Return what a person picks for a choice: in Chinese what the contract calls it."""
    return code if language is Language.EN or code.isdigit() else column.labels.get(code, code)


def _district(district: District, language: Language) -> str:
    return district.code if language is Language.EN else district.name


def _example(column: Column, language: Language) -> str:
    example = column.examples[0]
    match column.kind:
        case Kind.CHOICE:
            return _word(column, example, language)
        case Kind.DISTRICT:
            return _district(district_today(example), language)
        case _:
            return example


def _values(column: Column, language: Language) -> str:
    kind = say(f"words.field_kind.{column.kind}", language)
    if column.choices:
        return ", ".join(column.told_choices)
    if column.kind in WRITTEN:
        return say("template.characters", language, kind=kind, limit=column.max_length)
    if column.minimum is None:
        return kind
    last = say("template.today", language) if column.maximum is None else column.maximum
    return say("template.between", language, kind=kind, first=column.minimum, last=last)


def _note(column: Column, language: Language) -> str:
    parts = (
        f"{column.name}: {_values(column, language)}",
        say("template.must", language) if column.required else "",
        _in(language, column, "description"),
        say("template.for_example", language, example=_example(column, language)),
    )
    return "\n".join(part for part in parts if part)


def _name(contract: FeedContract, language: Language) -> str:
    return (contract.title.en if language is Language.EN else contract.title.zh)[:_LONGEST_NAME]


def _in(language: Language, column: Column, which: str) -> str:
    wording = getattr(column, which)
    said: str = wording.en if language is Language.EN else wording.zh
    return said


def _width(column: Column, title: str) -> int:
    widest = max(len(column.examples[0]), 2 * len(title)) + 2
    return min(_WIDEST, widest)
