# ruff: noqa: E501, RUF001 - long tables; words of languages with letters that look alike
"""Somebody else with a politician's name: "Boris Johnson, 19, of Accra", "a plumber, John Major".

Only of names that are known for an office (`whose.toml`, and those of the last forty years in
`known_for_office.txt`): who else is watched may be a plumber.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from monitor.matching.names.gazetteer import Sort, cues_in
from monitor.matching.text.normalise import fold_name

_REACH = 60
_YOUNG = re.compile(
    r"(?:,? \(?(?:aged? |de )?(?P<age>\d{1,2})(?:\)|,|;|\.| ans\b| años\b| anni\b| anos\b| Jahre\b| jaar\b| år\b| lat\b| lata\b| let\b|[ -]years?[ -]old\b|-летн\w+| лет\b| год\w*\b| р\. )|"
    r",? an? (?P<other>\d{1,2})-year-old\b)"
)
_BEFORE_AGE = re.compile(
    r"\b(?P<age>\d{1,2})[ -](?:year-old|jährige[rns]?|letni\w*|летн\w+|річн\w+|letý|letá) \Z"
)
_YOUTH = range(6, 28)
"""Nobody known for an office is so old, but for some who lead parties, of which the text speaks.
The second from the left in a picture is no child."""
_TRADES = (
    r"plumber|baker|butcher|electrician|carpenter|mechanic|builder|bricklayer|farmer|fisherman|shepherd|nurse|GP|dentist|paramedic|pharmacist|vet|teacher|headteacher|"
    r"lecturer|librarian|student|pupil|schoolboy|schoolgirl|teenager|toddler|pensioner|retiree|gardener|hairdresser|barber|chef|cook|waiter|waitress|bartender|barista|"
    r"driver|trucker|cyclist|motorcyclist|postman|courier|shopkeeper|grocer|cashier|cleaner|janitor|caretaker|firefighter|fireman|lifeguard|sailor|miner|welder|"
    r"painter and decorator|roofer|locksmith|tailor|boxer|footballer|striker|goalkeeper|midfielder|defender|winger|cricketer|golfer|jockey|wrestler|swimmer|sprinter|"
    r"guitarist|drummer|bassist|violinist|pianist|saxophonist|rapper|DJ|comedian|magician|accountant|engineer|geologist|biologist|chemist|physicist|astronomer|"
    r"landlord|tenant|hiker|camper|passenger|bystander|neighbou?r|eyewitness|dog walker|babysitter|veterinarian|surgeon|anaesthetist|midwife|beekeeper|blacksmith|"
    r"Klempner|Elektriker|Schlosser|Schweißer|Busfahrer|Gärtner|Friseur|Polizist|Maurer|Dachdecker|Bäcker|Metzger|Landwirt|Bauer|Lehrer|Schüler|Student|Rentner|Pflegerin|Pfleger|Fahrer|Tischler|Schreiner|Handwerker|Hausarzt|Zahnarzt|Wirt|Winzer|Imker|"
    r"boulanger|boucher|plombier|agriculteur|éleveur|viticulteur|instituteur|professeur|étudiant|lycéen|retraité|chauffeur|infirmier|pompier|menuisier|maçon|coiffeur|"
    r"carpintero|panadero|albañil|agricultor|ganadero|maestro|profesor|estudiante|jubilado|taxista|camionero|enfermero|bombero|fontanero|pescador|mecánico|"
    r"idraulico|panettiere|muratore|agricoltore|insegnante|studente|pensionato|autista|tassista|infermiere|operaio|falegname|pescatore|"
    r"hydraulik|piekarz|rolnik|nauczyciel|uczeń|emeryt|kierowca|strażak|górnik|murarz|"
    r"слесарь|сантехник|пекарь|фермер|учитель|школьник|студент|пенсионер|водитель|таксист|шахт[её]р|плотник|строитель|пожарный|"
    r"водій|вчитель|пенсіонер|слюсар"
)
_IS_ELSE = re.compile(
    rf"(?:,? \(?\d{{1,2}}\)?,?)?,? (?:(?:who is |is |was )?(?:an?|the|un|una|une|ein|eine) )?(?:(?!former|prime|ex|once|also|turned|by)[\w\-éèüöä]+ ){{0,2}}?(?:{_TRADES})\b(?! by\b)"
)
_CALLED_ELSE = re.compile(
    rf"(?:\b(?i:{_TRADES})|\b(?:Detective|Constable|Det\.?|DCI|DI|PC|WPC|Inspector|Superintendent|Supt\.?|Ranger|Lifeguard|Principal|Sgt\.?|Sergeant|Trooper|Corporal|Coach|Referee|Firefighter|Deputy Sheriff|"
    r"Feuerwehrsprecher|Polizeisprecher|Trainer|Pfarrer|Brandmeister|entrenador|entraîneur|allenatore|trener|тренер)(?: (?:Sergeant|Inspector|Superintendent|Constable|Chief))?) \Z"
)


_AROUND = 500
_POLITICS = re.compile(
    r"(?i)\b(?:(?:vice-?)?presid|pr[eé]sid|präsid|prezyd|prezid|presiden|minist|premier|chancell|kanzler|canciller|cancell|parliament|parlam|parlem|"
    r"senat|congress|gouvern|govern|gobiern|regier|politi|party\b|partei|partid|parti\b|partito|partia|elect|elez|élect|wahl|wybor|campaign|run-?off|revolt|rebel|lawmaker|leadership|midterm|primar(?:y|ies)\b|mps\b|vote|voti(?:ng)\b|votos\b|voti\b|ballot|coalition|mayor\b|bürgermeister|alcald|"
    r"kreml|white house|downing|rassemblement national|labour\b|tor(?:y|ies)\b|conservatives?\b|republicans?\b|democrats?\b|afd\b|cdu\b|spd\b|psoe\b|turned|former|ehemalig|ancien|exprim|oud-|by[łl]y|лидер|президент|министр|премьер|політик|політич|політ|полити|парти|выбор|вибор|депутат|правительств|уряд|мэр)"
)


def somebody_else(name: str, text: str, start: int, end: int) -> bool:
    """True where a text says of the politician's name at `text[start:end]` that another bears it.

    Never where anything near speaks of politics: comedians and cricketers came to power.
    """
    if not known_for_office(name):
        return False
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    found = _YOUNG.match(after) or _BEFORE_AGE.search(before)
    ages = [int(age) for age in found.groupdict().values() if age] if found else []
    told = (ages and ages[0] in _YOUTH) or _IS_ELSE.match(after) or _CALLED_ELSE.search(before)
    return bool(told) and not of_politics(text, start, end)


def of_politics(text: str, start: int, end: int) -> bool:
    """True where politics are spoken of near `text[start:end]`."""
    return _POLITICS.search(text, max(0, start - _AROUND), end + _AROUND) is not None


@lru_cache(maxsize=2_000)
def known_for_office(name: str) -> bool:
    """True for the full name of somebody who tells a country by their office."""
    if " " not in name:
        return False
    if fold_name(name) in _listed():
        return True
    cues = cues_in(name)
    return any(cue.sort is Sort.MARK and not cue.start and cue.end >= len(name) for cue in cues)


@cache
def _listed() -> frozenset[str]:
    text = files("monitor.matching.rules").joinpath("known_for_office.txt").read_text("utf-8")
    return frozenset(map(fold_name, text.replace("\n", ";").split(";"))) - {""}
