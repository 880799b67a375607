"""Read a page as a browser does, as far as Python's own parser goes."""

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "rect"}
WITHIN_A_LINE = {"span", "b", "strong", "code", "bdi", "time", "a"}


class Reading(HTMLParser):
    """What there is on a page.

    Attributes
    ----------
    tags : list of str
        In their order.
    attributes : list of (str, str, str)
        Tag, name and value.
    text : str
        All text but that of ``<style>``.
    words : str
        The same, with one space between words, cells and paragraphs.
    style : str
        The text of ``<style>``.
    alien : list of str
        Comments, declarations and processing instructions.
    unbalanced : list of str
        End tags that end nothing.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self._apart = ""
        self.style = ""
        self.alien: list[str] = []
        self.unbalanced: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        self.words = " ".join(self._apart.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._apart += "" if tag in WITHIN_A_LINE else " "
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self._apart += "" if tag in WITHIN_A_LINE else " "
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.style += data
        else:
            self.text += data
            self._apart += data

    def handle_comment(self, data: str) -> None:
        self.alien.append(data)

    def handle_decl(self, decl: str) -> None:
        if decl != "DOCTYPE html":
            self.alien.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.alien.append(data)

    def handle_pi(self, data: str) -> None:
        self.alien.append(data)
