"""Where the database is, told of a configuration that cannot be loaded."""

from __future__ import annotations

import pytest

from monitor.config.load import InvalidConfig
from monitor.config.salvage import Salvaged, salvage
from tests.unit.config.folder import Folder

STORAGE = '[storage]\nurl = "sqlite:///other.db"\n'


def salvaged(folder: Folder, text: str, **env: str) -> Salvaged:
    """What is left of a configuration, written with lone surrogates for bytes that are no UTF-8."""
    path = folder.path / "config.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidConfig) as raised:
        folder.load(env=env)
    return salvage(path, raised.value, env=env)


@pytest.mark.parametrize(
    "text",
    [
        f"{STORAGE}x = 1\n[polling]\ninterval = 15m\n",
        f'{STORAGE}x = "',
        f"{STORAGE}\n[feeds\n",
        f"oops = [\n{STORAGE}",
        f"{STORAGE}[a]\nb = 'c\nd = [[[\n'''",
        f"x = '\udcff'\n{STORAGE}",
        f"[[feeds]]\nurl = 3\n{STORAGE}",
        f"{STORAGE}\n[storage]\nurl = 'sqlite:///again.db'\n",
        "x = [\n[ storage ]\n# url\nurl = 'sqlite:///${NAME}.db' # here\n[web]\n",
    ],
)
def test_the_database_is_found_past_faults_elsewhere(folder: Folder, text: str) -> None:
    assert salvaged(folder, text, NAME="other").database == f"sqlite:///{folder.path}/other.db"


@pytest.mark.parametrize(
    "text",
    [
        '[storage\nurl = "sqlite:///other.db"\n',
        '[storage]\nurl = "sqlite:///other.db\n',
        "storage.url = 'sqlite:///other.db\n",
        "storage = { url = 'sqlite:///other.db'\n",
        "x = \udcff\nstorage = { url = 'sqlite:///other.db' }\n",
        "x = [\n[storage]\nurl = 3\n",
        "x = [\n[storage]\nurl = 'sqlite:///${UNSET}.db'\n",
        "x = \udcff\ninclude = ['base.toml']\n",
    ],
)
def test_no_other_is_taken_for_one_that_cannot_be_read(folder: Folder, text: str) -> None:
    folder.write("base.toml", STORAGE)
    with pytest.raises(InvalidConfig):
        salvaged(folder, text)


def test_the_usual_one_is_meant_where_none_is_named(folder: Folder) -> None:
    usual = f"sqlite:///{folder.path}/monitor.db"
    assert salvaged(folder, "[polling]\ninterval = 15m\n").database == usual
    assert salvaged(folder, "[web]\nlisten = 5\n").database == usual


def test_what_is_secret_is_known_though_its_line_cannot_be_read(folder: Folder) -> None:
    found = salvaged(folder, "[[feeds]]\nurl = 'https://a.example/${TOKEN}\n", TOKEN="hunter2")
    assert found.references == {"hunter2"}
