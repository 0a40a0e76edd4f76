"""Loading: where it looks, what it merges and inherits, and every fault at its place."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.load import InvalidConfig, find_config, load_config
from monitor.errors import ConfigError
from tests.support.cost import assert_grows_linearly
from tests.unit.config.folder import Folder

# --- finding ----------------------------------------------------------------------------------


def test_the_file_is_looked_for_in_the_promised_order(tmp_path: Path) -> None:
    cwd, home = tmp_path / "cwd", tmp_path / "home"
    files = {
        "explicit": cwd / "explicit.toml",
        "env": cwd / "env.toml",
        "cwd": cwd / "config.toml",
        "xdg": home / "xdg" / "monitor" / "config.toml",
    }
    for path in files.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    env = {"MONITOR_CONFIG": "env.toml", "XDG_CONFIG_HOME": str(home / "xdg")}
    assert find_config(Path("explicit.toml"), env, cwd) == files["explicit"]
    assert find_config(None, env, cwd) == files["env"]
    del env["MONITOR_CONFIG"]
    assert find_config(None, env, cwd) == files["cwd"]
    files["cwd"].unlink()
    assert find_config(None, env, cwd) == files["xdg"]


def test_without_xdg_the_home_folder_is_used(tmp_path: Path) -> None:
    path = tmp_path / ".config" / "monitor" / "config.toml"
    path.parent.mkdir(parents=True)
    path.touch()
    assert find_config(None, {"HOME": str(tmp_path)}, tmp_path) == path


def test_without_any_file_the_user_is_told_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="monitor init") as raised:
        find_config(None, {"HOME": str(tmp_path)}, tmp_path)
    assert str(tmp_path / "config.toml") in str(raised.value)
    with pytest.raises(ConfigError, match=r"gone\.toml does not exist"):
        find_config(Path("gone.toml"), {}, tmp_path)
    with pytest.raises(ConfigError, match=r"\$MONITOR_CONFIG"):
        find_config(None, {"MONITOR_CONFIG": "gone.toml"}, tmp_path)


# --- what is read -----------------------------------------------------------------------------


def test_an_empty_file_means_every_default(folder: Folder) -> None:
    loaded = folder.load("")
    assert loaded.config.polling.interval == timedelta(minutes=15)
    assert loaded.config.storage.url == f"sqlite:///{folder.path}/monitor.db"
    assert loaded.warnings == ()
    assert loaded.files == (folder.path / "config.toml",)


def test_files_are_merged_in_order(folder: Folder) -> None:
    folder.write("teams/b.toml", '[[feeds]]\nurl = "https://b.example/"\n')
    folder.write("teams/a.toml", '[[feeds]]\nurl = "https://a.example/"\n[polling]\nper_host = 3\n')
    loaded = folder.load(
        'include = ["teams/*.toml"]\n[polling]\nconcurrency = 7\n'
        '[[feeds]]\nurl = "https://main.example/"\n'
    )
    hosts = [feed.label for feed in loaded.config.feeds]
    assert hosts == ["main.example", "a.example", "b.example"]
    assert (loaded.config.polling.concurrency, loaded.config.polling.per_host) == (7, 3)
    names = [path.name for path in loaded.files]
    assert sorted(names) == ["a.toml", "b.toml", "config.toml"]
    assert loaded.watched.patterns == (f"{folder.path}/teams/*.toml",)


def test_files_that_include_each_other_are_read_once(folder: Folder) -> None:
    folder.write(
        "b.toml", 'include = ["config.toml", "*.toml"]\n[[feeds]]\nurl = "https://b.example/"\n'
    )
    folder.path.joinpath("link.toml").symlink_to("b.toml")
    loaded = folder.load('include = ["*.toml"]\n[[feeds]]\nurl = "https://a.example/"\n')
    assert [feed.label for feed in loaded.config.feeds] == ["a.example", "b.example"]


def test_what_two_files_set_is_a_fault_that_names_both_places(folder: Folder) -> None:
    folder.write("b.toml", "[polling]\nper_host = 3\n")
    problems = folder.problems('include = ["b.toml"]\n[polling]\nper_host = 2\n')
    assert problems == ["b.toml:2:1: `per_host` is already set in config.toml:3:1"]


def test_faults_in_an_included_file_are_told_there(folder: Folder) -> None:
    folder.write("b.toml", '[[feeds]]\nurl = "https://b.example/"\n\n[[feeds]]\nulr = "x"\n')
    problems = folder.problems('include = ["b.toml"]\n[[feeds]]\nurl = 1\n')
    assert problems == [
        "config.toml:3:7: `url` takes text, in quotes",
        "b.toml:4:1: `url` is missing in [[feeds]]",
        "b.toml:5:1: unknown key `ulr` in [[feeds]]: did you mean `url`?",
    ]


def test_includes_that_name_nothing(folder: Folder) -> None:
    folder.load('include = ["none/*.toml"]\n')
    assert folder.problems('include = ["gone.toml"]') == [
        "config.toml:1:12: `include` names no file: gone.toml"
    ]
    (folder.path / "sub").mkdir()
    problems = folder.problems('include = ["sub", "", 3]')
    assert problems[0].endswith("sub cannot be read: it is a folder")
    assert problems[1:] == [
        "config.toml:1:19: `include` takes names of files, in quotes",
        "config.toml:1:23: `include` takes names of files, in quotes",
    ]
    assert folder.problems('include = "a"') == [
        'config.toml:1:11: `include` takes a list of files, such as ["watchlists/*.toml"]'
    ]


def test_defaults_are_inherited_and_overridden(folder: Folder) -> None:
    config = folder.load(
        """
        [defaults.feed]
        tags = ["news"]
        interval = "1h"
        [defaults.watchlist]
        alert_at = 30
        severity = {high = 60, critical = 80}
        [defaults.channel]
        min_severity = "high"
        [[feeds]]
        url = "https://a.example/"
        [[feeds]]
        url = "https://b.example/"
        tags = []
        interval = "2h"
        [[watchlists]]
        name = "w"
        entities = ["x"]
        severity = {high = 70}
        [[channels]]
        name = "c"
        url = "json://localhost"
        """
    ).config
    first, second = config.feeds
    assert (first.tags, first.interval) == (("news",), timedelta(hours=1))
    assert (second.tags, second.interval) == ((), timedelta(hours=2))
    (watchlist,) = config.watchlists
    assert watchlist.alert_at == 30
    assert (watchlist.severity.high, watchlist.severity.critical) == (70, 80)
    assert config.channels[0].min_severity == "high"


def test_a_bad_default_is_told_once_where_it_stands(folder: Folder) -> None:
    feeds = '[[feeds]]\nurl = "https://a.example/"\n[[feeds]]\nurl = "https://b.example/"\n'
    text = '[defaults.feed]\nweigth = 2\ninterval = "1x"\n[defaults.chanel]\na = 1\n'
    for tables in (feeds, ""):
        problems = folder.problems(text + tables)
        assert len(problems) == 3
        assert problems[0].startswith("config.toml:2:1: unknown key `weigth` in [defaults.feed]")
        assert problems[1].startswith("config.toml:3:12: `interval`: not a duration")
        assert problems[2].startswith("config.toml:4:11: unknown `chanel` in [defaults]")


def test_a_feed_listed_twice_is_polled_once_with_the_tags_of_both(folder: Folder) -> None:
    text = (
        '[[feeds]]\nurl = "https://a.example/"\nname = "A"\ntags = ["x", "y"]\n'
        '[[feeds]]\nurl = "https://a.example/"\ntags = ["y", "z"]\n'
    )
    (feed,) = folder.load(text).config.feeds
    assert (feed.name, feed.tags) == ("A", ("x", "y", "z"))
    assert folder.warnings(text) == [
        "config.toml:6:7: this feed is listed already; it is polled once, with the tags of both"
    ]


# --- paths ------------------------------------------------------------------------------------


def test_paths_are_relative_to_the_file_they_stand_in(folder: Folder) -> None:
    folder.write("sub/example.txt", "x")
    folder.write("sub/secret", "s3cret-value\n")
    folder.write(
        "sub/b.toml",
        '[storage]\nurl = "sqlite:///data/m.db?timeout=5"\n'
        '[web]\npassword = "${file:secret}"\nenabled = false\n'
        '[[watchlists]]\nname = "w"\nentities = ["x"]\n'
        '[[watchlists.examples]]\nfile = "example.txt"\nmatch = true\n',
    )
    loaded = folder.load('include = ["sub/b.toml"]')
    assert loaded.config.storage.url == f"sqlite:///{folder.path}/sub/data/m.db?timeout=5"
    assert loaded.config.watchlists[0].examples[0].file == f"{folder.path}/sub/example.txt"
    assert loaded.config.web.password is not None
    assert loaded.config.web.password.get_secret_value() == "s3cret-value"
    assert folder.path / "sub" / "secret" in loaded.files


@pytest.mark.parametrize("url", ["sqlite:////var/m.db", "sqlite:///:memory:", "sqlite://"])
def test_other_databases_stay_as_they_are(folder: Folder, url: str) -> None:
    assert folder.load(f'[storage]\nurl = "{url}"').config.storage.url == url


def test_a_linked_file_keeps_the_place_it_is_linked_from(tmp_path: Path) -> None:
    (tmp_path / "mount" / "..data").mkdir(parents=True)
    (tmp_path / "mount" / "..data" / "config.toml").write_text("")
    path = tmp_path / "mount" / "config.toml"
    path.symlink_to("..data/config.toml")
    assert load_config(path, env={}).config.storage.url == f"sqlite:///{tmp_path}/mount/monitor.db"


# --- secrets ----------------------------------------------------------------------------------


def test_references_are_replaced_and_remembered(folder: Folder) -> None:
    folder.write("token", "T0KEN-from-file\r\n")
    loaded = folder.load(
        '[[channels]]\nname = "a"\nurl = "json://user:${PASS}@host/${file:token}"\n'
        '[[watchlists]]\nname = "$${HOME} costs $5 {x}"\nentities = ["x"]\n',
        env={"PASS": "pa55word"},
    )
    url = loaded.config.channels[0].url.get_secret_value()
    assert url == "json://user:pa55word@host/T0KEN-from-file"
    assert {"pa55word", "T0KEN-from-file", url} <= loaded.secrets
    assert loaded.config.watchlists[0].name == "${HOME} costs $5 {x}"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("mailto://joe:${PW}@host/", "mailto://joe:p%40ss%2Fw%3Ao%23rd@host/"),
        ("mailto://${USER}:${PW}@host/", "mailto://j%40x:p%40ss%2Fw%3Ao%23rd@host/"),
        # Encoded by hand, as it had to be once.
        ("mailto://joe:${ENCODED}@host/", "mailto://joe:p%40ss@host/"),
        # Elsewhere in an address a secret is a part of it, slashes and all.
        ("slack://${TOKENS}", "slack://A/B/C"),
        ("json://host/${TOKENS}@x", "json://host/A/B/C@x"),
        ("${URL}", "json://a:b@host/"),
    ],
)
def test_a_password_is_put_into_an_address_as_a_value(
    folder: Folder, url: str, written: str
) -> None:
    path = folder.write("config.toml", f'[[channels]]\nname = "a"\nurl = "{url}"\n')
    env = {
        "PW": "p@ss/w:o#rd", "USER": "j@x", "ENCODED": "p%40ss", "TOKENS": "A/B/C",
        "URL": "json://a:b@host/",
    }  # fmt: skip
    loaded = load_config(path, env=env)
    assert loaded.config.channels[0].url.get_secret_value() == written


def test_addresses_written_out_are_secret_too(folder: Folder) -> None:
    hook = "https://hooks.slack.com/services/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"
    loaded = folder.load(
        f'[[channels]]\nname = "a"\nurl = "{hook}"\n'
        '[[channels]]\nname = "b"\nurl = "mailtos://me:p%40ss@smtp.example.org?to=you@example.org"\n'
        '[[channels]]\nname = "c"\nurl = "discord://123456789/Ab-token_1/?key=k3y-value"\n'
        '[[feeds]]\nurl = "https://me:feedpass@news.example/rss"\n'
        '[web]\nenabled = false\npassword = "webpass"\n'
    )
    assert {
        hook, "x1y2z3x1y2z3x1y2z3x1y2z3", "p%40ss", "p@ss", "123456789", "Ab-token_1",
        "k3y-value", "feedpass", "webpass",
    } <= loaded.secrets  # fmt: skip
    assert (
        not {"services", "smtp.example.org", "hooks.slack.com", "you@example.org"} & loaded.secrets
    )


def test_what_a_feed_shows_to_get_in_is_secret(folder: Folder) -> None:
    loaded = folder.load(
        '[defaults.feed]\nproxy = "http://me:proxypass@proxy.example:3128"\n'
        '[[feeds]]\nurl = "https://news.example/rss"\ncookie = "session=c00kie-value; a=true"\n'
        'headers = { Authorization = "Bearer t0ken-value" }\n'
    )
    (feed,) = loaded.config.feeds
    assert feed.proxy is not None  # inherited
    assert {"proxypass", "Bearer t0ken-value", "t0ken-value", "c00kie-value"} <= loaded.secrets
    # A word blanked out wherever it occurs would make logs unreadable.
    assert not {"Bearer", "true", "a", "proxy.example", "me"} & loaded.secrets


def test_the_path_of_a_file_is_no_secret_however_it_looks(folder: Folder) -> None:
    url = "sqlite:////var/lib/a1b2c3d4e5f6/monitor.db"
    assert folder.load(f'[storage]\nurl = "{url}"\n').secrets == frozenset()


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("${NOT_SET}", "the environment variable `NOT_SET` is not set"),
        ("${file:gone}", "gone cannot be read: there is no such file"),
        ("${file:.}", "cannot be read: it is a folder"),
        ("${file:binary}", "is not UTF-8 text"),
        ("${file:huge}", "cannot be read: it is larger than 64 KiB"),
        ("${a-b}", "takes the name of an environment variable"),
        ("${}", "takes the name of an environment variable"),
        ("${OPEN", "has no closing"),
    ],
)
def test_references_that_lead_nowhere(folder: Folder, reference: str, reason: str) -> None:
    (folder.path / "binary").write_bytes(b"\xff\xfe\xff")
    (folder.path / "huge").write_bytes(b"x" * 70_000)
    (problem,) = folder.problems(f'[[channels]]\nname = "a"\nurl = "json://{reference}"\n')
    assert problem.startswith("config.toml:3:7: ")
    assert reason in problem


def test_no_fault_and_no_warning_repeats_a_secret(folder: Folder) -> None:
    secret = "hunter2-hunter2"
    with pytest.raises(ConfigError) as raised:
        folder.load(
            f'[[channels]]\nname = "a"\nurl = 3\npasword = "{secret}"\nmode = "${{S}}"\n'
            f'"https://hooks.slack.com/services/{secret}" = 1\n'
            f'"{secret * 3}" = 1\n'
            f'[[watchlists]]\nname = "w"\nchannels = ["json://{secret}", "${{S}}"]\n'
            f'feeds = ["${{S}}", "https://{secret}/"]\nentities = [["{secret}"]]\n'
            f'[web]\npassword = ["{secret}"]\nlisten = {{a = "{secret}"}}\n'
            f'[storage]\nurl = "{secret}"\n[polling]\ntimeout = "{secret}"\n'
            f'[[feeds]]\nurl = "ftp://{secret}"\nweight = "{secret}"\n',
            env={"S": secret},
        )
    error = raised.value
    assert len(error.faults) == 15
    assert "hunter2" not in "\n".join([*map(str, error.faults), str(error), repr(error)])


def test_an_empty_variable_does_not_silence_a_channel(folder: Folder) -> None:
    (problem,) = folder.problems('[[channels]]\nname = "a"\nurl = "${EMPTY}"\n', env={"EMPTY": ""})
    assert problem == "config.toml:3:7: `url`: must not be empty"


# --- what is no configuration at all ------------------------------------------------------------


def test_a_folder_a_pipe_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it is a folder"):
        load_config(tmp_path, env={})
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="not a regular file"):
        load_config(tmp_path / "pipe", env={})
    with pytest.raises(ConfigError, match="monitor init"):
        load_config(tmp_path / "gone.toml", env={})


def test_an_unreadable_file_is_refused(folder: Folder) -> None:
    folder.write("config.toml", "").chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(ConfigError, match="this user may not read it"):
            folder.load()
    finally:
        os.seteuid(user)


def test_a_broken_load_says_what_to_watch_for_its_repair(folder: Folder) -> None:
    text = 'include = ["new/*.toml", "gone.toml"]\n[web]\npassword = "${file:secret}"\n'
    with pytest.raises(InvalidConfig) as raised:
        folder.load(text)
    watched = raised.value.watched
    assert set(watched.digests) == {folder.path / "config.toml", folder.path / "secret"}
    assert watched.patterns == (f"{folder.path}/new/*.toml", f"{folder.path}/gone.toml")
    assert watched.now() == watched.digests
    folder.write("gone.toml", "")
    assert watched.now() != watched.digests


# --- size ---------------------------------------------------------------------------------------


def big_config(names: int, feeds: int) -> str:
    entities = "\n".join(f'  "Person Number{i} Familyname{i}",' for i in range(names))
    tables = "\n".join(
        f'[[feeds]]\nurl = "https://site{i}.example/feed.xml"\nname = "Site {i}"\ntags = ["a"]\n'
        for i in range(feeds)
    )
    return f'[[watchlists]]\nname = "w"\nentities = [\n{entities}\n]\n{tables}'


def test_ten_thousand_names_and_a_thousand_feeds_load_quickly(folder: Folder) -> None:
    def load(share: float) -> None:
        number = int(10_000 * share)
        folder.write("config.toml", big_config(number, number // 10))
        assert len(folder.load().config.watchlists[0].entities) == number

    assert_grows_linearly(load)


def test_a_fault_at_the_end_of_a_large_file_is_found(folder: Folder) -> None:
    text = big_config(60_000, 20_000)
    assert len(text) > 4_000_000
    lines = text.count("\n")
    assert folder.problems(text + "\n[web]\nlisten = 5\n") == [
        f"config.toml:{lines + 3}:10: `listen` takes text, in quotes"
    ]


def test_thousands_of_faults_are_found_quickly(folder: Folder) -> None:
    for number in range(200):
        folder.write(
            f"teams/{number}.toml",
            f'[[watchlists]]\nname = "{number}"\nentities = ["x"]\nfeeds = ["Site {number}"]\n',
        )

    def find(share: float) -> None:
        number = int(5_000 * share)
        tables = big_config(1_000, number).replace("tags", "tag")
        assert len(folder.problems('include = ["teams/*.toml"]\n' + tables)) == number

    assert_grows_linearly(find)
