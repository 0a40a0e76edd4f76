# ruff: noqa: RUF001, E501 - words of languages with letters that look alike; long tables
"""What only bears a person's name: an airport, a street, a prize, a namesake with a suffix.

And what looks like one by its letters alone: "a Christian baker" is not Christian Baker.
"""

from __future__ import annotations

import re

_KINDS = r"International|Memorial|Regional|National|Municipal|High|State|Public|Middle|Elementary|Primary|Secondary|Community|Research|Medical|Children['’]s|Peace|Presidential|University|City|Concert|Arts?"
_THINGS = (
    r"Airport|Avenue|Awards?|Boulevard|Bridge|Cent(?:er|re)|Church|College|Cup|Drive|Expressway|"
    r"Foundation|Hall|Highway|Hospital|Institute?|Lecture|Library|Medal|Memorial|Museum|Park|"
    r"Parkway|Plaza|Prize|Road|School|Square|Stadium|Station|Street|Terminal|Theatre|Theater|"
    r"Tower|Trophy|Tunnel|University"
)
_NAMED_AFTER = re.compile(
    rf",?\s+(?:Jr|Sr|Jnr|Snr|II|III|IV)\b|(?:\s+(?:Jr\.?|Sr\.?|{_KINDS})){{0,2}}\s+(?:{_THINGS})\b(?!['’]s)"
)
_NAMES_WHAT = re.compile(
    r"(?:\b(?:ul\.|ulic[aąeęiouy]+|alej\w+|plac\w*|lotnisk\w+|im\.|imienia|"
    r"ulicí|náměstí|nám\.|letišt\w+|nábřež\w+|trg\w*|Ulic\w+|Trg\w*|námest\w+|letisk\w+|"
    r"rue|avenue|boulevard|quai|aéroport|lycée|collège|prix|"
    r"calle|avenida|plaza|paseo|aeropuerto|premio|estadio|rua|praça|aeroporto|prêmio|prémio|estádio|"
    r"(?:[Ii]n|[Dd]i|[Ss]u|[Dd]a|tra|lungo) [Vv]ia|Via|corso|piazza|piazzale|viale|stadio|liceo|"
    r"Flughafen|Platz|Straße|Stadion|lufthavn|"
    r"tér|utca|repülőtér|Bulevardul|Strada|Aeroportul)\s(?:de\s|di\s|do\s|da\s)?|"
    r"(?:ул\.|улиц[аеуыійя]\w*|вулиц\w+|просп\.|проспект\w*|площад\w+|площ\w+|аэропорт\w*|аеропорт\w*|имени|ім\.|імені|им\.|"
    r"преми[яиюей]+|стадион\w*|бульвар\w*|набережн\w+|летище)\s|"
    r"(?:οδό[ςυ]?|οδού|πλατεία[ς]?|αεροδρόμιο)\s|(?:شارع|مطار|ميدان|ساحة|جائزة)\s|(?:רחוב|כיכר|שדרות|כביש|פרס)\s)[\"'“‘«„]?\Z"
)
"""Words for streets, squares, airports, schools and prizes, right before whose name they bear."""
_SEVERAL = re.compile(
    r" (?:of (?:both|these|those|several|many|other|various|different|all|the two)\s"
    r"(?:countries|nations|states|sides|governments)|"
    r"(?:beider|dieser|mehrerer|vieler|anderer|aller|der beiden|von mehreren)\s(?:Länder|Ländern|Staaten)|"
    r"(?:des deux|de ces|de plusieurs|des autres) (?:pays|États)|"
    r"de (?:ambos|los dos|estos|esos|varios|otros) (?:países|Estados)|"
    r"(?:di entrambi i|dei due|di questi|di diversi|di vari) (?:paesi|Paesi|Stati)|"
    r"(?:dos dois|de ambos os|destes|de vários) (?:países|Estados)|"
    r"(?:tych|obu|obydwu|wielu|kilku|różnych|innych|dwóch) (?:krajów|państw)|"
    r"(?:obou|těchto|mnoha|několika|různých|jiných|dalších) (?:zemí|států)|"
    r"(?:oboch|týchto|viacerých|mnohých|iných) (?:krajín|štátov)|"
    r"(?:obeh|teh|več|drugih) (?:držav)|(?:obiju|obje|ovih|tih|drugih|više) (?:zemalja|država|države)|"
    r"(?:обеих|этих|двух|многих|нескольких|других|разных) (?:стран|государств)|"
    r"(?:обох|цих|двох|багатьох|кількох|інших) (?:країн|держав)|"
    r"на (?:двете|тези|много|няколко|други) (?:страни|държави))\b"
)
"""Behind an institution's name: there are several, and so none of them is the one."""
_REACH = 24
_AROUND = 60
_PARTS = re.compile(r"[^\s,|]+")


def bears_the_name(text: str, start: int, end: int) -> bool:
    """True where `text[start:end]`, a person's name, is another's or a thing's that is named so.

    "Martin Lund Jr.", "John F. Kennedy International Airport", "náměstí Václava Havla".
    """
    if _NAMED_AFTER.match(text[end : end + _AROUND]):
        return True
    return _NAMES_WHAT.search(text, max(0, start - _REACH), start) is not None


def of_several(text: str, end: int) -> bool:
    """True for institutions of several countries: "Ministerstwa Obrony obu państw"."""
    return _SEVERAL.match(text, end) is not None


def half_small(name: str, written: str) -> bool:
    """True where of a person's name one end has a capital and the other has none.

    Whoever writes names without capitals does so throughout: "jane roe".
    """
    words: list[str] = _PARTS.findall(name)
    found: list[str] = _PARTS.findall(written)
    if len(words) < 2 or len(found) < 2 or any(w[0].islower() for w in (words[0], words[-1])):
        return False
    return found[0][0].islower() != found[-1][0].islower()


def hyphenated(name: str, text: str, start: int, end: int) -> bool:
    """True for a part of a double-barrelled name: Jean-Paul Roe, Jane Roe-Smythe."""
    if " " in name and text[start:end] == name.replace(" ", "-") and _FAMILY.match(text, end):
        return True  # "Jean-Martin Folz" is not Jean Martin
    goes_on = text[end : end + 1] == "-" and text[end + 1 : end + 2].isupper()
    return goes_on or (start > 1 and text[start - 1] == "-" and text[start - 2].isalpha())


_FAMILY = re.compile(r" [^\W\d_a-zß-ÿ]")
