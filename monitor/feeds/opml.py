"""OPML 2.0 (http://opml.org/spec2.opml): the format in which readers exchange their feeds.

Folders become tags and tags folders: a feed in the folder "uk" within "news" has the tags
`news` and `uk`, and is written back to the same place. Pure: bytes in, feeds out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from monitor.errors import ParseError
from monitor.feeds.discovery import without_feed_scheme
from monitor.feeds.entries import web_link
from monitor.wording import one_line

_LONGEST_NAME = 200
_LONGEST_ADDRESS = 4000
_MOST_PROBLEMS = 200
_MOST_TAGS = 20
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_XML_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed as a list of feeds has it."""

    url: str
    name: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlines:
    """What an OPML document lists."""

    subscriptions: tuple[Subscription, ...]
    """Each feed once, with the tags of all places it stands in."""
    problems: tuple[str, ...]
    """What could not be understood, in a user's words, each with its line."""
    repeated: int = 0
    """How often a feed stood there once more."""


def read_opml(data: bytes, *, where: str) -> Outlines:
    """Read a list of feeds. Slips common in such files (a bare &) are read past.

    Args:
        data: the document.
        where: its name, for messages.

    Raises:
        ParseError: it is not OPML, or declares entities, which could be a bomb.
    """
    # A character may be two or four bytes wide.
    if _ENTITY.search(data.replace(b"\0", b"")):
        raise ParseError(
            "declares XML entities, which a list of feeds has no use for and which can be an"
            " attack; nothing was read",
            where=where,
            hint="Take the <!DOCTYPE …> part out of the file if you trust it.",
        )
    found: dict[str, Subscription] = {}
    problems: list[str] = []
    repeated = 0
    for line, given in _outlines(data, where, problems):
        url = _address(given.url)
        if url is None:
            label = f" of “{given.name}”" if given.name else ""
            problems.append(f"line {line}: the address{label} is missing or is no web address")
            continue
        first = found.get(url)
        repeated += first is not None
        tags = given.tags if first is None else (*first.tags, *given.tags)
        name = given.name if first is None else first.name or given.name
        found[url] = Subscription(url, name, tuple(dict.fromkeys(tags)))
    if len(problems) > _MOST_PROBLEMS:
        more = len(problems) - _MOST_PROBLEMS
        problems[_MOST_PROBLEMS:] = [f"and {more:,} more lines with faults"]
    return Outlines(tuple(found.values()), tuple(problems), repeated)


def _outlines(data: bytes, where: str, problems: list[str]) -> Iterator[tuple[int, Subscription]]:
    """Every outline that is a feed, or should be one, with its line."""
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    folders: list[str] = []
    root: str | None = None
    # Whether the outline just opened has had others within it.
    filled: list[bool] = []
    try:
        for event, element in events:
            tag = etree.QName(element).localname.lower()
            if root is None:
                root = tag
            if root != "opml":
                break
            if tag != "outline":
                continue
            attributes = {key.lower(): value for key, value in element.attrib.items()}
            label = _label(attributes.get("text")) or _label(attributes.get("title"))
            if event == "start":
                if filled:
                    filled[-1] = True
                filled.append(False)
                folders.append("" if attributes.get("xmlurl") else label)
                continue
            folders.pop()
            was_folder = filled.pop()
            is_folder = was_folder or not (attributes.keys() - {"text", "title", "isopen"})
            if "xmlurl" in attributes or not is_folder:
                tags = (*folders, *_categories(attributes.get("category", "")))
                yield (
                    element.sourceline or 0,
                    Subscription(
                        attributes.get("xmlurl", ""),
                        label,
                        tuple(dict.fromkeys(tag for tag in tags if tag))[:_MOST_TAGS],
                    ),
                )
            # What has been read is let go of, so that memory does not grow with the file.
            element.clear(keep_tail=False)
    except etree.XMLSyntaxError as error:
        if root is None:
            raise ParseError("this is not OPML (no XML at all)", where=where, hint=_HINT) from error
        problems.append(f"line {error.lineno or 0}: the file cannot be read from here on")
    if root != "opml":
        raise ParseError(
            f"this is not OPML (it begins with <{(root or '')[:40]}>)", where=where, hint=_HINT
        )
    fatal = [each for each in events.error_log if each.level_name == "FATAL"]
    problems += [f"line {each.line}: {one_line(each.message)[:200]}" for each in fatal[:5]]


_HINT = "Readers export it under a name such as “Export subscriptions”, as a file ending in .opml."


def _label(text: str | None) -> str:
    return one_line(text or "")[:_LONGEST_NAME]


def _categories(text: str) -> Iterator[str]:
    """The tags of a `category`: "/news/uk,world" are three."""
    for path in text.split(",")[:50]:
        yield from (_label(part) for part in path.split("/")[:10])


def _address(text: str) -> str | None:
    # Spaces do occur in paths; servers know them escaped.
    address = without_feed_scheme(one_line(text)).replace(" ", "%20")
    if len(address) > _LONGEST_ADDRESS:
        return None
    # A feed:// address is from when feeds were plain HTTP; servers redirect to https.
    link = web_link(f"http:{address}" if address.startswith("//") else address, "")
    return None if link is None or "%" in urlsplit(link).netloc.rpartition("@")[2] else link


def write_opml(subscriptions: Iterable[Subscription], *, title: str, created: datetime) -> bytes:
    """Write a list of feeds, a folder for each tag, nested where a feed has several.

    Args:
        subscriptions: the feeds, in order.
        title: what the list is called.
        created: the time to note in it.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _xml(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(created)
    folders: dict[tuple[str, ...], Any] = {(): etree.SubElement(root, "body")}
    for each in subscriptions:
        for depth in range(1, len(each.tags) + 1):
            path = each.tags[:depth]
            if path not in folders:
                name = _xml(path[-1])
                folders[path] = etree.SubElement(folders[path[:-1]], "outline", text=name)
        name = _xml(each.name or each.url)
        etree.SubElement(
            folders[each.tags], "outline", type="rss", text=name, title=name, xmlUrl=_xml(each.url)
        )
    document: bytes = etree.tostring(
        root, xml_declaration=True, encoding="utf-8", pretty_print=True
    )
    return document


def _xml(text: str) -> str:
    return _XML_CHARACTERS.sub("\ufffd", text)
