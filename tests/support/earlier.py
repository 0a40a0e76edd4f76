"""A database such as an earlier version of the program has left behind, written as that one did."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.clock import MONDAY


class Before0011:
    """Writes what the program wrote while sentences said what a delivery waits for.

    Args:
        path: a database of revision 0010.
    """

    def __init__(self, path: Path) -> None:
        self._raw = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._raw.execute("PRAGMA foreign_keys = ON")
        self._number = 0

    def close(self) -> None:
        """Close it."""
        self._raw.close()

    def insert(self, table: str, **values: Any) -> int:
        """Put a row into a table; its number."""
        plain = {
            name: json.dumps(value)
            if isinstance(value, list | dict)
            else f"{value:%Y-%m-%d %H:%M:%S.%f}"
            if isinstance(value, datetime)
            else value
            for name, value in values.items()
        }
        names = ", ".join(f'"{name}"' for name in plain)
        marks = ", ".join("?" * len(plain))
        row = self._raw.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", [*plain.values()]
        )
        return row.lastrowid or 0

    def feed(self) -> None:
        """The feed that all articles are of."""
        self.insert(
            "feeds", id=1, url="https://a.example/feed", name="A", subscribed=True, added=MONDAY,
            failures=0, next_poll=MONDAY + timedelta(days=999), next_reason="", stopped=False,
            problems=[], moved_polls=0, wishes={}, times_dropped=0,
        )  # fmt: skip

    def silence(self, *, text: str, hours: int, drop: bool = False) -> int:
        """A silence of what says so, for some hours."""
        return self.insert(
            "silences", author="Ann", reason="we know", created=MONDAY, watchlists=[], entities=[],
            feeds=[], text=text, ends=MONDAY + timedelta(hours=hours), drop=drop,
        )  # fmt: skip

    def match(
        self,
        *,
        story: int | None = None,
        severity: str = "high",
        held: str | None = None,
        thread: str | None = None,
        watchlist: str = "w",
        about: str = "nothing",
    ) -> tuple[int, int]:
        """An article with a match of a story; the numbers of the match and the story."""
        self._number += 1
        title, link = f"APT31 blamed for {about}", f"https://a.example/{self._number}"
        article = self.insert(
            "articles", feed_id=1, url=link, url_key=link, title=title, summary="", content="",
            body="", outlet="A", authors=[], fetched=MONDAY, published=MONDAY, backfill=False,
            edited=False, text_source="feed", reads=1, failed_reads=0,
        )  # fmt: skip
        if story is None:
            story = self.insert("stories", began=MONDAY)
        self.insert(
            "reports", article_id=article, story_id=story, at=MONDAY, outlet="A",
            entities=["APT31"], why=None if thread is None else "it is alike",
        )  # fmt: skip
        mention = {
            "entity": "APT31", "name": "APT31", "field": "title", "start": 0, "end": 5,
            "text": "APT31", "sentence": title, "sentence_start": 0,
        }  # fmt: skip
        match = self.insert(
            "matches", article_id=article, watchlist=watchlist, score=60.0, severity=severity,
            alert=True, held=held, mentions=[mention], reasons=[], created=MONDAY,
            thread=thread, joined=None if thread is None else MONDAY + timedelta(seconds=1),
            headlines=[title, ""],
        )  # fmt: skip
        return match, story

    def alert(
        self, alert_id: str, *, story: int | None = None, severity: str = "high", **more: Any
    ) -> int:
        """An alert of an article of its own; the number of its story."""
        match, story = self.match(story=story, severity=severity, about=alert_id, **more)
        self.insert(
            "alerts", id=alert_id, match_id=match, created=MONDAY, story_id=story, thread=alert_id
        )
        self._raw.execute(
            "UPDATE matches SET thread = ?, joined = ? WHERE id = ?",
            (alert_id, f"{MONDAY:%Y-%m-%d %H:%M:%S.%f}", match),
        )
        return story

    def delivery(
        self, alert_id: str | None, channel: str, waits_for: str | None, **more: Any
    ) -> int:
        """A delivery; due now and pending, unless more is said of it."""
        given: dict[str, Any] = {
            "status": "pending", "attempts": 0, "due": MONDAY, "since": MONDAY,
            "next_attempt": MONDAY, "planned": MONDAY, "created": MONDAY, "follow_up": 0,
        }  # fmt: skip
        return self.insert(
            "deliveries", alert_id=alert_id, channel=channel, waits_for=waits_for, **given | more
        )
