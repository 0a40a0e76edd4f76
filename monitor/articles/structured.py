"""What a page says of itself in JSON-LD, the vocabulary of schema.org."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

_SCRIPTS = XPath("//script[@type='application/ld+json']")
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


def _nodes(text: str) -> list[Mapping[str, Any]]:
    if len(text) > _MAX_SCRIPT:
        return []
    try:
        data: Any = json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return []
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
