"""`monitor health`: is the daemon alive and on time?"""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import ConfigOption, JsonOption, config_if_readable, database
from monitor.cli.printing import print_json, say
from monitor.messages.feeds import not_all_kept
from monitor.model.delivery import DeliveryStatus

if TYPE_CHECKING:
    from monitor.service.health import Health, SharedConfig
    from monitor.service.worker_health import WorkerHealth


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(health)


def health(
    here: Annotated[
        bool, typer.Option("--here", help="Of many workers, ask only for those on this machine.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Exit with 0 when the daemon is alive and its loops are on time, else with 1.

    Where many workers share a database, one that is alive will do; with `--here`, one of this
    machine.
    """
    from monitor.service.health import health as examine

    db, settings = database(config), config_if_readable(config)
    found = examine(db, datetime.now(UTC), None if settings is None else settings.channel_names)
    if as_json:
        print_json(found)
    else:
        say(_summary(found))
    live = found.live
    if here and found.workers:
        name = socket.gethostname()
        live = any(each.live for each in found.workers if each.name == name)
    if not live:
        raise typer.Exit(1)


def _worker(worker: WorkerHealth) -> str:
    how = "alive"
    if worker.missed:
        how = f"missed since {worker.at:%Y-%m-%d %H:%M:%S} UTC"
    elif worker.late:
        how = f"not well: no sign of life from {', '.join(worker.late)}"
    return f"  worker {worker.name} (process {worker.pid}, {worker.version}): {how}"


def _summary(found: Health) -> str:
    if found.workers:
        first = "alive" if found.live else "not running: no worker has given a sign of life"
    elif not found.loops:
        first = "not running: there is no sign of a daemon on this database"
    elif not found.live:
        late = [loop.name for loop in found.loops if loop.late]
        first = f"not well: no sign of life from {', '.join(late)}"
    else:
        first = "alive"
    lines = [first, *map(_worker, found.workers)]
    if not found.config.ok:
        lines.append("configuration: the last edit was refused; the one before is in force")
        lines += [f"  {problem}" for problem in found.config.problems]
    lines += _own_files(found)
    lines += _shared(found.shared)
    if not found.network.reachable:
        lines.append("network: cannot be reached; see this machine's connection and name server")
    feeds = found.feeds
    lines.append(
        f"feeds: {feeds.total} watched, {len(feeds.failing)} failing"
        + (f", {feeds.unreached} not reached" if feeds.unreached else "")
    )
    lines += [f"  {feed.name}: {feed.error}" for feed in feeds.failing]
    lines += [f"  {feed.name} {not_all_kept(feed.kept)}" for feed in feeds.bounded]
    lines += [
        f"channel {each.name}: takes nothing ({each.refused} refused): {each.error}"
        for each in found.channels.failing
    ]
    lines += [
        f"channel {each.name}: does not exist; {each.waiting} waiting for it, {each.dead} dead: "
        "see `monitor alerts list --stuck`"
        for each in found.channels.missing
    ]
    numbers = found.deliveries
    unsent = (DeliveryStatus.PENDING, DeliveryStatus.FAILED, DeliveryStatus.SENDING)
    lines.append(
        f"deliveries: {numbers[DeliveryStatus.SENT]} sent, "
        f"{sum(numbers[status] for status in unsent)} waiting, "
        f"{numbers[DeliveryStatus.DEAD]} dead"
    )
    return "\n".join(lines)


def _own_files(found: Health) -> list[str]:
    """Who is configured differently, where no version of the configuration is pushed."""
    odd = [each for each in found.workers if each.differs_in]
    if not odd:
        return []
    return [
        "configuration: machines' files say different things: see `monitor config push`",
        *(
            f"  {each.name} (process {each.pid}) differs from the oldest worker in "
            f"{', '.join(each.differs_in)}"
            for each in odd
        ),
    ]


def _shared(found: SharedConfig | None) -> list[str]:
    """What is to be known of the version of the configuration that machines share."""
    if found is None:
        return []
    waiting = "" if found.waiting is None else f"; version {found.waiting} waits for workers"
    lines = [f"configuration: version {found.version} is in force{waiting}"]
    lines += [
        f"  {worker}: its own file says something else, which does not count: see "
        "`monitor config diff` there"
        for worker in found.differing
    ]
    lines += [f"  {each.worker} cannot use it: {each.problem}" for each in found.unusable]
    lines += [
        f"  {each.worker} lacks the secrets of channel {each.channel}, and delivers nothing there"
        for each in found.lacking
    ]
    return lines
