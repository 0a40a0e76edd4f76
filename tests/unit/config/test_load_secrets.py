"""Secrets in a configuration, and what is none or too large."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.config.load import InvalidConfig, load_config
from monitor.errors import ConfigError
from tests.support.cost import assert_grows_linearly
from tests.unit.config.folder import Folder

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
