"""Take out of a page's tree what is not the article: boxes, biographies, adverts, banners.

A name in a "read more" box or in a reporter's biography is not news of that name. What is
taken out is recognised by how pages are built everywhere (roles, class words, headings such
as "About the author", blocks that are mostly links), never by site. Whatever looks like
boilerplate but holds a good part of the page's prose is kept: losing a mention is worse
than keeping a box.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from lxml.etree import XPath
from lxml.html import HtmlElement

_KEPT_SHARE = 0.3
"""An element holding more than this share of the page's prose is never taken out."""
_BLOCKS = ("p", "li", "div", "section", "aside", "h2", "h3", "h4", "h5", "h6", "strong", "span")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_LABEL_WORDS = 8
_LABELLED_WORDS = 40
_BOX_BLOCKS = 12
_BIOGRAPHY_BLOCKS = 3

_STRUCTURE = ("nav", "footer", "aside", "dialog", "template", "menu",
              "amp-ad", "amp-embed", "amp-sticky-ad", "amp-consent", "amp-sidebar")  # fmt: skip
_ROLES = frozenset(
    {
        "navigation", "complementary", "contentinfo", "banner", "search", "dialog", "alertdialog",
        "menu", "menubar", "doc-endnotes", "alert",
    }
)  # fmt: skip
_COMMENT_TYPES = frozenset({"https://schema.org/Comment", "http://schema.org/Comment"})
# What any rule asks for at once: to look through all attributes of a page takes long.
_NAMED = XPath(
    "//*[@class or @id or @role or @hidden or @itemprop or @itemtype"
    " or @data-component or @data-module or @aria-label]"
)
_NO_PROSE = frozenset({"a", "head", "script", "style", "noscript", "template", "svg", "select"})
_NEVER = frozenset({"html", "body", "main", "article", "head", "title", "h1"})

# Words of a class, an id or a component's name, once split at "-", "_" and capitals.
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_WORD = (
    "advert|adverts|advertisement|advertising|adslot|sponsored|sponsor|outbrain|taboola|dianomi"
    "|cookie|cookies|cookiebot|didomi|onetrust|usercentrics|gdpr|consent|newsletter|newsletters|breadcrumb|breadcrumbs"
    "|disqus|comments|commentlist|recirc|recirculation|trending|subscribe"
    "|signup|promo|promos|promobox|readmore|seealso|alsoread|sharebar|sharing"
    "|biography|bio|authorbio|authorbox|byline|hatnote|sidebar|popup|toolbar"
)
_PAIRS = (
    "read more|read also|also read|read next|see also|more on|more from|more stories"
    "|related (articles?|stories|story|links?|posts?|content|news|topics?|items?|box|coverage)"
    "|(articles?|stories|story|links?|posts?|news|content|box) related"
    "|recommended (articles?|stories|for|posts?|reading|links?)|you may|up next|next up"
    "|most (read|popular|viewed|shared)|popular (posts?|stories|articles?)|top stories"
    "|about (the )?authors?|(author|contributor|writer|reporter)s? "
    "(bio|box|info|card|about|profile|description|details|block|footer|meta|note)"
    "|sign up|email (signup|capture)|mailing list|(social|share) "
    "(bar|buttons?|links?|icons?|tools|media|share|follow)|follow us"
    "|ad (slot|unit|container|wrapper|banner|block|box|label|placeholder)|google ad|dfp ad"
    "|cookie (banner|notice|bar)|site (header|footer|nav)|tag (list|cloud)|tags list"
)
_CLASS = re.compile(rf"(?:^|\s)(?:{_WORD}|{_PAIRS})(?:\s|$)")
_ONLY = re.compile(r"(?:.*\s)?(?:related|recommended|ad|ads|share|social|tags)")
"""Weak words: they count only at the end of a class name, such as "block related"."""

_COLONS = ":\uff1a|"
_DASHES = " -\u2013\u2014"


def _phrases(kind: str) -> str:
    """The labels of a kind as alternatives of a pattern, the longest first."""
    labels = tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))[kind]
    escaped = [re.escape(label) for label in sorted(labels, key=len, reverse=True)]
    return "|".join(escaped).replace("'", "['\u2019]")


_MORE = re.compile(rf"(?:{_phrases('more')})\b", re.IGNORECASE)
_AUTHOR = re.compile(rf"(?:{_phrases('author')})[\s{_COLONS}]*", re.IGNORECASE)
_SIGN_UP = re.compile(rf"(?:{_phrases('sign_up')})\b", re.IGNORECASE)
BYLINE = re.compile(rf"(?:{_phrases('byline')})[\s{_COLONS}]*", re.IGNORECASE)
"""What stands before an author's name in a byline."""


class Pruned(NamedTuple):
    """What became of a page's prose."""

    share: float
    """Of it that was removed, 0 to 1."""
    left: int
    """Characters."""


def prune(tree: HtmlElement) -> Pruned:
    """Remove boilerplate from a page's tree, in place; time is linear in its size."""
    prose = _Prose(tree)
    named = _NAMED(tree)
    structure = {*tree.iter(*_STRUCTURE), *filter(_has_role, named)}
    for element in sorted(structure, key=prose.position):
        prose.drop(element)
    for element in named:
        if element.tag not in _NEVER and _is_named_boilerplate(element):
            prose.drop(element)
    _drop_masthead(tree, prose)
    for element in list(tree.iter(*_BLOCKS)):
        if (label := _short_text(element)) is not None:
            _drop_labelled(element, label, prose)
    return prose.what_became()


class _Prose:
    """Where the page's sentences are, so that no rule can take most of them away."""

    def __init__(self, tree: HtmlElement) -> None:
        self._weight: dict[HtmlElement, int] = {}
        # Children come after their parents in document order: adding up backwards gives
        # every element the text below it, links aside, in one walk.
        elements = list(tree.iter("*"))
        self.position = {element: number for number, element in enumerate(elements)}.__getitem__
        """Where an element stands in the page."""
        for element in reversed(elements):
            weight = self._weight.get(element, 0)
            if element.tag in _NO_PROSE:
                weight = 0
            else:
                weight += len((element.text or "").strip())
            self._weight[element] = weight
            if (parent := element.getparent()) is not None:
                tail = len((element.tail or "").strip())
                self._weight[parent] = self._weight.get(parent, 0) + weight + tail
        self._tree = tree
        self._all = self._weight.get(tree, 0)
        self._dropped = 0

    def what_became(self) -> Pruned:
        """How much of the prose was removed so far, and what is left."""
        share = self._dropped / self._all if self._all else 0.0
        return Pruned(share, max(0, self._all - self._dropped))

    def drop(self, element: HtmlElement) -> None:
        """Remove an element unless it holds a good part of the prose or the headline."""
        parent = element.getparent()
        if parent is None or element.tag in _NEVER:
            return
        weight = self._weight.get(element, 0)
        if weight > _KEPT_SHARE * self._all or next(element.iter("h1"), None) is not None:
            return
        if element.getroottree().getroot() is self._tree:  # else it is gone already
            self._dropped += weight
        element.drop_tree()


def _drop_masthead(tree: HtmlElement, prose: _Prose) -> None:
    """Remove the blocks of links above the page's only headline."""
    if len(list(islice(tree.iter("h1"), 2))) != 1:
        return
    above: list[HtmlElement] = []
    for element in tree.iter("h1", "table", "ul", "ol", "div", "p"):
        if element.tag == "h1":
            break
        above.append(element)
    for element in above:
        text = _short_text(element)
        if text and _mostly_links(element, text):
            prose.drop(element)


def _has_role(element: HtmlElement) -> bool:
    """Whether an element is declared to be something else than the article."""
    return (
        element.get("role") in _ROLES
        or element.get("hidden") is not None
        or element.get("itemprop") == "comment"
        or element.get("itemtype") in _COMMENT_TYPES
    )


def _is_named_boilerplate(element: HtmlElement) -> bool:
    for attribute in ("class", "id", "data-component", "data-module"):
        value = element.get(attribute)
        if not value or len(value) > 1000:
            continue
        if any(map(_names_boilerplate, value.split())):
            return True
    label = (element.get("aria-label") or "").strip()
    return bool(label) and len(label) < 60 and bool(_MORE.match(label))


@lru_cache(maxsize=4096)
def _names_boilerplate(name: str) -> bool:
    """Whether a class or an id says that it is no part of the article; pages repeat them."""
    words = " ".join(_TOKEN.findall(name)).lower()
    return bool(_CLASS.search(words) or _ONLY.fullmatch(words))


def _drop_labelled(element: HtmlElement, text: str, prose: _Prose) -> None:
    """Remove a block that says itself that it is a box, with the list it announces."""
    words = len(text.split())
    if _AUTHOR.fullmatch(text):
        _drop_run(element, prose, _BIOGRAPHY_BLOCKS, links_only=False, sure=True)
    elif found := _MORE.match(text):
        rest = text[found.end() :].strip(_COLONS + _DASHES)
        if not rest or (words <= _LABEL_WORDS and element.tag in _HEADINGS):
            # A heading that merely begins like a label must be followed by links to be one.
            _drop_run(element, prose, _BOX_BLOCKS, links_only=True, sure=not rest)
        elif text[found.end() :].lstrip()[:1] in _COLONS or _mostly_links(element, text):
            prose.drop(element)
    elif _SIGN_UP.match(text) and (words <= _LABEL_WORDS or _links(element)):
        prose.drop(element)


def _drop_run(
    label: HtmlElement, prose: _Prose, limit: int, *, links_only: bool, sure: bool
) -> None:
    """Remove a label and what follows it, up to the next heading or the first prose."""
    while (
        (parent := label.getparent()) is not None
        and parent.tag in _BLOCKS
        and _short_text(parent) == _short_text(label)
    ):
        label = parent
    for element in list(islice(label.itersiblings("*"), limit)):
        text = _visible(element)
        if element.tag in _HEADINGS or (links_only and text and not _mostly_links(element, text)):
            break
        prose.drop(element)
        sure = True
    if sure:
        prose.drop(label)


def _short_text(element: HtmlElement) -> str | None:
    """The text of an element of a few words, None for a longer or an empty one."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(part)
        length += len(part)
        if length > 600:
            return None
    text = " ".join("".join(parts).split())
    return text if text and len(text.split()) <= _LABELLED_WORDS else None


def _visible(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _links(element: HtmlElement) -> int:
    return sum(len(_visible(link)) for link in element.iter("a"))


def _mostly_links(element: HtmlElement, text: str) -> bool:
    return _links(element) >= 0.6 * len(text)
