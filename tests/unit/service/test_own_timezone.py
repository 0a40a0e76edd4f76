"""The time zone of the machine on which a configuration is written."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from tzlocal import unix

from monitor.service.first_config import own_timezone


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not asked yet."""
    monkeypatch.setattr(unix, "_cache_tz_name", None)
    monkeypatch.delenv("TZ", raising=False)


def test_a_machine_that_says_nothing_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A slim container has no file that says it."""
    of_machine = partial(unix._get_localzone_name, str(tmp_path))
    monkeypatch.setattr(unix, "_get_localzone_name", of_machine)
    assert own_timezone() is None


def test_the_environment_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Warsaw")
    assert own_timezone() == "Europe/Warsaw"
