"""A browser that watches itself: Debian's Chromium, driven by Playwright, against the server of the shipped data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

    from tests.conftest import Served

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(slots=True)
class Window:
    """A page, and what went wrong in it.

    Attributes:
        page: Playwright's page.
        url: The address of the server.
        complaints: Console messages of error and warning, exceptions, failed requests, and requests to other origins.
    """

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Response:
        """Go to a path of the server; return its answer."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer

    def follow(self, link: Locator) -> None:
        """Click on a link or a button, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            link.click()

    def enter(self) -> None:
        """Press Enter, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


Open = Callable[..., Window]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with an empty profile; tests that need it skip where it is absent.

    Its event loop ends with the module: any test may come after it in the same process.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine; type: sudo apt install chromium fonts-noto-cjk")
    sync_api = pytest.importorskip("playwright.sync_api")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def window(browser: Browser, served: Served) -> Iterator[Open]:
    """Open windows of a size, a language and a temper; after the test none may have had anything to complain of."""
    windows: list[Window] = []

    def open_window(*, width: int = 1280, height: int = 900, locale: str = "en-GB", script: bool = True) -> Window:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            java_script_enabled=script,
            accept_downloads=True,
        )
        context.set_default_timeout(10_000)
        one = Window(context.new_page(), served.url)
        listen(one)
        windows.append(one)
        return one

    yield open_window
    for one in windows:
        one.page.context.close()
    complaints = [complaint for one in windows for complaint in one.complaints]
    assert complaints == []


def listen(window: Window) -> None:
    """Write down whatever a window complains of."""

    def message(event: ConsoleMessage) -> None:
        if event.type in {"error", "warning"}:
            window.complaints.append(f"console {event.type} at {window.page.url}: {event.text}")

    def request(event: Request) -> None:
        if not event.url.startswith((f"{window.url}/", "data:")):
            window.complaints.append(f"request to another origin: {event.url}")

    def failure(event: Request) -> None:
        if event.failure != "net::ERR_ABORTED":  # so ends a navigation that turns out to be a download
            window.complaints.append(f"failed: {event.url} {event.failure}")

    window.page.on("console", message)
    window.page.on("pageerror", lambda error: window.complaints.append(f"exception: {error}"))
    window.page.on("request", request)
    window.page.on("requestfailed", failure)
