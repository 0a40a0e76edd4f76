"""PgBouncer between the tests and their PostgreSQL server, where it is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgresql import Server
from tests.support.sockets import free_port

POOLER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_SETTINGS = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = 4
logfile = {folder}/log
"""


@contextmanager
def pooling(server: Server, mode: str) -> Iterator[int]:
    """The port at which it answers for all of a server's databases."""
    assert POOLER is not None
    with tempfile.TemporaryDirectory(prefix="monitor-pgbouncer-") as made:
        folder, port = Path(made), free_port()
        (folder / "users").write_text('"postgres" ""\n')
        said = _SETTINGS.format(server=server.port, port=port, folder=folder, mode=mode)
        (folder / "settings").write_text(said)
        command = [POOLER, "-q", str(folder / "settings")]
        if os.geteuid() == 0:
            # Root may not run it.
            for each in (folder, *folder.iterdir()):
                shutil.chown(each, "postgres", "postgres")
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(port)
                yield port
            finally:
                process.kill()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < end, "PgBouncer does not answer"
        else:
            return
