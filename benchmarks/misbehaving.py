"""Feeds that misbehave in every way that is known, on a clock of their own.

Each feed publishes entries at its own pace and lists the newest of them; how it answers depends
on its kind. What it has listed in an answer that was whole and well is remembered: of that,
nothing may be lost, and nothing may be taken for two.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

AN_ARCHIVE = 100_000
"""Items that one feed dumps at once, unless fewer are asked for."""
BOMB = gzip.compress(b"<!-- -->" * 8_000_000)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'.encode()
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + b"]><rss><channel><title>&i;</title></channel></rss>"
)
XML = "application/rss+xml"
NAMED = "a name that now and then is the metadata service's"
_MOVED = {
    "moved for good": "301 Moved Permanently",
    "moved for good (308)": "308 Permanent Redirect",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire."""

    body: bytes = b""
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = XML
    keys: tuple[tuple[int, int], ...] = ()
    """The entries it lists, if whoever gets it whole can be expected to see them."""
    how: str = "whole"
    """Or `cut`, `reset`, `drip`, `endless`, `silent`."""


@dataclass(slots=True)
class Outlet:
    """One feed."""

    number: int
    kind: str
    began: datetime
    pace: timedelta
    """Between two entries."""
    listed: int
    """How many it lists."""
    archive: int = AN_ARCHIVE
    address: str = ""
    """Its URL without the scheme."""
    requests: int = 0
    answered: list[frozenset[tuple[int, int]]] = field(default_factory=list)
    """What it listed in answers that were well, since whoever asks last had an outcome."""
    listings: list[frozenset[tuple[int, int]]] = field(default_factory=list)
    """Those of them that arrived."""

    def newest(self, now: datetime) -> range:
        """The numbers of the entries that it lists at a time."""
        last = (now - self.began) // self.pace
        return range(max(0, last - self.listed + 1), last + 1)

    def published(self, number: int) -> datetime:
        """When an entry came."""
        return self.began + number * self.pace


def kinds() -> list[str]:
    """Every way to behave."""
    return list(_KINDS)


def outlets(count: int, began: datetime, archive: int = AN_ARCHIVE) -> list[Outlet]:
    """So many feeds of all kinds in turn; they have published for a day when the clock begins."""
    chance = random.Random(4)
    found = []
    for number in range(count):
        kind = kinds()[number % len(_KINDS)]
        pace = timedelta(minutes=chance.choice([11, 17, 30, 45, 90, 180]))
        listed = chance.choice([10, 20, 30])
        if kind == "rolls over":
            pace, listed = timedelta(minutes=7), 3
        found.append(Outlet(number, kind, began - timedelta(days=1), pace, listed, archive))
    return found


# --- documents ------------------------------------------------------------------------------


Item = Callable[[Outlet, int, datetime], dict[str, str]]


def _item(outlet: Outlet, number: int, _: datetime) -> dict[str, str]:
    address = f"https://outlet-{outlet.number}.example/news/{number}"
    return {
        "title": f"News of outlet {outlet.number} [{outlet.number}-{number}]",
        "link": address,
        "guid": address,
        "pubDate": format_datetime(outlet.published(number)),
        "description": f"What happened at place {number} of town {outlet.number} that day.",
    }


def _rss(outlet: Outlet, now: datetime, item: Item = _item, head: str = "") -> Answer:
    numbers = outlet.newest(now)
    items = "".join(
        "<item>"
        + "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in item(outlet, n, now).items())
        + "</item>"
        for n in reversed(numbers)
    )
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Outlet {outlet.number}</title><link>https://outlet-{outlet.number}.example/</link>"
        f"<description>News</description>{head}{items}</channel></rss>"
    ).encode()
    return Answer(body, keys=tuple((outlet.number, n) for n in numbers))


def _changed(**changes: Callable[[Outlet, int, datetime], str | None]) -> Item:
    def item(outlet: Outlet, number: int, now: datetime) -> dict[str, str]:
        found = _item(outlet, number, now)
        for tag, change in changes.items():
            value = change(outlet, number, now)
            if value is None:
                del found[tag]
            else:
                found[tag] = value
        return found

    return item


def _atom(outlet: Outlet, now: datetime) -> Answer:
    numbers = outlet.newest(now)
    entries = "".join(
        f"<entry><title>{escape(one['title'])}</title><id>{one['guid']}</id>"
        f'<link href="{one["link"]}"/><updated>{outlet.published(n):%Y-%m-%dT%H:%M:%SZ}</updated>'
        f"<summary>{one['description']}</summary></entry>"
        for n in reversed(numbers)
        for one in [_item(outlet, n, now)]
    )
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>O</title>{entries}</feed>'.encode()
    keys = tuple((outlet.number, n) for n in numbers)
    return Answer(body, content_type="application/atom+xml", keys=keys)


def _json(outlet: Outlet, now: datetime) -> Answer:
    numbers = outlet.newest(now)
    items = [
        {"id": one["guid"], "url": one["link"], "title": one["title"],
         "content_text": one["description"], "date_published": outlet.published(n).isoformat()}
        for n in reversed(numbers)
        for one in [_item(outlet, n, now)]
    ]  # fmt: skip
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "O", "items": items}
    keys = tuple((outlet.number, n) for n in numbers)
    return Answer(json.dumps(body).encode(), content_type="application/feed+json", keys=keys)


def _archive(outlet: Outlet, now: datetime) -> Answer:
    answer = _rss(outlet, now)
    if not _between(outlet, now, 30, 33):
        return answer
    old = "".join(
        f"<item><title>Old {n}</title><guid>old-{n}</guid></item>" for n in range(outlet.archive)
    )
    body = answer.body.replace(b"</channel>", old.encode() + b"</channel>")
    return _with(answer, body=body)


# --- ways to answer -------------------------------------------------------------------------


def _with(answer: Answer, **changes: Any) -> Answer:
    values = {name: getattr(answer, name) for name in Answer.__slots__} | changes
    return Answer(**values)


def _lost(**changes: Any) -> Answer:
    return Answer(**changes)


def _between(outlet: Outlet, now: datetime, first: float, last: float) -> bool:
    """Whether it is that many hours after the outlet began; the clock begins at hour 24."""
    return timedelta(hours=first) <= now - outlet.began < timedelta(hours=last)


def _well(outlet: Outlet, now: datetime, sent: dict[str, str]) -> Answer:
    return _rss(outlet, now)


def _conditional(outlet: Outlet, now: datetime, sent: dict[str, str]) -> Answer:
    answer = _rss(outlet, now)
    tag, changed = f'W/"{zlib.crc32(answer.body):x}"', "Mon, 25 Mar 2024 00:00:00 GMT"
    headers = (("ETag", tag), ("Last-Modified", changed))
    if sent.get("if-none-match") == tag and sent.get("if-modified-since") == changed:
        # What is said to be unchanged lists what it listed before.
        return Answer(status="304 Not Modified", headers=headers, keys=answer.keys)
    return _with(answer, headers=headers)


def _now_and_then(
    bad: Callable[[Outlet, Answer], Answer], every: int = 3
) -> Callable[[Outlet, datetime, dict[str, str]], Answer]:
    def answer(outlet: Outlet, now: datetime, sent: dict[str, str]) -> Answer:
        good = _rss(outlet, now)
        return bad(outlet, good) if outlet.requests % every == 0 else good

    return answer


def _zipped(body: bytes) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    return gzip.compress(body), (("Content-Encoding", "gzip"),)


def _cut_gzip(_: Outlet, good: Answer) -> Answer:
    body, headers = _zipped(good.body)
    return _lost(body=body[: len(body) // 2], headers=headers)


def _bomb(_: Outlet, good: Answer) -> Answer:
    return _lost(body=BOMB, headers=(("Content-Encoding", "gzip"),))


def _refuse(status: str, first: float, last: float, **headers: str) -> Any:
    def answer(outlet: Outlet, now: datetime, sent: dict[str, str]) -> Answer:
        if not _between(outlet, now, first, last):
            return _rss(outlet, now)
        found = {
            name.replace("_", "-"): value.format(
                later=format_datetime(now + timedelta(minutes=40), usegmt=True)
            )
            for name, value in headers.items()
        }
        return _lost(status=status, headers=tuple(found.items()))

    return answer


def _to(target: str) -> Callable[[Outlet, Answer], Answer]:
    return lambda outlet, good: _lost(
        status="302 Found", headers=(("Location", target.format(outlet.number)),)
    )


def _random(outlet: Outlet, number: int, now: datetime) -> str:
    return f"{random.random()}"


_KINDS: dict[str, Callable[[Outlet, datetime, dict[str, str]], Answer]] = {
    "well": _conditional,
    "ignores validators": _well,
    "Atom": lambda o, now, sent: _atom(o, now),
    "JSON Feed": lambda o, now, sent: _json(o, now),
    "another guid every time": lambda o, now, sent: _rss(o, now, _changed(guid=_random)),
    "tracking parameters": lambda o, now, sent: _rss(
        o,
        now,
        _changed(
            guid=lambda *_: None,
            link=lambda o, n, now: f"{_item(o, n, now)['link']}?utm_source={o.requests}",
        ),
    ),
    "http and https": lambda o, now, sent: _rss(
        o,
        now,
        _changed(
            guid=_random,
            link=lambda o, n, now: _item(o, n, now)["link"].replace(
                "https", ["http", "https"][o.requests % 2]
            ),
        ),
    ),
    "edited titles": lambda o, now, sent: _rss(
        o,
        now,
        _changed(title=lambda o, n, now: f"{_item(o, n, now)['title']} {now:%H} o'clock update"),
    ),
    "dates that are none": lambda o, now, sent: _rss(
        o, now, _changed(pubDate=lambda o, n, now: ["soon", "0000-00-00", ""][n % 3])
    ),
    "dates to come": lambda o, now, sent: _rss(
        o, now, _changed(pubDate=lambda o, n, now: format_datetime(now + timedelta(days=2)))
    ),
    "rolls over": _well,
    "down every other hour": lambda o, now, sent: (
        _rss(o, now) if now.hour % 2 else _lost(status="500 Internal Server Error")
    ),
    "not found for hours": _refuse("404 Not Found", 30, 33),
    "too many requests": _refuse("429 Too Many Requests", 27, 28, Retry_After="1800"),
    "asks for time by the clock": _refuse("503 Service Unavailable", 27, 28, Retry_After="{later}"),
    "gone": _refuse("410 Gone", 36, 999),
    "gzip cut off": _now_and_then(_cut_gzip),
    "gzip": lambda o, now, sent: (
        lambda good: _with(good, body=_zipped(good.body)[0], headers=_zipped(good.body)[1])
    )(_rss(o, now)),
    "a wrong length": _now_and_then(lambda o, good: _lost(body=good.body, how="cut")),
    "reset half-way": _now_and_then(lambda o, good: _lost(body=good.body, how="reset")),
    "drips": _now_and_then(lambda o, good: _lost(how="drip"), every=9),
    "never answers": _now_and_then(lambda o, good: _lost(how="silent"), every=9),
    "endless": _now_and_then(lambda o, good: _lost(how="endless"), every=9),
    "zip bomb": _now_and_then(_bomb, every=9),
    "to the metadata service": _now_and_then(_to("http://169.254.169.254/latest/meta-data/")),
    "to a file": _now_and_then(_to("file:///etc/passwd")),
    "to a name that nobody has": _now_and_then(_to("http://outlet-{}.invalid/feed")),
    NAMED: _well,
    "to TLS that is none": _now_and_then(
        lambda o, good: _lost(status="302 Found", headers=(("Location", f"https:{o.address}"),))
    ),
    "redirected twenty times": _now_and_then(_to("/hops/{}?20")),
    "in a circle": _now_and_then(_to("/circle/{}")),
    "moved for good": _well,
    "moved for good (308)": _well,
    "a thousand million laughs": _now_and_then(lambda o, good: _lost(body=LAUGHS)),
    "binary": _now_and_then(lambda o, good: _lost(body=bytes(range(256)) * 200)),
    "UTF-16 without a mark": lambda o, now, sent: (
        lambda good: _with(
            good, body=good.body.decode().replace("UTF-8", "UTF-16").encode("utf-16-le")
        )
    )(_rss(o, now)),
    "one huge line": lambda o, now, sent: _rss(
        o, now, head=f"<copyright>{'x' * 300_000}</copyright>"
    ),
    "asks for an hour by ttl": lambda o, now, sent: _rss(o, now, head="<ttl>60</ttl>"),
    "asks for quiet hours": lambda o, now, sent: _rss(
        o, now, head="<skipHours><hour>3</hour><hour>4</hour></skipHours>"
    ),
    "asks for an hour by its cache": lambda o, now, sent: _with(
        _rss(o, now), headers=(("Cache-Control", "max-age=3600"),)
    ),
    "a page in its place": _now_and_then(
        lambda o, good: _lost(body=b"<html><body>Sign in</body></html>", content_type="text/html")
    ),
    "dumps its archive": lambda o, now, sent: (
        # One of them is enough: to read a hundred thousand items takes most of a minute.
        _archive(o, now) if o.number < len(_KINDS) else _rss(o, now)
    ),
}


def answer_of(outlet: Outlet, where: str, left: str, now: datetime, sent: dict[str, str]) -> Answer:
    """What an outlet answers.

    Args:
        outlet: who is asked.
        where: the first part of the path asked for: `feed`, or where a redirect leads.
        left: how many redirects are to come.
        now: the time.
        sent: the request's headers, their names in lower case.
    """
    if where == "circle":
        return _to("/circle/{}")(outlet, Answer())
    if where == "hops":
        onward = f"/hops/{{}}?{int(left) - 1}" if int(left) else "/feed/{}"
        return _to(onward)(outlet, Answer())
    if outlet.kind in _MOVED and where == "feed":
        moved = (("Location", f"/moved/{outlet.number}"),)
        return _lost(status=_MOVED[outlet.kind], headers=moved)
    outlet.requests += 1
    return _KINDS[outlet.kind](outlet, now, sent)
