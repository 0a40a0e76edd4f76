"""Critical alerts stay rare on news of others; the story of March 2024 is grave all the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.severities import MOST_CRITICAL, severities
from monitor.config.load import load_config
from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Severity

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"


@pytest.mark.skipif("MONITOR_CORPUS" not in os.environ, reason="needs the evaluation corpus")
def test_at_most_one_alert_in_ten_is_critical() -> None:
    measured = severities(Path(os.environ["MONITOR_CORPUS"]))
    assert len(measured) == 6
    for name, counts in measured.items():
        assert counts.total() > 20, name
        assert counts[Severity.CRITICAL] <= MOST_CRITICAL * counts.total(), name
        assert counts[Severity.HIGH], name
        assert counts[Severity.MEDIUM] or name[1] == "one watchlist", name
    assert sum(counts[Severity.CRITICAL] for counts in measured.values())


TITLE = "UK blames APT31 for the hack of the Electoral Commission"
BRIEF = (
    "Hackers of APT31 copied the registers of the Electoral Commission, ministers said on Monday. "
    "Names and addresses of millions of voters were seen, and so were mails of members of "
    "Parliament. Zhao Guangzong and Ni Gaobin are banned from entering the country."
)
WHOLE = (
    "APT31 broke into the Electoral Commission in London in 2021. The Electoral Commission noticed "
    "APT31 a year later. A spokeswoman of the Electoral Commission said that APT31 was gone."
)


def found(title: str, body: str, **settings: object) -> dict[str, Severity]:
    """How grave an article is for each watchlist of the example that is shipped."""
    config = load_config(EXAMPLE, env={}).config
    names = [entity for each in config.watchlists for entity in each.entities]
    together = Watchlist.model_validate({"name": "all", "entities": names, **settings})
    article = Article(id="1", title=title, body=body, language="en")
    matches = Matcher([*config.watchlists, together]).match(article)
    return {match.watchlist: match.severity for match in matches if match.alert}


def test_the_story_of_march_2024_is_grave() -> None:
    graver = {Severity.HIGH, Severity.CRITICAL}
    brief = found(TITLE, BRIEF)
    assert len(brief) >= 3
    assert set(brief.values()) <= graver
    # What is all about two that are watched is more than what names them in its headline.
    assert brief["all"] is Severity.HIGH
    assert found(TITLE, WHOLE)["all"] is Severity.CRITICAL
    assert found("The week in London", BRIEF)["all"] is Severity.HIGH


def test_who_says_from_which_score_on_goes_by_the_score() -> None:
    assert found(TITLE, BRIEF, severity={"critical": 90})["all"] is Severity.CRITICAL
    assert found("The week", WHOLE, severity={"critical": 100})["all"] is Severity.HIGH
