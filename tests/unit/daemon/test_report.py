"""What people who just started the program are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import load_config
from monitor.daemon.report import describe
from monitor.service.check import check_config

NAMES = 'entities = ["Jane Example", "John Sample"]\n'
CHANNELS = """
[[channels]]
name = "mail"
url = "json://h"

[[channels]]
name = "morning"
url = "json://h"
mode = "digest"
digest_at = "08:30"

[[channels]]
name = "ops"
url = "json://h"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing yet; alerts go to console"),
        (
            f'[[watchlists]]\nname = "w"\n{NAMES}',
            "2 entities in 1 watchlist, looked for in no feed yet; alerts go to console",
        ),
        (
            f'[[watchlists]]\nname = "w"\nqueries = [{{name = "q", query = "a AND b"}}]\n{CHANNELS}'
            '[[feeds]]\nurl = "https://a.example/"\n',
            "1 query in 1 watchlist, looked for in 1 feed; alerts go to mail, ops",
        ),
        (
            f'[[watchlists]]\nname = "v"\n{NAMES}channels = ["morning"]\n'
            f'[[watchlists]]\nname = "w"\n{NAMES}channels = ["mail", "morning"]\n{CHANNELS}',
            "4 entities in 2 watchlists, looked for in no feed yet; alerts go to morning, mail",
        ),
    ],
)
def test_what_is_watched_and_who_is_told(tmp_path: Path, text: str, words: str) -> None:
    assert describe(load_config(write(tmp_path, text), env={}).config) == words


@pytest.mark.parametrize(
    ("top", "channels", "silent"),
    [
        ("", "", {"morning": "a digest gets only what a watchlist names it for"}),
        ("", 'channels = ["morning", "mail"]', {"ops": "every watchlist names others"}),
        ('[operations]\nchannels = ["ops"]\n', 'channels = ["morning", "mail"]', {}),
    ],
)
def test_a_channel_that_gets_nothing_is_told(
    tmp_path: Path, top: str, channels: str, silent: dict[str, str]
) -> None:
    text = f'{top}[[watchlists]]\nname = "w"\n{channels}\n{NAMES}{CHANNELS}'
    path = write(tmp_path, text)
    told = [each for each in map(str, check_config(path).warnings) if "nothing is sent" in each]
    assert len(told) == len(silent)
    for (name, why), warning in zip(silent.items(), told, strict=True):
        line = text[: text.index(f'name = "{name}"')].count("\n")
        assert warning.startswith(f"{path}:{line}:1: nothing is sent to `{name}`")
        assert why in warning


def test_an_example_that_fails_is_found_by_its_line(tmp_path: Path) -> None:
    examples = (
        '[[watchlists.examples]]\nurl = "http://127.0.0.1:9/"\nmatch = true\n'
        '[[watchlists.examples]]\ntext = "Nobody."\nmatch = true\n'
    )
    path = write(tmp_path, f'[[watchlists]]\nname = "w"\n{NAMES}{examples}')
    checked = check_config(path)
    [failed] = checked.failed_examples
    assert str(failed).startswith(f"{path}:7:1: an example of “w”: it should match")
    [unread] = checked.warnings
    assert str(unread).startswith(f"{path}:4:1: this example cannot be read: ")
    assert unread.reason.endswith("Set `allow_private_networks` in [polling] if it is meant.")


@pytest.mark.parametrize("text", ['name = "w"\n', 'name = "w"\nentities = ["Ab Cd", "Ab Cd"]\n'])
def test_one_thing_is_warned_of_once(tmp_path: Path, text: str) -> None:
    [warning] = check_config(write(tmp_path, f"[[watchlists]]\n{text}")).warnings
    assert warning.file == str(tmp_path / "config.toml")
