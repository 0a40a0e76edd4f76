"""Which watchlists an edit has only given another name."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.config.renaming import renamed


def defined(name: str, *entities: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "entities": [{"name": each} for each in entities], "queries": [], **more}


@pytest.mark.parametrize(
    ("before", "now", "names"),
    [
        ([defined("A", "x")], [defined("B", "x")], {"A": "B"}),
        ([defined("A", "x", alert_at=50)], [defined("B", "x", alert_at=60)], {"A": "B"}),
        ([defined("A", "x"), defined("C", "y")], [defined("C", "y"), defined("B", "x")],
         {"A": "B"}),
        ([defined("A", "x")], [defined("A", "x")], {}),
        ([defined("A", "x")], [defined("B", "x", "y")], {}),
        # It is there still; the other one is a copy of it.
        ([defined("A", "x")], [defined("A", "x"), defined("B", "x")], {}),
        # Nobody knows which is which.
        ([defined("A", "x")], [defined("B", "x"), defined("C", "x")], {}),
        ([defined("A", "x"), defined("C", "x")], [defined("B", "x")], {}),
        # Each has the other's name now: what is told under a name is whom it watches.
        ([defined("A", "x"), defined("B", "y")], [defined("A", "y"), defined("B", "x")], {}),
        ([], [defined("A", "x")], {}),
        ([defined("A", "x")], [defined("B", "x", queries=[{"name": "q"}])], {}),
    ],
)  # fmt: skip
def test_one_that_is_gone_and_there_under_one_other_name(
    before: list[dict[str, Any]], now: list[dict[str, Any]], names: dict[str, str]
) -> None:
    assert renamed(before, now) == names
