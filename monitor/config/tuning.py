"""Changing a watchlist in its file, with comments and order as they were."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config import checks
from monitor.config.adjusting import BY_HAND, Adjustment, adjusted, edited
from monitor.config.load import LoadedConfig, load_config
from monitor.config.merge import Reader
from monitor.config.positions import places
from monitor.config.replace import alone, replace_file
from monitor.config.schema import Watchlist
from monitor.config.secrets import BLANK, Substitution
from monitor.errors import ConfigError

#: Settings whose values give access, in a line of TOML, put out of use or not.
_TELLING = re.compile(
    r"""(.*?\b(?:url|password|\w*secret|headers|cookie|proxy|token)\b["']?\s*=\s*).+""",
    re.IGNORECASE,
)


class ChangedOnDiskError(ConfigError):
    """Somebody else has changed the file since it was looked at; nothing was written."""

    def __init__(self, file: Path, diff: str | None) -> None:
        super().__init__(
            "the file was changed meanwhile, so nothing was written",
            where=str(file),
            hint="Look at the change once more.",
        )
        self.diff = diff
        """What was changed meanwhile in the watchlist's table; None if that is not known."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A change of a watchlist, not written yet."""

    file: Path
    line: int
    """Where the watchlist stands."""
    before: str
    after: str
    watchlist: str

    @property
    def digest(self) -> str:
        """Of the file as it was looked at."""
        return digest_of(self.before)

    @property
    def diff(self) -> str:
        """What would be changed, with a few lines of the watchlist's own around it."""
        return diff_of(self.before, self.after, self.watchlist, self.file.name)


def digest_of(text: str) -> str:
    """What tells one state of a file from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def diff_of(before: str, after: str, watchlist: str, name: str) -> str:
    """What differs in a watchlist's table between two states of a file.

    The rest of the file is shown to nobody: addresses that give access stand in it.
    """
    old, new = (_table_of(text, watchlist).splitlines() for text in (before, after))
    lines = difflib.unified_diff(old, new, name, name, lineterm="")
    return "\n".join(_TELLING.sub(rf"\1{BLANK}", line) for line in lines)


def _table_of(text: str, watchlist: str) -> str:
    """A watchlist's table as it is written, without what stands above the next one."""
    tables = tomllib.loads(text).get("watchlists", ())
    index = next((i for i, table in enumerate(tables) if table.get("name") == watchlist), None)
    if index is None:
        return ""
    starts = {way: min(at) for way, at in places(text).items()}
    own = ("watchlists", index)
    start = starts[own]
    end = min(
        (at for way, at in starts.items() if at > start and way[:2] != own), default=len(text)
    )
    lines = text[start:end].splitlines()
    # Comments right above a table are about that one, and may be settings put out of use.
    while (
        end < len(text) and lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#"))
    ):
        lines.pop()
    return "\n".join(lines)


def draft(
    path: Path, watchlist: str, wanted: Adjustment, *, env: Mapping[str, str] = os.environ
) -> Draft:
    """What a file would be with a watchlist under another rule.

    Args:
        path: the configuration's main file.
        watchlist: its name.
        wanted: the rule.
        env: environment variables the configuration may refer to.

    Raises:
        ConfigError: the watchlist stands in no file, cannot be edited safely, or would have faults
            afterwards.
    """
    loaded = load_config(path, env=env)
    lists = loaded.config.watchlists
    reader = Reader(Substitution(env))
    reader.read(path)
    for source in reader.sources:
        for index, table in enumerate(source.data.get("watchlists", ())):
            if str(table.get("name", "")).strip() == watchlist:
                before = source.path.read_bytes().decode("utf-8")
                line = source.find(("watchlists", index)).line
                after = edited(before, index, watchlist, wanted, source.path)
                _require_right(loaded, lists, watchlist, wanted)
                return Draft(source.path, line, before, after, watchlist)
    raise ConfigError(f"no watchlist is called “{watchlist}”", where=str(path), hint=BY_HAND)


def write(
    path: Path, watchlist: str, wanted: Adjustment, digest: str, *, seen: str | None = None,
    env: Mapping[str, str] = os.environ,
) -> Draft:  # fmt: skip
    """Write another rule into a watchlist's file.

    Args:
        path: the configuration's main file.
        watchlist: its name.
        wanted: the rule.
        digest: of the file as it was when somebody looked at the change.
        seen: the file as it was then, if that is still known.
        env: environment variables the configuration may refer to.

    Raises:
        ChangedOnDiskError: the file is another by now.
        ConfigError: it cannot be edited safely.
        MonitorError: the file cannot be replaced.
    """
    with alone(path):
        found = draft(path, watchlist, wanted, env=env)
        if found.digest != digest:
            changed = (
                None if seen is None else diff_of(seen, found.before, watchlist, found.file.name)
            )
            raise ChangedOnDiskError(found.file, changed)
        replace_file(found.file, found.after.encode(), expected=found.before.encode())
    return found


def _require_right(
    loaded: LoadedConfig, lists: Sequence[Watchlist], name: str, wanted: Adjustment
) -> None:
    """Raise ConfigError if the rule would leave a fault."""
    try:
        more = tuple(adjusted(each, wanted) if each.name == name else each for each in lists)
    except ValueError as error:
        raise ConfigError(f"that would leave a fault: {error}", hint="Change that first.") from None
    candidate = loaded.config.model_copy(update={"watchlists": more})
    for finding in checks.errors(candidate.model_dump(mode="json"), loaded.secrets):
        raise ConfigError(
            f"that would leave a fault: {finding.reason}",
            where=loaded.fault(finding.reason).where,
            hint="Change that first.",
        )
