"""Whether the files of two machines say the same, and in what they differ."""

from __future__ import annotations

from monitor.config.compare import differing, digests
from monitor.config.version import load_to_share
from tests.unit.config.folder import Folder

HERE = """\
include = ["teams/*.toml"]
[storage]
url = "sqlite:///here.db"
[polling]
interval = "10m"
[web]
password = "one of many words"
[[channels]]
name = "hook"
url = "json://hook.example/${TOKEN}"
template = "texts/short.txt"
[[feeds]]
url = "https://a.example/rss"
"""
TEAM = '[[feeds]]\nurl = "https://b.example/rss"\n'
THERE = """\
# The same, in one file.
[storage]
url = "sqlite:///elsewhere.db"
[[feeds]]
url = "https://b.example/rss"
[[feeds]]
url = "https://a.example/rss"
[[channels]]
name = "hook"
url = "json://hook.example/${TOKEN}"
template = "texts/short.txt"
[web]
password = "another word"
[polling]
interval = "10m"
"""


def said(folder: Folder, text: str, template: str, team: str = "") -> dict[str, str]:
    folder.write("texts/short.txt", template)
    if team:
        folder.write("teams/east.toml", team)
    loaded = load_to_share(folder.write("config.toml", text), env={"TOKEN": "abcd1234efgh"})
    return dict(digests(loaded))


def test_what_means_the_same_is_the_same(folder: Folder) -> None:
    here = said(folder, HERE, "{{ title }}", TEAM)
    assert differing(here, said(folder, THERE, "{{ title }}")) == ()
    assert set(here) >= {"polling.interval", "feeds", "channels", "texts/short.txt"}


def test_it_is_said_in_which_settings_tables_and_files_two_differ(folder: Folder) -> None:
    here = said(folder, THERE, "{{ title }}")
    other = THERE.replace("10m", "20m").replace("b.example", "c.example") + 'page_gap = "3s"\n'
    keys = ("feeds", "polling.interval", "polling.page_gap", "texts/short.txt")
    assert differing(here, said(folder, other, "{{ title }}!")) == keys


def test_nothing_of_a_secret_is_told_by_digests(folder: Folder) -> None:
    here = said(folder, THERE, "{{ title }}")
    assert said(folder, THERE.replace("another word", "x"), "{{ title }}") == here
