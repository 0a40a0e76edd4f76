"""Opening, upgrading, refusing and backing up a real SQLite file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from monitor.errors import ConfigError, StoreError
from monitor.resources import resource
from monitor.store.database import Database, _revisions


@pytest.fixture
def database() -> str:
    """It is about SQLite's own ways."""
    return "sqlite"


def test_migrations_make_exactly_the_tables_that_the_program_uses(db: Database) -> None:
    assert db.differences() == []


def test_differences_are_noticed(db: Database) -> None:
    with db.write() as connection:
        connection.execute(text("ALTER TABLE feeds DROP COLUMN moved_to"))
    assert any("moved_to" in difference for difference in db.differences())


def test_alembic_need_not_be_imported_to_know_the_schema_s_revision(db: Database) -> None:
    script = ScriptDirectory.from_config(db._alembic())
    known = {each.revision: each.down_revision for each in script.walk_revisions()}
    assert _revisions(resource("migrations") / "versions") == known
    looking = (
        "import sys\n"
        "from monitor.service.database import opened\n"
        "import monitor.service.alerts, monitor.service.matches, monitor.service.health\n"
        f"opened({f'sqlite:///{db.path}'!r})\n"
        "print([each for each in ('alembic', 'apprise', 'httpx', 'trafilatura', 'feedparser')"
        " if each in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", looking], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    assert db.upgrade() is False


def test_sqlite_is_set_up_for_a_daemon(db: Database) -> None:
    with db.read() as connection:
        pragma = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragma == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "synchronous": 2,
    }


def test_a_newer_database_is_refused_and_left_alone(db: Database) -> None:
    with db.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (db.upgrade, db.require_current):
        with pytest.raises(StoreError, match=r"newer version of monitor.*9999"):
            attempt()
    assert db.revision() == "9999"


def test_an_older_database_that_nobody_knows_is_not_called_newer(db: Database) -> None:
    known = db.revision()
    with db.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert known is not None
    for attempt in (db.upgrade, db.require_current):
        with pytest.raises(StoreError, match=r"older version \(0000\)") as raised:
            attempt()
        assert "newer" not in str(raised.value)
    assert db.revision() == "0000"


def test_a_command_that_only_looks_does_not_create_a_database(tmp_path: Path) -> None:
    with (
        closing(Database(f"sqlite:///{tmp_path / 'none.db'}")) as db,
        pytest.raises(StoreError, match="no database yet"),
    ):
        db.require_current()
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.write_bytes(b"this is a text file, and quite a long one, not a database" * 20)
    with (
        closing(Database(f"sqlite:///{path}")) as db,
        pytest.raises(StoreError, match="is not a database"),
    ):
        db.upgrade()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense", "mysql://x/y"])
def test_addresses_that_cannot_work_are_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        Database(url)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder does not exist"):
        Database(f"sqlite:///{tmp_path}/missing/monitor.db")


def test_a_reader_sees_one_state_while_a_writer_goes_on(db: Database) -> None:
    count = text("SELECT count(*) FROM notices")
    add = text(
        "INSERT INTO notices (id, kind, title, text, created) VALUES ('a', 'k', 't', 'x', '2024')"
    )
    with db.read() as reader:
        assert reader.execute(count).scalar() == 0
        with db.write() as writer:
            writer.execute(add)
        assert reader.execute(count).scalar() == 0
    with db.read() as reader:
        assert reader.execute(count).scalar() == 1


def test_a_failed_transaction_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(RuntimeError), db.write() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        raise RuntimeError
    assert db.revision() is not None


def test_a_locked_database_is_named_as_such(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.sqlite_file.BUSY_TIMEOUT_MS", 1)
    with (
        closing(Database(f"sqlite:///{db.path}")) as impatient,
        db.write(),
        pytest.raises(StoreError, match="locked by another program"),
        impatient.write(),
    ):
        pass


def test_a_full_disk_is_named_as_such(db: Database) -> None:
    with db.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    blob = text("INSERT INTO notices (id, kind, title, text, created) VALUES (1, 2, 3, :x, 4)")
    with (
        closing(Database(f"sqlite:///{db.path}")) as full,
        pytest.raises(StoreError, match="disk is full"),
        full.write() as connection,
    ):
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        connection.execute(blob, {"x": "x" * 1_000_000})


def test_backup_while_in_use(db: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with db.write() as connection:
        connection.execute(
            text("INSERT INTO notices (id, kind, title, text, created) VALUES ('a',2,3,4,5)")
        )
    with db.read():
        db.backup(target)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        assert copy.execute("SELECT id FROM notices").fetchall() == [("a",)]
    with pytest.raises(StoreError, match="already exists"):
        db.backup(target)


def test_damage_is_found(db: Database) -> None:
    assert db.damage() == []
    assert db.path is not None
    with closing(sqlite3.connect(db.path, isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("INSERT INTO alerts (id, match_id, created) VALUES ('a', 77, '2024')")
    assert any("alerts" in problem for problem in db.damage())


def test_two_processes_write_without_losing_anything(db: Database) -> None:
    program = (
        "import sys; from sqlalchemy import text; from monitor.store.database import Database\n"
        "db = Database(sys.argv[1])\n"
        "for i in range(50):\n"
        "    with db.write() as c:\n"
        "        n = c.execute(text('SELECT count(*) FROM notices')).scalar()\n"
        "        c.execute(text('INSERT INTO notices (id, kind, title, text, created) '"
        "                       'VALUES (:i, 2, 3, 4, 5)'), {'i': str(n)})\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, f"sqlite:///{db.path}"]) for _ in range(2)
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    with db.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM notices")).scalar() == 100


def test_an_upgrade_keeps_what_was_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript((Path(__file__).parent / "first_schema.sql").read_text(encoding="utf-8"))
    with closing(Database(f"sqlite:///{tmp_path / 'old.db'}")) as db:
        assert db.upgrade() is True
        assert db.differences() == []
        assert db.damage() == []
        with db.read() as connection:
            told = connection.execute(
                text(
                    "SELECT alerts.id, alerts.thread, matches.thread, matches.joined, channel,"
                    " follow_up, status FROM deliveries"
                    " JOIN alerts ON alerts.id = alert_id JOIN matches ON matches.id = match_id"
                )
            ).all()
    at = "2024-03-25 14:00:00.000000"
    assert told == [("a1", "a1", "a1", at, "slack", 0, "sent")]


def test_an_upgrade_of_a_damaged_database_changes_nothing(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript((Path(__file__).parent / "first_schema.sql").read_text(encoding="utf-8"))
        old.execute("DELETE FROM articles")
        old.commit()
    with closing(Database(f"sqlite:///{tmp_path / 'old.db'}")) as db:
        with pytest.raises(StoreError, match="upgrade would lose"):
            db.upgrade()
        assert db.revision() == "0001"
