"""What stands where an article's text should be: a question for consent, a till, an empty shell.

Recognised by what pages everywhere say of themselves (schema.org's `isAccessibleForFree`), by how
they are built, and by what they say to their readers in many languages (`walls.toml`); never by
site. A page with a long text of its own is never taken for a wall, whatever else it says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

from monitor.articles.page_state import state_text
from monitor.articles.structured import json_ld, strings
from monitor.model.article import Wall

TEASER, _TEASER_DENSE = 1500, 500
"""Characters up to which a text may be the beginning of one that is to be paid for; fewer where
one is a whole syllable."""
LONGEST_TEASER = 3000
"""The same where the page names the part that is to be paid for, and that part is not there."""
_PART = 200
"""Characters that a part to be paid for has when it is delivered all the same."""
_LONGEST_QUESTION = 8000
"""Characters up to which a text may be a question for consent."""
_FORMULAS = 3
"""Different ones that it has at least."""
_PLAIN = 400
"""Characters that a page may say besides asking for consent."""
_ASKING_SHARE = 0.6
_MESSAGE = 600
"""Characters up to which a text may be a mere message, where the page's title says so."""
_BRIEF_MESSAGE = 250
"""The same where only the text itself says so."""
_BLOCK = 300
_MOST_UPDATES = 500
_LINK_SHARE = 0.6

_META = XPath("//meta[@itemprop='isAccessibleForFree' or @itemprop='cssSelector'][@content]")
_NEW_LINES = ("p", "div", "br", "li", "ul", "ol", "tr", "blockquote", "section", "figure",
           "h1", "h2", "h3", "h4", "h5", "h6")  # fmt: skip
_SCRIPTED = XPath("boolean(//script[@src or string-length(.) > 200])")
_SIMPLE_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?[.#]([\w-]{1,100})", re.IGNORECASE)
_CHALLENGE = XPath(
    "boolean(//*[contains(@src, 'captcha') or contains(@src, 'challenge-platform')"
    " or contains(@class, 'captcha') or contains(@id, 'captcha')])"
)
_SILENT = frozenset({"script", "style", "noscript", "template", "head", "title", "svg", "iframe"})
_FRAME = frozenset({"a", "li", "nav", "footer", "head", "template", "noscript", "select"})
_BLOCKS = ("p", "div", "section", "span", "strong", "h2", "h3", "h4", "h5", "button", "label")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def may_be_walled(html: bytes | str, text: str) -> bool:
    """Whether a page is worth a look with `find_wall`, judged by what costs next to nothing."""
    if len(text) <= TEASER or asks_for_consent(text):
        return True
    if len(text) > LONGEST_TEASER:
        return False
    if isinstance(html, bytes):
        return b"isAccessibleForFree" in html
    return "isAccessibleForFree" in html


def find_wall(tree: HtmlElement, title: str, text: str, *, dense: bool) -> Wall | None:
    """What stands in the way of an article's text, if anything does.

    Args:
        tree: the page as it came.
        title: its title.
        text: what could be read of it; may be empty.
        dense: whether it is in a script in which a character is a whole syllable.
    """
    if asks_for_consent(text):
        return Wall.CONSENT
    if len(text) <= _MESSAGE:
        said = _plain(text or visible_text(tree, _MESSAGE))
        if _asks_for_a_person(tree, _plain(title), said):
            return Wall.ROBOT
        if _wants_script(tree, said, empty=not text):
            return Wall.SCRIPT
    return Wall.PAYWALL if _is_paid(tree, len(text), dense) else None


def embedded_text(tree: HtmlElement, *, needs_script: bool = False) -> str:
    """The article's text as a page states it for machines (`articleBody`); empty if it does not.

    Args:
        tree: the page as it came.
        needs_script: whether the page shows nothing without its program: what it hands that one
            is taken where it says nothing to others.
    """
    nodes = json_ld(tree)
    found = [body for node in nodes for body in strings(node.get("articleBody"))]
    found += (_updates(node) for node in nodes)
    if needs_script and not any(found):
        found.append(state_text(tree))
    return max((_without_markup(body) for body in found), key=len, default="")


def live_updates(tree: HtmlElement) -> str:
    """What a live blog has told so far, as its page states it for machines; empty if it does not.

    Args:
        tree: the page as it came.
    """
    return max((_without_markup(_updates(node)) for node in json_ld(tree)), key=len, default="")


def _updates(node: Mapping[str, Any]) -> str:
    """What a live blog has told so far, the newest first as it gives it."""
    parts: list[str] = []
    for update in _list(node.get("liveBlogUpdate"))[:_MOST_UPDATES]:
        if isinstance(update, Mapping):
            for key in ("headline", "articleBody"):
                parts += strings(update.get(key))
    return "\n".join(dict.fromkeys(parts))


# --- consent ----------------------------------------------------------------------------------


def asks_for_consent(text: str) -> bool:
    """Whether a text is mostly a site's question what it may do with its reader's data."""
    if len(text) > _LONGEST_QUESTION:
        return False
    lines = [_plain(line) for line in text.split("\n")]
    if len(_found("consent", "\n".join(lines))) < _FORMULAS:
        return False
    asking = sum(len(line) for line in lines if _found("consent", line))
    whole = sum(map(len, lines))
    return asking >= _ASKING_SHARE * whole and whole - asking <= _PLAIN


# --- messages ---------------------------------------------------------------------------------


def _asks_for_a_person(tree: HtmlElement, title: str, said: str) -> bool:
    if len(said) > _MESSAGE:
        return False
    if any(title.startswith(phrase) for phrase in _found("robot", title)):
        return True
    return len(said) <= _BRIEF_MESSAGE and (bool(_found("robot", said)) or _CHALLENGE(tree))


def _wants_script(tree: HtmlElement, said: str, *, empty: bool) -> bool:
    if len(said) > _BRIEF_MESSAGE:
        return False
    if "javascript" in said:
        return bool(_found("script", said))
    return empty and bool(_SCRIPTED(tree))


def visible_text(tree: HtmlElement, enough: int) -> str:
    """The first words that the page shows without its scripts, to a little more than `enough`."""
    parts: list[str] = []
    length = 0
    walker = iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        if event == "start" and element.tag in _SILENT:
            walker.skip_subtree()
            continue
        piece = element.text if event == "start" else element.tail
        if piece and element is not tree and (words := " ".join(piece.split())):
            parts.append(words)
            length += len(words)
        if length > enough:
            break
    return " ".join(parts)


# --- payment ----------------------------------------------------------------------------------


def _is_paid(tree: HtmlElement, length: int, dense: bool) -> bool:
    teaser = _TEASER_DENSE if dense else TEASER
    declared, selectors = _declared(tree)
    if declared:
        names = {found[1] for each in selectors if (found := _SIMPLE_SELECTOR.fullmatch(each))}
        if not names:
            return length < teaser
        # The one thing that a page is sure to be honest about: search engines punish the rest.
        return length < LONGEST_TEASER and not _delivered(tree, names)
    return length < teaser and any(
        _found("paywall", said) and _is_of_the_page(element) for element, said in _blocks(tree)
    )


def _declared(tree: HtmlElement) -> tuple[bool, list[str]]:
    """Whether the page says that it is to be paid for, and which part of it."""
    paid, free = False, False
    selectors: list[str] = []
    for node in json_ld(tree):
        own = _is_free(node.get("isAccessibleForFree"))
        parts = [part for part in _list(node.get("hasPart")) if isinstance(part, Mapping)]
        paid_parts = [part for part in parts if _is_free(part.get("isAccessibleForFree")) is False]
        free = free or own is True
        if own is False or (paid_parts and own is None):
            paid = True
            for part in paid_parts:
                selectors += strings(part.get("cssSelector"))
    for meta in _META(tree):
        content = meta.get("content").strip()
        if meta.get("itemprop") == "cssSelector":
            selectors.append(content)
        elif _is_free(content) is False:
            paid = True
    return paid and not free, [part.strip() for each in selectors for part in each.split(",")]


def _is_free(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    said = value.rpartition("/")[2].casefold() if isinstance(value, str) else ""
    return {"true": True, "false": False}.get(said)


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _delivered(tree: HtmlElement, names: set[str]) -> bool:
    """Whether the elements with one of these classes or ids have a text."""
    length = 0
    for element in tree.iter("*"):
        own = {element.get("id"), *(element.get("class") or "").split()}
        if not own.isdisjoint(names):
            length += len(visible_text(element, _PART))
            if length >= _PART:
                return True
    return False


def _blocks(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """The page's short blocks and what they say."""
    for element in tree.iter(*_BLOCKS):
        parts: list[str] = []
        length = 0
        for part in element.itertext():
            parts.append(part)
            length += len(part)
            if length > 2 * _BLOCK:
                break
        said = _plain(" ".join(parts))
        if 0 < len(said) <= _BLOCK:
            yield element, said


def _is_of_the_page(element: HtmlElement) -> bool:
    """Whether a block is shown, and speaks of this article rather than of one it links to."""
    for each in (element, *element.iterancestors()):
        if each.tag in _FRAME or each.get("hidden") is not None:
            return False
        if each.get("aria-hidden") == "true" or _HIDDEN.search(each.get("style") or ""):
            return False
    links = sum(len(link.text_content()) for link in element.iter("a"))
    return links < _LINK_SHARE * len(element.text_content())


# --- words ------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.casefold().split("\n"))
    return "\n".join(lines).replace("\u2019", "'")


def _found(kind: str, plain: str) -> set[str]:
    """The phrases of a kind that a text has."""
    if not plain:
        return set()
    phrases, patterns = _phrases()[kind]
    found = {phrase for phrase in phrases if phrase in plain}
    return found | {pattern.pattern for pattern in patterns if pattern.search(plain)}


@cache
def _phrases() -> dict[str, tuple[list[str], list[re.Pattern[str]]]]:
    kinds = tomllib.loads(Path(__file__).with_name("walls.toml").read_text("utf-8"))
    return {
        kind: (
            [phrase.casefold() for phrase in listed if "~" not in phrase],
            [_pattern(phrase.casefold()) for phrase in listed if "~" in phrase],
        )
        for kind, listed in kinds.items()
    }


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(r" (?:\S{1,40} ){0,3}".join(map(re.escape, phrase.split(" ~ "))))


def _without_markup(text: str) -> str:
    if "<" not in text:
        return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())
    from lxml.html import fragment_fromstring

    body = fragment_fromstring(text, create_parent="div")
    for block in body.iter(*_NEW_LINES):
        block.text, block.tail = f"\n{block.text or ''}", f"\n{block.tail or ''}"
    lines = "".join(body.itertext()).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
