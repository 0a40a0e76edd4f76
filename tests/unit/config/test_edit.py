"""Adding and removing feeds: nothing else in the file may change, not by a byte."""

from __future__ import annotations

import os
import stat
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.edit import add_feeds, feed_places, remove_feed, same_feed
from monitor.config.load import load_config
from monitor.config.replace import replace_file
from monitor.config.schema import Feed
from monitor.errors import ConfigError, MonitorError
from monitor.resources import resource
from tests.unit.config.folder import Folder

NEW = Feed(url="https://new.example/feed", name="New", tags=("uk",))

FILE = """\
# My feeds, kept with care.
[polling]
interval   =   "20m"   # not too often

# --- News ---------------------------------

[[feeds]]
url = "https://a.example/feed"   # the best
tags = [
  "uk",   # home
]
# interval = "5m"

# Ask Bo about this one.
[[feeds]]
name = 'B'
url = "https://b.example/feed"

# ==== Whom to watch ====
[[watchlists]]
name = "W"
entities = ["Alpha"]
"""

ADDED = """
[[feeds]]
url = "https://new.example/feed"
name = "New"
tags = ["uk"]
"""


def add(folder: Folder, text: str, *feeds: Feed) -> str:
    """The main file after adding, which must load with exactly these feeds more."""
    path = folder.write("config.toml", text)
    before = load_config(path, env={}).config
    add_feeds(path, feeds or (NEW,), env={})
    after = load_config(path, env={}).config
    assert after.feeds == (*before.feeds, *(feeds or (NEW,)))
    assert after.model_copy(update={"feeds": ()}) == before.model_copy(update={"feeds": ()})
    return path.read_bytes().decode()


def remove(folder: Folder, text: str, url: str) -> str:
    path = folder.write("config.toml", text)
    before = load_config(path, env={}).config
    remove_feed(path, url, env={})
    after = load_config(path, env={}).config
    assert after.feeds == tuple(feed for feed in before.feeds if feed.url != url)
    assert after.watchlists == before.watchlists
    return path.read_bytes().decode()


def test_a_feeds_own_table_of_headers_goes_with_it(folder: Folder) -> None:
    headers = '[feeds.headers]\nAuthorization = "Bearer x"\n'
    text = f'[[feeds]]\nurl = "https://a.example/f"\n{headers}\n[[feeds]]\nurl = "https://b.example/"\n'
    assert remove(folder, text, "https://a.example/f") == '[[feeds]]\nurl = "https://b.example/"\n'


def test_a_feed_is_added_below_the_others(folder: Folder) -> None:
    marker = 'url = "https://b.example/feed"\n'
    assert add(folder, FILE) == FILE.replace(marker, marker + ADDED)


def test_a_comment_below_the_last_key_stays_with_its_feed(folder: Folder) -> None:
    text = '[[feeds]]\nurl = "https://a.example/f"\n# interval = "5m"\n\n# Next\n[web]\n'
    mine, rest = text.split("\n\n")
    assert add(folder, text) == f"{mine}\n{ADDED}\n{rest}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ADDED.lstrip()),
        ("# only a comment", f"# only a comment\n{ADDED}"),
        ("[polling]\n\n\n", f"[polling]\n\n\n{ADDED.lstrip()}"),
        ('[[feeds]]\nurl = "https://a.example/f"', f'[[feeds]]\nurl = "https://a.example/f"\n{ADDED}'),
        (
            '[[feeds]]\nurl = "https://a.example/f"\n[web]\n',
            f'[[feeds]]\nurl = "https://a.example/f"\n{ADDED}\n[web]\n',
        ),
        (
            '[[feeds]]\nurl = "https://a.example/f"\nname = """a\n\n# not a comment"""\n\n# c\n',
            '[[feeds]]\nurl = "https://a.example/f"\nname = """a\n\n# not a comment"""\n'
            f"{ADDED}\n# c\n",
        ),
    ],
    ids=["empty", "no-line-end", "blank-lines", "unfinished", "no-gap", "long-text"],
)  # fmt: skip
def test_wherever_the_last_feed_ends(folder: Folder, text: str, wanted: str) -> None:
    assert add(folder, text) == wanted


def test_windows_line_ends_and_byte_order_mark_stay(folder: Folder) -> None:
    path = folder.path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    add_feeds(path, [NEW], env={})
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf# My feeds")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    remove_feed(path, NEW.url, env={})
    assert path.read_bytes() == b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()


def test_only_what_a_feed_sets_is_written(folder: Folder) -> None:
    feed = Feed(url="https://n.example/f", interval=timedelta(minutes=90), weight=2)
    assert add(folder, "", feed) == (
        '[[feeds]]\nurl = "https://n.example/f"\ninterval = "90m"\nweight = 2.0\n'
    )


def test_text_from_strangers_is_never_taken_for_a_reference_or_for_toml(folder: Folder) -> None:
    secret = folder.write("secret", "hunter2")
    name = f"${{file:{secret}}} $${{HOME}} \"\\ \x7f\u202e]\n[web] ''' ".strip()
    text = add(folder, "", Feed(url="https://n.example/${HOME}", name=name, tags=("${X}",)))
    assert "hunter2" not in str(load_config(folder.path / "config.toml", env={}).config)
    assert tomllib.loads(text)["feeds"][0]["tags"] == ["$${X}"]


_LETTERS = st.characters(codec="utf-8", exclude_characters="\0")


@given(
    name=st.text(_LETTERS, min_size=1),
    tags=st.lists(st.text(_LETTERS, min_size=1), max_size=3),
)
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, name: str, tags: list[str]
) -> None:
    folder = Folder(tmp_path_factory.mktemp("any"))
    add(folder, FILE, Feed(url="https://n.example/f", name=name, tags=tuple(tags)))


def test_what_is_no_text_is_refused_and_the_file_left_alone(folder: Folder) -> None:
    path = folder.write("config.toml", FILE)
    with pytest.raises(ConfigError, match="NUL"):
        add_feeds(path, [Feed(url="https://n.example/f", name="a\0b")], env={})
    assert path.read_text() == FILE


def test_what_is_there_already_is_counted_not_added(folder: Folder) -> None:
    path = folder.write("config.toml", FILE)
    done = add_feeds(path, [Feed(url="http://A.example:80/feed"), NEW, NEW], env={})
    assert [feed.url for feed in done.added] == [NEW.url]
    assert len(done.already) == 2
    assert done.file == path


def test_nothing_new_leaves_the_file_untouched(folder: Folder) -> None:
    path = folder.write("config.toml", FILE)
    before = path.stat()
    add_feeds(path, [Feed(url="https://a.example/feed")], env={})
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_removing_takes_the_table_and_the_comment_on_it(folder: Folder) -> None:
    cut = FILE[FILE.index("\n# Ask Bo") : FILE.index("\n# ==== Whom")]
    assert remove(folder, FILE, "https://b.example/feed") == FILE.replace(cut, "")


def test_a_heading_stays_and_comments_below_the_last_key_go(folder: Folder) -> None:
    cut = FILE[FILE.index("\n[[feeds]]") : FILE.index("\n# Ask Bo")]
    assert remove(folder, FILE, "https://a.example/feed") == FILE.replace(cut, "", 1)


def test_a_heading_right_above_the_table_stays(folder: Folder) -> None:
    text = '# ---- News ----\n[[feeds]]\nurl = "https://a.example/f"\n[web]\n'
    assert remove(folder, text, "https://a.example/f") == "# ---- News ----\n[web]\n"


def test_a_text_that_looks_like_a_comment_is_none(folder: Folder) -> None:
    text = (
        '[[watchlists]]\nname = "W"\nentities = ["A"]\n[[watchlists.examples]]\n'
        'match = false\ntext = """x\n# y"""\n[[feeds]]\nurl = "https://a.example/f"\n'
    )
    path = folder.write("config.toml", text)
    with pytest.raises(ConfigError, match="cannot change safely"):
        remove_feed(path, "https://a.example/f", env={})
    assert path.read_text() == text


@pytest.mark.parametrize("text", [FILE, FILE.replace("\n\n", "\n"), "", "# c\n"])
def test_adding_and_removing_leaves_what_was(folder: Folder, text: str) -> None:
    added = add(folder, text)
    left = remove(folder, added, NEW.url)
    assert [line for line in left.split("\n") if line] == [
        line for line in text.split("\n") if line
    ]


def test_every_feed_of_the_example_can_be_removed(folder: Folder) -> None:
    text = resource("config.example.toml").read_text("utf-8")
    path = folder.write("config.toml", text)
    urls = [feed.url for feed in load_config(path, env={}).config.feeds]
    for url in urls[::-1]:
        text = remove(folder, text, url)
    headings = [line for line in text.split("\n") if line.startswith(("# ---", "# ==="))]
    assert len(headings) > 8
    assert "\n\n\n\n" not in text
    assert add(folder, text).endswith(ADDED)


def test_a_feed_goes_where_the_feeds_are_and_comes_out_of_where_it_stands(folder: Folder) -> None:
    main = 'include = ["teams/*.toml"]\n'
    path = folder.write("config.toml", main)
    folder.write("teams/a.toml", '[[channels]]\nname = "c"\nurl = "json://h"\n')
    team = folder.write("teams/b.toml", '[[feeds]]\nurl = "https://b.example/f"\n')
    assert add_feeds(path, [NEW], env={}).file == team
    assert path.read_text() == main
    assert team.read_text() == '[[feeds]]\nurl = "https://b.example/f"\n' + ADDED
    [place] = remove_feed(path, "https://b.example/f", env={})
    assert (place.file, place.line) == (team, 1)
    assert team.read_text() == ADDED.lstrip()


def test_a_feed_listed_in_several_files_is_removed_from_all(folder: Folder) -> None:
    table = '[[feeds]]\nurl = "https://b.example/f"\n'
    path = folder.write("config.toml", f'include = ["*.toml"]\n\n{table}\n{table}')
    team = folder.write("team.toml", table)
    assert [place.line for place in feed_places(path, env={})] == [3, 6, 1]
    assert len(remove_feed(path, "https://b.example/f", env={})) == 3
    assert (path.read_text(), team.read_text()) == ('include = ["*.toml"]\n', "")


def test_a_feed_a_watchlist_needs_is_not_removed(folder: Folder) -> None:
    text = FILE.replace('name = "W"', 'name = "W"\nfeeds = ["B"]')
    path = folder.write("config.toml", text)
    with pytest.raises(ConfigError, match="removing it would leave a fault") as raised:
        remove_feed(path, "https://b.example/feed", env={})
    assert str(raised.value.where).endswith("config.toml:22:10")
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[feeds]\n", "bracket"),
        ("feeds = []\n", "stand in a list"),
        ('feeds = [{url = "https://a.example/f"}]\n', "stand in a list"),
    ],
)
def test_what_cannot_be_edited_is_left_as_it_is(folder: Folder, text: str, complaint: str) -> None:
    path = folder.write("config.toml", text)
    with pytest.raises(ConfigError, match=complaint):
        add_feeds(path, [NEW], env={})
    assert path.read_text() == text


def test_the_file_keeps_its_mode_and_a_link_stays_a_link(folder: Folder) -> None:
    real = folder.write("real/config.toml", FILE)
    real.chmod(0o640)
    link = folder.path / "config.toml"
    link.symlink_to("real/config.toml")
    add_feeds(link, [NEW], env={})
    assert link.readlink() == Path("real/config.toml")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert NEW.url in real.read_text()
    assert sorted(each.name for each in real.parent.iterdir()) == ["config.toml"]


def test_the_file_keeps_its_owner(folder: Folder) -> None:
    path = folder.write("config.toml", FILE)
    # Only root may give a file to somebody else.
    owner = (4711, 4712) if os.geteuid() == 0 else (os.geteuid(), os.getgroups()[-1])
    os.chown(path, *owner)
    add_feeds(path, [NEW], env={})
    assert (path.stat().st_uid, path.stat().st_gid) == owner


def test_edits_at_the_same_time_do_not_undo_each_other(folder: Folder) -> None:
    path = folder.write("config.toml", FILE)
    feeds = [Feed(url=f"https://n{number}.example/") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda feed: add_feeds(path, [feed], env={}), feeds))
    assert set(feeds) <= set(load_config(path, env={}).config.feeds)


def test_an_edit_by_somebody_else_is_not_overwritten(folder: Folder) -> None:
    path = folder.write("config.toml", "# theirs")
    with pytest.raises(MonitorError, match="changed by somebody else"):
        replace_file(path, b"# mine", expected=b"# what I read")
    assert path.read_text() == "# theirs"
    assert [each.name for each in folder.path.iterdir()] == ["config.toml"]


def test_a_file_that_cannot_be_replaced_is_named(folder: Folder) -> None:
    # A name of nearly the longest length leaves no room for the new file's beside it.
    path = folder.write(f"{'c' * 245}.toml", FILE)
    with pytest.raises(MonitorError, match="cannot be replaced: File name too long"):
        add_feeds(path, [NEW], env={})
    assert path.read_text() == FILE


def test_ten_thousand_feeds_are_one_edit(folder: Folder) -> None:
    feeds = [Feed(url=f"https://f{number}.example/feed", name="F") for number in range(10_000)]
    path = folder.write("config.toml", FILE)
    inode = path.stat().st_ino
    add_feeds(path, feeds, env={})
    assert path.stat().st_ino != inode
    assert len(load_config(path, env={}).config.feeds) == 10_002
    assert path.read_text().startswith(FILE[: FILE.index("\n# ==== Whom")])
    assert path.read_text().endswith(FILE[FILE.index("# ==== Whom") :])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://x.example/f", "https://X.example:443/f#top", True),
        ("https://x.example", "https://x.example/", True),
        ("https://x.example/f", "https://x.example/f?a=1", False),
        ("https://u:p@x.example/f", "https://x.example/f", False),
        ("https://x.example:8443/f", "https://x.example/f", False),
        ("https://x.example/f", "https://x.example/F", False),
    ],
)
def test_which_addresses_are_one_feed(one: str, other: str, same: bool) -> None:
    assert (same_feed(one) == same_feed(other)) is same


def test_a_configuration_in_no_folder_is_told_as_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        add_feeds(tmp_path / "nowhere" / "config.toml", [NEW], env={})
