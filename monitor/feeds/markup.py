"""Plain text from what feeds carry as text: HTML, half-HTML, and stray control characters."""

from __future__ import annotations

import html
import re
from collections import deque

from lxml import etree

from monitor.wording import one_line, printable

_SPACES = bytes(32 if chr(code).isspace() and code != 10 else code for code in range(128)) + bytes(
    range(128, 256)
)
"""For ASCII alone: all white space but the ends of lines as spaces."""

# Of a text that may be markup or not: what no writer of plain text means.
_TAG = re.compile(
    r"</?(?:a|abbr|address|article|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|figure"
    r"|font|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|p|pre|q|s|samp|script|section|small|span"
    r"|strike|strong|style|sub|sup|table|tbody|td|th|tr|tt|u|ul|video|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CDATA_MARKS = (("<![CDATA[", "["), ("]]>", "]"))

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
    return _even(printable(text))


def _even(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        # Several times as fast as to split each line into its words; a run takes as many steps as
        # the logarithm of its length.
        text = text.encode().translate(_SPACES).decode()
        while "  " in text:
            text = text.replace("  ", " ")
        lines = "\n".join([line.strip() for line in text.split("\n")])
    else:
        lines = "\n".join([" ".join(line.split()) for line in text.split("\n")])
    while "\n\n\n" in lines:
        lines = lines.replace("\n\n\n", "\n\n")
    return lines.strip()


def from_html(markup: str) -> str:
    """The text a reader would see of an HTML fragment.

    Paragraphs are kept as "\\n\\n", entities decoded, scripts, styles and embedded things left
    out. Whatever the markup, the cost grows with its length only.
    """
    markup = printable(markup)
    # HTML would take them for comments.
    markup = unwrapped(markup)
    if "<" not in markup and "&" not in markup:
        return one_line(markup)
    parser = _idle.pop() if _idle else _new_parser()
    parser.feed("<body>" + markup)
    text = "".join(parser.close())
    _idle.append(parser)
    # Control characters may be written as references.
    return clean(text) if "&" in markup else _even(text)


#: To set one up takes as long as to read a short text. What fails at one is used no more.
_idle: deque[etree.HTMLParser] = deque(maxlen=8)


def _new_parser() -> etree.HTMLParser:
    # No tree is built, so nesting costs nothing; huge_tree lifts libxml2's limit on it,
    # beyond which text would be lost.
    return etree.HTMLParser(target=_Reader(), huge_tree=True, no_network=True)


def from_tree(element: etree._Element) -> str:
    """The same of markup that was read as part of an XML document: what is in an element."""
    reader = _Reader()
    reader.data(element.text or "")
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, each in walker:
        if each is element or not isinstance(each.tag, str):
            continue
        tag = each.tag.rpartition("}")[2].lower()
        if event == "start":
            reader.start(tag, None)
            reader.data(each.text or "")
        else:
            reader.end(tag)
            reader.data(each.tail or "")
    return clean(unwrapped("".join(reader.close())))


def from_either(text: str) -> str:
    """The text of what is markup in some feeds and plain text in others.

    It is markup when an element of HTML is in it, as it is used in texts. Characters that are
    written as HTML writes them are decoded in either case.
    """
    if "<" not in text and "&" not in text and ">" not in text:
        return clean(text)
    if _TAG.search(text):
        return from_html(text)
    return clean(_REFERENCE.sub(lambda found: html.unescape(found[0]), unwrapped(text)))


def unwrapped(text: str) -> str:
    """Without the marks of CDATA sections, which feeds that wrap twice leave behind."""
    for mark, bracket in _CDATA_MARKS:
        # Which stands in few texts, and is found sooner than the whole.
        if bracket in text:
            text = text.replace(mark, "")
    return text


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
            # Lines of the markup are none of the text.
            self._pieces.append(text.replace("\n", " ").replace("\r", " "))

    def comment(self, text: str) -> None:
        """Comments are not read."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nor are processing instructions."""

    def close(self) -> list[str]:
        """All that was said; nothing of it is left for the next text."""
        pieces, self._pieces, self._unread = self._pieces, [], 0
        return pieces

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            # One ends where the next begins.
            if self._pieces[-1:] != ["\n\n"]:
                self._pieces.append("\n\n")
        elif tag in _LINES:
            self._pieces.append("\n")
        elif tag in _CELLS:
            self._pieces.append(" ")
