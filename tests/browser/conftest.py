"""A browser that may read one file, and nothing else."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import evidence as stories

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
WIDTHS = {"desk": 1280, "tablet": 768, "phone": 390}


@dataclass
class Opened:
    """A page that is open, and what it has done since.

    Attributes
    ----------
    page : Page
        Of the browser.
    said, asked, dialogs : list of str
        What it wrote to the console, whom it asked for anything but its own file, and which dialogs it showed.
    """

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.fail(f"none of {', '.join(BROWSERS)} is on PATH; install it: apt-get install chromium", pytrace=False)
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


class Reader:
    """Opens pages.

    Parameters
    ----------
    chromium : Browser
        With which.
    folder : Path
        Where their files go.
    """

    def __init__(self, chromium: Browser, folder: Path) -> None:
        self._chromium = chromium
        self._folder = folder
        self._opened: list[Page] = []

    def open(self, html: str, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Opened:
        file = self._folder / "page.html"
        file.write_text(html, encoding="utf-8")
        page = self._chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self._opened.append(page)
        opened = Opened(page)
        page.on("console", lambda message: opened.said.append(message.text))
        page.on("pageerror", lambda error: opened.said.append(str(error)))
        page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
        page.route("**/*", lambda route: _only(file.as_uri(), opened, route))
        page.goto(file.as_uri())
        return opened

    def close(self) -> None:
        for page in self._opened:
            page.close()


def _only(uri: str, opened: Opened, route: Any) -> None:
    if route.request.url.partition("#")[0] == uri:
        route.continue_()
    else:
        opened.asked.append(route.request.url)
        route.abort()


@pytest.fixture
def reader(chromium: Browser, tmp_path: Path) -> Iterator[Reader]:
    found = Reader(chromium, tmp_path)
    yield found
    found.close()


def pages() -> dict[str, str]:
    """Every kind of page."""
    small, hostile = stories.many(37), stories.hostile()
    said = tuple({"Approver": each, "Decision": each, "Comment": each} for each in stories.HOSTILE)
    return {
        "asking": stories.page(small),
        "approved": stories.page(small, stories.decision(small)),
        "denied": stories.page(small, stories.decision(small, "denied")),
        "expired": stories.page(small, stories.decision(small, "expired")),
        "changed": stories.page(small, stories.decision(small, changed=True)),
        "unscanned": stories.page(stories.unscanned()),
        "first": stories.page(stories.first()),
        "lost": stories.page(stories.lost()),
        "hostile": stories.page(hostile),
        "hostile and decided": stories.page(hostile, stories.decision(hostile, stories.HOSTILE[0], said=said)),
    }
