"""Files of records are read as they stand, and refused where they are none."""

import io
import sys
from pathlib import Path

import pytest

from cli.pushing.records import Source
from cli.refusals import ExitCode, Refused


def _read(folder: Path, content: bytes, name: str = "file.json") -> list[tuple[bytes, int]]:
    file = folder / name
    file.write_bytes(content)
    with Source(file) as source:
        first = [(record.raw, record.place) for record in source.records()]
        assert [(record.raw, record.place) for record in source.records()] == first
    return first


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b'[{"a": 1}, {"a": 2}]', [(b'{"a": 1}', 1), (b'{"a": 2}', 2)]),
        (b' [ {"a":1} ,\n {"a":[{}]} ]\n', [(b'{"a":1}', 1), (b'{"a":[{}]}', 2)]),
        (b'{"records": [{"a": "]"}]}', [(b'{"a": "]"}', 1)]),
        (b'{\n  "records" : [\n    {"a": 1}\n  ]\n}\n', [(b'{"a": 1}', 1)]),
        (b'{"a": 1}\n{"a": 2}\n', [(b'{"a": 1}', 1), (b'{"a": 2}', 2)]),
        (b'\n{"a": 1}\r\n\r\n{"a": 2}', [(b'{"a": 1}', 2), (b'{"a": 2}', 4)]),
        (b'{"a": 1}', [(b'{"a": 1}', 1)]),
        (b'\xef\xbb\xbf{"a": 1}\n{"a": 2}', [(b'{"a": 1}', 1), (b'{"a": 2}', 2)]),
        (b'\xef\xbb\xbf[{"a": 1}]', [(b'{"a": 1}', 1)]),
        # Neither a number's form nor a name that stands twice is ours to change.
        (b'[{"a": 1.10, "a": 1e400}]', [(b'{"a": 1.10, "a": 1e400}', 1)]),
        ('[{"名": "甲"}]'.encode(), [('{"名": "甲"}'.encode(), 1)]),
        (b"[]", []),
        (b"", []),
    ],
)
def test_records_are_read_as_they_stand(
    tmp_path: Path, content: bytes, records: list[tuple[bytes, int]]
) -> None:
    assert _read(tmp_path, content) == records


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'[{"a": 1}', "not valid JSON"),
        (b'[{"a": 1},]', "not valid JSON"),
        (b'[{"a": 1}] x', "not valid JSON"),
        (b'{"records": [{"a": 1}], "more"}', "not valid JSON"),
        (b'[{"a": 1} {"a": 2}]', "not valid JSON"),
        (b'{"a": 1}\n{"a":\n', "Line 2 of"),
        (b'{"a": 1}\n[2]\n', "Record 2 of .* no JSON object"),
        (b"[{}, 7]", "Record 2 of .* no JSON object"),
        (b'"text"', "must be a JSON list"),
        (b"[\xff]", "not UTF-8"),
        (b"[" + b"[" * 100_000, "not valid JSON"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        _read(tmp_path, content)
    assert refused.value.exit_code is ExitCode.USAGE


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        list(Source(tmp_path / "none.json").records())


def test_standard_input_can_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"a": 1}\n{"a": 2}\n')))

    with Source(Path("-")) as source:
        assert [record.raw for record in source.records()] == [b'{"a": 1}', b'{"a": 2}']
        assert [record.place for record in source.records()] == [1, 2]
