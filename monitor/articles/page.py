"""Read a page: its main text and what it says of itself.

Pure and picklable, to run in a process pool. A page is hostile until read: its size, its
number of elements and their nesting are bounded, because the extraction's time grows faster
than the page does.
"""

from __future__ import annotations

import dataclasses
import re
from configparser import ConfigParser
from functools import cache
from typing import Any

from monitor.articles.decode import MAX_BYTES, decode
from monitor.errors import PageError
from monitor.model.article import Page

MAX_ELEMENTS = 15_000
"""Elements (after boilerplate is out) up to which the main text is looked for; a larger page
is read paragraph by paragraph instead."""
MAX_DEPTH = 200
"""Nesting up to which the main text is looked for. Real pages stay below 80."""
MAX_TEXT = 1_000_000
"""Characters of main text kept."""
MIN_TEXT = 25
"""Characters below which a main text is none: an error message, a caption."""

_BRIEF, _BRIEF_DENSE = 150, 60
"""Characters from which a text counts as an article; fewer where one is a whole syllable."""
_DENSE_LANGUAGES = frozenset({"zh", "ja", "ko"})
_DENSE_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
_WHOLE, _WHOLE_DENSE = 1500, 500
"""Characters from which a text that a page states for machines is taken to be the whole."""
_MOST = 0.7
"""Share of a page's prose above which leaving it out is doubted."""
_NO_TEXT = "the page has no readable article text: it may need JavaScript or a subscription"
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")
_BLOCKS = (
    "article", "section", "main", "div", "h1", "h2", "h3", "p", "li", "blockquote", "td", "pre",
)  # fmt: skip
_SILENT = frozenset({"script", "style", "noscript", "template", "select", "textarea"})
_TABLE_RULE = re.compile(r"[-| :]+")
_PUNCTUATION = re.compile(r"[\W_]+")
_BIOGRAPHY_LINES = 3


def read_page(
    html: bytes | str,
    *,
    url: str | None,
    content_type: str | None = None,
    selector: str | None = None,
) -> Page:
    """The main text and metadata of an article's page.

    Args:
        html: the page as fetched; bytes are decoded by `monitor.articles.decode.decode`.
        url: where it was found, to resolve the canonical address against.
        content_type: the Content-Type header, for its charset.
        selector: a CSS selector of what is the text; what is found without it is read only where
            it selects nothing, and `note` says so.

    Returns:
        The page; paragraphs of `text` are separated by one "\\n". `published` is in UTC, with
        the time of day where the page gives one (else midnight). `language` is the one the
        page declares. `note` says what else there is to know of the text, such as why it is
        not `whole`.

    Raises:
        PageError: the page has no main text, or something else in its place.
    """
    tree = _parse(html, content_type, url)
    elements, depth = _measure(tree)
    if depth > MAX_DEPTH or elements > 4 * MAX_ELEMENTS:
        return _finish(Page(text=_paragraphs(tree), title=_title(tree)), url)

    from monitor.articles.boilerplate import prune
    from monitor.articles.metadata import read_metadata
    from monitor.articles.selected import selected_text
    from monitor.articles.walls import may_be_walled

    about = read_metadata(tree, url)
    headlines = (about.title, *(_one_line(h1) for h1 in list(tree.iter("h1"))[:3]))
    dense = about.language in _DENSE_LANGUAGES or _DENSE_SCRIPT.search(about.title) is not None
    note = None
    text = selected_text(tree, selector) if selector else ""
    if len(text) < MIN_TEXT:
        if selector:
            note = f'its feed\'s selector "{selector}" selects no text on it'
        share = prune(tree)
        text = _body(tree, dense)
        if share > _MOST and len(text) < _BRIEF:
            # An article built of pieces that each look like a box: better a box read than an
            # article lost.
            text = _body(_parse(html, content_type, url), dense)
        text = _tidy(text, headlines, about.authors)
    whole = True
    if may_be_walled(html, text):
        # The extraction has taken the tree apart.
        fresh = _parse(html, content_type, url)
        text, wall = _past_walls(fresh, about.title, text, dense, url)
        whole, note = wall is None, wall or note
    page = Page(
        text=text,
        note=note,
        whole=whole,
        title=about.title,
        authors=about.authors,
        published=about.published,
        language=about.language,
        canonical_url=about.canonical_url,
    )
    return _finish(page, url)


def _past_walls(
    tree: Any, title: str, text: str, dense: bool, url: str | None
) -> tuple[str, str | None]:
    """An article's text and why it is not all of it; PageError when it is none of it."""
    from monitor.articles.walls import Wall, embedded_text, find_wall

    text = text if len(text) >= MIN_TEXT else ""
    wall = find_wall(tree, title, text, dense=dense)
    if wall is None and text:
        return text, None
    embedded = embedded_text(tree)
    if len(embedded) >= (_WHOLE_DENSE if dense else _WHOLE):
        return max(text if wall is Wall.PAYWALL else "", embedded, key=len), None
    if wall is Wall.PAYWALL and (text or embedded):
        return max(text, embedded, key=len), wall.value
    if wall is not None:
        raise PageError(wall.value, where=url)
    return text, None


def _parse(html: bytes | str, content_type: str | None, url: str | None) -> Any:
    from lxml.etree import ParserError, XMLSyntaxError
    from lxml.html import HTMLParser, document_fromstring

    if isinstance(html, bytes) and html.lstrip()[:5].startswith(_BINARY):
        raise PageError("the page is not HTML but another kind of file", where=url)
    text = decode(html, content_type) if isinstance(html, bytes) else html[:MAX_BYTES]
    # libxml2 stops reading at a NUL; an encoding named inside the text no longer applies.
    clean = _NOT_ALLOWED.sub("", text).encode("utf-8", "replace")
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    try:
        return document_fromstring(clean, parser=parser)
    except (ParserError, XMLSyntaxError):  # nothing in it
        raise PageError(_NO_TEXT, where=url) from None


def _measure(tree: Any) -> tuple[int, int]:
    """Number of elements and deepest nesting, without recursion."""
    from lxml.etree import iterwalk

    elements = depth = deepest = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        if event == "start":
            elements += 1
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return elements, deepest


def _body(tree: Any, dense: bool) -> str:
    elements, _ = _measure(tree)
    return _paragraphs(tree) if elements > MAX_ELEMENTS else _main_text(tree, dense)


def _main_text(tree: Any, dense: bool) -> str:
    import trafilatura

    # The fast mode without its fallbacks reads real pages better than the full one, at half
    # the cost; comments are other people's words.
    document = trafilatura.bare_extraction(
        tree, fast=True, include_comments=False, include_tables=True, config=_settings(dense)
    )
    # A dict only on request (`as_dict`).
    return "" if document is None or isinstance(document, dict) else document.text or ""


@cache
def _settings(dense: bool) -> ConfigParser:
    from trafilatura.settings import DEFAULT_CONFIG

    settings = ConfigParser()
    settings.read_dict(DEFAULT_CONFIG)
    # A shorter text is given up for all the words of the page in one line: right for a page
    # without an article, wrong for a brief one.
    settings["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(_BRIEF_DENSE if dense else _BRIEF)
    return settings


def _paragraphs(tree: Any) -> str:
    """All paragraphs of a page too large or too deep to be weighed: linear, no judgement."""
    parts = []
    length = 0
    for element in tree.iter(*_BLOCKS):
        # Only an element's own words and those of plain inline children: each is then read
        # once, whatever is nested in it.
        words = [element.text or ""]
        for child in element.iterchildren("*"):
            if not len(child) and child.tag not in _BLOCKS and child.tag not in _SILENT:
                words.append(child.text or "")
            words.append(child.tail or "")
        if text := " ".join(" ".join(words).split()):
            parts.append(text)
            length += len(text)
        if length > MAX_TEXT:
            break
    return "\n".join(parts)


def _title(tree: Any) -> str:
    return " ".join((tree.findtext(".//title") or "").split())[:500]


def _one_line(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())[:500]


def _tidy(text: str, headlines: tuple[str, ...], authors: tuple[str, ...]) -> str:
    """Drop the headline and byline repeated in the text, and biographies at its end."""
    lines = [clean for line in text.split("\n") if (clean := _plain_line(line))]
    titles, names = {_plain(title) for title in headlines}, {_plain(name) for name in authors}
    kept = []
    for number, line in enumerate(lines):
        if number < 4 and _repeats(line, titles, names):
            continue
        if number >= max(1, len(lines) - _BIOGRAPHY_LINES) and _is_biography(line, lines, authors):
            continue
        kept.append(line)
    return "\n".join(kept)


def _plain_line(line: str) -> str:
    """A line without the Markdown that trafilatura marks lists and tables with."""
    line = " ".join(line.split())
    if line.startswith("|"):
        return "" if _TABLE_RULE.fullmatch(line) else line.strip("| ")
    return line.removeprefix("- ")


def _repeats(line: str, titles: set[str], authors: set[str]) -> bool:
    plain = _plain(line)
    if plain in titles:
        return True
    # "Headline | Outlet" is how many a page's title reads.
    if len(plain) > 25 and any(title.startswith(f"{plain} ") for title in titles):
        return True
    from monitor.articles.boilerplate import BYLINE

    byline = BYLINE.match(line)
    return plain in authors or (byline is not None and _plain(line[byline.end() :]) in authors)


def _is_biography(line: str, lines: list[str], authors: tuple[str, ...]) -> bool:
    """A closing paragraph that begins with an author's name which the article never used."""
    for name in authors:
        if " " in name and line.startswith(name):
            return not any(name in other for other in lines if other != line)
    return False


def _plain(text: str) -> str:
    return _PUNCTUATION.sub(" ", text).strip().casefold()


def _finish(page: Page, url: str | None) -> Page:
    if len(page.text.strip()) < MIN_TEXT:
        raise PageError(_NO_TEXT, where=url)
    return (
        dataclasses.replace(page, text=page.text[:MAX_TEXT]) if len(page.text) > MAX_TEXT else page
    )
