"""A path has one reading, or none."""

import pytest

from gateway.paths import Target, read


@pytest.mark.parametrize(
    ("raw", "segments"),
    [
        (b"/", ()),
        (b"/v1", ("v1",)),
        (b"/v1/cases", ("v1", "cases")),
        (b"/v1/enterprises/91110105MA00000004", ("v1", "enterprises", "91110105MA00000004")),
        # Whoever encodes what needs none means the same path.
        (b"/%76%31/c%61ses", ("v1", "cases")),
        (b"/v1/officers/wang%40example.org", ("v1", "officers", "wang@example.org")),
        (b"/v1/officers/wang@example.org", ("v1", "officers", "wang@example.org")),
        (b"/v1/officers/%E7%8E%8B%E4%BC%9F", ("v1", "officers", "王伟")),
        (b"/v1/officers/a+b", ("v1", "officers", "a+b")),
        (b"/v1/officers/...", ("v1", "officers", "...")),
        (b"/v1/officers/a%20b", ("v1", "officers", "a b")),
    ],
)
def test_a_plain_path_is_read(raw: bytes, segments: tuple[str, ...]) -> None:
    assert read(raw) == Target(segments)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"v1/cases",
        b"http://elsewhere/v1/cases",
        b"//v1/cases",
        b"/v1//cases",
        b"/v1/cases/",
        b"/v1/feeds/../cases",
        b"/v1/feeds/%2e%2e/cases",
        b"/v1/feeds/.%2E/cases",
        b"/v1/./cases",
        b"/v1/feeds/..%2fcases",
        b"/v1/feeds/x%2Fbatches",
        b"/v1/feeds/x%5Cbatches",
        b"/v1/feeds\\..\\cases",
        b"/v1/feeds/%252e%252e/cases",
        b"/v1/feeds/x%252Fbatches",
        b"/v1/cases%00",
        b"/v1/cases%0d%0aX-Injected:1",
        b"/v1/cases;a=b",
        b"/v1/cases%3Fx=1",
        b"/v1/cases%23x",
        b"/v1/cases%",
        b"/v1/cases%zz",
        b"/v1/officers/%ff%fe",
        b"/v1/officers/%c0%ae%c0%ae",
        b"/v1/" + b"a" * 2_000,
    ],
)
def test_what_could_be_read_twice_leads_nowhere(raw: bytes) -> None:
    assert read(raw) is None


def test_a_path_goes_on_encoded_in_one_way() -> None:
    target = read(b"/v1/officers/%E7%8E%8B%20wang@x")
    assert target is not None
    assert target.path == "/v1/officers/王 wang@x"
    assert target.raw == "/v1/officers/%E7%8E%8B%20wang%40x"
