"""The documentation's pictures: they can be drawn, are small, and are the ones it shows."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support import page_pictures
from tests.support.pictures import FOLDER, PICTURES, draw
from tools.recording import PICTURE as RECORDING

DOCS = FOLDER.parent


def test_they_can_be_drawn(tmp_path: Path) -> None:
    for path in draw(tmp_path):
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        _, width, height = PICTURES[path.name]
        # RFC 2083 §4.1.1
        assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (width, height)
        assert 20_000 < len(data) < 170_000


def test_they_are_there_and_the_documentation_shows_each() -> None:
    names = {*PICTURES, *(name for name, *_ in page_pictures.PICTURES), RECORDING.name}
    assert {path.name for path in FOLDER.glob("*")} == names
    pages = [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]
    shown = {
        (page.parent / found).resolve()
        for page in pages
        for found in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    }
    assert shown == {(FOLDER / name).resolve() for name in names}
    assert all(path.stat().st_size < 350_000 for path in shown)
