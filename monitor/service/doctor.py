"""What is wrong with an installation, and what to do about it: one examination after the other."""

from __future__ import annotations

import enum
import os
import platform
import pwd
import shutil
import socket
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import __version__
from monitor.config.explain import nearest
from monitor.config.load import LoadedConfig
from monitor.config.schema import Config, Feed
from monitor.errors import ChannelError, ConfigError, FetchError, MonitorError, StoreError
from monitor.messages.backlogs import backlog_words, reroute_command
from monitor.service.check import Checked, backlogs_in_vain, check_config
from monitor.service.database import Database
from monitor.service.discovery import with_network
from monitor.service.feed_trials import Trial, try_feeds
from monitor.service.health import health
from monitor.store.write_queue import retried
from monitor.wording import counted, in_words

LITTLE_SPACE = 500 * 2**20
"""Bytes free on the database's disk below which that is worth a word."""
NO_SPACE = 50 * 2**20
_DAEMON = "daemon"
FEEDS_TRIED = 5
"""So many feeds, each of another host, are asked: if one answers, the network is there."""
CLOCK_MAY_BE_OFF = timedelta(minutes=5)


class Condition(enum.StrEnum):
    """How an examination ended."""

    WELL = "well"
    DOUBTFUL = "doubtful"
    """It works, but is probably not meant so, or will not last."""
    BROKEN = "broken"
    NOT_TRIED = "not-tried"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one examination found."""

    of: str
    """What was examined: "configuration", "database", "channel slack"."""
    condition: Condition
    said: str
    todo: str | None = None
    """What to do about it, if something is to be done."""


def examine(path: Path, *, every_feed: bool = False) -> Iterator[Finding]:
    """Examine an installation, one thing after the other; nothing is changed or sent.

    Args:
        path: its configuration file.
        every_feed: ask every feed, once it is known that the network is there.
    """
    yield Finding(
        "program",
        Condition.WELL,
        f"monitor {__version__}, Python {platform.python_version()}, {platform.system()}",
    )
    checked, finding = _configuration(path)
    yield finding
    if checked is None:
        return
    yield from _secrets_kept(checked.loaded)
    config = checked.loaded.config
    running = False
    for finding in _database(config):
        running |= finding.of == _DAEMON and finding.condition is Condition.WELL
        yield finding
    yield from _page(config, running=running)
    yield from _network(config, every_feed=every_feed)
    yield from _channels(config)
    yield from _channels_that_are_gone(checked.loaded)


def _configuration(path: Path) -> tuple[Checked | None, Finding]:
    try:
        checked = check_config(path, fetch_examples=False)
    except ConfigError as error:
        if not error.faults:
            said = f"{error.where}: {error.what}" if error.where else error.what
            todo = error.hint or "Name a file: `monitor doctor --config FILE`."
            return None, Finding("configuration", Condition.BROKEN, said, todo)
        first, *others = map(str, error.faults)
        more = f" (and {counted(len(others), 'more fault')})" if others else ""
        return None, Finding(
            "configuration", Condition.BROKEN, first + more, "Mend it; `monitor check` lists all."
        )
    if failed := checked.failed_examples:
        said = f"{counted(len(failed), 'example fails', 'examples fail')}: {failed[0]}"
        todo = "Mend the watchlist or the example: until then no edit is taken over."
        return checked, Finding("configuration", Condition.BROKEN, said, todo)
    config = checked.loaded.config
    said = (
        f"{path}: {counted(len(config.watchlists), 'watchlist')}, "
        f"{counted(len(config.feeds), 'feed')}, {counted(len(config.channels), 'channel')}"
    )
    for lacking, what, todo in (
        (not config.watchlists, "nobody is watched", "Add a [[watchlists]] with names."),
        (not config.feeds, "no feed is asked", "Add one: `monitor feeds add SITE`."),
    ):
        if lacking:
            return checked, Finding("configuration", Condition.DOUBTFUL, f"{said}; {what}", todo)
    if checked.warnings:
        warnings = counted(len(checked.warnings), "warning")
        todo = "`monitor check` says them."
        return checked, Finding("configuration", Condition.DOUBTFUL, f"{said}; {warnings}", todo)
    return checked, Finding("configuration", Condition.WELL, said)


def _secrets_kept(loaded: LoadedConfig) -> Iterator[Finding]:
    """Whether others on this machine can read a file that may hold secrets."""
    open_to_all = [
        each
        for each in loaded.watched.digests
        if each.is_file() and each.stat().st_mode & stat.S_IROTH
    ]
    if loaded.config.channels and open_to_all:
        names = ", ".join(map(str, open_to_all[:3]))
        yield Finding(
            "secrets",
            Condition.DOUBTFUL,
            f"every user of this machine can read {names}",
            f"`chmod o-r {open_to_all[0]}`, unless its secrets are all written as ${{…}}.",
        )


def _database(config: Config) -> Iterator[Finding]:
    with closing(Database(config.storage.url)) as db:
        yield from (_contents(db) if db.file is None else _file(db))


def _file(db: Database) -> Iterator[Finding]:
    folder = db.path.resolve().parent
    if not folder.is_dir():
        said, todo = f"the folder {folder} is not there", "Create it, or change storage.url."
        yield Finding("database", Condition.BROKEN, said, todo)
        return
    target = db.path if db.path.exists() else folder
    if not os.access(target, os.W_OK) or not os.access(folder, os.W_OK):
        yield Finding("database", Condition.BROKEN, *_not_to_be_written(target, folder))
    elif not db.path.exists():
        said = f"{db.path}: there is none yet; `monitor run` makes one"
        yield Finding("database", Condition.WELL, said)
    else:
        yield from _contents(db)
    yield _disk(folder)


def _not_to_be_written(target: Path, folder: Path) -> tuple[str, str]:
    """Why what is there cannot be written, and what to do about it."""
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        said = f"{target} cannot be written: its file system is mounted read-only"
        return said, "Mount it to be written; if nobody made it so, its disk may fail: see `dmesg`."
    user = _user(os.geteuid())
    owners = {_user(each.stat().st_uid) for each in (target, folder)} - {user}
    if not owners or os.geteuid() == 0:
        said = f"{target} cannot be written"
        return (
            said,
            f"Look at its rights and its folder's: `ls -ld {folder}`, `lsattr -d {target}`.",
        )
    owner = " and ".join(sorted(owners))
    said = f"{target} cannot be written by the user {user}: it belongs to {owner}"
    files = f"{folder} {target}" if target != folder else f"{folder}"
    todo = (
        f"Run monitor as the user it belongs to, or give it to {user}: `sudo chown {user} {files}`."
    )
    return said, todo


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


@retried
def _try_to_write(db: Database) -> None:
    """Raise where another program keeps everybody from writing, while looking is possible."""
    with db.write():
        pass


def _contents(db: Database) -> Iterator[Finding]:
    try:
        db.require_current()
        damage = db.damage()
        now = datetime.now(UTC)
        state = health(db, now)
        _try_to_write(db)
    except StoreError as error:
        yield Finding("database", Condition.BROKEN, str(error.what), error.hint)
        return
    if damage:
        todo = "Stop monitor and restore a backup (docs/how-to/run-as-a-service.md)."
        yield Finding("database", Condition.BROKEN, f"{db.where}: {damage[0]}", todo)
        return
    size = db.size() / 2**20
    yield Finding("database", Condition.WELL, f"{db.where}: sound, {size:,.0f} MiB")
    if not state.loops:
        yield Finding(_DAEMON, Condition.NOT_TRIED, "not running", "Start it: `monitor run`.")
    elif not state.live:
        late = ", ".join(loop.name for loop in state.loops if loop.late)
        since = in_words(now - max(loop.at for loop in state.loops))
        todo = "If it was not stopped on purpose, see its log and start it: `monitor run`."
        yield Finding(_DAEMON, Condition.DOUBTFUL, f"no sign of life from {late} for {since}", todo)
    else:
        yield Finding(_DAEMON, Condition.WELL, "alive, all loops on time")
    if failing := state.feeds.failing:
        said = f"{len(failing)} of {counted(state.feeds.total, 'feed')} fail: {failing[0].name}"
        yield Finding("feeds", Condition.DOUBTFUL, said, "`monitor feeds list` says why.")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    said = f"{free / 2**30:,.1f} GiB free at {folder}"
    if free >= LITTLE_SPACE:
        return Finding("disk", Condition.WELL, said)
    condition = Condition.BROKEN if free < NO_SPACE else Condition.DOUBTFUL
    return Finding("disk", condition, said, "Free some, or shorten storage.keep_articles.")


def _page(config: Config, *, running: bool) -> Iterator[Finding]:
    if not config.web.enabled:
        return
    host, _, port = config.web.listen.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        taken = probe.connect_ex((host.strip("[]") or "127.0.0.1", int(port))) == 0
    if taken and not running:
        said = f"something answers at {config.web.listen}, but monitor is not at work"
        todo = "If it is another program's, set another `listen` in [web]: else none can start."
        yield Finding("page", Condition.DOUBTFUL, said, todo)
        return
    said = "something answers there" if taken else "nothing listens there"
    yield Finding("page", Condition.WELL, f"{config.web.listen}: {said}")


def _network(config: Config, *, every_feed: bool) -> Iterator[Finding]:
    chosen: dict[str, Feed] = {}
    for feed in config.feeds:
        chosen.setdefault(feed.url.split("/")[2], feed)
    asked = list(chosen.values())[:FEEDS_TRIED]
    if not asked:
        return
    trials = _tried(config, asked)
    well = [each for each in trials if each.status is not None]
    if not well:
        first = trials[0]
        why = first.error.what if first.error else "no answer"
        said = f"none of {counted(len(trials), 'feed')} answers; {first.feed.url}: {why}"
        yield Finding("network", Condition.BROKEN, said, _network_advice(trials))
        return
    hosts = f"{len(well)} of {counted(len(trials), 'host')} answered"
    yield Finding("network", Condition.WELL, f"{hosts}, the first in {well[0].seconds:.1f} s")
    yield from clock(well)
    if every_feed:
        trials += _tried(config, [each for each in config.feeds if each not in asked])
        readable = sum(each.error is None for each in trials)
        said = f"{readable} of {counted(len(trials), 'feed')} can be read"
        yield Finding("feeds", Condition.WELL if readable else Condition.BROKEN, said)
    for each in trials:
        if each.error is not None:
            todo = f"`monitor feeds poll {each.feed.url}` tries it again."
            yield Finding(f"feed {each.feed.label}", Condition.DOUBTFUL, str(each.error.what), todo)


def _tried(config: Config, feeds: Sequence[Feed]) -> tuple[Trial, ...]:
    if not feeds:
        return ()
    return with_network(config.polling, lambda fetcher, workers: try_feeds(feeds, fetcher, workers))


def _network_advice(trials: Sequence[Trial]) -> str:
    kinds = {each.error.kind for each in trials if isinstance(each.error, FetchError)}
    if kinds == {"dns"}:
        return "Names cannot be looked up: see /etc/resolv.conf and this machine's connection."
    if kinds == {"tls"}:
        return "Certificates cannot be checked: see the clock, `ca-certificates`, and any proxy."
    return "See this machine's connection, firewall and proxy (docs/how-to/feeds.md)."


def clock(trials: Sequence[Trial]) -> Iterator[Finding]:
    """Whether most servers agree with this machine's clock."""
    offsets = sorted(each.clock_ahead for each in trials if each.clock_ahead is not None)
    if not offsets:
        return
    ahead = offsets[len(offsets) // 2]
    if abs(ahead) < CLOCK_MAY_BE_OFF:
        yield Finding("clock", Condition.WELL, "agrees with the servers' that were asked")
        return
    way = "ahead of" if ahead > timedelta(0) else "behind"
    said = f"{in_words(abs(ahead))} {way} the servers' that were asked"
    yield Finding("clock", Condition.BROKEN, said, "Switch on time synchronisation (NTP).")


def _channels(config: Config) -> Iterator[Finding]:
    from monitor.channels.reachability import reach, verifies

    if not config.channels:
        todo = "Set up Slack or mail (docs/how-to) to be told where you are."
        said = "none: alerts appear only where monitor runs"
        yield Finding("channels", Condition.DOUBTFUL, said, todo)
    for channel in config.channels:
        name = f"channel {channel.name}"
        try:
            reached = reach(channel)
        except ChannelError as error:
            hint = error.hint or "See server, port and account in its `url`, and the connection."
            todo = f"{hint} Then `monitor notify test {channel.name}`."
            yield Finding(name, Condition.BROKEN, str(error.what), todo)
        except MonitorError as error:
            yield Finding(name, Condition.BROKEN, str(error.what), error.hint)
        else:
            todo = f"`monitor notify test {channel.name}` sends a sample."
            if reached is None:
                said = "cannot be tried without sending"
                yield Finding(name, Condition.NOT_TRIED, said, todo)
            elif not verifies(channel):
                said = f"{reached} answers, but nobody checks its certificate (verify=no)"
                todo = "Take verify=no out of its `url`: who is in between can read every alert."
                yield Finding(name, Condition.DOUBTFUL, said, todo)
            else:
                yield Finding(name, Condition.WELL, f"{reached} answers", todo)


def _channels_that_are_gone(loaded: LoadedConfig) -> Iterator[Finding]:
    names = loaded.config.channel_names
    for each in backlogs_in_vain(loaded):
        meant = nearest(each.channel, names) or "NEW"
        yield Finding(
            f"channel {each.channel}",
            Condition.BROKEN,
            f"there is none of that name, but {backlog_words(each)} for it",
            f"Put it back into the configuration, or: {reroute_command(each.channel, meant)}",
        )
