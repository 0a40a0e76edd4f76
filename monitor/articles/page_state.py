"""The text in what a page hands its own program: the state that Next.js and others start with.

Such a page shows nothing without JavaScript, but brings its article in a script as JSON, at a
place that every site names differently. What reads like prose and stands at one place is put
together, and the longest of that is the article.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

_SCRIPTS = XPath("//script[not(@src)][string-length(.) > 200]")
_ATTRIBUTES = XPath("//@*[starts-with(name(), 'data-')][string-length(.) > 200]")
_JSON = re.compile(r"\s*(?:application|text)/json\b|^$", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"\s*(?:var\s+|let\s+|const\s+)?(?:(?:window|self|globalThis)\.)?[\w$.]{1,60}\s*=\s*"
    r"(?P<parse>JSON\.parse\(\s*)?(?=[\[{\"])"
)
_MOST_SCRIPTS, _LONGEST_SCRIPT, _MOST_NODES = 30, 4_000_000, 100_000
_PROSE, _PROSE_DENSE = 40, 15
"""Characters from which a text reads like a sentence; of one in a script without spaces."""
_LEAST, _LEAST_DENSE = 150, 50
"""Characters of all of an article, at the least."""
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NAMED_SO = re.compile(r"article|body|content|paragraph|story|block|text", re.IGNORECASE)
_NAMED_FACTOR = 3
_NO_PROSE = re.compile(r"https?://\S+$|[{};]\s*$|^[#.@][\w-]+\s*\{|=>|\bfunction\s*\(")
_GOES_ON = re.compile(r"[\s,.;:!?)\u2019'a-z]")


def state_text(tree: HtmlElement) -> str:
    """The longest prose in a page's state, with its markup; empty if there is none.

    Args:
        tree: the page as it came.
    """
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    scripts = [(each.get("type") or "", each.text or "") for each in _SCRIPTS(tree)]
    # Inertia and others write it into an attribute of the element that they fill.
    scripts += [("application/json", str(each)) for each in _ATTRIBUTES(tree)]
    for kind, script in scripts[:_MOST_SCRIPTS]:
        for place, text in _strings(_state(kind, script)):
            found[place].append(text)
    scored = [(_score(place, texts), texts) for place, texts in found.items()]
    score, texts = max(scored, key=lambda each: each[0], default=(0, []))
    return _together(texts) if score else ""


def _state(kind: str, script: str) -> Any:
    if len(script) > _LONGEST_SCRIPT:
        return None
    try:
        if kind and _JSON.match(kind):
            return json.loads(script)
        if assigned := _ASSIGNED.match(script):
            value, _ = json.JSONDecoder().raw_decode(script, assigned.end())
            return json.loads(value) if assigned["parse"] and isinstance(value, str) else value
    except (ValueError, RecursionError):
        pass
    return None


def _json_in(text: str) -> Any:
    """What a text says that is JSON itself, as a server's answer that is handed on is."""
    held = text[:1] in {"{", "["} and text[-1:] in {"}", "]"}
    return _state("application/json", text) if held else None


def _strings(state: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in a state, in its order, with the names of what it stands in."""
    stack: list[tuple[tuple[str, ...], Any]] = [((), state)]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        place, value = stack.pop()
        if isinstance(value, str) and (inside := _json_in(value)) is not None:
            stack.append((place, inside))
        elif isinstance(value, str):
            yield place, value
        elif isinstance(value, list):
            stack.extend((place, each) for each in reversed(value))
        elif isinstance(value, dict) and len(place) < 40:
            # A link within a paragraph is of the same text: children of children, too.
            stack.extend(
                (place if place[-1:] == (key,) else (*place, key), each)
                for key, each in reversed(value.items())
            )


def _score(place: tuple[str, ...], texts: list[str]) -> int:
    """How many characters of prose there are; more where the place is named like a text's."""
    prose = dense = 0
    for text in texts:
        is_dense = _DENSE.search(text) is not None
        is_long = len(text) >= (_PROSE_DENSE if is_dense else _PROSE)
        is_spaced = is_dense or text.count(" ") > len(text) // 15
        if is_long and is_spaced and not _NO_PROSE.search(text[-200:]):
            prose += len(text)
            dense += is_dense
    if prose < (_LEAST_DENSE if dense else _LEAST):
        return 0
    return prose * (_NAMED_FACTOR if any(map(_NAMED_SO.search, place)) else 1)


def _together(texts: list[str]) -> str:
    """Parts of sentences put together again, each paragraph in a line of its own."""
    made: list[str] = []
    for text in texts:
        if made and (made[-1][-1:].isspace() or _GOES_ON.match(text)):
            made[-1] += text
        else:
            made.append(text)
    return "\n".join(made)
