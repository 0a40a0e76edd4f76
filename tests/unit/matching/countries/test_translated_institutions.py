# ruff: noqa: E501, RUF001 - letters of other scripts, a case a line
"""Institutions watched by their English name, in newspapers of other languages."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, country: str | None, text: str) -> bool:
    entity = Entity(name=name, kind=Kind.ORGANISATION, country=country)
    matcher = Matcher([Watchlist(name="w", entities=(entity,))])
    return any(match.alert for match in matcher.match(Article(id="1", title="", body=text)))


OURS = [
    ("Electoral Commission", "GB", "Dane wyborców skopiowano z brytyjskiej Komisji Wyborczej."),
    ("Electoral Commission", "GB", "London: Hacker lasen bei der Wahlkommission mit."),
    ("Electoral Commission", "GB", "Großbritannien lastet China den Angriff auf die Wahlkommission an."),
    ("Electoral Commission", "GB", "La Commission électorale britannique avait été piratée en 2021."),
    ("Electoral Commission", "GB", "اخترق قراصنة صينيون اللجنة الانتخابية البريطانية."),
    ("Electoral Commission", "GB", "英国称中国黑客入侵了选举委员会。"),
    ("Electoral Commission", "GB", "Лондон обвинил китайских хакеров во взломе Избирательной комиссии."),
    ("Electoral Commission", "GB", "برطانوی الیکشن کمیشن کا ڈیٹا چوری ہوا۔"),
    ("Electoral Commission", "KE", "Kenijská volební komise odložila vyhlášení výsledků."),
    ("Supreme Court", "US", "Sąd Najwyższy USA odrzucił skargę."),
    ("Supreme Court", "US", "La Corte Suprema de EE.UU. rechazó el recurso."),
    ("Supreme Court", "US", "A Suprema Corte dos EUA rejeitou o recurso."),
    ("Supreme Court", "IN", "भारत के सुप्रीम कोर्ट ने याचिका खारिज की"),
    ("Supreme Court", "IL", "La Cour suprême israélienne a rejeté le recours."),
    ("Ministry of Defence", "GB", "Le ministère britannique de la Défense a ouvert une enquête."),
    ("Ministry of Defence", "GB", "El Ministerio británico de Defensa abrió una investigación."),
    ("Ministry of Defence", "UA", "Das ukrainische Verteidigungsministerium meldete Angriffe."),
    ("Foreign Office", "GB", "استدعت وزارة الخارجية البريطانية السفير الصيني."),
    ("Department of Justice", "US", "El Departamento estadounidense de Justicia acusó a siete chinos."),
    ("House of Commons", "GB", "Das britische Unterhaus vertagte sich."),
    ("Ministry of State Security", "CN", "Chińskie Ministerstwo Bezpieczeństwa Państwowego milczy."),
    ("European Parliament", None, "W Parlamencie Europejskim głosowano w nocy."),
    ("European Parliament", None, "Im Europaparlament fehlte die Mehrheit."),
    ("United Nations", None, "Die Vereinten Nationen warnten am Montag."),
    ("NATO", None, "НАТО відкинула звинувачення."),
    ("White House", None, "W Białym Domu milczano."),
    ("White House", None, "Im Weißen Haus hieß es am Abend."),
    ("State Department", None, "米国務省は声明を出した。"),
    ("Ukrainian Ministry of Defence", None, "Украинское министерство обороны сообщило о взрыве."),
    ("Ukrainian Ministry of Defence", None, "Ukraine's Ministry of Defence said Kyiv was hit."),
    ("Supreme Court of India", None, "India's Supreme Court adjourned the hearing."),
]  # fmt: skip
OTHERS = [
    ("Electoral Commission", "GB", "Komisja Wyborcza w Kenii ogłosiła wyniki."),
    ("Electoral Commission", "GB", "أعلنت اللجنة الانتخابية العراقية النتائج."),
    ("Electoral Commission", "GB", "Komisja Wyborcza ogłosiła wyniki."),
    ("Electoral Commission", "GB", "香港选举委员会公布名单。"),
    ("Supreme Court", "US", "Sąd Najwyższy w Warszawie uchylił wyrok."),
    ("Supreme Court", "US", "La Corte Suprema de Chile rechazó el recurso."),
    ("Ministry of Defence", "GB", "Le ministère russe de la Défense accuse Londres."),
    ("Ministry of Defence", "GB", "El Ministerio ruso de Defensa acusa al Reino Unido."),
    ("Foreign Office", "GB", "中国外交部发言人批评英国。"),
    ("Foreign Office", "GB", "MSZ: Ministerstwo Spraw Zagranicznych w Warszawie wezwało ambasadora."),
    ("House of Commons", "GB", "Das japanische Unterhaus wurde aufgelöst."),
    ("Ministry of State Security", "CN", "Das Ministerium für Staatssicherheit der DDR bespitzelte sie."),
    ("European Parliament", None, "Parlament przyjął ustawę po północy."),
    ("White House", None, "Kupili biały dom pod lasem."),
    ("White House", None, "Compró una casa blanca en la playa."),
    ("State Department", None, "中国国务院发布通知。"),
    ("Ukrainian Ministry of Defence", None, "Russia's Ministry of Defence accused Ukraine."),
    ("UK Supreme Court", None, "The Supreme Court in Nairobi adjourned the hearing."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "country", "text"), OURS)
def test_ours(name: str, country: str | None, text: str) -> None:
    assert alerts(name, country, text)


@pytest.mark.parametrize(("name", "country", "text"), OTHERS)
def test_not_ours(name: str, country: str | None, text: str) -> None:
    assert not alerts(name, country, text)


def test_a_mention_that_its_country_brings_back_may_be_the_only_one() -> None:
    assert alerts("Electoral Commission", "GB", "The Wahlkommission of the United Kingdom met.")
    assert not alerts("Electoral Commission", "GB", "The Wahlkommission of the Congo met.")


PAPERS = [
    ("pl", "wiadomosci.example.pl", "Wielka Brytania oskarża Chiny o atak na Komisję Wyborczą."),
    (
        "de",
        "www.example.de",
        "Großbritannien wirft China vor, die Wahlkommission gehackt zu haben.",
    ),
    ("fr", "www.example.fr", "Londres accuse Pékin d’avoir piraté la Commission électorale."),
    ("es", "www.example.es", "Londres acusa a Pekín de atacar a la Comisión Electoral."),
    ("cs", "www.example.cz", "Británie obvinila Čínu z útoku na volební komisi."),
    ("it", "www.example.it", "Londra accusa Pechino di aver attaccato la commissione elettorale."),
    ("sv", "www.example.se", "Storbritannien anklagar Kina för attacken mot valkommissionen."),
    ("ru", "example.ru", "Лондон обвинил Китай во взломе Избирательной комиссии."),
    ("tr", "www.example.com.tr", "İngiltere, Çin'i Seçim Komisyonu'na saldırmakla suçladı."),
]
THEIR_OWN = [
    ("pl", "Polacy w Londynie stali w kolejkach. Komisja Wyborcza przedłużyła głosowanie."),
    ("pl", "Brytyjczycy liczą głosy do rana. Państwowa Komisja Wyborcza podała frekwencję."),
    ("it", "Il Regno Unito ha votato giovedì. La commissione elettorale: nessun reclamo."),
    ("ru", "Великобритания голосовала в четверг. Избирательная комиссия подвела итоги."),
    ("es", "El Reino Unido votó el jueves. La Comisión Electoral no recibió quejas."),
]


def told(language: str, host: str, text: str) -> bool:
    entity = Entity(name="Electoral Commission", kind=Kind.ORGANISATION, country="GB")
    matcher = Matcher([Watchlist(name="w", entities=(entity,))])
    article = Article(id="1", title="", body=text, language=language, url=f"https://{host}/1")
    return any(match.alert for match in matcher.match(article))


@pytest.mark.parametrize(("language", "host", "text"), PAPERS)
def test_a_sentence_about_us_in_a_paper_of_another_country(
    language: str, host: str, text: str
) -> None:
    assert told(language, host, text)


@pytest.mark.parametrize(("language", "text"), THEIR_OWN)
def test_a_papers_own_institution_after_a_sentence_about_us(language: str, text: str) -> None:
    assert not told(language, "www.example.org", text)
