"""A first configuration, made of answers."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from monitor.config.first_config import Wanted, composed, packs, write_first
from monitor.config.load import load_config
from monitor.errors import ConfigError
from monitor.model.match import Kind
from monitor.resources import resource
from monitor.service.first_config import kind_of, mail_address, names_in


def test_without_an_answer_it_is_the_example() -> None:
    assert composed(Wanted()) == resource("config.example.toml").read_text()


def test_what_was_answered_stands_in_it_with_the_examples_explanations(tmp_path: Path) -> None:
    wanted = Wanted(
        names=(('Ni "the hand" Gaobin', Kind.PERSON), ("APT31", Kind.THREAT_ACTOR)),
        packs=("eu", "elections"),
        slack="https://hooks.slack.com/services/T0/B0/xyz",
        mail=mail_address(
            "desk@paper.example", "smtp.paper.example", "desk@paper.example", "p:/@ä"
        ),
        timezone="Europe/Warsaw",
    )
    path, *others = write_first(tmp_path / "new" / "config.toml", wanted)
    config = load_config(path, env={}).config
    [watchlist] = config.watchlists
    assert [(each.name, each.kind) for each in watchlist.entities] == list(wanted.names)
    assert [each.name for each in config.channels] == ["slack", "mail"]
    assert (
        config.channels[1]
        .url.get_secret_value()
        .startswith("mailtos://desk%40paper.example:p%3A%2F%40")
    )
    assert config.operations.channels == ("slack",)
    assert config.alerts.timezone == "Europe/Warsaw"
    assert {each.name for each in others} == {"eu.toml", "elections.toml"}
    sizes = {pack.name: pack.feeds for pack in packs()}
    assert len(config.feeds) == sizes["eu"] + sizes["elections"]
    text = path.read_text()
    assert "How to write it" in text
    assert "# 3. WHOM TO TELL" in text
    assert all(stat.S_IMODE(each.stat().st_mode) == 0o600 for each in (path, *others))


def test_nothing_that_exists_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    mine = tmp_path / "feeds" / "eu.toml"
    mine.write_text("# mine")
    with pytest.raises(ConfigError, match="exists already"):
        write_first(tmp_path / "config.toml", Wanted(packs=("eu",)))
    assert mine.read_text() == "# mine"
    assert not (tmp_path / "config.toml").exists()


@pytest.mark.parametrize("pack", packs(), ids=lambda pack: pack.name)
def test_each_pack_is_a_configuration(pack: object, tmp_path: Path) -> None:
    name = str(getattr(pack, "name", ""))
    path, _ = write_first(tmp_path / "config.toml", Wanted(packs=(name,)))
    loaded = load_config(path, env={})
    assert loaded.warnings == ()
    assert all(feed.name and feed.tags for feed in loaded.config.feeds)


def test_the_packs_hold_all_that_the_example_watches(tmp_path: Path) -> None:
    path, *_ = write_first(tmp_path / "c.toml", Wanted(packs=tuple(pack.name for pack in packs())))
    offered = {feed.url for feed in load_config(path, env={}).config.feeds}
    example = load_config(resource("config.example.toml"), env={}).config
    assert [feed.url for feed in example.feeds if feed.url not in offered] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("APT31", Kind.THREAT_ACTOR),
        ("Lazarus Group", Kind.THREAT_ACTOR),
        ("UNC 1878", Kind.THREAT_ACTOR),
        ("Electoral Commission", Kind.ORGANISATION),
        ("Narodowy Bank Polski", Kind.ORGANISATION),
        ("Zhao Guangzong", Kind.PERSON),
        ("Ursula von der Leyen", Kind.PERSON),
        ("Mohammed bin Salman", Kind.PERSON),
        ("de Gaulle", Kind.PERSON),
        ("Banco de España", Kind.ORGANISATION),
        ("Cour des comptes", Kind.ORGANISATION),
        ("Bundesamt für Verfassungsschutz", Kind.ORGANISATION),
        ("赵光宗", Kind.PERSON),
        ("Gazprom", Kind.ORGANISATION),
        ("ballot stuffing", Kind.TERM),
    ],
)
def test_the_kind_is_guessed_from_the_name(name: str, kind: Kind) -> None:
    assert kind_of(name) is kind


def test_names_are_parted_as_people_part_them() -> None:
    line = " APT31,Ni  Gaobin; 赵光宗\uff0c倪高彬、 ,APT31"
    assert names_in(line) == ("APT31", "Ni Gaobin", "赵光宗", "倪高彬")
    assert names_in("  ") == ()
    assert names_in('\a, "Ni Gaobin", “Jane Roe”, -, \x1b[A, O\'Neil') == (
        "Ni Gaobin", "Jane Roe", "O'Neil",
    )  # fmt: skip
