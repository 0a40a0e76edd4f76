"""Several files as one text without secrets, and that text as another machine reads it."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from monitor.config.load import InvalidConfig
from monitor.config.one_text import one_text, written_anew
from monitor.config.version import load_version
from monitor.errors import ConfigError
from monitor.model.config_version import ConfigText
from tests.unit.config.folder import Folder

MAIN = """\
# Ours.
include = [
    "teams/*.toml",  # one each
]
[storage]
url = "sqlite:///here.db"

[alerts]
timezone = "Europe/London" # where we are

[[feeds]]
url = "https://a.example/rss"
"""
TEAM = """\
# The east team's.
[[feeds]]
url = "https://b.example/rss"   # its own

[[watchlists]]
name = "East"
entities = ["APT31"]
  [[watchlists.examples]]
  file = "texts/hack.txt"
  match = true

[[channels]]
name = "east"
url = "slack://${TOKEN}/${file: tokens/b}/${TOKEN}"
template = "../forms/east.j2"
"""
TOKENS = {"TOKEN": "T0000AAAA1"}
DATABASE = "postgresql+psycopg://db.example/monitor"


@pytest.fixture
def shared(folder: Folder) -> Folder:
    folder.write("teams/east.toml", TEAM)
    folder.write("teams/tokens/b", "B0000BBBB2\n")
    folder.write("teams/texts/hack.txt", "APT31")
    folder.write("forms/east.j2", "{{ title }}")
    folder.write("config.toml", MAIN)
    return folder


def elsewhere(folder: Folder, said: ConfigText, env: dict[str, str], name: str = "other") -> Path:
    """Another machine, with nothing but a file that says where the database is."""
    machine = Folder(folder.path / name)
    machine.write("teams/tokens/b", "B9999CCCC3\n")
    return machine.write("own.toml", f'[storage]\nurl = "{DATABASE}"\n')


def test_comments_stay_and_included_files_follow_the_main_one(shared: Folder) -> None:
    said = one_text(shared.load(env=TOKENS))
    assert said.text.startswith("# Ours.\n")
    assert "# where we are" in said.text
    assert said.text.index("# --- teams/east.toml ---") < said.text.index("# its own")
    assert "include" not in tomllib.loads(said.text)
    assert said.files == {"forms/east.j2": "{{ title }}"}


def test_references_stay_references_and_names_of_files_lead_to_the_same(shared: Folder) -> None:
    said = one_text(shared.load(env=TOKENS))
    assert not [each for each in ("T0000AAAA1", "B0000BBBB2") if each in said.text]
    channel = tomllib.loads(said.text)["channels"][0]
    assert channel["url"] == "slack://${TOKEN}/${file: teams/tokens/b}/${TOKEN}"
    assert channel["template"] == "forms/east.j2"


def test_another_machine_reads_the_same_with_its_own_secrets_and_database(shared: Folder) -> None:
    loaded = shared.load(env=TOKENS)
    said = one_text(loaded)
    own = elsewhere(shared, said, TOKENS)
    read = load_version(said, 7, own, DATABASE, env={"TOKEN": "T1111DDDD4"})
    assert read.version == 7
    assert not read.lacking
    assert read.config.storage.url == DATABASE
    assert read.config.feeds == loaded.config.feeds
    channel = read.config.channels[0]
    assert channel.url.get_secret_value() == "slack://T1111DDDD4/B9999CCCC3/T1111DDDD4"
    assert channel.template_source == "{{ title }}"
    # Of its files only those with secrets are watched: it has no others.
    assert [each.name for each in read.files] == ["b"]


def test_a_channel_whose_secret_a_machine_lacks_is_named_and_reaches_nobody(
    shared: Folder,
) -> None:
    said = one_text(shared.load(env=TOKENS))
    read = load_version(said, 7, elsewhere(shared, said, {}), DATABASE, env={})
    assert read.lacking == {"east"}
    assert read.config.channels[0].url.get_secret_value() == "json://secret.invalid/"


def test_a_feed_s_secret_that_a_machine_lacks_is_a_fault_at_its_place(folder: Folder) -> None:
    text = '[[feeds]]\nurl = "https://a.example/rss"\nheaders = {Authorization = "${KEY}"}\n'
    said = one_text(folder.load(text, env={"KEY": "Bearer 12345678"}))
    with pytest.raises(InvalidConfig) as raised:
        load_version(said, 3, folder.path / "config.toml", DATABASE, env={})
    assert raised.value.where is not None
    assert raised.value.where.endswith("version 3:3:28")


def test_the_page_s_password_is_nobody_s_where_it_is_not_known(folder: Folder) -> None:
    said = one_text(folder.load('[web]\npassword = "${PW}"\n', env={"PW": "correct horse"}))
    own = folder.path / "config.toml"
    first, second = (load_version(said, 1, own, DATABASE, env={}) for _ in range(2))
    assert first.config.web.password
    assert first.config.web.password != second.config.web.password


def test_the_page_may_not_write_what_does_not_count(folder: Folder) -> None:
    said = one_text(
        folder.load('[web]\nwrite_config = true\npassword = "${PW}"\n', env={"PW": "x"})
    )
    own = folder.path / "config.toml"
    assert not load_version(said, 1, own, DATABASE, env={"PW": "x"}).config.web.write_config


def test_tables_that_files_share_are_written_anew(folder: Folder) -> None:
    folder.write("more.toml", '[alerts]\ntimezone = "UTC"\n[web]\nenabled = false\n')
    loaded = folder.load(
        'include = ["more.toml"]\n[alerts]\ngroup_window = "5m"\n'
        '[[feeds]]\nurl = "https://a.example/rss"\ntags = ["x \\"y\\"", "$${z}"]\n'
        '[[channels]]\nname = "d"\nurl = "json://h"\nmode = "digest"\ndigest_at = 08:30:00\n'
    )
    said = one_text(loaded)
    data = tomllib.loads(said.text)
    assert data["alerts"] == {"group_window": "5m", "timezone": "UTC"}
    assert data["feeds"][0]["tags"] == ['x "y"', "$${z}"]
    read = load_version(said, 1, folder.path / "config.toml", loaded.config.storage.url, env={})
    assert read.config == loaded.config


def test_what_was_written_anew_says_the_same() -> None:
    data = {
        "a": [1, 2.5, True, "x\n\x7f\\"],
        "odd key": {"b": {"c": ["${D}", "$${E}", "$$${F}"]}},
        "t": [{"u": {}}, {"v": []}],
        "empty": [],
    }
    assert tomllib.loads(written_anew(data)) == data


def test_the_digest_is_that_of_the_text_and_changes_with_every_file(folder: Folder) -> None:
    text = '[[channels]]\nname = "x"\nurl = "json://h"\ntemplate = "t"\n'
    folder.write("t", "one")
    first = one_text(folder.load(text))
    folder.write("t", "two")
    second = one_text(folder.load(text))
    plain = one_text(folder.load("[web]\nenabled = false\n"))
    assert first.text == second.text
    assert first.sha256 != second.sha256
    assert plain.sha256 == hashlib.sha256(plain.text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[channels]]\nname = "x"\nurl = "slack://T0000AAAA/B0000BBBB/C0000CCCC"\n', "3:7"),
        ('[[channels]]\nname = "x"\nurl = "mailtos://ann:pass1234@mail.example"\n', "3:7"),
        ('[[channels]]\nname = "x"\nurl = "json://h"\nsigning_secret = "abcdefgh"\n', "4:18"),
        ('[web]\npassword = "correct horse"\n', "2:12"),
        ('[[feeds]]\nurl = "https://ann:pass1234@a.example/rss"\n', "2:7"),
        ('[[feeds]]\nurl = "https://a.example/rss?key=a1b2c3d4e5"\n', "2:7"),
        ('[[feeds]]\nurl = "https://a.example/"\nheaders = {X-Api-Key = "abcd1234"}\n', "3:24"),
        ('[[feeds]]\nurl = "https://a.example/"\ncookie = "s=abcdefgh1"\n', "3:10"),
        ('[[feeds]]\nurl = "https://a.example/"\nproxy = "http://u:pass1234@p.example:1"\n', "3:9"),
        ('[defaults.feed]\ncookie = "s=abcdefgh1"\n', "2:10"),
    ],
)
def test_a_secret_that_stands_in_a_file_is_refused_at_its_place(
    folder: Folder, text: str, place: str
) -> None:
    loaded = folder.load(text)
    with pytest.raises(ConfigError) as raised:
        one_text(loaded)
    assert [fault.where.rpartition("config.toml:")[2] for fault in raised.value.faults] == [place]
    assert "${NAME}" in str(raised.value.faults[0])


def test_what_only_looks_like_a_secret_may_stand_there(folder: Folder) -> None:
    text = """
[[channels]]
name = "a"
url = "mailto://mail.example:25?from=ann@a.example&to=bob@b.example"
[[channels]]
name = "b"
url = "${URL}"
signing_secret = "${KEY}"
[[feeds]]
url = "https://a.example/rss?key=${KEY}"
headers = {Accept-Language = "en", Authorization = "Bearer ${KEY}"}
[[feeds]]
url = "https://news.example/2024/03/25/apt31-and-the-commission/feed"
"""
    env = {"URL": "slack://T0000AAAA/B0000BBBB/C0000CCCC", "KEY": "k1k2k3k4k5k6"}
    assert "k1k2k3" not in one_text(folder.load(text, env=env)).text


def test_comments_lose_what_gives_access(folder: Folder) -> None:
    said = one_text(
        folder.load(
            "# was: slack://T0000AAAA/B0000BBBB/C0000CCCC and https://ann:pw123456@a.example/x\n"
            '# password = "hunter22"   api_key: abcdef\n'
            "# see https://a.example/handbook, or password = ${PW}; 'author = ann'\n"
            '[[feeds]]\nurl = "https://a.example/#frag"  # token=tok12345\n'
        )
    )
    assert not [
        each
        for each in ("T0000AAAA", "pw123456", "hunter22", "abcdef", "tok12345")
        if each in said.text
    ]
    for kept in ("https://a.example/handbook", "password = ${PW}", "author = ann", "/#frag"):
        assert kept in said.text


def test_a_template_with_a_nul_is_refused(folder: Folder) -> None:
    folder.write("t", "a\0b")
    loaded = folder.load('[[channels]]\nname = "x"\nurl = "json://h"\ntemplate = "t"\n')
    with pytest.raises(ConfigError, match="NUL"):
        one_text(loaded)


def test_a_template_that_changes_meanwhile_is_not_shared_unchecked(folder: Folder) -> None:
    folder.write("t", "one")
    loaded = folder.load('[[channels]]\nname = "x"\nurl = "json://h"\ntemplate = "t"\n')
    folder.write("t", "two")
    with pytest.raises(ConfigError, match="changed while"):
        one_text(loaded)
