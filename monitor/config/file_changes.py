"""Noticing that the configuration's files changed, however an editor or mount replaces them."""

from __future__ import annotations

import asyncio
import glob
import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

Digests = Mapping[Path, str | None]
"""What each file held: a digest of its bytes, None where there is no readable file."""

_EMPTY = hashlib.sha256(b"").hexdigest()
#: How long a file that had content must stay away or empty before that counts as a change:
#: editors and `cp` truncate or remove a file a moment before they write the new one.
_VANISHED_SECONDS = 2.0
#: From this size on, in bytes, a file is read again only when the system says that it changed.
_LARGE = 2**20


def digest(raw: bytes) -> str:
    """A digest of a file's bytes."""
    return hashlib.sha256(raw).hexdigest()


def _digest_file(path: Path) -> str | None:
    try:
        # is_file keeps a pipe or device that took a file's place from blocking the read.
        if not path.is_file():
            return None
        status = path.stat()
        if status.st_size >= _LARGE:
            return _digest_large(path, status.st_ino, status.st_size, status.st_ctime_ns)
        return digest(path.read_bytes())
    except OSError:
        return None


@lru_cache(maxsize=16)
def _digest_large(path: Path, _inode: int, _size: int, _changed_ns: int) -> str:
    # Lists of names may have 50 MB, and are looked at every few seconds.
    return digest(path.read_bytes())


def expand(pattern: str) -> list[Path]:
    """The files an `include` pattern names now, sorted; hidden files need a pattern with a dot."""
    # Path.glob follows no absolute pattern, and would also name editors' hidden lock files.
    return [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207


@dataclass(frozen=True, slots=True)
class Watched:
    """What a configuration was read from, as it was when it was read."""

    digests: Digests = field(default_factory=dict)
    """Every file read or looked for: the main one, others it names, and those of secrets."""
    patterns: tuple[str, ...] = ()
    """Absolute `include` patterns, so that a new file is noticed."""

    def now(self) -> dict[Path, str | None]:
        """The same files, and any new ones the patterns name, as they are at this moment."""
        files = dict.fromkeys(self.digests)
        for pattern in self.patterns:
            files.update(dict.fromkeys(expand(pattern)))
        return {path: _digest_file(path) for path in files}

    def folders(self) -> frozenset[Path]:
        """The existing folders in which a change would show.

        A file's own folder, not the file: whoever replaces a file by renaming another over it
        (editors) or by swapping a link (Kubernetes) changes the folder. A linked file's real
        folder too, where it is written in place.
        """
        wanted: set[Path] = set()
        for path in self.digests:
            wanted.update((path.parent, path.resolve().parent))
        for pattern in self.patterns:
            wanted.add(_folder_above(pattern))
            wanted.update(path.parent for path in expand(pattern))
        return frozenset(_existing(path) for path in wanted)


def _folder_above(pattern: str) -> Path:
    path = Path(pattern)
    while glob.has_magic(str(path)):
        path = path.parent
    return path


def _existing(path: Path) -> Path:
    while not path.is_dir() and path != path.parent:
        path = path.parent
    return path


def _not_a_database(_change: object, path: str) -> bool:
    # The database mostly lies beside the configuration and is written all the time.
    return not path.endswith(("-wal", "-shm", "-journal", "-unrecorded", ".db"))


async def changes(
    watched: Callable[[], Watched],
    *,
    stop: asyncio.Event,
    debounce_ms: int = 300,
    poll_seconds: float = 5.0,
) -> AsyncGenerator[None]:
    """Yield whenever the configuration's files hold something else than what was read last.

    Compares contents, so that touching a file or writing the same again yields nothing. File
    system events only say when to look; it also looks every `poll_seconds`, since events do
    not arrive for a file mounted by itself or on a network drive.

    Args:
        watched: gives what the last load read (good or not); asked again after each yield.
        stop: ends the iteration. (`watchfiles` sets it, too, when the iterating task is
            cancelled.)
        debounce_ms: the content must hold still for so long.
        poll_seconds: how often to look without an event.
    """
    current = watched()
    known: Digests = current.digests
    while not stop.is_set():
        folders = await asyncio.to_thread(watched().folders)
        async with aclosing(_occasions(folders, stop, debounce_ms, poll_seconds)) as occasions:
            async for _ in occasions:
                if (newest := watched()) is not current:
                    current, known = newest, newest.digests
                if await asyncio.to_thread(current.now) != known:
                    settled = await _settled(current, known, stop, debounce_ms / 1000)
                    if settled != known and not stop.is_set():
                        known = settled
                        yield
                if await asyncio.to_thread(watched().folders) != folders:
                    break


async def _settled(
    watched: Watched, known: Digests, stop: asyncio.Event, pause: float
) -> dict[Path, str | None]:
    """The contents once they have held still, and have not merely vanished for a moment."""
    before = await asyncio.to_thread(watched.now)
    still = 0.0
    while not await stopped_within(stop, pause):
        after = await asyncio.to_thread(watched.now)
        still = still + pause if after == before else 0.0
        vanished = any(
            after.get(path) in {None, _EMPTY}
            for path, was in known.items()
            if was not in {None, _EMPTY}
        )
        if still and (not vanished or still >= _VANISHED_SECONDS):
            return after
        before = after
    return before


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, no longer than that; whether it is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def _occasions(
    folders: frozenset[Path], stop: asyncio.Event, debounce_ms: int, poll_seconds: float
) -> AsyncGenerator[None]:
    """Yield at once, then at every event in the folders, and every `poll_seconds` without one."""
    from watchfiles import awatch

    yield
    events = awatch(
        *folders,
        watch_filter=_not_a_database,
        debounce=debounce_ms,
        stop_event=stop,
        rust_timeout=int(poll_seconds * 1000),
        yield_on_timeout=True,
        recursive=False,
    )
    try:
        async with aclosing(events):
            async for _ in events:
                yield
    except (OSError, RuntimeError):
        # No more inotify watches to be had, or a folder vanished: looking regularly remains.
        while not await stopped_within(stop, poll_seconds):
            yield
