"""Measure the evidence page with 30, 300 and 3,000 findings, all in one run: seconds to render and to open, and size.

Run it with ``make bench``. Seconds are the best of some rounds, in which the pages take turns; ratios are to the
smallest page. The browser is a chromium, as in ``tests/browser``; to open is until the page has loaded and was painted.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
COUNTS = (30, 300, 3000)
ROUNDS = 3
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def main() -> None:
    """Print the table."""
    sys.path.insert(0, str(ROOT))
    from tests import evidence  # noqa: PLC0415 - the folder above is not on the path before

    bodies = {count: evidence.many(count) for count in COUNTS}
    pages = {count: evidence.page(body) for count, body in bodies.items()}
    rendered = dict.fromkeys(COUNTS, float("inf"))
    for _ in range(ROUNDS):
        for count, body in bodies.items():
            started = time.perf_counter()
            evidence.page(body)
            rendered[count] = min(rendered[count], time.perf_counter() - started)
    opened = _opened(pages)
    table = Table("findings", "render s", "ratio", "MiB", "ratio", "open s", "ratio", title="The evidence page")
    for count in COUNTS:
        row = (rendered, {each: len(page.encode()) / 2**20 for each, page in pages.items()}, opened)
        cells = [(f"{found[count]:.3f}", f"{found[count] / found[COUNTS[0]]:.1f}") for found in row]
        table.add_row(f"{count:,}", *(cell for pair in cells for cell in pair))
    Console().print(table)


def _opened(pages: dict[int, str]) -> dict[int, float]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        sys.exit("no chromium is on PATH; install it: apt-get install chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    seconds = dict.fromkeys(pages, float("inf"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-gpu", *sandbox])
        for _ in range(ROUNDS):
            for count, page in pages.items():
                file = Path(folder, f"{count}.html")
                file.write_text(page, encoding="utf-8")
                seconds[count] = min(seconds[count], _open(browser, file))
        browser.close()
    return seconds


def _open(browser: Browser, file: Path) -> float:
    tab = browser.new_page()
    started = time.perf_counter()
    tab.goto(file.as_uri())
    tab.evaluate(PAINTED)
    seconds = time.perf_counter() - started
    tab.close()
    return seconds


if __name__ == "__main__":
    main()
