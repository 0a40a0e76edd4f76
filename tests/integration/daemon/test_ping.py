"""A dead man's switch that a real server hears of."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import load_config
from monitor.config.schema import Config
from monitor.daemon.ping import DeadMansSwitch, failure_address
from tests.support.web import WebWorld


class Seconds:
    """Seconds that grow when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def config(folder: Path, web: WebWorld, **settings: str) -> Config:
    lines = [f"{key} = {value}" for key, value in settings.items()]
    toml = f'[operations]\nping = "{web.url("/ping/1234")}"\n' + "\n".join(lines)
    path = folder / "config.toml"
    path.write_text(toml)
    return load_config(path, env={}).config


async def test_it_pings_every_so_often_and_at_once_when_that_changes(
    tmp_path: Path, web: WebWorld
) -> None:
    web.serve("/ping/1234", "OK")
    web.serve("/ping/1234/fail", "OK")
    settings = config(tmp_path, web, allow_private_networks="true")
    seconds = Seconds()
    switch = DeadMansSwitch(seconds)

    async def look(*, well: bool = True) -> None:
        if switch.is_due(settings, well=well):
            assert await switch.ping(settings, well=well)

    for _ in range(600):
        await look()
        seconds.now += 1
    assert len(web.requests("/ping/1234")) == 2
    await look(well=False)
    await look(well=False)
    assert len(web.requests("/ping/1234/fail")) == 1
    seconds.now += 300
    await look(well=False)
    assert len(web.requests("/ping/1234/fail")) == 2
    await look()
    assert len(web.requests("/ping/1234")) == 3


async def test_a_ping_that_fails_is_tried_again_soon_and_its_address_is_not_logged(
    tmp_path: Path, web: WebWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    web.fail("/ping/1234", 503)
    settings = config(tmp_path, web, allow_private_networks="true")
    seconds = Seconds()
    switch = DeadMansSwitch(seconds)
    assert not await switch.ping(settings, well=True)
    assert not switch.is_due(settings, well=True)
    seconds.now += 60
    assert switch.is_due(settings, well=True)
    said = capsys.readouterr()
    assert "1234" not in said.out + said.err


async def test_a_private_network_has_to_be_allowed(tmp_path: Path, web: WebWorld) -> None:
    web.serve("/ping/1234", "OK")
    switch = DeadMansSwitch()
    assert not await switch.ping(config(tmp_path, web), well=True)
    # What it redirects to is nobody's choice but the server's.
    other = web.url("/inside", host="localhost")
    web.redirect("/ping/1234", other)
    allowed = config(tmp_path, web, allow_private_networks="true")
    assert not await switch.ping(allowed, well=True)
    assert web.requests("/inside") == []


async def test_without_an_address_nothing_is_due() -> None:
    switch = DeadMansSwitch()
    assert not switch.is_due(Config(), well=True)
    assert not await switch.ping(Config(), well=False)


@pytest.mark.parametrize(
    ("address", "failure"),
    [
        ("https://hc-ping.com/uuid", "https://hc-ping.com/uuid/fail"),
        ("https://hc-ping.com/uuid/", "https://hc-ping.com/uuid/fail"),
        (
            "https://hc.example/ping/key/slug?create=1",
            "https://hc.example/ping/key/slug/fail?create=1",
        ),
    ],
)
def test_a_failure_has_an_address_of_its_own(address: str, failure: str) -> None:
    assert failure_address(address) == failure
