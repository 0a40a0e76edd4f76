"""Writing configuration files: a first one to start from."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.errors import ConfigError, MonitorError
from monitor.resources import resource


def write_example(path: Path) -> None:
    """Write the commented example configuration, readable by its owner only.

    Raises:
        ConfigError: something of this name exists; it is left as it is.
        MonitorError: the file cannot be written.
    """
    write_private(path, resource("config.example.toml").read_bytes())


def write_private(path: Path, content: bytes) -> None:
    """Write a new file, readable by its owner only, and missing folders above it.

    Raises:
        ConfigError: something of this name exists; it is left as it is.
        MonitorError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        # Exclusive, so that no edited configuration is ever overwritten; private, because
        # channel addresses are passwords in all but name.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        what = "a folder of this name exists" if path.is_dir() else "the file exists already"
        raise ConfigError(
            f"{what}; nothing was written",
            where=str(path),
            hint="Give another name, such as `monitor init new.toml`.",
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> MonitorError:
    return MonitorError(f"cannot be written: {error.strerror or error}", where=str(path))
