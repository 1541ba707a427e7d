"""A second platform, for stories after which months are gone and the clock has moved on."""

from collections.abc import Iterator

import pytest

from tests.e2e.city import City, populate
from tests.platform import Platform, running


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform that these stories share; tests/scheduling.py says which comes when."""
    with running(tmp_path_factory.mktemp("changed")) as started:
        yield started


@pytest.fixture(scope="package")
def city(platform: Platform) -> City:
    """Its four enterprises, of whom a loan may speak and whose months may be withdrawn."""
    return populate(platform)
