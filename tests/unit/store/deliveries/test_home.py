"""Deliveries have one home: the module with the picture of their states writes their table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import monitor

PACKAGE = Path(monitor.__file__).parent
HOME = PACKAGE / "store" / "deliveries" / "transitions.py"
_SQL = re.compile(
    r"\b(insert\s+(or\s+\w+\s+)?into|replace\s+into|update|delete\s+from)\s+\"?deliveries\b",
    re.IGNORECASE,
)


def writes(source: str) -> Iterator[int]:
    """The lines on which a module inserts into, updates or deletes from the table."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _SQL.search(node.value)
        ):
            yield node.lineno
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).rpartition(".")
        about = [ast.unparse(each) for each in node.args[:1]] + [called[0]]
        if called[2] in {"insert", "update", "delete"} and any(
            each.rpartition(".")[2] == "deliveries" for each in about
        ):
            yield node.lineno


def test_nothing_else_writes_the_table() -> None:
    found = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if path != HOME and (lines := list(writes(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "conn.execute(insert(deliveries).values(a=1))",
        "conn.execute(sa.update(tables.deliveries))",
        "conn.execute(\n    delete(deliveries)\n    .where(x)\n)",
        "tables.deliveries.insert()",
        "text('UPDATE deliveries SET a = 1')",
        "text('delete from deliveries')",
        "text('INSERT OR IGNORE INTO \"deliveries\" VALUES (1)')",
    ],
)
def test_a_write_is_noticed(source: str) -> None:
    assert list(writes(source))


def test_what_only_reads_is_no_write() -> None:
    assert not list(writes("select(deliveries).where(deliveries.c.id.in_(update))"))
    assert len(list(writes(HOME.read_text(encoding="utf-8")))) >= 5
