"""A mapping is read strictly, and its faults say where they stand."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.ingest.domain.contract import Kind
from services.ingest.domain.unreadable import Untranslated
from services.ingest.mapping.amounts import AmountForm, AmountUnreadable, RateUnknown
from services.ingest.mapping.dates import FormatUnknown, date_format, told
from services.ingest.mapping.document import MAX_BYTES, MappingFlawed
from services.ingest.mapping.model import FeedMapping, Format
from services.ingest.mapping.numbers import NumberForm
from services.ingest.mapping.reading import read_mapping
from services.ingest.mapping.rule import LONGEST_MADE, NotKnown, Rule

BUNDLED = Path(__file__).parents[3] / "mappings"
HEADCOUNT = """
feed: insured_headcount
file: {format: csv, delimiter: tab, skip_lines: 2}
nulls: [无]
columns:
  uscc: 代码
  month: {from: 月份, date: [YYYY年M月, excel]}
  insured_headcount: {from: 人数, pattern: '(\\d+)人'}
  due: {from: [整, 零], join: '.', optional: true}
  left: {from: 减少, otherwise: {from: 变动, split: {by: /, take: 2}}}
ignore: '*'
"""
AMOUNTS = AmountForm(
    units={"万": Decimal(10_000), "万元": Decimal(10_000), "元": Decimal(1)},
    currencies={"人民币": Decimal(1), "美元": Decimal("6.9848"), "日元": None},
    currency="人民币",
)


def flaws(document: str) -> list[tuple[int, str, str]]:
    """Return line, pointer and code of what is wrong."""
    with pytest.raises(MappingFlawed) as refused:
        read_mapping(document.encode())
    return [(flaw.line, flaw.pointer, flaw.code) for flaw in refused.value.flaws]


def translated(mapping: FeedMapping, **cells: str) -> dict[str, object]:
    """Return what a row says."""
    return {rule.column: rule.translate(cells.get) for rule in mapping.rules}


def test_no_rule_makes_a_long_text_out_of_short_cells() -> None:
    swollen = {"a": "b" * 20_000, "b": "c" * 20_000, "c": "d" * 20_000}
    too_long = Untranslated("too_long", "b" * 20_000, {"limit": LONGEST_MADE})
    rule = Rule("name", Kind.TEXT, sources=("名",), replace=swollen)
    assert rule.translate({"名": "a"}.get) == too_long
    again = Rule("name", Kind.TEXT, sources=("名",) * 20_000, join="-")
    assert again.translate({"名": " " + "x" * 9_999}.get) == Untranslated(
        "too_long", "-".join(["x" * 9_999] * 2), {"limit": LONGEST_MADE}
    )
    # What is long already may get shorter, and a text may be as long as a column takes.
    shorter = Rule("name", Kind.TEXT, sources=("名",), replace={"xx": "y"})
    assert shorter.translate({"名": "x" * 50_000}.get) == "y" * 25_000


@pytest.mark.parametrize("file", sorted(BUNDLED.glob("*.yaml")), ids=lambda file: file.stem)
def test_bundled_mappings_are_valid(file: Path) -> None:
    assert read_mapping(file.read_bytes()).rules


def test_the_steps_of_a_column_run_in_their_order() -> None:
    mapping = read_mapping(HEADCOUNT.encode())
    assert mapping.form.format is Format.CSV
    assert (mapping.form.delimiter, mapping.form.skip_lines, mapping.ignored) == ("\t", 2, None)
    for listed in ("['*']", "[备注, '*']"):
        document = HEADCOUNT.replace("ignore: '*'", f"ignore: {listed}")
        assert read_mapping(document.encode()).ignored is None
    assert mapping.needed == (("代码",), ("月份",), ("人数",), ("减少",), ("变动",))
    row = {"代码": " x ", "月份": "2020年7月", "人数": "共 128人", "整": "12", "零": "50"}
    assert translated(mapping, **row, 减少="无", 变动="3/5") == {
        "uscc": "x",
        "month": "2020-07",
        "insured_headcount": "128",
        "due": "12.50",
        "left": "5",
    }
    bare = translated(mapping, 代码="x", 月份="44013", 人数="很多", 减少="2")
    assert (bare["month"], bare["insured_headcount"], bare["left"]) == ("2020-07", None, "2")
    assert translated(mapping, 月份="July")["month"] == Untranslated(
        "date_unlike", "July", {"formats": "YYYY年M月, excel, YYYY-MM-DD, YYYY-MM-DD HH:mm:ss"}
    )


@pytest.mark.parametrize(
    ("text", "cny"),
    [
        ("1,000(万元人民币)", "10000000.00"),
        ("500万美元", "34924000.00"),
        ("305.5000（万元）", "3055000.00"),
        ("人民币500万元", "5000000.00"),
        ("13.3万人民币", "133000.00"),
        ("0.005", "0.00"),
        ("7元", "7.00"),
    ],
)
def test_amounts_are_read_in_cny(text: str, cny: str) -> None:
    assert AMOUNTS.read(text) == Decimal(cny)


@pytest.mark.parametrize("text", ["14,000(万日元)", "5(万瑞士法郎)"])
def test_an_amount_without_a_rate_is_not_known(text: str) -> None:
    with pytest.raises(RateUnknown):
        AMOUNTS.read(text)


def test_a_currency_that_cannot_be_stored_is_told_by_its_escapes() -> None:
    rule = Rule("registered_capital", Kind.CNY, sources=("资金",), amount=AMOUNTS)
    assert rule.translate({"资金": "1万X\x00"}.get) == NotKnown(
        "currency_without_rate", "1万X\x00", {"currency": "X\\u0000"}
    )


@pytest.mark.parametrize("escape", ["\\0", "\\ud800"])
def test_a_mapping_has_no_characters_that_can_be_stored_nowhere(escape: str) -> None:
    named = f'feed: insured_headcount\ncolumns:\n  uscc: "a{escape}"\n'
    assert flaws(named) == [(3, "/columns/uscc", "unprintable")]
    assert flaws(f'feed: insured_headcount\n"a{escape}": b\n') == [(2, "", "unprintable")]


@pytest.mark.parametrize(
    "text",
    [
        "CHUNHONANDY）",
        "",
        "1.2.3",
        "1,00万",
        "5个",
        "五百万",
        "-",
        "1" + ",000" * 10,
        "9" * 15 + "e13",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountUnreadable):
        AMOUNTS.read(text)


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("YYYY年M月D日", "2020年7月31日", "2020-07-31"),
        ("YYYY/M/D", "2020/7/31", "2020-07-31"),
        ("YYYYMMDD", "20200731", "2020-07-31"),
        ("excel", "44043", "2020-07-31"),
        ("excel", "44043.75", "2020-07-31"),
        ("YYYY-MM-DD", "2020-02-30", None),
        ("YYYY/M/D", "2020/7/31 ", None),
        ("M/D/YYYY H:mm A", "7/31/2020 11:15 PM", "2020-07-31"),
        ("excel", "0", None),
        ("excel", "99999999", None),
        ("YYY年M月", "109年7月", "2020-07-01"),
        ("YYY/MM/DD", "109/07/31", "2020-07-31"),
        ("YYY/MM/DD", "1090/07/31", None),
        ("epoch", "1596124800", "2020-07-31"),
        # In Beijing the next day has begun.
        ("epoch", "1596211200000", "2020-08-01"),
        ("epoch", "44043", None),
    ],
)
def test_dates_are_read_by_their_formats(form: str, text: str, day: str | None) -> None:
    moment = date_format(form).read(text)
    assert (None if moment is None else told(moment, Kind.DATE)) == day


def test_a_time_of_day_is_beijings() -> None:
    moment = date_format("YYYY-MM-DD HH:mm").read("2020-07-31 08:05")
    assert moment is not None
    assert told(moment, Kind.TIMESTAMP) == "2020-07-31T08:05:00+08:00"


@pytest.mark.parametrize("form", ["", "DD", "YYYY", "M/D", "YYYY-MM-MM", "date"])
def test_what_is_no_format_is_refused(form: str) -> None:
    with pytest.raises(FormatUnknown):
        date_format(form)


def test_everything_that_is_wrong_is_said_with_its_line() -> None:
    assert flaws(
        """feed: insured_headcount
file: {format: pdf}
columns:
  uscc: 代码
  salary: 工资
  month: {from: 月份, date: M月}
  insured_headcount: {form: 人数}
  due: {from: 应缴, codes: none, pattern: '('}
  paid: {from: 实缴, amount: {units: {万: x}}}
  left: {from: 减少, date: YYYY-MM-DD}
sheet: 1
"""
    ) == [
        (2, "/file/format", "not_allowed"),
        (5, "/columns/salary", "mapping_column_unknown"),
        (6, "/columns/month/date", "mapping_date_format"),
        (7, "/columns/insured_headcount/form", "mapping_unknown_field"),
        (7, "/columns/insured_headcount", "mapping_source_needed"),
        (8, "/columns/due/pattern", "mapping_pattern"),
        (8, "/columns/due/codes", "not_allowed"),
        (9, "/columns/paid/amount", "mapping_field_needed"),
        (9, "/columns/paid/amount", "mapping_field_needed"),
        (9, "/columns/paid/amount/units/万", "not_a_number"),
        (10, "/columns/left/date", "mapping_step_unfit"),
        (11, "/sheet", "mapping_unknown_field"),
    ]


def test_what_the_feed_requires_has_to_be_mapped() -> None:
    assert flaws("feed: insured_headcount\ncolumns:\n  uscc: 代码\n") == [
        (3, "/columns", "mapping_column_needed"),
        (3, "/columns", "mapping_column_needed"),
    ]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("", "missing"),
        ("[1", "not_yaml"),
        ("feed: a\nfeed: b\n", "repeated_name"),
        ("a: &x 1\n", "yaml_alias"),
        ("a: *x\n", "yaml_alias"),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml_tag"),
        ("a: 1\n---\nb: 2\n", "yaml_second_document"),
        ("a: " + "[" * 40 + "]" * 40, "nested_too_deep"),
        ("a: '" + "x" * MAX_BYTES + "'", "too_long"),
        ("a: \x00", "unprintable"),
        ("? [a]\n: b\n", "not_text"),
    ],
)
def test_yaml_that_is_broken_or_a_trap_is_refused(document: str, code: str) -> None:
    assert [each for _, _, each in flaws(document)] == [code]


def test_bytes_that_are_no_utf_8_have_their_place() -> None:
    with pytest.raises(MappingFlawed) as refused:
        read_mapping(b"feed: x\ntitle: \xff\n")
    (flaw,) = refused.value.flaws
    assert (flaw.line, flaw.code, flaw.values) == (2, "not_utf8", {"position": 16})


def test_a_pattern_takes_time_in_proportion_to_its_text() -> None:
    document = HEADCOUNT.replace("(\\d+)人", "(a+)+$")
    mapping = read_mapping(document.encode())
    assert translated(mapping, 人数="a" * 30_000 + "b")["insured_headcount"] is None


def test_what_cannot_be_read_may_be_declared_unknown() -> None:
    document = HEADCOUNT.replace("date: [YYYY年M月, excel]", "date: YYYY年M月, unreadable: unknown")
    assert translated(read_mapping(document.encode()), 月份="?")["month"] == NotKnown(
        "date_unlike", "?", {"formats": "YYYY年M月, YYYY-MM-DD, YYYY-MM-DD HH:mm:ss"}
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1234.5", "1235"),
        ("0.49", "0"),
        ("1,234.4", "1234"),
        ("-2.5", "-3"),
        ("9e15", "9" + "0" * 15),
    ],
)
def test_a_number_is_rounded_where_its_mapping_says_so(text: str, read: str) -> None:
    assert NumberForm(whole=True).read(text) == read


def test_how_a_number_is_rounded_is_said_by_a_word() -> None:
    document = (
        "feed: electricity\ncolumns:\n  uscc: a\n  read_on: b\n  days: c\n"
        "  kwh: {from: d, number: {round: up}}\n"
    )
    assert flaws(document) == [(6, "/columns/kwh/number/round", "not_allowed")]


@pytest.mark.parametrize(
    ("form", "text", "hour"),
    [
        ("M/D/YYYY H:mm A", "7/31/2020 1:15 PM", 13),
        ("M/D/YYYY H:mm A", "7/31/2020 12:15 AM", 0),
        ("M/D/YYYY H:mm A", "7/31/2020 12:15 p.m.", 12),
        ("YYYY/M/D A H:mm", "2020/7/31 上午 9:15", 9),
        ("YYYY/M/D A H:mm", "2020/7/31 下午 9:15", 21),
        ("YYYY/M/D A H:mm", "2020/7/31 下午 15:15", 15),
    ],
)
def test_hours_of_half_a_day_are_read(form: str, text: str, hour: int) -> None:
    moment = date_format(form).read(text)
    assert moment is not None
    assert moment.hour == hour
