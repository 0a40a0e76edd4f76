"""How a word stands in its text: as the watched name, as another's, or as just a word."""

from typing import Any

import pytest

from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.rules.cross_links import linked
from monitor.model.article import Article


def told(name: str, kind: str, text: str, title: str = "", **keys: Any) -> list[str]:
    entity = {"name": name, "kind": kind, **keys}
    watchlist = Watchlist.model_validate({"name": "w", "entities": [entity]})
    matches = Matcher([watchlist]).match(Article(id="a", title=title, body=text))
    return [m.text for match in matches if match.alert for m in match.mentions]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Carbon", "Hackers from the Carbon group deployed a backdoor and malware."),
        ("STRONTIUM", "Microsoft blamed the actor it calls STRONTIUM for phishing."),
        ("Ocean Tapir", "The OceanTapir attackers came back."),
        ("OilRig", "The Oil Rig attackers came back."),
        ("Mustang Panda", "Mustang Panda is back."),
        ("VOODOO BEAR", "They call the hackers Voodoo Bear."),
    ],
)
def test_an_actor_is_told(name: str, text: str) -> None:
    assert told(name, "threat-actor", text, expand=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Carbon", "Carbon emissions fell."),
        ("Carbon", "Carbon Street Bank was hacked. Carbon says the hackers left malware."),
        ("Summit", "At the Security Analyst Summit, hackers showed malware and a backdoor."),
        ("Carbon", "Antivirus finds Win32/Carbon.A, a backdoor used by hackers for phishing."),
        ("Turla", "See https://turla.example.org/ for the village."),
        ("i-Soon", "I soon found that the bus does not wait."),
        ("Energetic Bear", "Energetic Bear Wakes Keepers"),
        ("Lead", "Lead detectives said the hackers used malware to lead them astray."),
    ],
)
def test_a_word_or_another_name_is_not(name: str, text: str) -> None:
    assert told(name, "threat-actor", text, expand=False) == []


def test_a_tool_that_bears_the_name_counts_less_than_its_bearer() -> None:
    deep = "The weather was fine. " * 60
    assert told("APT41", "threat-actor", f"{deep} They found the Winnti malware.") == []
    assert told("APT41", "threat-actor", f"{deep} The Winnti group was blamed.")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Electoral Commission", "The Electoral Commission of Ruritania met.", []),
        ("Electoral Commission", "The electoral commission of the club met.", []),
        ("Electoral Commission", "The Electoral Commission met.", ["Electoral Commission"]),
        (
            "NCSC",
            "The National Center for State Courts (NCSC) met. The NCSC did.",
            ["NCSC", "NCSC"],
        ),
        ("NCSC", "The NCSC met.", ["NCSC"]),
        ("ICE", "Cold drinks with ICE.", []),
    ],
)
def test_institutions(name: str, text: str, found: list[str]) -> None:
    assert told(name, "organisation", text) == found


def test_an_acronym_spelt_out_otherwise_is_anothers_where_ours_is_known() -> None:
    text = "The National Center for State Courts (NCSC) met. The NCSC did."
    assert told("NCSC", "organisation", text)
    assert not told("NCSC", "organisation", text, aliases=["National Cyber Security Centre"])


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Jane Roe", "Photo: Jane Roe\nThe lake froze.", []),
        ("Jane Roe", "Jane Roe-Smythe spoke.", []),
        ("Paul Roe", "Jean-Paul Roe spoke.", []),
        ("Jane Roe", "They met at St Jane, Roe and elsewhere.", []),
        ("Jane Roe", "Roe, Jane: born in 1970.", ["Roe, Jane"]),
        ("한서진", "한서진이 말했다.", ["한서진"]),
        ("한서진", "한서진흥원이 열렸다.", []),
    ],
)
def test_persons(name: str, text: str, found: list[str]) -> None:
    assert told(name, "person", text) == found


@pytest.mark.parametrize(
    "tail",
    [
        "Read more: APT31 charged",
        "Related articles\nAPT31 charged in New York\nA lake froze",
        "Lesen Sie auch\nAPT31: Anklage in New York\nSeen",
        "Les plus lus\n\nAPT31 : sept inculpés",
        "More from The Lantern: APT31 charged | Cup draw",
    ],
)
def test_links_to_other_articles_do_not_count(tail: str) -> None:
    text = f"The pool opens on Saturday.\n\n{tail}"
    assert told("APT31", "threat-actor", text) == []
    assert told("APT31", "threat-actor", f"APT31 was blamed.\n\n{tail}") == ["APT31"]


def test_running_text_is_no_list_of_links() -> None:
    for text in (
        "Related companies were named. APT31 was blamed.\nMost read the report.",
        "Trending\nThis is a sentence. It ends with a full stop.",
    ):
        assert not any(linked(text, at, at + 1) for at in range(len(text)))


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", "\u2028"])
def test_a_link_between_long_lines_is_linked_however_they_end(gap: str) -> None:
    link, long = "Read more: Hackers named.", "A line of a report. " * 30
    text = f"{long}{gap}{link}{gap}{long}"
    begin, end = text.index(link), text.index(link) + len(link)
    assert all(linked(text, at, at + 1) for at in range(begin, end))
    assert not any(linked(text, at, at + 1) for at in (0, begin - 9, end + 9, len(text) - 1))


def test_a_text_that_calls_the_name_a_tool_means_the_tool_throughout() -> None:
    deep = "The weather was fine. " * 60
    tool = f"{deep} Carbanak is a remote backdoor. Carbanak waits for the hackers."
    assert told("FIN7", "threat-actor", tool) == []
    assert told("FIN7", "threat-actor", f"{tool} The Carbanak group was blamed.")


@pytest.mark.parametrize("before", [".", ":", "!", "…", "”", ".)", " by", "APT", " version of"])
@pytest.mark.parametrize("gap", ["\n", "\r\n", "\n\n", "\u2028"])
def test_what_stands_in_the_line_before_is_not_glued_to_a_name(before: str, gap: str) -> None:
    text = f"The hackers wrote malware and officials spoke on Monday{before}{gap}Emotet is back."
    assert told("Emotet", "malware", text) == ["Emotet"]
