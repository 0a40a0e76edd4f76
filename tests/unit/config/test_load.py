"""Loading: where it looks, what it merges and inherits, and every fault at its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.load import find_config, load_config
from monitor.errors import ConfigError
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
