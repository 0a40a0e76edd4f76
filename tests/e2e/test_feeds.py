"""`monitor feeds`: found, added, tried, shown, exchanged and removed, as a user does it."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.config.load import load_config
from tests.support.program import WATCHLIST, Program, config_toml
from tests.support.story import publish
from tests.support.web import WebWorld, item, rss

LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path, config_toml([]))


def feed(title: str) -> bytes:
    return rss([item(title, link=f"http://x.example/{title}", published=NOW)], title=title)


def urls(program: Program) -> list[str]:
    return [each.url for each in load_config(program.config, env={}).config.feeds]


def lines(program: Program, *arguments: str, code: int = 0) -> list[Any]:
    done = program.run(*arguments, "--json")
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(program: Program, *arguments: str, code: int) -> str:
    """What a command says that fails as it should: in words, on stderr, nothing changed."""
    before = program.config.read_bytes()
    done = program.run("feeds", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert program.config.read_bytes() == before
    return done.stdout + done.stderr


def test_a_feed_is_found_added_and_taken_over_by_the_daemon(
    program: Program, web: WebWorld
) -> None:
    address = publish(web, "hack")
    web.serve("/", LINK.format("News", "/feed"))
    web.serve("/first", feed("First"))
    program.config.write_text(config_toml([web.url("/first")]))
    with program.daemon() as daemon:
        daemon.wait_for_event("feed polled")
        added = program.json("feeds", "add", web.url("/"), "--tag", "uk", "--interval", "10m")
        assert added == {
            "url": address, "name": "A feed", "tags": ["uk"], "entries": 1,
            "file": str(program.config),
        }  # fmt: skip
        web.wait_for("/hack")
        assert daemon.stop() == 0
    [state] = [each for each in lines(program, "feeds", "list") if each["url"] == address]
    assert (state["url"], state["name"], state["entries_seen"]) == (address, "A feed", 1)

    shown = program.run("feeds", "show", "a feed").stdout
    for words in (address, "config.toml:", "uk", "10m", "well", "1 seen", " because "):
        assert words in shown
    [everything] = lines(program, "feeds", "show", address)
    assert everything["state"]["failures"] == 0
    assert everything["history"]["new_since"] == 1
    assert everything["next"].startswith("at ")

    [trial] = lines(program, "feeds", "poll", address)
    assert (trial["entries"], trial["new"], trial["ok"]) == (1, 0, True)


def test_discovering_needs_no_configuration(program: Program, web: WebWorld) -> None:
    web.serve("/", LINK.format("One", "/one") + LINK.format("Two", "/two"))
    web.serve("/one", feed("One"))
    web.serve("/two", feed("Two"))
    found = lines(program, "feeds", "discover", web.url("/"))
    assert [(each["url"], each["title"], each["entries"]) for each in found] == [
        (web.url("/one"), "One", 1),
        (web.url("/two"), "Two", 1),
    ]
    assert found[0]["newest"] == "2026-11-23T12:00:00+00:00"
    table = program.run("feeds", "discover", web.url("/")).stdout
    assert web.url("/two") in table
    program.config.unlink()
    del program.env["MONITOR_CONFIG"]
    program.env["XDG_CONFIG_HOME"] = str(program.folder)
    # Without one, the guard against one's own network stands.
    done = program.run("feeds", "discover", web.url("/"))
    assert (done.returncode, "may not reach" in done.stderr) == (1, True)


def test_several_feeds_ask_for_a_choice(program: Program, web: WebWorld) -> None:
    web.serve(
        "/", LINK.format("One", "/one") + LINK.format("Two", "/two")
        + LINK.format("Comments", "/comments")
    )  # fmt: skip
    for name in ("one", "two", "comments"):
        web.serve(f"/{name}", feed(name))
    said = refused(program, "add", web.url("/"), code=2)
    assert "2 feeds were found" in said
    assert web.url("/two") in said
    assert program.run("feeds", "add", web.url("/"), "--first").returncode == 0
    assert program.run("feeds", "add", web.url("/two"), "--name", "Zwei").returncode == 0
    assert urls(program) == [web.url("/one"), web.url("/two")]
    assert "already, as “Zwei”" in refused(program, "add", web.url("/two"), code=1)
    assert "already" in refused(program, "add", web.url("/"), "--first", code=1)


def test_a_feed_that_cannot_be_had_is_added_only_unchecked(program: Program, web: WebWorld) -> None:
    address = web.url("/later")
    assert "no feed was found" in refused(program, "add", address, code=1)
    done = program.run("feeds", "add", address, "--no-check", "--name", "Later")
    assert (done.returncode, "Later" in done.stdout) == (0, True)
    assert urls(program) == [address]
    [shown] = lines(program, "feeds", "show", "Later")
    [line] = [
        number
        for number, text in enumerate(program.config.read_text().splitlines(), 1)
        if text == "[[feeds]]"
    ]
    assert (shown["state"], shown["places"]) == (None, [f"{program.config}:{line}"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "not a url", "--no-check"), 2, "not a web address"),
        (("add", "ftp://x.example/", "--no-check"), 2, "https://"),
        (("add", "ftp://x.example/"), 1, "not a web address"),
        (("add", "x.example/f", "--no-check", "--interval", "soon"), 2, "--interval"),
        (("remove", "nothing"), 2, "no feed has the name or address “nothing”"),
        (("show", "nothing"), 2, "no feed"),
        (("poll", "nothing"), 2, "no feed"),
        (("import", "missing.opml"), 1, "no such file"),
        (("import", "config.toml"), 1, "not OPML"),
        (("export", "config.toml"), 1, "exists already"),
        (("export", "no/such/folder/x.opml"), 1, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    program: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in refused(program, *arguments, code=code)


def test_a_broken_configuration_is_explained_and_left_alone(tmp_path: Path) -> None:
    program = Program(tmp_path, "[[feeds]]\nurl = 'https://x.example/f'\nintervall = '5m'\n")
    assert "3:1" in refused(program, "add", "https://y.example/f", "--no-check", code=2)


def test_the_file_and_its_comments_stay(program: Program) -> None:
    text = f"# Mine.\n{config_toml([])}\n# The end.\n"
    program.config.write_text(text)
    program.config.chmod(0o640)
    added = program.run("feeds", "add", "https://a.example/f", "--no-check")
    assert added.returncode == 0
    assert program.config.read_text() == f'{text}\n[[feeds]]\nurl = "https://a.example/f"\n'
    removed = program.run("feeds", "remove", "a.example")
    assert "Removed" in removed.stdout
    assert program.config.read_text() == text
    assert stat.S_IMODE(program.config.stat().st_mode) == 0o640


def test_a_title_that_turns_the_line_around_is_written_plainly(
    program: Program, web: WebWorld
) -> None:
    web.serve("/f", feed("Good\u202e\u2066 \u0645\u06cc\u200c\u062e \u200bnews"))
    web.serve("/", LINK.format("x", "/f"))
    added = program.run("feeds", "add", web.url("/"), "--tag", "u\u202ek")
    assert added.returncode == 0, added.stderr
    text = program.config.read_text(encoding="utf-8")
    assert not set("\u202e\u2066\u200b") & set(text)
    assert "Good \u0645\u06cc\u200c\u062e news" in text
    assert '"uk"' in text


def test_what_was_imported_is_counted_in_good_english(program: Program) -> None:
    (program.folder / "in.opml").write_text(OPML)
    said = program.run("feeds", "import", "in.opml").stdout
    assert "Added 3 feeds to " in said
    assert said.endswith(
        "0 were subscribed already, 1 more stood there twice, 1 line of in.opml has a fault.\n"
    )


def test_removing_from_a_team_s_file(program: Program) -> None:
    team = program.folder / "team.toml"
    team.write_text('# Ask Bo.\n[[feeds]]\nurl = "https://b.example/f"\nname = "B"\n')
    program.config.write_text(f'include = ["team.toml"]\n{config_toml([])}')
    [removed] = lines(program, "feeds", "remove", "B")
    assert removed["removed"] == [f"{team}:2"]
    assert team.read_text() == ""


def test_a_watchlist_s_only_feed_is_not_removed(program: Program, web: WebWorld) -> None:
    watchlist = WATCHLIST.replace("[[watchlists]]\n", '[[watchlists]]\nfeeds = ["127.0.0.1"]\n')
    program.config.write_text(config_toml([web.url("/f")], watchlist=watchlist))
    assert "would leave a fault" in refused(program, "remove", web.url("/f"), code=2)


OPML = """<opml version="1.0"><body>
<outline text="News"><outline text="UK">
<outline type="rss" text="A &amp; A" xmlUrl="https://a.example/f"/>
<outline type="rss" text="evil ${HOME} ${file:/etc/passwd}" xmlUrl="https://b.example/f"/>
</outline></outline>
<outline type="rss" text="bad" xmlUrl="javascript:1"/>
<outline type="rss" text="Known" xmlUrl="http://KNOWN.example/f"/>
<outline type="rss" text="A" xmlUrl="https://a.example/f"/>
</body></opml>"""


def test_lists_of_feeds_come_in_and_go_out(program: Program) -> None:
    program.config.write_text(config_toml(["https://known.example/f", "https://u:pw@s.example/f"]))
    (program.folder / "in.opml").write_text(OPML)
    done = program.run("feeds", "import", "in.opml", "--tag", "imported", "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert (counts["added"], counts["already"], len(counts["problems"])) == (2, 1, 1)
    assert counts["repeated"] == 1
    assert "in.opml: line 6: the address of “bad”" in done.stderr
    feeds = load_config(program.config, env={}).config.feeds[2:]
    assert [(each.name, each.tags) for each in feeds] == [
        ("A & A", ("News", "UK", "imported")),
        ("evil ${HOME} ${file:/etc/passwd}", ("News", "UK", "imported")),
    ]

    done = program.run("feeds", "export")
    assert done.returncode == 0
    assert "left out user name and password of 1 address" in done.stderr
    assert "pw" not in done.stdout
    assert program.run("feeds", "export", "out.opml").returncode == 0
    assert (program.folder / "out.opml").read_text() != ""
    other = program.folder / "other"
    other.mkdir()
    copy = Program(other, config_toml([]))
    assert copy.json("feeds", "import", "../out.opml")["added"] == 4
    assert {(each.url, each.tags) for each in feeds} <= {
        (each.url, each.tags) for each in load_config(copy.config, env={}).config.feeds
    }
    again = copy.json("feeds", "import", "../out.opml")
    assert (again["added"], again["already"]) == (0, 4)


def test_ten_thousand_outlines_take_seconds(program: Program) -> None:
    outlines = "".join(
        f'<outline text="F{n}" xmlUrl="https://f{n}.example/feed"/>\n' for n in range(10_000)
    )
    (program.folder / "many.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    done = program.run("feeds", "import", "many.opml")
    assert "Added 10,000 feeds" in done.stdout, done.stderr
    assert len(urls(program)) == 10_000


def test_trying_feeds_stores_nothing(program: Program, web: WebWorld) -> None:
    program.config.write_text(config_toml([web.url("/f"), web.url("/gone")]))
    web.serve("/f", feed("News"))
    done = program.run("feeds", "poll")
    assert done.returncode == 0
    assert "there is no database yet" in done.stderr
    assert "404" in done.stdout
    assert program.run("feeds", "poll", web.url("/f")).returncode == 0
    [trial] = lines(program, "feeds", "poll", web.url("/gone"), code=1)
    assert (trial["ok"], trial["status"], trial["new"]) == (False, 404, None)
    assert not list(program.folder.glob("monitor.db*"))


def test_passwords_in_addresses_are_not_shown(program: Program, web: WebWorld) -> None:
    web.serve("/f", feed("News"))
    address = web.url("/f", userinfo="me:hunter2")
    said = [program.run("feeds", "add", address, "--json")]
    assert urls(program) == [address]
    said += [
        program.run("feeds", *arguments)
        for arguments in (
            ("add", address), ("poll", "--json"), ("show", "News"), ("show", "News", "--json"),
            ("export",), ("remove", "News"),
        )
    ]  # fmt: skip
    assert "hunter2" not in "".join(each.stdout + each.stderr for each in said)
    assert urls(program) == []


def test_a_file_that_cannot_be_replaced_is_named(program: Program) -> None:
    # Root may write anywhere; a name this long leaves no room for the new file's beside it.
    long = program.config.rename(program.folder / f"{'x' * 245}.toml")
    program.env["MONITOR_CONFIG"] = str(long)
    done = program.run("feeds", "add", "https://a.example/f", "--no-check")
    assert (done.returncode, "cannot be replaced" in done.stderr) == (1, True)
