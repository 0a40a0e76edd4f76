"""Where the files that travel with the program are: in the wheel, or at the repository's top."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The path of a shipped file or folder, such as `migrations` or `config.example.toml`.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for base in (_PACKAGE / "_bundled", _PACKAGE.parent):
        if (path := base / name).exists():
            return path
    raise FileNotFoundError(f"{name} is missing from this installation of monitor")
