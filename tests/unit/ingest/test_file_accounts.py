"""Whatever a file of lines is like, its rows come to the account that a person would draw up."""

import csv
import io
from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.domain.fates import account
from services.ingest.domain.quarantine import quarantine
from services.ingest.domain.rows import Sifted, keep_known
from services.ingest.domain.settling import settle
from tests.unit.ingest.layouts import taken
from tests.unit.ingest.records import uscc

KNOWN, STRANGER = (uscc(1), uscc(2)), uscc(3)
ANY = st.sampled_from([*KNOWN, STRANGER])
HEADER = ("统一社会信用代码", "月份", "人数", "备注")
MAPPING = """
feed: insured_headcount
file: {delimiter: ','}
columns:
  uscc: 统一社会信用代码
  month: {from: 月份, date: YYYY-MM}
  insured_headcount: {from: 人数, number: plain}
ignore: [备注]
"""
NOTE = st.sampled_from(["", "一行", "两\n行", 'he said "x"', "a,b", "\r\n"])
GOOD = st.tuples(
    ANY,
    st.sampled_from(["2020-06", "2020-07"]),
    st.just("12"),
    NOTE,
)
CORRECTED = st.tuples(ANY, st.just("2020-06"), st.just("13"), NOTE)
OTHER = st.tuples(st.sampled_from(KNOWN), st.just("2020-07"), st.sampled_from(["13", " 12 "]), NOTE)
FAULTY = st.sampled_from(
    [
        ("91110105X", "2020-07", "12", ""),
        (KNOWN[0], "2020-13", "12", ""),
        (KNOWN[0], "2021-01", "12", ""),
        (KNOWN[0], "2020-07", "-1", ""),
        (KNOWN[0], "2020-07", "", "空"),
        (KNOWN[0], "2020-07"),
        (KNOWN[0],),
        (KNOWN[0], "2020-07", "12", "", "多一格"),
    ]
)
BLANK = st.sampled_from([(), ("",), ("", "", ""), (" ", "\t", "　", "")])
ROWS = st.lists(GOOD | CORRECTED | OTHER | FAULTY | BLANK | st.just(HEADER), max_size=25)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])


def expected(rows: Sequence[Sequence[str]]) -> Counter[str]:
    """Draw up the account by hand: what is said of each key, one row after the other."""
    fates: Counter[str] = Counter()
    said: dict[tuple[str, str], str] = {}
    for row in rows:
        if not any(cell.strip() for cell in row) or tuple(row) == HEADER:
            continue
        fates["rows"] += 1
        cells = [cell.strip() for cell in row]
        good = cells[2:3] in (["12"], ["13"]) and len(cells) == len(HEADER)
        if not good or cells[0] not in {*KNOWN, STRANGER} or cells[1] not in {"2020-06", "2020-07"}:
            fates["rejected"] += 1
            continue
        before = said.get((cells[0], cells[1]))
        said[cells[0], cells[1]] = cells[2]
        if before == cells[2]:
            fates["duplicate"] += 1
        elif cells[0] == STRANGER:
            fates["quarantined"] += 1
        else:
            fates["accepted" if before is None else "superseding"] += 1
    return fates


@settings(max_examples=75, deadline=None)
@given(rows=ROWS, encoding=ENCODINGS, ending=st.sampled_from(["\n", "\r\n"]), quoted=st.booleans())
def test_every_row_of_a_file_ends_in_the_fate_that_a_person_would_give_it(
    rows: list[tuple[str, ...]], encoding: str, ending: str, quoted: bool
) -> None:
    target = io.StringIO(newline="")
    dialect = csv.unix_dialect if quoted else csv.excel
    csv.writer(target, dialect, lineterminator=ending).writerows([HEADER, *rows])
    outcome = taken(target.getvalue().encode(encoding), MAPPING)
    sifted = keep_known(Sifted(tuple(outcome.rows), ()), KNOWN)
    settlement = settle(sifted.rows, {}) + quarantine(sifted.strangers, {})
    counts = account(settlement, outcome.faults, rows=len(outcome.records))
    wanted = expected(rows)
    assert vars(counts) == {name: wanted[name] for name in vars(counts)}
