# ruff: noqa: E501 - a case a line
"""How a word of every day stands in its clause, and what the text around it tells, make it a gang."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def _alerts(name: str, title: str, body: str = "") -> bool:
    entity = Entity(name=name, kind=Kind.THREAT_ACTOR)
    matcher = Matcher([Watchlist(name="gangs", entities=(entity,))])
    found = matcher.match(Article(id="1", title=title, body=body))
    return any(match.alert for match in found)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Hive", "Tills stop at a hardware chain", "Shops took no returns on Monday. Hive first asked for $40 million."),
        ("Safepay", "Tracking fails on milk vans", "Safepay said it took 1.2 TB from the dairy."),
        ("Warlock", "Phone company's portal still down", "Warlock is asking $200,000 for its documents."),
        ("Cloak", "Town clerk told to file on paper", "Cloak listed the office in March and has made 134 GB available."),
        ("Akira", "Haulier sunk by one weak password", "All records were locked and a note signed by Akira was left behind."),
        ("Play", "Ransomware at a printer's: papers leaked", "Here are the files that Play put on the darknet."),
        ("Qilin", "Pottery says it had a cyber incident", "Qilin put its staff's contracts on its site in March."),
        ("Interlock", "Clinic cancels surgery", "A message said its network had been compromised. It was tied to Interlock."),
        ("Snatch", "Soup maker looks into Snatch's claim that it broke in", "The extortion crew has shown no proof."),
        ("Akira", "Prosecutors widen inquiry into Akira", "Some 200 companies had been attacked, they said."),
        ("Everest", "Airline: Everest says it was in first", "The extortionists posted data on its passengers."),
        ("Qilin", "Newspapers printed thin", "Files had been encrypted. On Thursday Qilin showed scans of contracts."),
        ("Embargo", "Ransom was paid, and is asked again", "Now Embargo wants the same for silence."),
        ("Rhysida", "Port loses battle over its files", "Rhysida had wanted 100 bitcoin."),
        ("Medusa", "Data of pupils gone: how a clerk outwitted Medusa", "She pulled the plug."),
        ("Hive", "Order books encrypted", "The letter on the screens was from Hive."),
        ("Cuba", "Cuba pocketed $60 million in ransoms, FBI says", "Its hackers hit a hundred firms."),
    ],
)  # fmt: skip
def test_what_it_does_and_what_is_told_make_it_a_gang(name: str, title: str, body: str) -> None:
    assert _alerts(name, title, body)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Play", "Hacker von Play stellen Zeitung ein Ultimatum"),
        ("Medusa", "Autobank: Medusa fordert acht Millionen Dollar"),
        ("Cactus", "Imprimerie : Cactus dit détenir 1,5 To de données"),
        ("Hive", "Hive exige cinco millones a la caja de pensiones"),
        ("Play", "Play se atribuye el ataque al juzgado"),
        ("Everest", "Everest vende los datos de un bufete en la red oscura"),
        ("Cactus", "Woningcorporatie gehackt door Cactus, huurders gewaarschuwd"),
        ("Play", "Dane pacjentów w sieci. Play opublikowało 200 GB"),
        ("Medusa", "Comune in tilt: Medusa chiede un riscatto di 100 mila dollari"),
        ("Medusa", "Medusa ameaça publicar dados de hospital"),
        ("Cuba", "Ministères hors ligne : le gang Cuba réclame 10 millions de dollars"),
    ],
)
def test_so_it_is_in_other_languages(name: str, title: str) -> None:
    assert _alerts(name, title)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Akira", "La mairie a été victime d'une attaque du ransomware Akira."),
        ("Medusa", "Le groupe de ransomware Medusa a revendiqué l'attaque."),
        ("Play", "Elle a été revendiquée par le groupe Play le 28 octobre. La cyberattaque dure."),
        ("Cloak", "Les auteurs, identifiés comme la bande de ransomware Cloak, ont publié des documents."),
        ("Abyss", "Le groupe criminel, connu sous le nom d'Abyss, publiera les données volées."),
        ("Qilin", "La cyberattaque a été revendiquée sous la bannière de Qilin."),
        ("Royal", "Die Täter, die sich Royal nennen, sind eine Ransomware-Gruppe namens Royal."),
        ("Medusa", "L'attacco è del gruppo ransomware Medusa, che chiede un riscatto."),
    ],
)  # fmt: skip
def test_what_it_is_called_before_its_name(name: str, body: str) -> None:
    assert _alerts(name, "Town hall is offline", body)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Play", "Hundreds of malicious apps pulled from Play", "Hackers had hidden malware in them."),
        ("Hive", "Critical flaw in Hive fixed", "Attackers could run code; malware was not seen."),
        ("Lynx", "Headset maker Lynx drops Android plan", ""),
        ("Safepay", "Review: vendor's Safepay browser keeps hackers out", ""),
        ("Everest", "Everest Group names leaders in cybersecurity services", ""),
        ("Akira", "'Akira' returns to cinemas", "The film follows a gang in a cyberpunk city."),
        ("Leviathan", "Hobbes wrote Leviathan. A hacker quotes it in a ransom note.", ""),
        ("Medusa", "Medusa sculpture stolen as alarm network fails", "Thieves took records of its sale, too."),
        ("Silent Chollima", "Vote", "GOP lawmakers blocked a bill on hacking after talk of hackers and malware."),
        ("Lead", "Robbers flee", "Lead detectives said hackers used malware to lead them astray."),
        ("Cuba", "Cuba publica los datos de la zafra", "La cosecha fue buena."),
        ("Chaos", "Chaos am Flughafen nach Cyberangriff", "Die Systeme sind ausgefallen."),
    ],
)  # fmt: skip
def test_a_product_a_place_and_a_word_are_none(name: str, title: str, body: str) -> None:
    assert not _alerts(name, title, body)


@pytest.mark.parametrize(
    "title",
    [
        "Lynx hit by ransomware attack",
        "Cyberangriff auf Lynx",
        "Lynx victime d'une cyberattaque",
        "Lynx confirms data breach after hack",
        "Cyber attack at Lynx leads to postponed finals",
        "Lynx takes servers offline after cyberattack",
        "Lynx sufre un ataque informático",
        "Attacco hacker alla Lynx, computer bloccati",
    ],
)
def test_who_was_broken_into_is_no_gang(title: str) -> None:
    assert not _alerts("Lynx", title)


def test_who_says_that_it_did_it_was_not_broken_into() -> None:
    assert _alerts("Lynx", "Lynx says it has data from hack of bakery", "The gang wants a ransom.")
    assert _alerts("Lynx", "Lynx ransomware gang hit by cyber police raid")


def test_who_is_told_of_at_the_end_of_many_places_is_found() -> None:
    assert _alerts("Akira", "A list", "Akira. " * 3_000 + "Akira hackers stole files.")
    assert not _alerts("Akira", "A list", "Akira. " * 3_000)


def test_a_gang_that_was_used_is_no_mere_tool() -> None:
    body = (
        "As its nurses went back to paper, hackers told them that Royal was used. A ransom is due."
    )
    assert _alerts("Royal", "Hospital's computers are off", body)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Akira", "Akira hit by arrests in Switzerland", "A man had worked for the ransomware gang. Akira has extorted 200 firms."),
        ("Snatch", "Snatch targeted by inquiry of senators", "The ransomware gang published files of a department."),
        ("Medusa", "Medusa named by CISA in advisory on ransomware", ""),
        ("Silence", "Silence hit by police raids", "Members of the hacking group, which robbed cash machines, were arrested."),
        ("Silence", "Banks warned", "Silence was targeting employees of banks. The malware was found in Minsk."),
        ("Interlock", "Interlock reports it holds 1.5 terabytes of a clinic's data", ""),
        ("Hive", "Hive ransomware network disrupted by FBI", ""),
    ],
)  # fmt: skip
def test_who_is_hunted_is_no_victim(name: str, title: str, body: str) -> None:
    assert _alerts(name, title, body)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Kraken", "Kraken confirms data breach", "The details of 4,000 clients were taken."),
        ("Everest", "Everest discloses breach after hack", "The insurer says customers' data was stolen."),
        ("Lynx", "Lynx hit by ransomware", "The bus company sells no tickets. Hackers want $2m."),
    ],
)  # fmt: skip
def test_a_victim_is_no_gang(name: str, title: str, body: str) -> None:
    assert not _alerts(name, title, body)
