# ruff: noqa: RUF001 - texts in several scripts
"""What only bears a person's name, and what is one by its letters alone."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, text: str, language: str | None = None) -> bool:
    """Whether an article alerts for a watched person."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=Kind.PERSON),))
    matches = Matcher([watched]).match(Article(id="1", title="", body=text, language=language))
    return any(match.alert for match in matches)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Owen Garside", "All flights from Owen Garside International Airport were late."),
        ("Owen Garside", "Pupils of Owen Garside Memorial High School marched on Friday."),
        ("Owen Garside", "The parade goes down Owen Garside Boulevard and on to the harbour."),
        ("Owen Garside", "Fog closed Owen Garside National."),
        ("Owen Garside", "Owen Garside High School's coach was suspended."),
        ("Owen Garside", "Owen Garside shares fell 6% on Friday."),
        ("Owen Garside", "She wore an Owen Garside gown to the gala."),
        ("Owen Garside", "Owen Garside cut its outlook for the year."),
        ("Owen Garside", "The Owen Garside rover will launch in May."),
        ("Owen Garside", "The Owen Garside sailed for Crete."),
        ("Luc Moreau", "Le Luc Moreau a quitté Toulon avec ses avions."),
        ("Luc Moreau", "L'hôpital européen Luc-Moreau a été fermé."),
        ("Carlo Rossi", "Il Napoli vince al Carlo Rossi."),
        ("Jakub Vlach", "Demonstranti se sešli na náměstí Jakuba Vlacha v Brně."),
        ("Jakub Wilczek", "Wypadek na ulicy Jakuba Wilczka w Łodzi."),
        ("Павел Громов", "На улице Павла Громова загорелся дом."),
        ("Luc Moreau", "Un incendie s'est déclaré rue Luc Moreau à Lyon."),
        ("Ines Robledo", "El vuelo salió del aeropuerto Ines Robledo con retraso."),
        ("Christian Carver", "A Christian carver was fined for working on a Sunday."),
        ("Karel Beneš", "Karla Benešová vyhrála závod v Praze a je na to hrdá."),
        ("Jean Moreau", "Jean-Moreau Lefort est arrivé."),
        ("森田健二", "森田健二郎さんが賞を受けた。"),
        ("Rosa Eporterska", "Two reporterska papers closed, and R eporterska is no word."),
        ("Lin Da", "Yesterday Linda opened a shop in Leeds."),
        ("Kim Ono", "She wore a kimono to the Tokyo show."),
        ("Παύλος Αλί", "Η κυβέρνηση είπε πάλι ότι δεν φταίει."),
        ("Павел Али", "Многие солдаты пали в этом бою под Курском."),
        ("Olga Pozitsiya", "The opozitsiya, as Sofia calls it, met on Monday."),
        ("Pola Odejście", "Takie podejście do sprawy jest nowe, mówi minister."),
        ("Aamir Khanegi", "The tale of a khanegi was read in Delhi."),
    ],
)
def test_what_bears_a_name_is_not_its_bearer(name: str, text: str) -> None:
    assert not alerts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Owen Garside", "Owen Garside shares his worries about the budget."),
        ("Owen Garside", "The Owen Garside interview will air on Sunday."),
        ("Owen Garside", "Owen Garside cut his own salary."),
        ("Luc Moreau", "Le Luc Moreau de 2019 n'aurait pas cédé."),
        ("Owen Garside", "owen garside was seen in town, says a post in small letters."),
        ("Owen Garside", "The airport is named for Owen Garside."),
        ("Owen Garside", "OWEN GARSIDE SENTENCED TO TEN YEARS"),
        ("Ursula van der Goes", "Yesterday Ursula Van der Goes resigned."),
        ("Christian Carver", "Christian Carver was fined on Sunday."),
        ("森田健二", "森田健二さんが賞を受けた。"),
        ("Lin Da", "The hashtag #linda is hers, a court in Leeds ruled."),
        ("Owen Garside", "Her account @owengarside was closed, and owengarside.example, too."),
        ("Owen Garside", "Fans of OwenGarside wrote to the club."),
        ("Owen Garside", "A fan page, owengarside, was closed."),
        ("Aamir Khanegi", "In Delhi A. Khanegi won the seat."),
    ],
)
def test_a_person_is_still_found(name: str, text: str) -> None:
    assert alerts(name, text)
