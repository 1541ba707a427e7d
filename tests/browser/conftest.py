"""A platform with a small city, and a browser in front of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.people import Desk, arguments, chromium
from tests.e2e.city import populate
from tests.platform import Platform, running


# Of the package, not of the session: while a browser is open no other event loop can run.
@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The platform with its city in front of a browser; whatever is asked of elsewhere fails."""
    with sync_playwright() as playwright:
        program = chromium(playwright.chromium.executable_path)
        if program is None:
            pytest.skip("no Chromium on this machine; `wengang doctor` says how to get one")
        with running(tmp_path_factory.mktemp("console")) as platform:
            populate(platform)
            browser = playwright.chromium.launch(executable_path=program, args=arguments())
            desk = Desk(platform, browser)
            yield desk
            browser.close()
            assert desk.strayed == []
            assert desk.violations == []


@pytest.fixture(scope="package")
def platform(desk: Desk) -> Platform:
    """The platform behind the console."""
    return desk.platform
