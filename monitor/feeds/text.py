"""Plain text from what feeds carry as text: HTML, half-HTML, and stray control characters."""

from __future__ import annotations

import re

from lxml import etree

from monitor.wording import UNPRINTABLE

_SPACES = re.compile(r"\s+")
_AROUND_BREAK = re.compile(r"[^\S\n]*\n[^\S\n]*")
_MANY_BREAKS = re.compile(r"\n{3,}")
_MANY_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")

_PARAGRAPHS = frozenset((
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
))  # fmt: skip
_LINES = frozenset(("br", "caption", "li", "option", "tr"))
_CELLS = frozenset(("td", "th"))
# Only what holds no prose and ends itself: an unclosed <object> must not swallow an article.
_UNREAD = frozenset(("iframe", "script", "style"))


def clean(text: str) -> str:
    """Text without control characters; paragraphs ("\\n\\n") and lines kept, spaces collapsed."""
    text = UNPRINTABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _MANY_SPACES.sub(" ", text)
    return _MANY_BREAKS.sub("\n\n", _AROUND_BREAK.sub("\n", text)).strip()


def from_html(markup: str) -> str:
    """The text a reader would see of an HTML fragment.

    Paragraphs are kept as "\\n\\n", entities decoded, scripts, styles and embedded things left
    out. Whatever the markup, the cost grows with its length only.
    """
    markup = UNPRINTABLE.sub("", markup)
    # Feeds that wrap twice leave these behind, and HTML would take them for comments.
    markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    if "<" not in markup and "&" not in markup:
        return clean(_SPACES.sub(" ", markup))
    reader = _Reader()
    # No tree is built, so nesting costs nothing; huge_tree lifts libxml2's limit on it,
    # beyond which text would be lost.
    parser = etree.HTMLParser(target=reader, huge_tree=True, no_network=True)
    parser.feed("<body>" + markup)
    return clean("".join(parser.close()))


class _Reader:
    """Receives libxml2's events and collects text with breaks where a reader sees them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._unread = 0

    def start(self, tag: str, attributes: object) -> None:
        if tag in _UNREAD:
            self._unread += 1
        self._break(tag)

    def end(self, tag: str) -> None:
        if tag in _UNREAD and self._unread:
            self._unread -= 1
        if tag not in _LINES:
            self._break(tag)

    def data(self, text: str) -> None:
        if not self._unread:
            self._pieces.append(_SPACES.sub(" ", text))

    def comment(self, text: str) -> None:
        """Comments are not read."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nor are processing instructions."""

    def close(self) -> list[str]:
        return self._pieces

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._pieces.append("\n\n")
        elif tag in _LINES:
            self._pieces.append("\n")
        elif tag in _CELLS:
            self._pieces.append(" ")
