"""A feed's document as a tree, well-formed or not, and the names of what is in it.

A document is hostile until read: what would take the parsers more time than a document is worth
(tags by the hundred thousand, entities that grow) is refused or left out first, at a cost that
grows with its length only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from monitor.feeds.soup import read_soup

MOST_TAGS = 450_000
"""Of which one costs a few microseconds."""

_MOST_ENTITIES = 300  # HTML's own, which some feeds declare, are 252
_MOST_GROWTH = 2**20
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_ASCII = bytes(code for code in range(128) if _FORBIDDEN.match(chr(code)))
_HALVES = re.compile(
    r"&(?:amp;)?#(x[dD][89abAB][0-9a-fA-F]{2}|5[56]\d{3});"
    r"&(?:amp;)?#(x[dD][c-fC-F][0-9a-fA-F]{2}|5[67]\d{3});"
)
_CONTROL = re.compile(r"&(?:amp;)?#(x0?0?[89][0-9a-fA-F]|1[2-5]\d);|([\x80-\x84\x86-\x9f])")
_TAG = re.compile("<")
_ITEMS = "<item>", "<item ", "<entry>", "<entry "
_ITEM_ENDS = "</item", "</entry"
_ELEMENT = re.compile(r"<\w")
_ENTITY = re.compile(r"""<!ENTITY\s+(\w+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")


class TooMuchError(Exception):
    """More of something than a document can have to be read in time; in a user's words."""


# --- names ----------------------------------------------------------------------------------

#: Where the elements of RSS and Atom themselves are, in all their versions.
_CORE = (
    "http://purl.org/rss/1.0", "http://my.netscape.com/rdf/simple/0.9", "http://purl.org/atom/ns",
    "http://channel.netscape.com/rdf/simple/0.9", "http://my.netscape.com/publish/formats/rss",
    "http://backend.userland.com/rss", "http://blogs.law.harvard.edu/tech/rss",
    "http://cyber.law.harvard.edu/rss", "http://www.w3.org/2005/atom", "http://purl.org/net/rss1.1",
    "http://www.rssboard.org/rss-specification",
)  # fmt: skip
_PREFIXES = {
    "http://purl.org/dc/elements/": "dc", "http://purl.org/dc/terms": "dc",
    "http://prismstandard.org/namespaces/": "dc",
    "http://purl.org/rss/1.0/modules/content": "content", "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast": "itunes",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf", "http://www.w3.org/1999/xhtml": "xhtml",
    "http://rssnamespace.org/feedburner": "feedburner",
    "http://news.yandex.ru": "yandex", "http://turbo.yandex.ru": "turbo",
}  # fmt: skip


class Names(dict[object, str]):
    """Names of elements and attributes by their tags: "title", "dc:date", "media:title".

    In lower case. What is of RSS or Atom has no prefix, whatever namespace it is in; the namespace
    of the root itself counts as theirs, too. What is of no namespace known here has the prefix
    "?", and what is no element no name.
    """

    def __init__(self, root: etree._Element) -> None:
        super().__init__()
        self._own = {_namespace(str(root.tag))}

    def adopt(self, element: etree._Element) -> None:
        """Let an element's namespace count as that of RSS and Atom."""
        self._own.add(_namespace(str(element.tag)))
        self.clear()

    def __missing__(self, tag: object) -> str:
        self[tag] = name = self._name(tag) if isinstance(tag, str) else ""
        return name

    def _name(self, tag: str) -> str:
        uri, local = _namespace(tag), tag.rpartition("}")[2].lower()
        plain = uri.lower().replace("https://", "http://", 1).strip()
        # Before the root's own namespace: RDF's is RSS 1.0's root.
        for start, prefix in _PREFIXES.items():
            if plain.startswith(start):
                return f"{prefix}:{local}"
        if not uri or uri in self._own or plain.startswith(_CORE):
            return local
        return f"?:{local}"


def _namespace(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


# --- trees ----------------------------------------------------------------------------------


def read_tree(text: str, problems: list[str]) -> etree._Element | None:
    """The root of a document's tree; None when there is no element in it.

    Args:
        text: the document.
        problems: gets what was wrong with it, in a user's words.

    Raises:
        TooMuchError: it would take too long to read.
    """
    clean = _allowed(text)
    if len(clean) < len(text):
        problems.append("contains control characters (such as NUL), which were left out")
    clean = _bounded(clean, problems)
    # Looking for them takes longer than all else that is done with most documents.
    refers = "#" in clean and ("&#" in clean or "&amp;#" in clean)
    if refers or not clean.isascii():
        clean = _CONTROL.sub(_as_windows, _HALVES.sub(_whole, clean))
    clean, entities = _defused(_DECLARATION.sub("", clean, count=1).lstrip(), problems)
    parser = etree.XMLParser(
        encoding="utf-8", no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
        resolve_entities="internal", huge_tree=False, collect_ids=False,
    )  # fmt: skip
    try:
        return etree.fromstring(clean.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        skipped = text[: len(text) - len(clean)].count("\n") if text.endswith(clean) else 0
        line = (error.lineno or 1) + skipped
        problems.append(f"not well-formed XML at line {line}: {_in_words(error)}")
    return read_soup(clean, entities)


def _allowed(text: str) -> str:
    """The document without the characters that no XML may hold."""
    # The same, many times as fast, where many documents are.
    if text.isascii():
        return text.encode().translate(None, _FORBIDDEN_ASCII).decode()
    return _FORBIDDEN.sub("", text)


def _whole(halves: re.Match[str]) -> str:
    """A character that is referred to by its two halves in UTF-16, as many an emoji is."""
    high, low = (_number(each) for each in halves.groups())
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return halves[0]
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _as_windows(found: re.Match[str]) -> str:
    """A control character as browsers show it: as the dash or the quote it is in windows-1252.

    https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state
    """
    number = _number(found[1]) if found[1] else ord(found[2])
    if not 0x80 <= number < 0xA0:
        return found[0]
    return bytes([number]).decode("cp1252", "ignore")


def _number(reference: str) -> int:
    return int(reference[1:], 16) if reference[0] == "x" else int(reference)


def _in_words(error: etree.XMLSyntaxError) -> str:
    return str(error.msg or "").partition(", line ")[0][:200]


def _bounded(text: str, problems: list[str]) -> str:
    """The document, without the items in its middle if there are too many tags in it.

    The newest stand at its beginning, in some feeds at its end.
    """
    # What looks like tags may be text that is marked as such.
    if text.count("<") <= MOST_TAGS or _without_cdata(text).count("<") <= MOST_TAGS:
        return text
    begins = [found.start() for found in _TAG.finditer(text)]
    half = MOST_TAGS // 2 - 1
    last = max(text.rfind(end, 0, begins[half]) for end in _ITEM_ENDS)
    rest = min(
        (at for item in _ITEMS if (at := text.find(item, begins[-half])) >= 0), default=len(text)
    )
    if last < 0 or rest == len(text):
        raise TooMuchError(f"the feed has more than {MOST_TAGS:,} tags: too many to read")
    problems.append(
        f"has more than {MOST_TAGS:,} tags, of which only those at its beginning and end were read"
    )
    # From one item's end tag to where another begins.
    return text[: text.index(">", last) + 1] + text[rest:]


def _without_cdata(text: str) -> str:
    pieces, at = [], 0
    while (begin := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", begin)) >= 0:
        pieces.append(text[at:begin])
        at = end + 3
    return "".join((*pieces, text[at:]))


def _defused(text: str, problems: list[str]) -> tuple[str, Mapping[str, str]]:
    """The document without its entities when those would blow it up, and what they stand for.

    An entity that stands for plain text is harmless, but a long one used often is a bomb as well
    (quadratic blow-up).
    """
    head = text[: found.start()] if (found := _ELEMENT.search(text)) else text
    entities = {name: double or single for name, double, single in _ENTITY.findall(head)}
    if len(entities) <= _MOST_ENTITIES:
        grown = sum(text.count(f"&{name};") * len(value) for name, value in entities.items())
        if grown <= _MOST_GROWTH:
            return text, entities
    problems.append("declares entities that would make it grow beyond measure; left out")
    # Its lines keep their numbers.
    return "\n" * head.count("\n") + text[len(head) :], {}
