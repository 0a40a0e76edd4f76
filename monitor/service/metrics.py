"""How everything is doing, as Prometheus reads it; docs/reference/metrics.md explains each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from monitor import __version__
from monitor.service.database import Database, statistics
from monitor.service.health import Health, health
from monitor.service.worker_health import Backlog, backlog

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(db: Database, now: datetime) -> bytes:
    """All figures, in Prometheus' text format.

    Raises:
        StoreError: the database cannot be read.
    """
    registry = CollectorRegistry(auto_describe=False)
    waits = None
    if db.is_shared:
        with db.read() as connection:
            waits = backlog(connection)
    registry.register(_Figures(health(db, now), statistics(db), now, waits))
    return generate_latest(registry)


class _Figures(Collector):
    """What was found, as metrics."""

    def __init__(
        self, found: Health, rows: dict[str, int], now: datetime, waits: Backlog | None
    ) -> None:
        self._waits = waits
        self._found = found
        self._rows = rows
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Each metric."""
        found = self._found
        build = GaugeMetricFamily("monitor_build_info", "Always 1.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield _one("monitor_up", "Whether the daemon runs and its loops are on time.", found.live)
        since = GaugeMetricFamily(
            "monitor_loop_last_seconds", "Since a loop's last sign of life.", labels=["loop"]
        )
        for loop in found.loops:
            since.add_metric([loop.name], max(0.0, (self._now - loop.at).total_seconds()))
        yield since
        yield _one(
            "monitor_config_ok", "Whether the last edit of the configuration is in force.",
            found.config.ok,
        )  # fmt: skip
        yield _one(
            "monitor_network_reachable", "Whether our own network was there at the last polls.",
            found.network.reachable,
        )  # fmt: skip
        yield _one("monitor_feeds", "Feeds that are asked.", found.feeds.total)
        yield _one("monitor_feeds_failing", "Feeds that cannot be read.", len(found.feeds.failing))
        yield _one(
            "monitor_articles_unread", "Articles that wait to be read.", found.articles.unread
        )
        yield _one(
            "monitor_channels_failing", "Channels that take nothing.", len(found.channels.failing)
        )
        deliveries = GaugeMetricFamily(
            "monitor_deliveries", "Deliveries by how far they are.", labels=["status"]
        )
        for status, number in found.deliveries.items():
            deliveries.add_metric([status.value], number)
        yield deliveries
        rows = GaugeMetricFamily("monitor_rows", "Rows of each table.", labels=["table"])
        for table, number in self._rows.items():
            if table != "bytes":
                rows.add_metric([table], number)
        yield rows
        yield _one("monitor_database_bytes", "Size of the database's file.", self._rows["bytes"])
        if self._waits is not None:
            yield from _of_workers(found, self._waits)


def _of_workers(found: Health, waits: Backlog) -> Iterator[Metric]:
    """What is only where many workers share a database."""
    workers = GaugeMetricFamily("monitor_workers", "Workers by how they are.", labels=["state"])
    missed = sum(each.missed for each in found.workers)
    workers.add_metric(["alive"], len(found.workers) - missed)
    workers.add_metric(["missed"], missed)
    yield workers
    yield _one("monitor_feeds_overdue", "Feeds due for over a minute.", waits.feeds_overdue)
    yield _one("monitor_articles_due", "Articles to be read now.", waits.articles_due)
    yield _one("monitor_deliveries_due", "Deliveries to be sent now.", waits.deliveries_due)
    waiting = GaugeMetricFamily("monitor_jobs", "Jobs that wait for a worker.", labels=["kind"])
    for kind, number in waits.jobs.items():
        waiting.add_metric([kind], number)
    yield waiting
    yield _one(
        "monitor_leases_expired", "Feeds and articles whose worker is missed.", waits.leases_expired
    )
    yield _one("monitor_lock_waits", "Sessions that wait for another's lock.", waits.lock_waits)
    yield _one("monitor_permits", "Requests under way on all machines.", waits.permits)
    yield _one("monitor_hosts_held", "Hosts that have asked for time.", waits.hosts_held)


def _one(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=float(value))
