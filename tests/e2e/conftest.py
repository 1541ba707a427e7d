"""One platform for all stories, with a small city in it."""

from collections.abc import Iterator

import pytest

from tests.e2e.city import City, populate
from tests.platform import Platform, running


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform, up and empty but for who is who."""
    with running(tmp_path_factory.mktemp("platform")) as started:
        yield started


@pytest.fixture(scope="package")
def city(platform: Platform) -> City:
    """Four enterprises with four months each, pushed by the two agencies."""
    return populate(platform)
