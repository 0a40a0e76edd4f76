"""Whatever commands and the page write is written again if the server undid it for another."""

from __future__ import annotations

import ast
from pathlib import Path

import monitor.service


def writes(tree: ast.AST, *, is_retried: bool = False) -> list[tuple[int, bool]]:
    """The lines that begin a write transaction, and whether they are done again."""
    found = []
    for node in ast.iter_child_nodes(tree):
        retried = is_retried
        if isinstance(node, ast.FunctionDef):
            names = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
            retried = retried or "retried" in names
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "write"
            and not node.args
        ):
            found.append((node.lineno, retried))
        found += writes(node, is_retried=retried)
    return found


def test_every_write_of_a_service_is_done_again() -> None:
    found = {
        (path.name, line): retried
        for path in Path(monitor.service.__file__).parent.glob("*.py")
        for line, retried in writes(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found
    assert [where for where, retried in found.items() if not retried] == []
