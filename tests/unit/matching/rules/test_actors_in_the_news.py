"""Actors in the news: plain headlines that mean a group, and words of every day that do not."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.actors import actor_names, clusters_for
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind

HEADLINES = [
    ("Scattered Spider", "Scattered Spider hackers hit a retailer"),
    ("Scattered Spider", "Police arrest suspected Scattered Spider member over ransom demands"),
    ("Scattered Spider", "Retailer says Scattered Spider was behind the breach"),
    ("APT44", "Sandworm hackers cut the power in Kyiv"),
    ("APT44", "Russia's Sandworm blamed for attack on grid"),
    ("Volt Typhoon", "Volt Typhoon lurked in US grid for 300 days"),
    ("Salt Typhoon", "Salt Typhoon breached another telecoms firm"),
    ("Lazarus Group", "North Korea's Lazarus suspected in crypto heist"),
    ("Lazarus Group", "Lazarus hackers use fake job offers"),
    ("APT28", "Fancy Bear hackers targeted German party, government says"),
    ("APT29", "Cozy Bear is back with a new phishing lure"),
    ("Equation Group", "Equation Group tools leaked online"),
    ("Turla", "Turla hijacks other hackers' servers"),
    ("TA505", "Clop ransomware gang TA505 claims victims"),
    ("RansomHub", "RansomHub ransomware gang claims attack on clinic"),
    ("Akira", "Akira ransomware gang hits Nissan"),
    ("Silence group", "Silence hacking group robs bank of $3m"),
    ("Kimsuky", "Kimsuky hackers pose as journalists"),
    ("MuddyWater", "MuddyWater targets Turkish firms with new malware"),
    ("OilRig", "Oilrig hackers use new backdoor"),
    ("FIN7", "FIN7 hackers sell EDR killer"),
    ("Wizard Spider", "Wizard Spider group still active, researchers say"),
    ("Evil Corp", "Evil Corp members sanctioned by UK"),
    ("LAPSUS", "Lapsus$ teen hackers convicted in London"),
    ("Cobalt", "Cobalt hackers stole from ATMs in Taiwan"),
    ("PLATINUM", "Platinum hacking group uses steganography"),
    ("Gamaredon Group", "Gamaredon deploys new malware in Ukraine"),
    ("Sea Turtle", "Sea Turtle hackers hit Dutch ISPs"),
    ("Leviathan", "Leviathan hackers spied on navy contractors"),
    # In capitals throughout, and with other capitals beside the name.
    ("Scattered Spider", "Scattered Spider Suspect Arrested Over Airline Attacks"),
    ("Scattered Spider", "Insurers Warned Of Scattered Spider's New Tricks After Breaches"),
    ("Star Blizzard", "Star Blizzard Deploys New Malware In Phishing Of Think Tanks"),
    ("APT28", "NCSC: Russia's Fancy Bear Targeting Ports, Rail Firms"),
    ("Lazarus Group", "Lazarus Group Hunts Chip Makers' Secrets"),
    ("Lazarus Group", "Lazarus Campaign Drops Malicious Packages On npm"),
    ("Luna Moth", "FBI: Silent Ransom Group Turns To Vishing Of Law Firms"),
    ("Blind Eagle", "Blind Eagle Attackers Use Fake Court Mail"),
    ("Turla", "Secret Blizzard Deploys Malware At Embassies In Moscow"),
    ("Konni", "DPRK's Konni Targets Coin Developers With Backdoor"),
    ("Tick", "China-Linked Tick Group Exploits Zero-Day In Backup Servers"),
    ("Akira", "Akira Ransomware Attacks Close Dental Clinics"),
    ("DragonForce", "DragonForce Ransomware Hackers Exploit Remote Tool"),
    ("Lazarus Group", "Lazarus Exploits Zero-Day In Windows To Plant Backdoor In Seoul"),
    ("Lazarus Group", "Exchange Drained By North Korea-Linked Lazarus Group"),
    ("Scattered Spider", "The long rise and fall of Scattered Spider, told by those who watched"),
]
SENTENCES = [
    ("APT28,APT29,APT31", "The report names APT28, 29 and 31 as the intruders."),
    ("APT28,APT29,APT31", "Phishing kits of APT28/29/31 were found."),
    ("APT28", "APT28 and 5 other groups were named."),
    ("APT28,APT29", "APT 28 and 29 hit ministries."),
    ("APT28", "The actor (APT28 or 1.php) was seen."),
]
NOBODY = [
    "The Pink Panther film made money; a hacker saw it, and hackers hacked the studio.",
    "A two-for-one offer lured users; hackers sent phishing mails with the offer.",
    "In red November leaves, hackers and malware were far away.",
    "She saw the Pink Panther diamond gang on television.",
    "UPS drivers were warned of phishing mails that copy parcel notices, the cyber firm said.",
    "Longhorn cattle roam the ranch; a hacker bought it after the data breach.",
    "Thieves used malware to empty Electrum wallets, the cyber firm said.",
    "Trident submarines are safe from cyber attack, the navy said, though hackers try.",
    "Hobbes wrote Leviathan. A hacker quotes it in a ransomware note.",
    "GOP senators want answers on the Chinese hacking campaign and the malware.",
    "Wired: the GOP leader spoke of hackers, malware and a data breach.",
    "Emma Lazarus poem to be read at statue",
    "Lazarus rose from the dead, the preacher said",
    "Children play games while ransomware gang attacks",
    "Silence fell over the hall after the hackers spoke",
    "Cobalt prices fall as mines reopen; hackers steal data of the metal exchange",
    "Beyonce goes platinum; hackers leak the album",
    "Sea turtle numbers rise off Florida",
    "Dark Web Hackers Moonlight As Bartenders",
    "Loader Spreads AsyncRAT And Snake Keylogger, Researchers Say",
    "After Years Of Silence, Malware Makers Return With New Phishing Kit",
    "Chromium Vulnerability Exploited In The Wild, Patch Now",
    "The Axiom Group said profits rose by a tenth in spring",
    "Attackers Target A Flaw In Alibaba's Library, Used On Azure And AWS",
    "Pioneer was attacked by hackers, who stole its customers' data",
    "Jewels worth millions were taken by the Pink Panther gang, detectives in Nice believe.",
    "Magic Kitten Toys Recalled In Six States",
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    names = actor_names()
    actors = [Entity(name=name, kind=Kind.THREAT_ACTOR) for name in names]
    return Matcher([Watchlist(name=actor.name, entities=(actor,)) for actor in actors])


def told(matcher: Matcher, *, title: str = "Report", body: str = "") -> set[str]:
    matches = matcher.match(Article(id="a", title=title, body=body))
    return {match.watchlist for match in matches if match.alert}


def meant(names: str) -> list[set[str]]:
    """For each name, the main names of the clusters that it is one of."""
    return [
        {cluster.value for cluster in clusters_for(name, Kind.THREAT_ACTOR)}
        for name in names.split(",")
    ]


@pytest.mark.parametrize(("names", "title"), HEADLINES)
def test_a_plain_headline_names_its_group(matcher: Matcher, names: str, title: str) -> None:
    found = told(matcher, title=title)
    assert all(group & found for group in meant(names)), found


@pytest.mark.parametrize(("names", "body"), SENTENCES)
def test_numbers_go_on_a_series(matcher: Matcher, names: str, body: str) -> None:
    found = told(matcher, body=body)
    assert all(group & found for group in meant(names)), found
    assert len(found) <= len(meant(names)) + 1


@pytest.mark.parametrize("text", NOBODY)
def test_words_of_every_day_name_nobody(matcher: Matcher, text: str) -> None:
    assert not told(matcher, title=text)
    assert not told(matcher, body=text)


TOOLS = [
    "Workers found a new version of Winnti on the server.",
    "The mail installs KeyBoy, which then asks for orders.",
    "Malware such as PlugX, Poison, NetTraveler was seen.",
    "IXESHE has been used in attacks since 2009.",
]


@pytest.mark.parametrize("text", TOOLS)
def test_a_tool_that_bears_a_group_s_name_is_no_group(matcher: Matcher, text: str) -> None:
    assert not told(matcher, body=text)
