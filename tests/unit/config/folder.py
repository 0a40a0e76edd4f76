"""A folder of configuration files to load from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.config.load import LoadedConfig, load_config
from monitor.errors import ConfigError

CHANNEL = '[[channels]]\nname = "slack"\nurl = "json://h"\n'


class Folder:
    """A folder of configuration files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def load(self, text: str | None = None, env: Mapping[str, str] | None = None) -> LoadedConfig:
        if text is not None:
            self.write("config.toml", text)
        return load_config(self.path / "config.toml", env=env or {})

    def problems(self, text: str | None = None, env: Mapping[str, str] | None = None) -> list[str]:
        """The faults, without the folder's own path."""
        with pytest.raises(ConfigError) as raised:
            self.load(text, env)
        return [str(fault).replace(f"{self.path}/", "") for fault in raised.value.faults]

    def warnings(self, text: str) -> list[str]:
        return [str(fault).replace(f"{self.path}/", "") for fault in self.load(text).warnings]
