"""A first configuration, made of what somebody answered, with the example's explanations."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config.write import write_private
from monitor.errors import ConfigError
from monitor.model.match import Kind
from monitor.resources import resource

_HEADING = re.compile(r"(?m)^# =+\n# (?P<number>\d)\. .*$")
_FEED_FOLDER = "feeds"
_MORE = """
# More names of an entity: aliases = ["…"]. Words that must stand near an ambiguous name:
# context = ["…"]. Whose an institution is: country = "GB". See docs/how-to/watchlists.md.


"""


@dataclass(frozen=True, slots=True)
class Pack:
    """A file of feeds that belong together."""

    name: str
    title: str
    feeds: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody answered; what is empty stays as in the example."""

    names: tuple[tuple[str, Kind], ...] = ()
    """Whom to watch."""
    packs: tuple[str, ...] = ()
    slack: str | None = None
    """An incoming webhook's address."""
    mail: str | None = None
    """An Apprise address that mails."""
    timezone: str | None = None
    """An IANA name."""


def packs() -> tuple[Pack, ...]:
    """The feed packs that come with the program, by name."""
    found = []
    for path in sorted(_pack_folder().glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ").rstrip(".")
        found.append(Pack(path.stem, title, len(tomllib.loads(text)["feeds"])))
    return tuple(found)


def write_first(path: Path, wanted: Wanted) -> tuple[Path, ...]:
    """Write a configuration, and the feed packs beside it, readable by their owner only.

    Returns:
        The files, the configuration first.

    Raises:
        ConfigError: one of them exists; all are left as they are.
        MonitorError: a file cannot be written.
    """
    folder = path.parent / _FEED_FOLDER
    copies = {folder / f"{name}.toml": _pack_folder() / f"{name}.toml" for name in wanted.packs}
    for target in copies:
        if target.exists():
            raise ConfigError(
                "the file exists already; nothing was written",
                where=str(target),
                hint="Give a path in another folder, such as `monitor init new/config.toml`.",
            )
    write_private(path, composed(wanted).encode())
    for target, source in copies.items():
        write_private(target, source.read_bytes())
    return (path, *copies)


def composed(wanted: Wanted) -> str:
    """The text of a configuration: the example's, with its parts replaced that were answered."""
    example = resource("config.example.toml").read_text(encoding="utf-8")
    starts = [found.start() for found in _HEADING.finditer(example)]
    head, who, where, whom, rest = (
        example[start:end] for start, end in zip([0, *starts], [*starts, None], strict=True)
    )
    if wanted.names:
        who = _heading(who) + _watchlist(wanted.names)
    if wanted.packs:
        included = f'include = ["{_FEED_FOLDER}/*.toml"]\n\n\n'
        head = head.rstrip() + "\n\n# The feeds stand in files of their own.\n" + included
        where = _heading(where) + _packs_named(wanted.packs)
    if channels := _channels(wanted):
        whom = whom.rstrip() + "\n\n" + channels + "\n\n"
    if wanted.timezone:
        rest = re.sub(r'(?m)^timezone = ".*?"', f"timezone = {_quoted(wanted.timezone)}", rest)
    return head + who + where + whom + rest


def _heading(part: str) -> str:
    """The explanation at the top of a part, without what stands in it."""
    lines = part.splitlines(keepends=True)
    rules = [number for number, line in enumerate(lines) if line.startswith("# ===")]
    return "".join(lines[: rules[1] + 1])


def _watchlist(names: Sequence[tuple[str, Kind]]) -> str:
    parts = ['\n[[watchlists]]\nname = "Ours"\nalert_at = 50\n']
    for name, kind in names:
        parts.append(
            f"\n  [[watchlists.entities]]\n  name = {_quoted(name)}\n  kind = {_quoted(kind)}\n"
        )
    parts.append(_MORE)
    return "".join(parts)


def _packs_named(names: Sequence[str]) -> str:
    titles = {pack.name: pack.title for pack in packs()}
    lines = [f"#   {_FEED_FOLDER}/{name}.toml: {titles[name]}" for name in names]
    return "\n# The feeds of these files are asked:\n#\n" + "\n".join(lines) + "\n\n\n"


def _channels(wanted: Wanted) -> str:
    given = [(name, url) for name, url in (("slack", wanted.slack), ("mail", wanted.mail)) if url]
    tables = [f'[[channels]]\nname = "{name}"\nurl = {_quoted(url)}\n' for name, url in given]
    if given:
        # Somebody has to hear of feeds that fail and edits that are refused.
        tables.append(f'[operations]\nchannels = ["{given[0][0]}"]\n')
    return "\n".join(tables)


def _quoted(text: str) -> str:
    """As a TOML basic string, which JSON's strings are but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _pack_folder() -> Path:
    return Path(__file__).resolve().parent.parent / "packs"
