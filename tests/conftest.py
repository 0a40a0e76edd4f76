"""For all tests: real servers, and where everything is at hand a skipped test is a failure."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from monitor.store.database import Database
from tests.support import postgresql as postgresql_server
from tests.support.databases import copied
from tests.support.slack import SlackServer
from tests.support.smtp import SmtpServer
from tests.support.web import WebWorld

# Some set it in containers. Here hundreds of processes would compile everything anew, which takes
# as long again as what they do.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A busy machine is no fault of the code's: what is slow by itself is found by comparing costs.
settings.register_profile(
    "monitor", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("monitor")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NO_SKIPS = bool(os.environ.get("MONITOR_NO_SKIPS"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return report if hasattr(report, "wasxfail") else _refused(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _refused((yield))


def _refused(report: Report) -> Report:
    if NO_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture
def web() -> Iterator[WebWorld]:
    """A web on loopback that behaves, or misbehaves, as told."""
    with WebWorld() as web:
        yield web


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """An endpoint that speaks Slack's protocol."""
    with SlackServer() as slack:
        yield slack


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A mail server."""
    with SmtpServer() as smtp:
        yield smtp


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the first start leaves it, to be copied: every migration takes its time."""
    path = tmp_path_factory.mktemp("new") / "monitor.db"
    with closing(Database(f"sqlite:///{path}")) as db:
        db.upgrade()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgresql_server.Server]:
    """A PostgreSQL server, or the test is skipped where there is none."""
    if postgresql_server.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql_server.running() as server:
        yield server


@pytest.fixture
def database() -> str:
    """On which kind of database tests run; those that run on both override it with `BOTH`."""
    return "sqlite"


@pytest.fixture
def database_url(
    database: str, tmp_path: Path, new_database: Path, request: pytest.FixtureRequest
) -> str:
    """The address of a new database as the first start leaves it."""
    if database == "postgresql":
        server: postgresql_server.Server = request.getfixturevalue("postgresql")
        return server.clean()
    return copied(new_database, tmp_path)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A new database."""
    with closing(Database(database_url)) as db:
        assert not db.upgrade(), "the copy is not what was copied"
        yield db
