"""The page opens anywhere, asks nobody for anything, is readable by everybody, and nothing in it comes alive."""

import sys
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import evidence as stories
from tests.browser.conftest import WIDTHS, Opened, Reader, pages

PAGES = pages()
Scheme = Literal["light", "dark"]
EVERY_WAY: list[tuple[str, int, Scheme]] = [
    (kind, width, scheme) for kind in PAGES for width, scheme in ((WIDTHS["desk"], "light"), (WIDTHS["phone"], "dark"))
] + [
    (kind, width, scheme)
    for kind in ("asking", "hostile and decided")
    for width, scheme in ((WIDTHS["desk"], "dark"), (WIDTHS["phone"], "light"))
]
NEAR = "document.querySelectorAll('tr').forEach(row => row.scrollIntoView())"
"""Rows that were never near the screen have neither colours nor widths to judge."""


def _is_quiet(opened: Opened) -> None:
    assert opened.said == []
    assert opened.asked == []
    assert opened.dialogs == []


@pytest.mark.parametrize(("kind", "width", "scheme"), EVERY_WAY)
def test_everybody_can_read_it_in_light_and_dark_at_a_desk_and_on_a_phone(
    reader: Reader, kind: str, width: int, scheme: Scheme
) -> None:
    opened = reader.open(PAGES[kind], width, scheme)
    opened.run(NEAR)
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()
    _is_quiet(opened)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("kind", PAGES)
def test_it_never_scrolls_sideways(reader: Reader, kind: str, width: int) -> None:
    opened = reader.open(PAGES[kind], width)
    opened.run(NEAR)
    assert opened.run("document.documentElement.scrollWidth") <= width
    outside = (
        "[...document.querySelectorAll('main *:not(caption, thead, thead *)')]"
        ".filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)"
    )
    assert opened.run(outside) == []


@pytest.mark.parametrize("kind", ["hostile", "hostile and decided"])
def test_hostile_texts_stay_inert_whatever_is_clicked(reader: Reader, kind: str) -> None:
    opened = reader.open(PAGES[kind])
    for each in ("summary", "input", "nav a"):
        for found in opened.page.locator(each).all():
            found.click()
    opened.page.wait_for_timeout(100)
    assert opened.run("typeof window.pwned") == "undefined"
    assert (
        opened.run("document.scripts.length + document.images.length + document.querySelectorAll('[style]').length")
        == 0
    )
    _is_quiet(opened)


@pytest.mark.parametrize("kind", ["asking", "hostile"])
def test_turned_around_text_does_not_turn_its_neighbours(reader: Reader, kind: str) -> None:
    opened = reader.open(PAGES[kind])
    assert opened.run("/[\\u202a-\\u202e\\u2066-\\u2069\\u200b-\\u200f]/.test(document.body.textContent)") is False


def test_the_style_is_applied_though_nothing_else_may_be(reader: Reader) -> None:
    opened = reader.open(PAGES["asking"])
    opened.run(
        "(() => { const s = document.createElement('script'); s.text = 'window.pwned = 1'; document.body.append(s) })()"
    )
    assert opened.run("typeof window.pwned") == "undefined"
    assert any("Content Security Policy" in each for each in opened.said)
    assert opened.run("getComputedStyle(document.querySelector('.card')).borderRadius") == "8px"


def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(reader: Reader) -> None:
    opened = reader.open(PAGES["asking"])
    wanted = opened.run("document.querySelectorAll('a, summary, input').length")
    outline = (
        "(e => [e.tagName, getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth])(document.activeElement)"
    )
    seen = []
    for _ in range(wanted):
        opened.page.keyboard.press("Tab")
        seen.append(opened.run(outline))
    assert {tuple(each[1:]) for each in seen} == {("solid", "3px")}
    assert {each[0] for each in seen} == {"A", "SUMMARY", "INPUT"}


def test_what_is_filtered_away_is_said_to_be_and_is_printed_all_the_same(reader: Reader) -> None:
    opened = reader.open(PAGES["asking"])
    shown = "[...document.querySelectorAll('tr.new')].filter(row => row.checkVisibility()).length"
    all_of_them = opened.run(shown)
    assert all_of_them > 0
    assert not opened.page.get_by_text("Some findings are hidden.").is_visible()
    opened.page.get_by_label("New").uncheck()
    assert opened.run(shown) == 0
    assert opened.page.get_by_text("Some findings are hidden.").is_visible()
    opened.page.emulate_media(media="print")
    assert opened.run(shown) == all_of_them


def test_print_is_black_on_white_and_has_what_is_folded(reader: Reader) -> None:
    opened = reader.open(PAGES["asking"], scheme="dark")
    opened.run("document.querySelectorAll('details').forEach(each => each.open = false)")
    opened.page.emulate_media(media="print")
    assert opened.run("getComputedStyle(document.body).color") == "rgb(23, 33, 43)"
    assert (
        opened.run(
            "[...document.querySelectorAll('li, tr')].filter(e => !e.closest('nav') && !e.checkVisibility()).length"
        )
        == 0
    )
    assert len(opened.page.pdf()) > 10_000


def test_three_thousand_findings_are_all_there_to_be_found_and_printed(reader: Reader) -> None:
    html = stories.page(stories.many(3000))
    opened = reader.open(html)
    assert opened.run("document.querySelectorAll('.findings tbody tr').length") == 3000
    last = opened.run("[...document.querySelectorAll('.findings tbody th a')].at(-1).textContent")
    assert opened.run(f"window.find({last!r})") is True
    assert opened.run("document.documentElement.scrollWidth") <= 1280
    assert len(opened.page.pdf()) > 100_000
    _is_quiet(opened)
    seconds = opened.run("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    sys.stdout.write(f"3,000 findings, {len(html):,} characters, were open after {seconds:.2f} s\n")
