"""Pages that only lead on to another, as browsers are told to by other means than HTTP's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.articles.walls import visible_text

_WORDS = 300
"""Characters that a page may say besides, such as "click here if nothing happens"."""
_LONGEST_WAIT = 30
"""Seconds before it leads on; after more it is a page that renews itself."""
_LONGEST_SCRIPT = 2000
"""Characters of all scripts of a page that does nothing else."""
_REFRESH = XPath(
    "//meta[@content and translate(@http-equiv, 'REFSH', 'refsh')='refresh'"
    " and not(ancestor::noscript)]"
)
_CONTENT = re.compile(
    r"\s*(\d{1,6})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?(.+)", re.IGNORECASE | re.DOTALL
)
_SCRIPTS = XPath("//script[not(@type) or contains(@type, 'javascript')]")
_LOCATION = re.compile(
    r"\blocation(?:\.href)?\s{0,9}=\s{0,9}[\"']([^\"'\s]+)[\"']"
    r"|\blocation\.(?:replace|assign)\(\s{0,9}[\"']([^\"'\s]+)[\"']"
)


def leads_to(tree: HtmlElement, url: str | None) -> str | None:
    """The address that a page without a text of its own sends its readers to, if it does.

    Args:
        tree: the page.
        url: where it was found.
    """
    target = next(_targets(tree), None)
    if target is None or len(visible_text(tree, _WORDS)) > _WORDS:
        return None
    try:
        address = urljoin(url or "", target)
        is_other = urldefrag(address).url != urldefrag(url or "").url
    except ValueError:
        return None
    return address if is_other else None


def _targets(tree: HtmlElement) -> Iterator[str]:
    for meta in _REFRESH(tree):
        found = _CONTENT.fullmatch(meta.get("content")[:4096])
        if found and int(found[1]) <= _LONGEST_WAIT and (target := found[2].strip(" \t\r\n'\"")):
            yield target
    scripts = [element.text or "" for element in _SCRIPTS(tree)]
    # One that sends readers on at once does little else: others do when somebody logs in.
    if sum(map(len, scripts)) <= _LONGEST_SCRIPT:
        for found in _LOCATION.finditer("\n".join(scripts)):
            yield found[1] or found[2]
