# ruff: noqa: RUF001 - Cyrillic and Greek letters that look like Latin ones
"""Names in the cases of languages that inflect them, and the words that only look like one."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.spelling.inflection import change
from monitor.matching.text.endings import ENDINGS
from monitor.matching.text.local_language import languages_around
from monitor.matching.text.normalise import fold
from monitor.model.article import Article
from monitor.model.match import Kind


def found(name: str, text: str, kind: Kind = Kind.PERSON, language: str | None = None) -> list[str]:
    """What alerts for a watched name, as the text has it."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=kind),))
    matches = Matcher([watched]).match(Article(id="1", title="", body=text, language=language))
    return [mention.text for match in matches if match.alert for mention in match.mentions]


PERSONS = [
    ("Jan Kubíček", "Podle Jana Kubíčka to tak není.", "Jana Kubíčka"),
    ("Anthony Kerry", "Decyzja Anthony'ego Kerry'ego nie jest ważna.", "Anthony'ego Kerry'ego"),
    ("George Lake", "Rozmowa z George'em Lake'iem się nie odbyła.", "George'em Lake'iem"),
    ("Han Dong Un", "Spotkał się z Han Dong Unem w Seulu.", "Han Dong Unem"),
    ("Petr Novotný", "Soud odsoudil Petra Novotného za podvod.", "Petra Novotného"),
    ("Pavel Hájek", "Mluvčí o Pavlu Hájkovi nic neví.", "Pavlu Hájkovi"),
    ("Lenka Dvořáková", "Podle Lenky Dvořákové je to tak.", "Lenky Dvořákové"),
    ("Susan Miller", "Setkal se s Susan Millerovou v Praze.", "Susan Millerovou"),
    ("Marek Zieliński", "Proces Marka Zielińskiego nie ruszył.", "Marka Zielińskiego"),
    ("Kaja Nowak", "Skrytykowano też Kaję Nowak za to.", "Kaję Nowak"),
    ("Kaja Liepa", "Ministrs tikās ar Kaju Liepu.", "Kaju Liepu"),
    ("Rasim Əsgərov", "Nazir Rasim Əsgərovla görüşüb.", "Rasim Əsgərovla"),
    ("Rasim Asgarov", "Nazir Rasim Əsgərovla görüşüb.", "Rasim Əsgərovla"),
    ("Zofia Duda", "Spotkanie z Zofią Dudą jest w środę.", "Zofią Dudą"),
    ("Ondrej Kováč", "Hovoril s Ondrejom Kováčom o tom.", "Ondrejom Kováčom"),
    ("Janez Novak", "Srečal se je z Janezom Novakom.", "Janezom Novakom"),
    ("Ivan Horvat", "Govorio je o Ivanu Horvatu i za njega.", "Ivanu Horvatu"),
    ("Илья Соколов", "Суд оправдал Илью Соколова в среду.", "Илью Соколова"),
    ("Лев Громов", "Он написал Льву Громову об этом.", "Льву Громову"),
    ("Марія Бондар", "Він говорив про Марію Бондар у Києві.", "Марію Бондар"),
    ("Jonas Weber", "Jonas Webers Anwalt ist nicht da.", "Jonas Webers"),
    ("Mikko Virtanen", "Mikko Virtasen mukaan se on hyvä.", "Mikko Virtasen"),
    ("Laura Korhonen", "Asiasta kysyttiin Laura Korhoselta.", "Laura Korhoselta"),
    ("Nagy Péter", "A vita Nagy Péterrel nem ért véget.", "Nagy Péterrel"),
    ("Jānis Ozols", "Tas ir Jāņa Ozola lēmums un viņš.", "Jāņa Ozola"),
    ("Mindaugas Petrauskas", "Jis kalbėjo su Mindaugu Petrausku.", "Mindaugu Petrausku"),
    ("Ayşe Yılmaz", "Ayşe Yılmaz'ın avukatı bunu dedi.", "Ayşe Yılmaz'ın"),
    ("Sean O'Brady", "Šéfa firmy Seana O'Bradyho se na to ptali.", "Seana O'Bradyho"),
    ("Sean O'Brady", "Prema Seanu O'Bradyju to nije tako, a on je to rekao.", "Seanu O'Bradyju"),
    ("Joe Kinden", "Zmaga Joeja Kindna je v tem, da se je za to trudil.", "Joeja Kindna"),
    ("Antti Linne", "Antti Linteen mukaan se on hyvä, ja hän on oikeassa.", "Antti Linteen"),
    ("Kirsi Lahti", "Kirsi Lahden mukaan se ei ole hyvä, ja hän on oikeassa.", "Kirsi Lahden"),
    ("Jukka Ala-aho", "Jukka Ala-ahon mukaan se ei ole hyvä.", "Jukka Ala-ahon"),
    (
        "Park Ki-moon",
        "Spotkanie z Park Ki-moonem nie jest planowane na ten tydzień.",
        "Park Ki-moonem",
    ),
    ("Шон О'Брейди", "Критика Шона О'Брейди усилилась и не прекращается.", "Шона О'Брейди"),
    (
        "Sergei Gromov",
        "Według Siergieja Gromowa to nie jest prawda, a także nie było.",
        "Siergieja Gromowa",
    ),
    ("Anže Novak", "Z Anžetom Novakom se je na to pripravil.", "Anžetom Novakom"),
    ("Νίκος Παππάς", "Η δήλωση του Νίκου Παππά για το θέμα.", "Νίκου Παππά"),
]


@pytest.mark.parametrize(("name", "text", "as_written"), PERSONS)
def test_a_person_in_another_case(name: str, text: str, as_written: str) -> None:
    assert found(name, text) == [as_written]


@pytest.mark.parametrize(
    ("name", "text", "as_written"),
    [
        ("Nejvyšší soud", "Rozhodnutí Nejvyššího soudu je v platnosti.", "Nejvyššího soudu"),
        ("Komisja Nadzoru", "Decyzja Komisji Nadzoru nie zapadła.", "Komisji Nadzoru"),
        ("Vyšší súd", "Sudca Vyššieho súdu je na to pripravený.", "Vyššieho súdu"),
        ("Konstitučná rada", "Podľa Konstitučnej rady je to tak.", "Konstitučnej rady"),
        ("Счётная палата", "По данным Счётной палаты, это не так.", "Счётной палаты"),
        ("Народно събрание", "Решението на Народното събрание е в сила.", "Народното събрание"),
        ("Zentrales Prüfamt", "Der Leiter des Zentralen Prüfamtes ist da.", "Zentralen Prüfamtes"),
        ("Zieloni", "Posłowie partii Zielonych nie głosowali.", "Zielonych"),
        ("Republikanie", "Zdaniem Republikanów to nie jest prawda.", "Republikanów"),
        ("Rossbank", "Rzecznik Rossbanku nie odpowiedział.", "Rossbanku"),
        ("Технобанк", "Представитель Технобанка не ответил.", "Технобанка"),
    ],
)
def test_an_organisation_in_another_case(name: str, text: str, as_written: str) -> None:
    assert found(name, text, Kind.ORGANISATION) == [as_written]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Martin Smith", "Martina Smith je v Praze a se na to ptá."),  # a woman
        ("Jan Novák", "Jana Nováková je v Praze a na to se ptá."),
        ("Олександр Гриценко", "Олександра Гриценко сказала, що не знає."),
        ("Imre Szabo", "Imran Szabo nem volt ott, és ez az."),
        ("Don Price", "The Donas Prices of the day are as they were."),
        (
            "Carl Roe",
            "The house of Carla Roeova is for the people of the town.",
        ),  # no case in English
        ("Rossbank", "The Rossbanka of old was in the town and is not."),
    ],
)
def test_words_that_only_look_like_a_case(name: str, text: str) -> None:
    assert found(name, text) == []


def test_a_wrong_tag_and_two_languages() -> None:
    polish = "Sąd skazał Adama Kowalczyka, ale to nie jest koniec, bo on się nie przyzna."
    assert found("Adam Kowalczyk", polish, language="en") == ["Adama Kowalczyka"]
    english = (
        "The court is one of those that were in the news, and he said it was for the best. " * 8
    )
    assert found("Adam Kowalczyk", f"{english}\n\n{polish}", language="en") == ["Adama Kowalczyka"]


def test_the_words_around_say_the_language() -> None:
    folded = fold("To jest zdanie o nim i nie ma w nim nic, co by się zmieniło.")
    assert "pl" in languages_around(folded, 3, 7, "en")
    folded = fold("This is a sentence of the kind that has nothing to it, and it is in English.")
    assert languages_around(folded, 3, 7, "pl") == frozenset()


@pytest.mark.parametrize("language", sorted(ENDINGS))
def test_a_word_is_a_form_of_itself(language: str) -> None:
    assert change("kowalski", "kowalski", language) == ("", "")
    assert change("kowalski", "quite", language) is None


def test_many_names_with_one_given_name_cost_no_more() -> None:
    """Names that share a word are told apart by the other, however many there are."""
    families = [f"{a}{b}{c}ов" for a in "БВГДК" for b in "аои" for c in "лмнрст"]
    watched = tuple(Entity(name=f"Александр {each}", kind=Kind.PERSON) for each in families)
    matcher = Matcher([Watchlist(name="w", entities=watched)])
    text = f"Он видел Александра {families[7]}а и не только его."
    (match,) = matcher.match(Article(id="1", title="", body=text, language="ru"))
    assert {mention.entity for mention in match.mentions} == {f"Александр {families[7]}"}


WORDS = [
    ("Kościół", "pl", "Idą do kościoła, bo tak się robi co tydzień i nie inaczej."),
    ("Kościół", "pl", "Fundacja Pomoc Kościołowi w Potrzebie się nie wypowiada, bo nie może."),
    ("La Stampa", "it", "La stampa estera segue il processo."),
    ("La Stampa", "it", "Non risponde. La stampa estera segue il processo."),
    ("Visa", "de", "Visa für Gäste werden nicht mehr erteilt."),
    ("Парламент", "ru", "У здания парламента провинции собрались люди, но его не заняли."),
]


@pytest.mark.parametrize(("name", "language", "text"), WORDS)
def test_a_word_of_its_language_is_no_organisation(name: str, language: str, text: str) -> None:
    assert found(name, text, Kind.ORGANISATION, language) == []


def test_a_word_with_its_capital_is_one() -> None:
    text = "Stanowisko Kościoła w tej sprawie się nie zmieniło, a to nie jest nowe."
    assert found("Kościół", text, Kind.ORGANISATION, "pl") == ["Kościoła"]


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("La Stampa", "it", "La Stampa segue il processo."),
        ("Новые люди", "ru", "Новые люди внесли законопроект в Думу."),
        ("Новая волна", "ru", "Фестиваль «Новая волна» открыт."),
        ("Visa", "de", "Visa erhöht die Gebühren in Europa."),
        ("Visa", "de", "Visa für Gäste? Das prüft auch Visa in London."),
    ],
)
def test_a_name_as_it_is_written_is_one(name: str, language: str, text: str) -> None:
    assert name in found(name, text, Kind.ORGANISATION, language)
