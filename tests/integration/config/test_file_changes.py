"""Noticing changes on the real file system, in every way files are replaced."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from monitor.config.file_changes import Watched, _occasions, changes
from monitor.config.load import InvalidConfig, load_config

#: How long a notice may take before a test fails.
PATIENCE = 60.0


class Daemon:
    """Reloads like the daemon does, and hands each reload to the test."""

    def __init__(self, path: Path, poll_seconds: float) -> None:
        self.path = path
        self.poll_seconds = poll_seconds
        self.stop = asyncio.Event()
        self.reloads: asyncio.Queue[str] = asyncio.Queue()
        self.watched = Watched()
        self.load()

    def load(self) -> str:
        try:
            loaded = load_config(self.path, env={})
        except InvalidConfig as error:
            self.watched = error.watched
            return "refused"
        self.watched = loaded.watched
        return ",".join(watchlist.name for watchlist in loaded.config.watchlists)

    async def run(self) -> None:
        async for _ in changes(
            lambda: self.watched, stop=self.stop, debounce_ms=50, poll_seconds=self.poll_seconds
        ):
            self.reloads.put_nowait(self.load())

    async def next(self) -> str:
        return await asyncio.wait_for(self.reloads.get(), PATIENCE)


@asynccontextmanager
async def running(path: Path, poll_seconds: float = 0.2) -> AsyncIterator[Daemon]:
    daemon = Daemon(path, poll_seconds)
    task = asyncio.create_task(daemon.run())
    try:
        yield daemon
        daemon.stop.set()
        await asyncio.wait_for(task, PATIENCE)
    finally:
        task.cancel()


def watching(name: str) -> str:
    return f'[[watchlists]]\nname = "{name}"\nentities = ["x"]\n'


def rename_over(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.tmp")
    new.write_text(text)
    new.replace(path)


def backup_and_recreate(path: Path, text: str) -> None:
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text)


def remove_and_recreate(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


def write_in_place(path: Path, text: str) -> None:
    path.write_text(text)


def write_byte_by_byte(path: Path, text: str) -> None:
    with path.open("wb", buffering=0) as file:
        for byte in text.encode():
            file.write(bytes([byte]))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "etc" / "config.toml"
    path.parent.mkdir()
    path.write_text(watching("first"))
    return path


@pytest.mark.parametrize(
    "replace", [write_in_place, rename_over, backup_and_recreate, remove_and_recreate]
)
async def test_every_way_to_save_a_file_is_noticed_once(
    config: Path, replace: Callable[[Path, str], None]
) -> None:
    async with running(config) as daemon:
        for name in ("second", "third"):
            await asyncio.to_thread(replace, config, watching(name))
            assert await daemon.next() == name
        assert daemon.reloads.empty()


async def test_a_file_written_slowly_ends_up_read_whole(config: Path) -> None:
    async with running(config) as daemon:
        await asyncio.to_thread(write_byte_by_byte, config, watching("second"))
        # Should the writer be held up for longer than the debounce, a half-written file is
        # seen first, which is no configuration.
        while (name := await daemon.next()) != "second":
            assert name in {"first", "refused"}


async def test_a_single_file_mount_is_noticed_without_events(config: Path, tmp_path: Path) -> None:
    # A file mounted by itself shares its inode with a file elsewhere: a hard link stands in for
    # the mount. Nothing happens in the watched folder when the other side is written.
    outside = tmp_path / "outside" / "config.toml"
    outside.parent.mkdir()
    os.link(config, outside)
    async with running(config) as daemon:
        write_in_place(outside, watching("second"))
        assert await daemon.next() == "second"


async def test_kubernetes_swaps_a_link_above_the_file(tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    for version in ("v1", "v2", "v3"):
        (mount / f"..{version}").mkdir(parents=True)
        (mount / f"..{version}" / "config.toml").write_text(watching(version))
    (mount / "..data").symlink_to("..v1")
    (mount / "config.toml").symlink_to("..data/config.toml")
    async with running(mount / "config.toml") as daemon:
        for version in ("v2", "v3"):
            (mount / "..data_tmp").symlink_to(f"..{version}")
            (mount / "..data_tmp").replace(mount / "..data")
            assert await daemon.next() == version


async def test_events_are_enough(config: Path) -> None:
    # With an hour between looks only an event can bring the news. When the watch begins cannot
    # be seen from outside, so the file is written until it is noticed.
    async with running(config, poll_seconds=3600) as daemon:
        for number in range(200):
            write_in_place(config, watching(f"edit {number}"))
            try:
                name = await asyncio.wait_for(daemon.reloads.get(), 0.1)
            except TimeoutError:
                continue
            assert name.startswith("edit ")
            break
        else:
            pytest.fail("no event arrived")


async def test_touching_and_saving_the_same_again_is_no_change(config: Path) -> None:
    async with running(config) as daemon:
        for _ in range(3):
            os.utime(config)
            rename_over(config, watching("first"))
            (config.parent / "monitor.db-wal").write_text("busy")
            (config.parent / "unrelated.toml").write_text("x")
        write_in_place(config, watching("second"))
        assert await daemon.next() == "second"
        assert daemon.reloads.empty()


async def test_a_change_made_before_the_watch_began_is_noticed(config: Path) -> None:
    daemon = Daemon(config, poll_seconds=3600)
    write_in_place(config, watching("meanwhile"))
    task = asyncio.create_task(daemon.run())
    assert await daemon.next() == "meanwhile"
    daemon.stop.set()
    await asyncio.wait_for(task, PATIENCE)


async def test_a_file_emptied_before_it_is_written_is_not_taken_for_an_empty_one(
    config: Path,
) -> None:
    # An empty file is a valid configuration that watches nothing: the worst thing to load by
    # mistake.
    async with running(config) as daemon:
        with config.open("w") as file:
            # Long enough for the half-written state to be seen and to hold still.
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(daemon.reloads.get(), 0.5)
            file.write(watching("second"))
        assert await daemon.next() == "second"
        assert daemon.reloads.empty()


async def test_a_file_that_stays_away_is_told_and_its_return_too(config: Path) -> None:
    async with running(config) as daemon:
        included = config.parent / "teams" / "a.toml"
        included.parent.mkdir()
        included.write_text(watching("a"))
        write_in_place(config, 'include = ["teams/*.toml"]\n' + watching("main"))
        assert await daemon.next() == "main,a"
        included.unlink()
        assert await daemon.next() == "main"
        included.write_text(watching("again"))
        assert await daemon.next() == "main,again"


async def test_new_included_files_are_noticed_even_in_new_folders(config: Path) -> None:
    write_in_place(config, 'include = ["teams/**/*.toml"]\n' + watching("main"))
    async with running(config) as daemon:
        (config.parent / "teams" / "red").mkdir(parents=True)
        (config.parent / "teams" / "red" / "a.toml").write_text(watching("a"))
        assert await daemon.next() == "main,a"
        (config.parent / "teams" / "red" / "b.toml").write_text(watching("b"))
        assert await daemon.next() == "main,a,b"
        (config.parent / "teams" / "red" / "b.toml").write_text(watching("c"))
        assert await daemon.next() == "main,a,c"


async def test_a_broken_edit_is_told_once_and_its_repair_elsewhere_is_noticed(config: Path) -> None:
    async with running(config) as daemon:
        (config.parent / "other").mkdir()
        broken = config.parent / "other" / "new.toml"
        broken.write_text("[[watchlists]]\nname = oops\n")
        write_in_place(config, 'include = ["other/new.toml"]\n' + watching("main"))
        assert await daemon.next() == "refused"
        broken.write_text(watching("mended"))
        assert await daemon.next() == "main,mended"
        assert daemon.reloads.empty()


async def test_a_rotated_secret_is_noticed(config: Path) -> None:
    secret = config.parent / "secret"
    secret.write_text("name-1")
    write_in_place(config, '[[watchlists]]\nname = "${file:secret}"\nentities = ["x"]\n')
    async with running(config) as daemon:
        rename_over(secret, "name-2")
        assert await daemon.next() == "name-2"


async def test_without_events_to_be_had_it_looks_regularly(tmp_path: Path) -> None:
    # A folder that cannot be watched fails like a system that has no watches left to give.
    stop = asyncio.Event()
    gone = frozenset({tmp_path / "gone"})
    async with aclosing(_occasions(gone, stop, 50, 0.05)) as occasions:
        for _ in range(4):
            await asyncio.wait_for(anext(occasions), PATIENCE)
        stop.set()
        assert [occasion async for occasion in occasions] == []


async def test_stopping_ends_the_watch_at_once(config: Path) -> None:
    daemon = Daemon(config, poll_seconds=3600)
    task = asyncio.create_task(daemon.run())
    # One turn of the loop, so that the watch is under way.
    await asyncio.sleep(0)
    daemon.stop.set()
    await asyncio.wait_for(task, 60)
    assert daemon.reloads.empty()


async def test_a_folder_that_vanishes_does_not_end_the_watch(config: Path) -> None:
    async with running(config) as daemon:
        moved = config.parent.with_name("moved")
        config.parent.rename(moved)
        (moved / "config.toml").write_text(watching("second"))
        moved.rename(config.parent)
        assert await daemon.next() == "second"
