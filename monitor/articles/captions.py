"""The captions of an article's own pictures, which say whom they show.

Main-text extraction leaves them out, and with them the only mention that a picture's subject may
have. They are kept beside the text and matched as its last lines: a name in one counts as named
deep in the article, never as named in its opening.
"""

from __future__ import annotations

import re
from typing import Any

from lxml.etree import XPath

MOST = 20
"""Captions kept of one page."""
LONGEST = 400
"""Characters of one."""
_SHORTEST = 12
_READ = 1_000
_CAPTIONS = XPath(
    "//figcaption | //*[contains(@class, 'caption') or @itemprop='caption'][not(self::figure)]"
)
_CAPTION = re.compile(r"(?:^|[\s_-])caption(?:$|[\s_-])", re.IGNORECASE)
_CONTAINERS = ("article", "main")
_NOT_ITS_OWN = frozenset({"a", "aside", "nav", "footer", "header", "form", "template", "noscript"})
_CREDIT = re.compile(
    r"(?:^|[\s.,;:|(\[\u2013\u2014-])\s*(?:\u00a9|\(c\)|"
    r"(?:photo(?:graph)?|foto|picture|image|bild|cr[e\u00e9]dit|source|quelle|copyright|"
    r"illustration|graphic|zdj\u0119cie|\u0444\u043e\u0442\u043e)s?\s*(?:by\b|[:/\u00a9]|credit)|"
    r"(?:getty|reuters|afp|ap|epa|dpa)\b\s*(?:images)?\s*[/)\]]?\s*$).*$",
    re.IGNORECASE | re.DOTALL,
)
"""Who took the picture is not whom it shows."""
_LINKS = 0.6
"""Share of a caption's words in links from which it is another article's teaser."""


def captions(tree: Any) -> list[str]:
    """The captions within a page's article, in order, each once.

    Args:
        tree: the page, before its main text is taken out of it.
    """
    inside = any(next(tree.iter(tag), None) is not None for tag in _CONTAINERS)
    found: dict[str, None] = {}
    taken: set[Any] = set()
    for element in _CAPTIONS(tree):
        named = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if element.tag != "figcaption" and not _CAPTION.search(named):
            continue
        ancestors = list(element.iterancestors())
        if any(each in taken for each in ancestors):
            continue
        around = {ancestor.tag for ancestor in ancestors}
        if not around.isdisjoint(_NOT_ITS_OWN - {"header"}):
            continue
        if inside and around.isdisjoint(_CONTAINERS):
            continue
        text = " ".join("".join(element.itertext()).split())[:_READ]
        text = _CREDIT.sub("", text).rstrip(" ([|/-")
        linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
        if len(text) >= _SHORTEST and linked < _LINKS * len(text):
            taken.add(element)
            found.setdefault(text[:LONGEST])
        if len(found) == MOST:
            break
    return list(found)
