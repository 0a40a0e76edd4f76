"""The files of `template` in [[channels]]: found, read, watched, and what is wrong with them."""

from __future__ import annotations

import pytest

from monitor.config.load import TEMPLATE_BYTES
from monitor.service.check import check_config
from tests.unit.config.folder import CHANNEL, Folder

MINE = f'{CHANNEL}template = "forms/mine.txt.j2"\n'


def test_it_is_read_from_beside_the_file_that_names_it(folder: Folder) -> None:
    folder.write("forms/mine.txt.j2", "\ufeffhello {{ title }}")
    loaded = folder.load(MINE)
    [channel] = loaded.config.channels
    assert channel.template == str(folder.path / "forms/mine.txt.j2")
    assert channel.template_source == "hello {{ title }}"
    assert folder.path / "forms/mine.txt.j2" in loaded.files


def test_an_included_file_names_files_beside_itself(folder: Folder) -> None:
    folder.write("team/forms/mine.txt.j2", "ours")
    folder.write("team/channels.toml", MINE)
    [channel] = folder.load('include = ["team/*.toml"]').config.channels
    assert channel.template_source == "ours"


def test_every_channel_may_inherit_one(folder: Folder) -> None:
    folder.write("mine.txt.j2", "ours")
    loaded = folder.load(f'[defaults.channel]\ntemplate = "mine.txt.j2"\n{CHANNEL}')
    assert loaded.config.channels[0].template_source == "ours"


def test_what_it_holds_makes_the_configuration_another(folder: Folder) -> None:
    folder.write("forms/mine.txt.j2", "one")
    before = folder.load(MINE).config
    assert folder.load(MINE).config == before
    folder.write("forms/mine.txt.j2", "two")
    assert folder.load(MINE).config != before


def test_without_one_there_is_none(folder: Folder) -> None:
    [channel] = folder.load(CHANNEL).config.channels
    assert channel.template is channel.template_source is None


def test_a_file_that_cannot_be_read_is_a_fault(folder: Folder) -> None:
    (fault,) = folder.problems(MINE)
    assert fault.startswith("config.toml:4:12: `template`: the file ")
    assert "cannot be read" in fault
    folder.write("forms/mine.txt.j2", "x" * (TEMPLATE_BYTES + 1))
    assert "larger than 256 KiB" in folder.problems(MINE)[0]
    (folder.path / "forms/mine.txt.j2").write_bytes(b"\xff\xfe")
    assert "it is not UTF-8" in folder.problems(MINE)[0]
    assert folder.problems(f"{CHANNEL}template = 3\n")
    assert folder.problems(f'{CHANNEL}template = ""\n')


@pytest.mark.parametrize(
    ("name", "source", "where", "words"),
    [
        ("mine.txt.j2", "fine\n{{ alert.headlin }}", "mine.txt.j2:2: ", "'headlin' (for an alert)"),
        ("mine.txt.j2", "{% if x", "mine.txt.j2:1: ", "of channel `slack`"),
        ("mine.html.j2", "fine", "config.toml:4:12: ", "writes HTML, which only mail takes"),
        (
            "mine.txt.j2",
            '{% if kind == "digest" %}\n\n{{ alert.title }}{% endif %}',
            "mine.txt.j2:3: ",
            "'alert' is undefined (for a digest)",
        ),
    ],
)
def test_check_says_where_a_template_fails(
    folder: Folder, name: str, source: str, where: str, words: str
) -> None:
    from monitor.errors import ConfigError

    folder.write(name, source)
    path = folder.write("config.toml", f'{CHANNEL}template = "{name}"\n')
    with pytest.raises(ConfigError) as raised:
        check_config(path, env={})
    (fault,) = raised.value.faults
    assert str(fault).replace(f"{folder.path}/", "").startswith(where)
    assert fault.line is not None
    assert words in fault.reason


def test_check_passes_a_good_one(folder: Folder) -> None:
    folder.write("mine.txt.j2", "{{ title }}")
    path = folder.write("config.toml", f'{CHANNEL}template = "mine.txt.j2"\n')
    assert check_config(path, env={}).loaded.config.channels[0].template_source == "{{ title }}"
