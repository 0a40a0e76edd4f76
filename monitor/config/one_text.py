"""A configuration of several files as one text, which machines share: without any secret.

What the files say is kept as it was written, with its comments, where TOML lets texts be put
one behind the other; else its values are written anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from monitor.config.clusters import MAX_BYTES
from monitor.config.edit import toml_value
from monitor.config.file_changes import digest
from monitor.config.load import TEMPLATE_BYTES, LoadedConfig
from monitor.config.merge import Merged
from monitor.config.positions import KeyPath, comments, end_of_value
from monitor.config.secrets import BLANK, literal_secrets, secret_parts, strings, without_settings
from monitor.config.source import Source, read_bytes, shown, why_unreadable
from monitor.errors import ConfigError, Fault
from monitor.model.config_version import ConfigText

_FILE_REFERENCE = re.compile(r"(?<!\$)(\$\{\s*file:\s*)([^}]*?)(\s*\})")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")


def one_text(loaded: LoadedConfig) -> ConfigText:
    """What a configuration says, with all that it includes and the files that it names.

    Raises:
        ConfigError: a secret stands in it that is to be referred to, or a file was changed
            meanwhile.
    """
    faults = tuple(_secrets_written_out(loaded))
    if faults:
        raise ConfigError("secrets cannot be shared", where=faults[0].where, faults=faults)
    return put_together(loaded)


def put_together(loaded: LoadedConfig) -> ConfigText:
    """The same where it stays on this machine, whatever secrets stand in it.

    Raises:
        ConfigError: a file was changed meanwhile.
    """
    folder = loaded.path.parent
    texts = {source.path: _alone(source, folder) for source in loaded.sources}
    data = _merged(texts)
    text = _behind_each_other(texts, folder)
    if _values(text) != data:
        text = written_anew(data)
    files = dict(_files(loaded, data, folder))
    return ConfigText(text, files, fingerprint(text, files))


def fingerprint(text: str, files: Mapping[str, str]) -> str:
    """SHA-256 of a text and of files that belong to it, in hexadecimal."""
    sha256 = hashlib.sha256(text.encode())
    for name, content in sorted(files.items()):
        sha256.update(f"\0{name}\0{content}".encode())
    return sha256.hexdigest()


def _secrets_written_out(loaded: LoadedConfig) -> Iterator[Fault]:
    for source in loaded.sources:
        for path in literal_secrets(tomllib.loads(source.text)):
            yield source.fault(
                path,
                "this gives access, and machines share what is pushed: put it into the "
                "environment of each, and write `${NAME}` here, or `${file:/path}`",
            )


# --- one file -------------------------------------------------------------------------------


def _alone(source: Source, folder: Path) -> str:
    """A file's text without what it includes, its names of files relative to a folder."""
    edits = [(found.start(), found.end(), _blanked(found[0])) for found in comments(source.text)]
    data = tomllib.loads(source.text)
    if "include" in data:
        place = source.places[("include",)]
        edits.append((place.key, end_of_value(source.text, place.value), ""))
    if source.path.parent != folder:
        for path, value in strings(data):
            moved = _moved(path, value, source.path.parent, folder)
            if moved != value and path[0] != "include":
                at = source.places[path].value
                edits.append((at, end_of_value(source.text, at), _quoted(moved)))
    text = source.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text.strip("\n")


def _blanked(comment: str) -> str:
    """A comment without what gives access in addresses and settings that it shows."""

    def address(found: re.Match[str]) -> str:
        return BLANK if any(secret_parts(found[0])) else found[0]

    return without_settings(_ADDRESS.sub(address, comment))


def _moved(path: KeyPath, value: str, here: Path, there: Path) -> str:
    """A string of a file in one folder, as it means the same in another."""

    def relative(name: str) -> str:
        if not name or Path(name).is_absolute():
            return name
        return Path(os.path.relpath(here / name, there)).as_posix()

    if _names_a_file(path):
        return relative(value)
    return _FILE_REFERENCE.sub(lambda found: f"{found[1]}{relative(found[2])}{found[3]}", value)


def _names_a_file(path: KeyPath) -> bool:
    # An index, such as a channel's number, is whatever it is.
    match tuple(each for each in path if isinstance(each, str)):
        case ("matching", "clusters") | ("channels", "template"):
            return True
        case ("defaults", "channel", "template") | ("watchlists", "examples", "file"):
            return True
        case _:
            return False


# --- all of them ----------------------------------------------------------------------------


def _values(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except ValueError:
        return None


def _merged(texts: Mapping[Path, str]) -> dict[str, Any]:
    sources = [
        Source(path, number, text, tomllib.loads(text))
        for number, (path, text) in enumerate(texts.items())
    ]
    return Merged(sources).data


def _behind_each_other(texts: Mapping[Path, str], folder: Path) -> str:
    main, *others = texts.items()
    parts = [main[1]]
    for path, text in others:
        name = Path(os.path.relpath(path, folder)).as_posix()
        said = "".join(char if char.isprintable() else "?" for char in name)
        parts.append(f"# --- {said} ---\n\n{text}")
    return "\n\n".join(filter(None, parts)) + "\n"


def written_anew(data: Mapping[str, Any]) -> str:
    """Values as TOML, without the comments that they may have had."""
    blocks = []
    alone = [
        f"{_key(key)} = {_value(value)}"
        for key, value in data.items()
        if not isinstance(value, dict) and not _is_tables(value)
    ]
    blocks += ["\n".join(alone)] if alone else []
    for key, value in data.items():
        if isinstance(value, dict):
            blocks.append(_table(f"[{_key(key)}]", value))
        elif _is_tables(value):
            blocks += [_table(f"[[{_key(key)}]]", each) for each in value]
    return "\n\n".join(blocks) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


def _table(header: str, values: Mapping[str, Any]) -> str:
    return "\n".join([header, *(f"{_key(key)} = {_value(each)}" for key, each in values.items())])


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _quoted(key)


def _value(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)} = {_value(each)}' for key, each in value.items())}}}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return toml_value(value)


def _quoted(text: str) -> str:
    # References stay references.
    return toml_value(text).replace("$${", "${")


# --- other files ----------------------------------------------------------------------------


def _files(
    loaded: LoadedConfig, data: Mapping[str, Any], folder: Path
) -> Iterator[tuple[str, str]]:
    """What templates and lists of clusters hold, by their names in the merged values."""
    read = {os.path.normpath(path): said for path, said in loaded.watched.digests.items()}
    for path, name in strings(data):
        if not _names_a_file(path) or path[0] == "watchlists":
            # An example is tried before it is pushed, and not again.
            continue
        file = folder / name
        limit = MAX_BYTES if path[0] == "matching" else TEMPLATE_BYTES
        try:
            raw = read_bytes(file, limit)
        except OSError as error:
            raise ConfigError(
                f"cannot be read: {why_unreadable(error)}", where=shown(file)
            ) from None
        if digest(raw) != read.get(os.path.normpath(file)):
            raise ConfigError(
                "was changed while it was looked at", where=shown(file), hint="Try again."
            )
        content = raw.decode("utf-8-sig")
        if "\0" in content:
            raise ConfigError("holds a character that no text has: NUL", where=shown(file))
        yield name, content
