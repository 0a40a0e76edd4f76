"""What a page says of itself in JSON-LD, the vocabulary of schema.org."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

_SCRIPTS = XPath("//script[contains(@type, 'ld+json')]")
# What keeps old browsers and XHTML from reading a script, and a comma too many.
_AROUND = re.compile(r"/\*\s{0,9}(?:<!\[CDATA\[|\]\]>)\s{0,9}\*/|^(?://)?<!\[CDATA\[|(?://)?\]\]>$"
                     r"|^<!--|-->$")  # fmt: skip
_COMMA = re.compile(r",(?=\s{0,99}[}\]])")
_MAX_SCRIPT = 2**20
_MAX_SCRIPTS = 100
_MAX_NODES = 5000


def json_ld(tree: HtmlElement) -> list[Mapping[str, Any]]:
    """The page's descriptions of itself, in the order in which they stand there.

    An article that it merely lists is not among them.
    """
    found: list[Mapping[str, Any]] = []
    for script in _SCRIPTS(tree)[:_MAX_SCRIPTS]:
        found += _nodes(script.text or "")
    return found


def strings(value: object) -> list[str]:
    """A property's texts, of which there may be none, one, or a list."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(text: str) -> list[Mapping[str, Any]]:
    if len(text) > _MAX_SCRIPT:
        return []
    plain = text.strip().rstrip(";")
    data = _loaded(plain)
    if data is None:
        data = _loaded(_COMMA.sub("", _AROUND.sub("", plain).strip().rstrip(";")))
    found: list[Mapping[str, Any]] = []
    queue = [data]
    for _ in range(_MAX_NODES):
        if not queue:
            break
        node = queue.pop(0)
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            found.append(node)
            queue.extend(node[key] for key in ("@graph", "mainEntity") if key in node)
    return found
