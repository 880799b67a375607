"""Whatever a text says, it is text: shown as what it is, and it neither runs, links, loads, hides nor turns around."""

import base64
import hashlib
import random
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from golden_ami.evidence.visible import visible, written
from tests import evidence as stories
from tests.reading import Reading

TAGS = {
    *("html", "head", "meta", "link", "title", "style", "body", "header", "nav", "main", "section", "footer", "div"),
    *("svg", "defs", "pattern", "rect", "details", "summary", "h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "b", "strong", "span", "code", "pre"),
    *("bdi", "time", "fieldset", "legend", "label", "input"),
}
ATTRIBUTES = {
    "id": r"[a-z-]+",
    "class": r"[a-z0-9 -]*",
    "href": r"#[a-z]+|data:,|https?://[A-Za-z0-9][^\s\"'<>\\^`{}]*",
    "rel": r"icon|noreferrer noopener",
    "datetime": r"[0-9TZ:+-]+",
    "colspan": r"[0-9]",
    "scope": r"row|col",
    "role": "alert",
    "type": "checkbox",
    "autocomplete": "off",
    "data-label": "Then|Now",
    "lang": "en",
    "charset": "utf-8",
    "aria-labelledby": r"[a-z-]+",
    "aria-label": "On this page",
    "aria-hidden": "true",
    "focusable": "false",
    "x": r"[0-9.]+%",
    "width": r"[0-9.]+%?",
    "height": r"[0-9.]+%?",
    "patternunits": "userSpaceOnUse",
    "patterntransform": r"rotate\(45\)",
    "name": "viewport|referrer|color-scheme",
    "http-equiv": "Content-Security-Policy",
    "content": r"default-src 'none'; [a-z0-9A-Z'+/=:; -]+|width=device-width, initial-scale=1|no-referrer|light dark",
}
EMPTY = {"open", "checked"}
fragments = st.sampled_from(
    [
        *stories.HOSTILE,
        "<",
        ">",
        "&",
        '"',
        "'",
        "&lt;",
        "</td>",
        "<!--",
        "]]>",
        "\u2029",
        "\U000e0001",
        "\x7f",
        "\u0300",
    ]
)
texts = st.lists(
    st.lists(st.text(max_size=6) | fragments, min_size=1, max_size=4).map("".join), min_size=1, max_size=5
).map(tuple)


def _page(given_texts: tuple[str, ...]) -> str:
    body = stories.hostile(given_texts)
    said = tuple({"Approver": each, "Decision": each, "Comment": each, each[:9]: each} for each in given_texts)
    return stories.page(body, stories.decision(body, given_texts[0], said=said))


def _read_back(text: str) -> str:
    return written(text.encode(errors="backslashreplace").decode())


@given(texts)
@example(stories.HOSTILE)
@example(('" onmouseover="alert(1)', "https://evil.example/\" onfocus='x", "javascript:alert(1)//https://"))
def test_every_hostile_text_is_shown_and_stays_text(hostile: tuple[str, ...]) -> None:
    page = Reading(_page(hostile))
    for each in hostile:
        assert _read_back(each) in page.text
    assert set(page.tags) <= TAGS
    for tag, name, value in page.attributes:
        assert name in ATTRIBUTES or (name in EMPTY and not value), (tag, name, value)
        assert name in EMPTY or re.fullmatch(ATTRIBUTES[name], value), (tag, name, value)
    assert not page.alien
    assert not page.unbalanced
    assert page.open == []


@given(st.text() | fragments)
def test_no_character_hides_turns_text_around_or_controls_anything(text: str) -> None:
    shown = written(text)
    assert all(each.isprintable() or each.isspace() for each in shown)
    assert not set(shown) & {*"\n\r\t\x0b\x0c\x1c\x85\u2028\u2029\u202e\u2066\u200b\ufeff\u3164"}
    assert Reading(str(visible(text))).text == shown


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", r"a\u202eb"),
        ("line\nnext", r"line\nnext"),
        ("\x00", r"\u0000"),
        ("\U000e0041", r"\U000e0041"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 3 + r"\u0301\u0301"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("na\u00efve \u2013 \u00fc", "na\u00efve \u2013 \u00fc"),
        ("fine\u00a0print", "fine\u00a0print"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert written(text) == shown


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("https://nvd.nist.gov/vuln/detail/CVE-2026-0001", True),
        ("http://example.com:8080/a?b=c&d=%20#e", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//evil.example", False),
        ("https://", False),
        ("https:evil.example", False),
        ("https://user@evil.example/", False),
        ("https://nvd.nist.gov@evil.example/", False),
        ("https://ev\u0131l.example/", False),
        ("https://example.com/a b", False),
        ('https://example.com/"', False),
        ("https://example.com/\n", False),
        (" https://example.com/", False),
        ("https://example.com\\@evil.example/", False),
        ("file:///etc/passwd", False),
        ("s3://bucket/key", False),
    ],
)
def test_only_a_web_page_is_a_link_and_tells_nobody_where_it_was_followed(url: str, links: bool) -> None:
    found = next(iter(stories.drawn(random.Random(0), 1)))
    found["packageVulnerabilityDetails"]["sourceUrl"] = url
    page = Reading(stories.page(stories.Story(findings=[found], first=True).body()))
    outside = [value for _, name, value in page.attributes if name == "href" and not value.startswith(("#", "data:,"))]
    assert outside == ([url] if links else [])
    assert [value for tag, name, value in page.attributes if (tag, name) == ("a", "rel")] == [
        "noreferrer noopener"
    ] * links
    assert links or written(url) in page.text


def test_nothing_is_allowed_to_run_or_to_load_but_the_style_that_is_there() -> None:
    page = Reading(_page(stories.HOSTILE))
    (policy,) = [value for _, name, value in page.attributes if name == "content" and "default-src" in value]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "@import" not in page.style
    assert re.findall(r"url\([^)]*\)", page.style) == ["url(#hatch)"]
    assert "script" not in page.tags
