from __future__ import annotations

import ssl
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.schema import Polling
from monitor.fetch.client import Fetcher
from tests.support.web import WebWorld


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """May reach loopback, where the tests' servers are; patient enough for a busy machine."""
    polling = Polling(timeout=timedelta(seconds=20), allow_private_networks=True)
    async with Fetcher(polling) as made:
        yield made


@pytest.fixture
def certificate(web: WebWorld, tmp_path: Path) -> Path:
    """Of `secure.test` and 127.0.0.1; the web speaks TLS with it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=secure.test", "-addext", "subjectAltName=DNS:secure.test,IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    web.use_tls(context)
    return certificate
