"""Which files go to the platform as they are, and which record by record."""

from pathlib import Path

import pytest

from cli.pushing.files import is_file_import


@pytest.mark.parametrize(
    ("name", "content", "as_it_is"),
    [
        ("a.csv", b"", True),
        ("a.XLSX", b"PK", True),
        ("a.parquet", b"PAR1", True),
        ("a.txt", b"uscc|month\r", True),
        ("a.docx", b"PK\x03\x04", True),
        ("a.csv.gz", b"\x1f\x8b", True),
        ("a.xml", b"<a/>", True),
        ("no-suffix", b"", True),
        ("no-suffix", b' [{"a": 1}]', False),
        ("a.txt", b'\xef\xbb\xbf{"a": 1}', False),
        # What they are called is what they shall be: what is wrong with them is told at once.
        ("a.json", b"uscc,month", False),
        ("a.ndjson", b"uscc,month", False),
    ],
)
def test_what_is_no_json_goes_as_it_is(
    tmp_path: Path, name: str, content: bytes, as_it_is: bool
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert is_file_import(file) is as_it_is


def test_standard_input_and_what_is_not_there_are_read_as_records(tmp_path: Path) -> None:
    assert not is_file_import(Path("-"))
    assert not is_file_import(tmp_path / "none.txt")
