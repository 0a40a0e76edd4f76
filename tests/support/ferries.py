"""Reports of one event, and of others of the same company."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.messages.correlations import why as said
from monitor.stories.clustering import (
    Placement,
    find_story,
)
from monitor.stories.correlate import Known, Report
from monitor.stories.fingerprint import fingerprint

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


TITLE = "Ferry company Skerry Lines hit by ransomware, sailings cancelled"


TEXT = """Skerry Lines cancelled all sailings to the Outer Holms on Monday after ransomware locked
its booking system and the screens in its terminals.

The attackers, who call themselves Tidewater, demand 2.4 million euros, managing director Inga
Brodie told reporters in Stromvik. The ships themselves are not affected, she said, but without
passenger lists they may not leave the quay.

About 3,100 passengers were stranded, among them a school choir on its way to a contest. The
coastguard offered to carry food and medicines to the islands."""


OTHER_TITLE = "Islanders cut off as hackers paralyse ferries"


OTHER_TEXT = """No ferry has left for the Outer Holms since Monday morning. Hackers calling
themselves Tidewater have paralysed the booking computers of Skerry Lines and want 2.4 million
euros.

Some 3,100 passengers wait in Stromvik, a school choir among them. "Our ships are fine, but we may
not sail without passenger lists," managing director Inga Brodie said.

Food and medicines will be brought to the islanders by the coastguard."""


ANOTHER_TITLE = "Skerry Lines orders two electric ferries from Norwegian yard"


ANOTHER_TEXT = """Skerry Lines has ordered two electric ferries for its short routes from the yard
Havbruk in Norway, for 61 million euros the pair.

They will carry 40 cars each and charge their batteries while unloading. The first is to be
delivered in the spring of 2028. The transport ministry pays a third of the price."""


WATCHED = frozenset({"Skerry Lines"})


def made(
    title: str, text: str, outlet: str = "The Holm Herald", hours: float = 0, **kwargs: str
) -> Report:
    return Report(
        outlet,
        NOW + timedelta(hours=hours),
        WATCHED,
        fingerprint(title, text, names=["Skerry Lines"], **kwargs),
    )


def known(report: Report, story: int = 1, began: datetime = NOW) -> Known:
    return Known(story, began, report)


FIRST = known(made(TITLE, TEXT))


def placed(report: Report, *stories: Known) -> Placement:
    return find_story(report, stories or [FIRST])


def why(report: Report, *stories: Known) -> str | None:
    found = placed(report, *stories)
    return None if found.story is None else said(found.correlation)
