"""What an item of an RSS, RDF or Atom document says, from its element in the tree.

Only what stands in the item itself is its own: the title of its picture, the name of its author's
site or the date of what it was taken from are not.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from lxml import etree

from monitor.feeds.dates import parse_date
from monitor.feeds.entries import language_tag, page_address, web_link
from monitor.feeds.markup import clean, from_either, from_html, from_tree, unwrapped
from monitor.feeds.tree import Names
from monitor.model.feed import Entry
from monitor.wording import one_line

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_TITLES = ("title", "dc:title", "media:title", "itunes:title")
_CONTENTS = (
    "content:encoded", "content", "xhtml:body", "yandex:full-text", "turbo:content", "fulltext",
    "full-text", "body",
)  # fmt: skip
_SUMMARIES = (
    "description", "summary", "tagline", "dc:description", "dc:abstract", "media:description",
    "itunes:summary", "itunes:subtitle", "excerpt",
)  # fmt: skip
_PUBLISHED = (
    "pubdate", "published", "issued", "dc:date", "dc:issued", "dc:created", "dc:available",
    "dc:publicationdate", "created", "date", "publishdate", "published_at",
)  # fmt: skip
_UPDATED = ("updated", "modified", "dc:modified", "dc:modificationdate", "lastbuilddate")
_AUTHORS = ("author", "dc:creator", "dc:author", "itunes:author", "contributor", "creator")
_PLAIN = frozenset({"text", "text/plain", "plain", "markdown", "text/markdown", "text/x-markdown"})
# What is named so is no text, whatever stands there; of all other types a text is read as HTML,
# for some feeds name the form of their own making ("CDATA", "HTML5").
_OCTETS = "application/octet-stream"
_NO_TEXT = re.compile(r"(?:image|audio|video|font|multipart)/|application/(?!.*(?:xml|html))")
_MOST_ESCAPED = 3
"""Times that some feeds escape their markup."""
_MARKUP_STILL = re.compile(
    r"(?:<|&lt;)(?:!--|p|div|span|a|b|strong|em|i|img|br|table|ul|ol|h\d)(?:[\s/>-]|&gt;)"
)
_ADDRESS_AND_NAME = re.compile(r"\S+@\S+\s+\(([^()]+)\)")
_NAME_AND_ADDRESS = re.compile(r"([^<>]+?)\s*<\S+@\S+>")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LONGEST_NAME = 300
_MOST_LINKS = 100

Fields = Mapping[str, Sequence[etree._Element]]  # noqa: SLF001  # it has no public name
"""The children of an element by their names."""


def fields_of(element: etree._Element, names: Names) -> Fields:
    """The children of an element, in their order."""
    found: dict[str, list[etree._Element]] = defaultdict(list)
    for child in element.iterchildren("*"):
        found[names[child.tag]].append(child)
    return found


def read_item(item: etree._Element, names: Names, url: str, language: str | None) -> Entry:
    """An item's element as an entry, its identity still to be found.

    Args:
        item: the element.
        names: of the document's elements.
        url: where the document came from, to resolve addresses against.
        language: the feed's own.
    """
    fields = fields_of(item, names)
    group = fields.get("media:group", ())
    within = fields_of(group[0], names) if group else {}
    content = max(_texts(fields, _CONTENTS), key=len, default="")
    summary = next(_texts(fields, _SUMMARIES), "") or next(_texts(within, _SUMMARIES), "")
    own = language_tag(_language(item, fields)) or language
    guid = _identifier(item, fields, url)
    published = date_of(fields, _PUBLISHED, own)
    updated = date_of(fields, _UPDATED, own)
    return Entry(
        identity="",
        guid=guid or None,
        link=_link(fields, guid, url, own),
        title=next(_titles(fields), "") or next(_titles(within), ""),
        # Some repeat the content where there is no summary.
        summary="" if summary == content else summary,
        content=content,
        authors=_authors(fields, names),
        # Atom requires the time of the last change only, and many give nothing else.
        published=published or updated,
        updated=updated,
        language=own,
    )


def date_of(
    fields: Fields, wanted: Sequence[str] = (*_PUBLISHED, *_UPDATED), language: str | None = None
) -> datetime | None:
    """The first date that some fields of an item name."""
    for name in wanted:
        for element in fields.get(name, ()):
            if moment := parse_date(plain_text(element), language):
                return moment
    return None


# --- texts ----------------------------------------------------------------------------------


def plain_text(element: etree._Element) -> str:
    """What is written in an element, whatever it is."""
    return "".join(element.itertext()) if len(element) else element.text or ""


def title_of(element: etree._Element) -> str:
    """The text of a title, on one line."""
    return one_line(_text(element, either=True))


def _titles(fields: Fields) -> Iterator[str]:
    return (text for name in _TITLES for each in fields.get(name, ()) if (text := title_of(each)))


def _texts(fields: Fields, wanted: Sequence[str]) -> Iterator[str]:
    return (text for name in wanted for each in fields.get(name, ()) if (text := _text(each)))


def _text(element: etree._Element, *, either: bool = False) -> str:
    """The text of an element of any type (RFC 4287 §3.1, §4.1.3.3).

    Args:
        element: the element.
        either: of those that state no type: that they may as well be plain text.
    """
    kind = (element.get("type") or "").strip().lower()
    # A headline is text, whatever type it is said to be of.
    if _NO_TEXT.match(kind) and not either:
        return ""
    if len(element):
        return from_tree(element)
    value = element.text or ""
    if element.get("mode") == "base64" or kind == _OCTETS:
        value = _decoded(value)
    if kind in _PLAIN:
        return clean(unwrapped(value))
    text = from_either(value) if either and not kind else from_html(value)
    for _ in range(_MOST_ESCAPED):
        if not _MARKUP_STILL.match(text):
            break
        text = from_html(text) or text
    return text


def _decoded(value: str) -> str:
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return value


# --- what else an item has ------------------------------------------------------------------


def _identifier(item: etree._Element, fields: Fields, url: str) -> str:
    for name in ("guid", "id"):
        for element in fields.get(name, ()):
            if stated := one_line(plain_text(element)):
                if _is_permalink(element) is False or _SCHEME.match(stated):
                    return stated
                # What is an address may be a relative one.
                return web_link(stated, _base(element, url)) or stated
    if about := one_line(item.get(_RDF_ABOUT) or ""):
        return about
    named = (one_line(plain_text(each)) for each in fields.get("dc:identifier", ()))
    return next(filter(None, named), "")


def _is_permalink(element: etree._Element) -> bool | None:
    """Whether a guid says that it is an address; None where it does not say."""
    # Not by `items`, which takes quadratic time.
    for key in element.keys():  # noqa: SIM118  # no mapping
        if key.lower() == "ispermalink":
            return (element.get(key) or "").strip().lower() == "true"
    return None


def page_link(fields: Fields, url: str, language: str | None) -> str | None:
    """The address that the links of an item, or of the feed, give of their page on the web."""
    links = fields.get("link", ())[:_MOST_LINKS]
    for element in links:
        # Some write Atom's links as RSS does, the enclosure's, too.
        if _distance(element, language)[0] < _NOT_THE_PAGE and (
            link := page_address(_stated_in(element), _base(element, url))
        ):
            return link
    near = sorted(
        (distance, number)
        for number, each in enumerate(links)
        if each.get("href") and (distance := _distance(each, language))[0] < _NOT_THE_PAGE
    )
    addresses = (page_address(links[n].get("href"), _base(links[n], url)) for _, n in near)
    return next(filter(None, addresses), None)


def _stated_in(element: etree._Element) -> str:
    """The address in a link, or behind it, where software for HTML wrote it: <link/>http://…"""
    behind = "" if element.get("href") else (element.tail or "").strip()
    return (element.text or "").strip() or (behind if _ADDRESS.fullmatch(behind) else "")


def _link(fields: Fields, guid: str, url: str, language: str | None) -> str | None:
    """The address of an item's page, as far as it is one of the web."""
    if link := page_link(fields, url, language):
        return link
    for element in fields.get("guid", ()):
        if _is_permalink(element):
            return web_link(guid, url)
    for name in ("feedburner:origlink", "guid", "id", "dc:identifier"):
        for element in fields.get(name, ()):
            if _ADDRESS.fullmatch(stated := one_line(plain_text(element))):
                return web_link(stated, url)
    for element in fields.get("content", ()):
        # A content that is elsewhere (RFC 4287 §4.1.3.2) is a page if it is of no other type.
        if "html" in (element.get("type") or "html") and (source := element.get("src")):
            return page_address(source, _base(element, url))
    # Of a number or a code nobody says that it is an address.
    is_code = any("/" not in plain_text(each) for each in fields.get("guid", ()))
    return web_link(guid, url) if _ADDRESS.fullmatch(guid) and not is_code else None


_NOT_THE_PAGE = 2


def _distance(element: etree._Element, language: str | None) -> tuple[int, int, int]:
    """How far an Atom link is from being the address of the page in the feed's language."""
    if not element.keys():
        return 0, 0, 0
    relation = (element.get("rel") or "alternate").strip().lower().rpartition("/")[2]
    kind = (element.get("type") or "text/html").strip().lower()
    tongue = (element.get("hreflang") or "").strip().lower()
    is_own = not tongue or tongue.split("-")[0] == (language or "").lower().split("-")[0]
    return (
        {"alternate": 0, "": 0, "canonical": 0, "shortlink": 1}.get(relation, _NOT_THE_PAGE),
        0 if "html" in kind else 1,
        (0 if not tongue else 1) if is_own else 2,
    )


def _base(element: etree._Element, url: str) -> str:
    """What an element's addresses are relative to: the document's, unless `xml:base` says more."""
    bases = [
        value for each in (element, *element.iterancestors()) if (value := each.get(_XML_BASE))
    ]
    for base in reversed(bases):
        url = web_link(base, url) or url
    return url


def _language(item: etree._Element, fields: Fields) -> str | None:
    for name in ("title", "content", "summary"):
        for element in fields.get(name, ()):
            if value := element.get(_XML_LANG):
                return str(value)
    for element in fields.get("dc:language", ()):
        if value := plain_text(element).strip():
            return value
    value = item.get(_XML_LANG)
    return None if value is None else str(value)


def _authors(fields: Fields, names: Names) -> tuple[str, ...]:
    found: list[str] = []
    for name in _AUTHORS:
        if name == "contributor" and found:
            continue
        for element in fields.get(name, ()):
            inside = fields_of(element, names).get("name", ()) if len(element) else (element,)
            found += (_author(plain_text(each)) for each in inside)
    return tuple(dict.fromkeys(filter(None, found)))


def _author(text: str) -> str:
    """A name without the address that RSS wants there."""
    name = one_line(from_either(text)) if "<" not in text or "@" not in text else one_line(text)
    name = name[:_LONGEST_NAME]
    if "@" in name and (
        found := _ADDRESS_AND_NAME.fullmatch(name) or _NAME_AND_ADDRESS.fullmatch(name)
    ):
        return found[1].strip()
    return name
