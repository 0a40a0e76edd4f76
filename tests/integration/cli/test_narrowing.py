"""Lists that show only what somebody asks for, and what they say when that is nothing."""

from __future__ import annotations

import re

import pytest

from monitor.cli.narrowing import only
from monitor.errors import UsageError
from tools.commands import described

FEEDS = [("Cipher Weekly", "https://cipher.example/rss"), ("海港时报", "https://harbour.example/")]


def test_what_stands_in_a_line_is_found_however_it_is_written() -> None:
    def shown(text: str | None) -> list[str]:
        return [name for name, _ in only(FEEDS, text, lambda each: each, "feed")]

    assert shown(None) == ["Cipher Weekly", "海港时报"]
    assert shown("CIPHER") == shown("weekly") == ["Cipher Weekly"]
    assert shown("harbour.example") == shown("海港") == ["海港时报"]


def test_a_mistyped_name_is_put_right() -> None:
    with pytest.raises(UsageError, match=re.escape("did you mean `Cipher Weekly`?")):
        only(FEEDS, "cypher weekly", lambda each: each, "feed")
    # Where there is nothing at all nobody has mistyped anything.
    assert only([], "cypher", lambda each: each, "feed") == []


def test_every_list_has_json_and_a_way_to_see_less_of_it() -> None:
    lists = [each for each in described() if each.path.endswith(" list")]
    assert len(lists) >= 9
    for each in lists:
        options = {name.split()[0] for name, _ in each.options}
        assert "--json" in options, each.path
        assert each.arguments or "--watchlist" in options, each.path
