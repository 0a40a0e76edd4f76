"""What in a report is news to people who have been told of its story."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alerts.news import Told, developments, new_headline, official_source, taken_back
from monitor.model.article import Article, TextSource
from monitor.model.development import (
    HeadlineChanged,
    NamesEntities,
    NoLongerNames,
    OfficialSource,
    SeverityRose,
)
from monitor.model.match import Severity
from tests.support.alerts import mention

WATCHED = frozenset({"Skerry Lines"})
TOLD = Told(WATCHED, Severity.MEDIUM)
BEFORE = "Divers named APT31 and Ni Gaobin. The harbour master spoke. The ferry was late again."
AFTER = "Divers named APT31 and a second man. The harbour master spoke. The ferry was late again."


def test_nothing_new_is_no_development() -> None:
    assert developments(TOLD, WATCHED, Severity.LOW, "https://news.example/1") == ()
    assert developments(TOLD, frozenset(), Severity.MEDIUM, None) == ()


def test_a_newly_named_entity_is_a_development() -> None:
    named = WATCHED | {"Tidewater", "Inga Brodie"}
    news = developments(TOLD, named, Severity.LOW, None)
    assert news == (NamesEntities(("Inga Brodie", "Tidewater")),)


def test_many_newly_named_entities_are_counted() -> None:
    news = developments(TOLD, frozenset("abcdefgh"), Severity.LOW, None)
    assert news == (NamesEntities(tuple("abcde"), more=3),)


def test_a_higher_severity_is_a_development() -> None:
    news = developments(TOLD, WATCHED, Severity.CRITICAL, None)
    assert news == (SeverityRose(Severity.MEDIUM, Severity.CRITICAL),)
    assert developments(TOLD, WATCHED, Severity.MEDIUM, None) == ()
    low = replace(TOLD, severity=Severity.LOW)
    assert developments(low, WATCHED, Severity.MEDIUM, None) == (), "one outlet's emphasis"


def test_the_first_official_source_is_a_development() -> None:
    url = "https://www.ncsc.gov.uk/news/ferries"
    news = developments(TOLD, WATCHED, Severity.MEDIUM, url)
    assert news == (OfficialSource("www.ncsc.gov.uk"),)
    assert developments(replace(TOLD, official=True), WATCHED, Severity.MEDIUM, url) == ()


def test_all_that_is_new_is_told_together() -> None:
    news = developments(TOLD, WATCHED | {"X"}, Severity.HIGH, "https://cisa.gov/a")
    assert [each.kind for each in news] == ["names_entities", "severity_rose", "official_source"]


def test_another_headline_is_a_development_and_a_longer_one_is_not() -> None:
    told = "Hackers shut harbour", ""
    other = "Ministers were wrong about it"
    assert new_headline(told, (other, "")) == HeadlineChanged(told[0], other)
    assert new_headline(told, ("UPDATE 1 Hackers shut harbour", "")) is None
    assert new_headline(("", "船会社が攻撃"), ("", "港湾局の発表")) is not None
    # Where only one of the two has a space, they are compared letter by letter.
    one, two = ("", "港湾局が攻撃を受けたと発表"), ("", "港湾局が 攻撃を受けたと発表")
    assert new_headline(one, two) is None
    assert new_headline(two, one) is None


def test_a_name_taken_back_is_told_with_what_was_said_of_it() -> None:
    page = Article(id="a", body=BEFORE, text_source=TextSource.PAGE)
    after = replace(page, body=AFTER)
    named = [mention("APT31", "APT31", BEFORE, "body"), mention("Ni", "Ni Gaobin", BEFORE, "body")]
    gone = taken_back(page, after, named, named[:1])
    assert gone == (NoLongerNames("Ni", "Divers named APT31 and Ni Gaobin."),)
    assert taken_back(page, replace(page, body=AFTER[:40]), named, ()) == (), "it may be a wall"
    assert taken_back(page, page, named, ()) == (), "nobody watches them any more"


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
