"""ETags of counted versions: any, one, or none of ours."""

import pytest

from shared.etags import etag, version_of


def test_a_version_comes_back() -> None:
    assert etag(7) == '"7"'
    assert version_of('"7"') == 7


@pytest.mark.parametrize("said", [None, "*"])
def test_who_names_none_takes_any(said: str | None) -> None:
    assert version_of(said) is None


@pytest.mark.parametrize("said", ["7", 'W/"7"', '"x"', "", '"1", "2"', '"1234567890"'])
def test_what_is_none_of_ours_matches_nothing(said: str) -> None:
    assert version_of(said) == -1
