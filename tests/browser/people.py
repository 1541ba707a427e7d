"""People at browsers: each signs in at the provider's page and sees nothing from elsewhere."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route

from tests.platform import Platform

_LOCAL: Final = frozenset({"127.0.0.1", "localhost"})


def chromium(own: str) -> str | None:
    """Return a Chromium of this machine: the system's, or Playwright's `own`."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return found or (own if Path(own).exists() else None)


def arguments() -> list[str]:
    """Return what Chromium needs to run here: its sandbox refuses to work for root."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


@dataclass
class Desk:
    """Browsers in front of one platform; `strayed` lists what was asked of other machines."""

    platform: Platform
    browser: Browser
    strayed: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    @property
    def gateway(self) -> str:
        """Return the address of the console's gateway."""
        return str(self.platform.status()["gateway"])

    @contextmanager
    def context(self, *, width: int = 1280, scripts: bool = True) -> Iterator[BrowserContext]:
        """Open a browser of its own, in Chinese, that reaches nothing but this machine."""
        context = self.browser.new_context(
            locale="zh-CN",
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(20_000)
        context.route("**/*", self._let_through)
        context.on("console", self._heard)
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def person(
        self, login: str, *, width: int = 1280, scripts: bool = True, path: str = "/console/"
    ) -> Iterator[Page]:
        """Let somebody sign in on the way to a page of the console."""
        with self.context(width=width, scripts=scripts) as context:
            page = context.new_page()
            page.goto(self.gateway + path)
            self.sign_in(page, login)
            yield page

    def sign_in(self, page: Page, login: str) -> None:
        """Fill in the provider's two pages."""
        secrets = json.loads((self.platform.data / "secrets.json").read_text())
        page.fill("input[name=login]", login)
        page.click("button[type=submit]")
        page.fill("input[name=password]", secrets[f"identity/{login}"])
        page.click("button[type=submit]")
        page.wait_for_url(f"{self.gateway}/console/**")

    def _let_through(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname in _LOCAL:
            route.continue_()
            return
        self.strayed.append(route.request.url)
        route.abort()

    def _heard(self, message: ConsoleMessage) -> None:
        ours = str(message.location.get("url", "")).startswith(self.gateway)
        if ours and "Content Security Policy" in message.text:
            self.violations.append(message.text)


def take_step(page: Page, step: str, done: str, **typed: str) -> None:
    """Choose a step of the shown case, fill in its form, and see that it was taken."""
    open_step(page, step)
    for name, value in typed.items():
        fill(page, name, value)
    page.click("form.step button[type=submit]")
    page.get_by_text(done, exact=True).wait_for()


def follow(link: Locator) -> None:
    """Click on what leads to another page, and wait until that page is there.

    A click alone only starts the way: until the answer comes, the old page is still read.
    """
    with link.page.expect_navigation():
        link.click()


def open_step(page: Page, step: str) -> None:
    """Choose a step of the shown case."""
    page.get_by_role("link", name=step, exact=True).click()
    page.get_by_role("heading", name=step, exact=True).wait_for()


def fill(page: Page, name: str, value: str) -> None:
    """Fill in a field of a step's form."""
    field_ = page.locator(f"#field-{name}")
    if field_.evaluate("element => element.tagName") == "SELECT":
        field_.select_option(value)
    else:
        field_.fill(value)


def rows(page: Page) -> list[str]:
    """Return the enterprises of the list that is shown."""
    return page.locator("table.list td.enterprise").all_inner_texts()
