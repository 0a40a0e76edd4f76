"""The part of a page that its reader has named with a CSS selector."""

from __future__ import annotations

from lxml.cssselect import CSSSelector
from lxml.etree import iterwalk
from lxml.html import HtmlElement

_SILENT = frozenset({"script", "style", "noscript", "template", "select", "textarea"})
_BREAKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
        "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
    }
)  # fmt: skip


def selected_text(tree: HtmlElement, selector: str) -> str:
    """The text of all that a CSS selector selects, in the order of the page.

    What is selected twice, being inside of something selected, is there once. Paragraphs are
    separated by one "\\n"; scripts and styles are left out.

    Raises:
        cssselect.SelectorError: it is no selector; the configuration's are checked before.
    """
    chosen = set(CSSSelector(selector, translator="html")(tree))
    parts: list[str] = []
    inside = 0
    walker = iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        is_chosen = element in chosen
        if event == "start":
            inside += is_chosen
        if inside and (is_chosen or element.tag in _BREAKS):
            parts.append("\n")
        if event == "end":
            inside -= is_chosen
        if event == "start" and element.tag in _SILENT:
            walker.skip_subtree()
        elif inside:
            words = (element.text if event == "start" else element.tail) or ""
            parts.append(words.replace("\n", " "))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))
