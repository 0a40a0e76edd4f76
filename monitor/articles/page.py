"""Read a page: its main text and what it says of itself.

Pure and picklable, to run in a process pool. A page is hostile until read: its size, its
number of elements and their nesting are bounded, because the extraction's time grows faster
than the page does.
"""

from __future__ import annotations

import dataclasses
import re
from functools import partial
from typing import Any

from monitor.errors import PageError
from monitor.messages import pages
from monitor.model.article import Page, Wall

MAX_TEXT = 1_000_000
"""Characters of main text kept."""
MIN_TEXT = 25
"""Characters below which a main text is none: an error message, a caption."""

_DENSE_LANGUAGES = frozenset({"zh", "ja", "ko"})
_DENSE_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
_WHOLE, _WHOLE_DENSE = 1500, 500
"""Characters from which a text that a page states for machines is taken to be the whole."""
_LIVE = b"liveBlogUpdate"
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
    from monitor.articles.extraction import (
        MAX_DEPTH,
        MAX_ELEMENTS,
        all_paragraphs,
        main_text,
        measure,
        parse_html,
    )

    parse = partial(parse_html, html, content_type, url)
    tree = parse()
    elements, depth = measure(tree)
    if depth > MAX_DEPTH or elements > 4 * MAX_ELEMENTS:
        return _finish(Page(text=all_paragraphs(tree), title=_title(tree)), url)

    from monitor.articles.leads import leads_to
    from monitor.articles.metadata import read_metadata
    from monitor.articles.selected import selected_text
    from monitor.articles.walls import may_be_walled

    about = read_metadata(tree, url)
    headlines = (about.title, *(_one_line(h1) for h1 in list(tree.iter("h1"))[:3]))
    dense = about.language in _DENSE_LANGUAGES or _DENSE_SCRIPT.search(about.title) is not None
    if (target := leads_to(tree, url)) is not None:
        if not target.startswith(("https://", "http://")):
            raise PageError(pages.LEADS_ON, where=url)
        return Page(text="", title=about.title, note=pages.LEADS_ON, leads_to=target)
    note: str | None = None
    captions: tuple[str, ...] = ()
    text = selected_text(tree, selector) if selector else ""
    if len(text) < MIN_TEXT:
        text, short, captions = main_text(tree, parse, dense=dense)
        text = _tidy(text, headlines, about.authors)
        note = pages.SHORT if short else None
        if selector:
            note = pages.selects_nothing(selector)
    whole = True
    if may_be_walled(html, text):
        # The extraction has taken the tree apart.
        text, wall = _past_walls(parse(), about.title, text, dense, url)
        whole, note = wall is None, wall or note
    if _LIVE in html if isinstance(html, bytes) else _LIVE.decode() in html:
        text = _with_updates(parse(), text)
    page = Page(
        text=text,
        note=note,
        whole=whole,
        captions=captions,
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
    from monitor.articles.walls import embedded_text, find_wall

    text = text if len(text) >= MIN_TEXT else ""
    wall = find_wall(tree, title, text, dense=dense)
    if wall is None and text:
        return text, None
    embedded = embedded_text(tree, needs_script=wall is Wall.SCRIPT)
    # A page that needs a program to show its text may state a short one for machines.
    least = MIN_TEXT if wall is Wall.SCRIPT else _WHOLE_DENSE if dense else _WHOLE
    if len(embedded) >= least:
        return max(text if wall is Wall.PAYWALL else "", embedded, key=len), None
    if wall is Wall.PAYWALL and (text or embedded):
        return max(text, embedded, key=len), pages.walled(wall)
    if wall is not None:
        raise PageError(pages.walled(wall), where=url, wall=wall)
    return text, None


def _with_updates(tree: Any, text: str) -> str:
    """A live blog's text, and those of its updates that are stated for machines only."""
    from monitor.articles.walls import live_updates

    shown = _plain(text)
    updates = (clean for line in live_updates(tree).split("\n") if (clean := _plain_line(line)))
    return "\n".join((text, *(each for each in updates if _plain(each) not in shown)))


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
        raise PageError(pages.NO_TEXT, where=url)
    return (
        dataclasses.replace(page, text=page.text[:MAX_TEXT]) if len(page.text) > MAX_TEXT else page
    )
