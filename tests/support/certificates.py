"""Certificates that nobody has signed."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path


def self_signed(folder: Path, *names: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1 and some names; its file, and what serves with it."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    names = ("127.0.0.1", *names)
    alternatives = ",".join(["IP:127.0.0.1", *(f"DNS:{name}" for name in names[1:])])
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", f"/CN={names[-1]}", "-addext", f"subjectAltName={alternatives}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context
