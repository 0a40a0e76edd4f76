"""What is shown of a change of a threshold: the watchlist's own lines, and no others."""

from __future__ import annotations

import pytest

from monitor.config.adjusting import Adjustment
from monitor.config.tuning import ChangedOnDiskError, diff_of, digest_of, draft, write
from tests.unit.config.folder import Folder

TABLES = """\
[[channels]]
name = "slack"
url = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"

[[watchlists]]
name = "One"
alert_at = 50
# {url = "https://a.example/SECRET", password = "SECRET"}
entities = [{name = "Alpha"}]

  [[watchlists.queries]]
  name = "q"
  query = "Beta"

# password = "SECRET"
[[watchlists]]
name = "Two"
entities = [{name = "SECRET"}]

[web]
password = "SECRET"
"""
INLINE = """\
watchlists = [
  {name = "Nought", entities = [{name = "SECRET"}]},
  {name = "One", alert_at = 50, entities = [{name = "Alpha"}]},
]

[web]
password = "SECRET"
"""


@pytest.mark.parametrize("text", [TABLES, INLINE])
def test_a_change_is_shown_without_the_rest_of_the_file(folder: Folder, text: str) -> None:
    path = folder.write("config.toml", text)
    shown = draft(path, "One", Adjustment(alert_at=70), env={})
    changed = [line for line in shown.diff.splitlines()[3:] if line[:1] in "+-"]
    assert len(changed) == 2
    assert "alert_at = 50" in changed[0]
    assert "alert_at = 70" in changed[1]
    assert "SECRET" not in shown.diff
    assert "TOKEN" not in shown.diff


def test_what_was_changed_elsewhere_meanwhile_is_not_shown(folder: Folder) -> None:
    path = folder.write("config.toml", TABLES.replace("TOKENCCCC", "TOKENDDDD"))
    for seen, diff in ((TABLES, ""), (None, None)):
        with pytest.raises(ChangedOnDiskError) as refused:
            write(path, "One", Adjustment(alert_at=70), digest_of(TABLES), seen=seen, env={})
        assert refused.value.diff == diff
    assert "+query" not in diff_of(TABLES, TABLES.replace("Beta", "Gamma"), "Two", "x")
    assert "Gamma" in diff_of(TABLES, TABLES.replace("Beta", "Gamma"), "One", "x")
