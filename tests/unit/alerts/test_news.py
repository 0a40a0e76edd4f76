"""What in a report is news to people who have been told of its story."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alerts.news import Told, development, official_source
from monitor.model.match import Severity

WATCHED = frozenset({"Skerry Lines"})
TOLD = Told(WATCHED, Severity.MEDIUM)


def test_nothing_new_is_no_development() -> None:
    assert development(TOLD, WATCHED, Severity.LOW, "https://news.example/1") is None
    assert development(TOLD, frozenset(), Severity.MEDIUM, None) is None


def test_a_newly_named_entity_is_a_development() -> None:
    named = WATCHED | {"Tidewater", "Inga Brodie"}
    assert development(TOLD, named, Severity.LOW, None) == "it now names Inga Brodie, Tidewater"


def test_many_newly_named_entities_are_counted() -> None:
    named = frozenset("abcdefgh")
    assert development(TOLD, named, Severity.LOW, None) == "it now names a, b, c, d, e and 3 more"


def test_a_higher_severity_is_a_development() -> None:
    said = development(TOLD, WATCHED, Severity.CRITICAL, None)
    assert said == "its severity rose from medium to critical"


def test_the_first_official_source_is_a_development() -> None:
    url = "https://www.ncsc.gov.uk/news/ferries"
    said = development(TOLD, WATCHED, Severity.MEDIUM, url)
    assert said == "an official source reports it: www.ncsc.gov.uk"
    assert development(replace(TOLD, official=True), WATCHED, Severity.MEDIUM, url) is None


def test_all_that_is_new_is_told_together() -> None:
    said = development(TOLD, WATCHED | {"X"}, Severity.HIGH, "https://cisa.gov/a")
    assert said is not None
    assert said.count("; ") == 2


@pytest.mark.parametrize(
    "host",
    ["www.cisa.gov", "ncsc.gov.uk", "cert.ssi.gouv.fr", "www.bsi.bund.de", "jpcert.go.jp",
     "who.int", "www.defense.mil", "europol.europa.eu", "www.ncsc.admin.ch", "cyber.gc.ca",
     "cert.gov.ua", "www.gob.mx", "cert.govt.nz", "NCSC.GOV.UK", "news.un.org",
     "gov.pl", "oesterreich.gv.at"],
)  # fmt: skip
def test_public_bodies_are_official(host: str) -> None:
    assert official_source(f"https://{host}/x") == host.lower()


@pytest.mark.parametrize(
    "url",
    ["https://gov.example.com", "https://notgov.uk", "https://example.com/ncsc.gov.uk", None, "",
     "https://go.com", "https://bund.de.evil.example", "https://[", "mailto:a@cisa.gov",
     "https://mygov.info", "https://xeuropa.eu", "https://go.uk", "https://ncsc.gov.uk@evil.example"],
)  # fmt: skip
def test_what_only_looks_official_is_not(url: str | None) -> None:
    assert official_source(url) is None
