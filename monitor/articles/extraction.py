"""The main text of a page's tree, by trafilatura; and where that gives too little, more of it.

trafilatura's fast mode reads most real pages better than its full one, at half the cost. On some
it keeps a caption or a contact line and leaves the article: what came out is then short for what
the page holds, and the full mode, with its other ways to find a text, is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from configparser import ConfigParser
from functools import cache
from itertools import islice
from typing import Any

from lxml.etree import ElementDefaultClassLookup, ParserError, XMLSyntaxError, XPath, iterwalk
from lxml.html import (
    HtmlComment,
    HtmlElement,
    HtmlEntity,
    HTMLParser,
    HtmlProcessingInstruction,
    document_fromstring,
)

from monitor.articles.boilerplate import prune
from monitor.articles.captions import captions
from monitor.articles.decode import MAX_BYTES, decode
from monitor.articles.page import MAX_TEXT
from monitor.errors import PageError
from monitor.messages import pages

MAX_ELEMENTS = 15_000
"""Elements (after boilerplate is out) up to which the main text is looked for; a larger page
is read paragraph by paragraph instead."""
MOST_TAGS = 400_000
"""Tags of a page that are parsed; what follows is cut off. Real pages stay below 40,000."""
MAX_DEPTH = 200
"""Nesting up to which the main text is looked for. Real pages stay below 80."""

_BRIEF, _BRIEF_DENSE = 150, 60
"""Characters from which a text counts as an article; fewer where one is a whole syllable."""
_MOST = 0.7
"""Share of a page's prose above which leaving it out is doubted."""
_SHORT, _SHORT_DENSE = 1000, 350
"""Characters of a text below which it is asked whether the page has more."""
_ENOUGH = 0.6
"""Share of what another way finds, or of all that the page says, from which a text is enough."""
_LITTLE, _MUCH = 0.2, 2000
"""Share of what a page says, and characters of the latter, at which a short text is doubted."""
_SHORTEST_LEAD, _LONGEST_LEAD = 40, 1000
_BELOW_HEADLINE = 200
"""Elements below the headline that may be the first paragraph."""
_LEAD_BEGINS = 40
"""Characters by which a page's description and its first paragraph are told to be the same."""
_LONGEST_ATTRIBUTE, _MOST_ATTRIBUTES = 20_000, 300
_MOST_ATTRIBUTES_READ = 5000
_LARGE_TAG = re.compile(r"<[A-Za-z][^<>]{8192,}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_CROWDED = XPath(f"//*[count(@*) > {_MOST_ATTRIBUTES}]")
_LONG = XPath(f"//@*[string-length() > {_LONGEST_ATTRIBUTE}]")
_COUNT = XPath("count(descendant-or-self::*)")
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:standfirst|dek|subhead(?:line)?|sub-?title|chapeau|ingress|vorspann|entradilla"
    r"|bajada|sapo)(?:[\s_-]|$)",
    re.IGNORECASE,
)
"""What newsrooms call the paragraph below the headline."""
_DESCRIBED = XPath("//meta[@content and (@property='og:description' or @name='description')]")
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")
_BLOCKS = (
    "article", "section", "main", "div", "h1", "h2", "h3", "p", "li", "blockquote", "td", "pre",
)  # fmt: skip
_NO_LETTER = re.compile(r"[\W_]+")
# lxml asks a function of its own for the class of each element it meets, to tell forms and their
# fields from the rest, which takes a tenth of the time that a page takes.
_CLASSES = ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)
_SHADOW_ROOTS = XPath("//template[@shadowrootmode or @shadowroot]")
_SILENT = frozenset({"script", "style", "noscript", "template", "select", "textarea"})


def parse_html(html: bytes | str, content_type: str | None, url: str | None) -> Any:
    """The tree of a page.

    Raises:
        PageError: there is none in it.
    """
    if isinstance(html, bytes) and html.lstrip()[:5].startswith(_BINARY):
        raise PageError("the page is not HTML but another kind of file", where=url)
    text = decode(html, content_type) if isinstance(html, bytes) else html[:MAX_BYTES]
    if text.count("<") > MOST_TAGS:
        last = next(islice(re.finditer("<", text), MOST_TAGS, None))
        text = text[: last.start()]
    for found in _LARGE_TAG.finditer(text):
        if len(_QUOTED.sub("", found[0]).split()) > _MOST_ATTRIBUTES_READ:
            # libxml2 looks for each one among all before it.
            raise PageError("the page has a tag with more attributes than can be read", where=url)
    # libxml2 stops reading at a NUL; an encoding named inside the text no longer applies.
    clean = _NOT_ALLOWED.sub("", text).encode("utf-8", "replace")
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = document_fromstring(clean, parser=parser)
    except (ParserError, XMLSyntaxError):  # nothing in it
        raise PageError(pages.NO_TEXT, where=url) from None
    _bound_attributes(tree)
    for shown in _SHADOW_ROOTS(tree):
        # Browsers show what a declarative shadow root holds, unlike other templates.
        shown.tag = "div"
    return tree


def _bound_attributes(tree: Any) -> None:
    """Without attributes that no page needs, which are split into words again and again."""
    for element in _CROWDED(tree):
        element.attrib.clear()
    for value in _LONG(tree):
        value.getparent().attrib.pop(value.attrname)


def measure(tree: Any) -> tuple[int, int]:
    """Number of elements and deepest nesting, without recursion."""
    elements = depth = deepest = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        if event == "start":
            elements += 1
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return elements, deepest


def main_text(
    tree: Any, parse: Callable[[], Any], *, dense: bool
) -> tuple[str, bool, tuple[str, ...]]:
    """The article's text on a page, its paragraphs separated by one "\\n".

    Args:
        tree: the page, which is taken apart.
        parse: gives its tree anew.
        dense: whether it is in a script in which a character is a whole syllable.

    Returns:
        The text, whether it is short for what the page says, and the captions of its pictures.
    """
    pruned = prune(tree)
    shown = tuple(captions(tree))
    lead = _lead(tree)
    if _COUNT(tree) > MAX_ELEMENTS:
        return all_paragraphs(tree), False, ()
    text = _extracted(tree, fast=True, dense=dense)
    if pruned.share > _MOST and len(text) < _BRIEF:
        # An article built of pieces that each look like a box: better a box read than an
        # article lost.
        tree = parse()
        text = all_paragraphs(tree) if _COUNT(tree) > MAX_ELEMENTS else _extracted(
            tree, fast=True, dense=dense
        )  # fmt: skip
    least = _SHORT_DENSE if dense else _SHORT
    if len(text) < least and len(text) < _ENOUGH * pruned.left:
        text = _more_of(text, parse, dense=dense)
    short = len(text) < least and pruned.left > _MUCH and len(text) < _LITTLE * pruned.left
    unsaid = [] if lead is None or _same(lead)[:_LEAD_BEGINS] in _same(text) else [lead]
    return "\n".join([*unsaid, text]), short, shown


def _lead(tree: Any) -> str | None:
    """The paragraph below the headline, which many pages keep outside of their article.

    It is known by the page's description of itself, which mostly is the same, or by its class.
    """
    wanted = {
        _same(text)[:_LEAD_BEGINS]
        for meta in _DESCRIBED(tree)
        if len(text := meta.get("content").strip()) >= _SHORTEST_LEAD
    }
    below = next(tree.iter("h1"), None) is None
    named: str | None = None
    looked_at = 0
    for element in tree.iter("h1", "p", "div", "h2", "h3", "strong", "span", "section"):
        if not below:
            below = element.tag == "h1"
            continue
        if wanted and (text := _short_text(element, wanted)) is not None:
            return text
        if named is None and _STANDFIRST.search(element.get("class") or ""):
            named = _short_text(element, None)
        looked_at += 1
        if looked_at == _BELOW_HEADLINE:
            break
    return named


def _short_text(element: Any, wanted: Collection[str] | None) -> str | None:
    """The text of an element of one paragraph that begins in one of these ways, or in any."""
    parts: list[str] = []
    length = 0
    known = False
    for part in element.itertext():
        parts.append(part)
        length += len(part)
        if length > _LONGEST_LEAD:
            return None
        if not known and wanted is not None and length > _LEAD_BEGINS:
            begun = _same("".join(parts))
            if len(begun) >= _LEAD_BEGINS:
                if begun[:_LEAD_BEGINS] not in wanted:
                    return None
                known = True
    text = " ".join("".join(parts).split())
    if wanted is None:
        return text if len(text) >= _SHORTEST_LEAD else None
    return text if known or _same(text)[:_LEAD_BEGINS] in wanted else None


def _same(text: str) -> str:
    return _NO_LETTER.sub("", text).casefold()


def _more_of(text: str, parse: Callable[[], Any], *, dense: bool) -> str:
    """What the full mode finds, where it is more by far; last, with boilerplate and all."""
    tree = parse()
    prune(tree)
    full = _extracted(tree, fast=False, dense=dense)
    if len(text) >= _ENOUGH * len(full):
        return text
    tree = parse()
    if _COUNT(tree) > MAX_ELEMENTS:
        return full
    whole = _extracted(tree, fast=False, dense=dense)
    return full if len(full) >= _ENOUGH * len(whole) else whole


def _extracted(tree: Any, *, fast: bool, dense: bool) -> str:
    import trafilatura

    # Comments are other people's words.
    document = trafilatura.bare_extraction(
        tree, fast=fast, include_comments=False, include_tables=True, config=_settings(dense, fast)
    )
    # A dict only on request (`as_dict`).
    return "" if document is None or isinstance(document, dict) else document.text or ""


@cache
def _settings(dense: bool, fast: bool) -> ConfigParser:
    from trafilatura.settings import DEFAULT_CONFIG

    settings = ConfigParser()
    settings.read_dict(DEFAULT_CONFIG)
    # A shorter text is given up for all the words of the page in one line: right for a page
    # without an article, wrong for a brief one.
    if dense or fast:
        settings["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(_BRIEF_DENSE if dense else _BRIEF)
    return settings


def all_paragraphs(tree: Any) -> str:
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
