"""Making what strangers wrote safe to show: headlines, sentences and addresses from the web."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_LINK_LIMIT = 1500
"""Characters; a longer address is a trap or a data dump, and Slack refuses it."""

# Characters that reorder or annotate their neighbours (UTR 36 §2.1.2, UAX 9): a headline with
# one can show "gpj.exe" as "exe.jpg", and turn round the rest of the line it stands in.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]")
_MARK = "[\u0300-\u036f\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
_TRAILING = " ,;:-\N{EN DASH}\N{EM DASH}"
_URL_SAFE = "%/:?#[]@!$&'()*+,;=-._~"
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; `strong` ones are names, shown bold and never cut."""

    text: str
    strong: bool = False


Line = tuple[Span, ...]


def one_line(text: str) -> str:
    """The text as one line that shows what it says: no control characters, no reordering.

    Control characters (C0, C1, line and paragraph separators) become spaces, runs of spaces
    one; lone surrogates and towers of combining marks, which break or flood a display, go.
    """
    return " ".join(_visible(text).split())


def line_of(text: str, names: list[tuple[int, int]]) -> Line:
    """The text as one harmless line, with the names at the given offsets strong.

    Offsets are into the text as given; ranges that overlap are joined, bad ones ignored.
    """
    spans: list[Span] = []
    done = 0
    for first, end in _joined(names, len(text)):
        start = first + len(text[first:end]) - len(text[first:end].lstrip())
        spans += [Span(text[done:start]), Span(text[start:end], strong=True)]
        done = end
    spans.append(Span(text[done:]))
    return _squeezed(spans)


def plain(line: Line) -> str:
    """The line without its marks."""
    return "".join(span.text for span in line)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of a harmless line, cut between words where one is near."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    space = kept.rfind(" ", limit // 2)
    return kept[: space if space > 0 else None].rstrip(_TRAILING) + "…"


def fit(line: Line, limit: int, *, around_name: bool = False) -> Line:
    """At most `limit` characters or so of a line, with no strong piece cut in two.

    With `around_name` the part around the first name is kept rather than the beginning.
    """
    if len(plain(line)) <= limit:
        return line
    kept: list[Span] = []
    room = limit
    seen = False
    for index, span in enumerate(line):
        if span.strong:
            if len(span.text) > room and seen:
                return _ellipsis(kept)
            kept.append(Span(shorten(span.text, limit), strong=True))
            room -= len(span.text)
            seen = True
            continue
        lead = around_name and not seen and index + 1 < len(line)
        if lead and len(span.text) > (most := limit // 3):
            tail = span.text[-most:]
            space = tail.find(" ")
            kept.append(Span("…" + (tail[space:].lstrip() if 0 <= space < most - 1 else tail)))
            room -= most
        elif len(span.text) <= room:
            kept.append(span)
            room -= len(span.text)
        elif room > 1:
            kept.append(Span(shorten(span.text, room)))
            return tuple(kept)
        else:
            return _ellipsis(kept)
    return tuple(kept)


def safe_link(url: str | None) -> str | None:
    """The address as a link that leads where it says, or None when it is not one.

    Only http and https, to a host name, with no user name before it ("https://bbc.co.uk@evil
    …" leads to evil); everything outside RFC 3986's characters is percent-encoded, so that
    no address can end the markup it stands in.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        port = parts.port
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
        if ":" in host:
            host = f"[{host}]"
        query = f"?{parts.query}" if parts.query else ""
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        rest = quote(f"{parts.path}{query}{fragment}", safe=_URL_SAFE)
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    link = f"{parts.scheme}://{host}{f':{port}' if port else ''}{rest}"
    return link if len(link) <= _LINK_LIMIT else None


def _joined(ranges: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The ranges within `length`, in order, with touching and overlapping ones made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if not 0 <= start < end <= length:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _visible(text: str) -> str:
    text = _REORDERING.sub("", text)
    text = _STACKED_MARKS.sub(r"\1", text)
    if text.isprintable():
        return text
    return "".join(
        " " if category in {"Cc", "Zl", "Zp"} else char
        for char in text
        if (category := unicodedata.category(char)) != "Cs"
    )


def _squeezed(spans: list[Span]) -> Line:
    """The spans with `one_line` applied across their seams."""
    result: list[Span] = []
    gap = True  # whether what precedes already ends in a space
    for span in spans:
        text = re.sub(r"\s+", " ", _visible(span.text))
        if gap:
            text = text.lstrip()
        if text:
            result.append(Span(text, span.strong))
            gap = text.endswith(" ")
    if result and (last := result[-1]).text.endswith(" "):
        result[-1] = Span(last.text.rstrip(), last.strong)
    return tuple(span for span in result if span.text)


def _ellipsis(spans: list[Span]) -> Line:
    if spans and not spans[-1].strong:
        return (*spans[:-1], Span(spans[-1].text.rstrip(_TRAILING) + "…"))
    return (*spans, Span("…"))


LABEL_LIMIT = 80


def label(text: str) -> str:
    """A name as one harmless line of at most `LABEL_LIMIT` characters."""
    return short(text, LABEL_LIMIT)


def short(text: str, limit: int) -> str:
    """At most `limit` characters of a stranger's text, as one harmless line."""
    return shorten(one_line(text), limit)


def shell_word(text: str) -> str:
    """An id as one word that is safe to paste into a shell."""
    return re.sub(r"[^\w.-]", "", text, flags=re.ASCII)[:LABEL_LIMIT]
