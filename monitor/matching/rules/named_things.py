# ruff: noqa: E501, RUF001 - long tables; words of languages with letters that look alike
"""Things and teams with the name of a person or a firm: a stadium, a cup, a hippo, an airport.

Beside those that `namesakes` knows by their nouns: a romance language puts an article before such a
name and none before a person ("en el Santiago Bernabéu"), and only teams win by 78 to 70.
"""

from __future__ import annotations

import re

from monitor.matching.rules.after_all import a_persons_clause, an_english_word, one_of_their_times
from monitor.matching.rules.newsroom import in_capitals, tells
from monitor.matching.rules.other_bearers import known_for_office, of_politics
from monitor.matching.text.word_before import begins_sentence

_REACH = 60
_NO_SIDE = re.compile(
    r"[\"”]?(?:[.,;:!?)\n](?! (?:who|whom|that))|\s*\Z| (?:in|on|at|after|before|during|until|when|while|for|to|from|with|without|as|by|near|under|over|"
    r"is|was|will|would|has|had|can|could|may|must|sailed|sails|sank|sinks|closed|closes|opened|opens|reopened|reopens|hosted|hosts|stands|stood|burned|collapsed|docked|left|leaves|returned|returns|arrived|arrives|entered|passed|rammed|turned back)\b)"
)
"""Behind what has an article and a person's name: "the Boris Johnson we know" is a side of him."""
_FULL = re.compile(r"\w[ \-]\w")
_SMALL = re.compile(
    r" (?:[a-z]+ )?(?:terminal|station|experience|interchange|flyover|boutique|shop|store|hotel|hall|statue|stand|cent(?:re|er)|stamp|expressway|wing|monument|mausoleum|theme park|lounge|playground|orchid|pub)\b"
)
_LIES = re.compile(
    r" (?:flog|fliegt|landet|landete|hebt|kehrt|läuft|lief|liegt|lag|legte?|fährt|fuhr|sticht|stach|sank|ankert\w*|kollidierte|strandete|havarierte|wird (?:saniert|repariert|verschrottet))\b"
)
_COURT = re.compile(
    r"\b(?:meet|met|played|plays|playing|hurt|walk(?:s|ed)?|walk(?:s|ed)? out|stepped|match|final|semi-?final|quarter-?final|sets?|session|stopped|suspended|halted|resumed|meets [A-Z][\w\-]+) (?:on|on to|onto|out on|out onto) \Z|"
    r"\b(?:balles? de match|match|tournoi|finale|sacre|titre|court|quinzaine|victoire|battue?|entrée) (?:\w+ )?à \Z"
)
_STAFF_AT = re.compile(
    r"\b(?:[Ss]tudents|[Pp]upils|[Tt]eachers?|[Cc]lasses|[Pp]rincipal|[Ff]reshman|[Ss]ophomore) at \Z|"
    r"(?:s['’]arrête|arrêts?|stations?|métro|tram\w*|descend\w*) (?:[\w'’]+ ){0,2}à \Z|\b(?:[Ss]ales|[Bb]ottles?|[Ss]hipments|[Cc]ans|[Ii]mports|[Gg]lass(?:es)?|[Pp]airs?) of \Z|"
    r"\b(?:TSA|baggage|check-in|air traffic|screeners|runways?|ground (?:crews?|staff)|(?:security|immigration) (?:lines|queues))\b[^.!?\n]{0,30}\b(?:at|from|to) \Z"
)
_WORN = re.compile(
    r"\b(?:wore|wears|wearing|dressed in|clad in|in custom|suit by|gown by|dress by) \Z"
)
_ESTRENA = re.compile(r"(?:\A|[\s(«\"“¿¡])[Ee]l [\"“«]?\Z")
_CATALAN = re.compile(r"\b(?:amb|els|dels|és|per|i|va)\b")
_WITHIN = re.compile(r"\b(?:[Ee]n el|[Dd]esde el|[Hh]acia el|[Hh]asta el|[Nn]el|[Ss]ul) [\"“«]?\Z")
_AU = re.compile(r"\b(?:[Aa]u|[Dd]u) \Z")
_OF_TOWN = re.compile(r" (?:de|d['’]) ?[A-ZÉ]")
_OF_IT = re.compile(r"(?:^|[\s(«\"“¿¡])(?:(\w[\w'’\-]*),? )?(?:del|al|dal) [\"“«]?\Z")
"""Behind a capital it is a part of an Arabic name: Bashar al Assad."""
_FIRST = re.compile(r"(?:\A|[.!?:\n] ?)(?:Al|Dal|Del) \Z")
_ROMANCE = re.compile(r"\b(?:il|la|di|che|tra|con|per|e|y|el|los|se|una?)\b")
_A_SIDE = re.compile(r" (?:(?:de|di)(?! [A-Z])|del|do|que|che|qui|más|menos|più|nuevo|nuovo|y|e)\b")
_FLIGHT = re.compile(
    r"\b(?:(?i:flights?|departures|arrivals|vols|vuelos?|volo|voli|voos?|flüge?n?|flug|рейс\w*) "
    r"(?:\w+ ){0,3}(?:at|from|to|into|via|out of|through|desde|hacia|da|à|ab|von|nach|из|в)|"
    r"(?i:landed|landing|flying|diverted|planes?|passengers|jets|runways?|taxied) (?:\w+ ){0,2}(?:at|from|into|out of)) [\"“«]?\Z"
)
"""Where planes come from: jets are sold "to" somebody, too, and news arrives from him."""
_BEASTS = (
    r"(?:hippo|panda|penguin|puppy|cat|kitten|(?:race)?horse|greyhound|poodle|terrier|bulldog|stallion|mare|pony|donkey|mule|camel|llama|alpaca|colt|filly|goat|"
    r"hamster|beetle|spider|frog|toad|sea slug|slug|elephant|gorilla|chimp|orangutan|lion|tiger|giraffe|rhino|koala|kangaroo|emu|ostrich|walrus|cub|snail|moth|wasp|"
    r"crab|lobster|squid|octopus|lizard|owl|parrot|tortoise|turtle|shark|whale|orca|dolphin|otter|worm|parasite|fungus|mushroom|bacterium|robot|android|hurricane|"
    r"cyclone|typhoon|asteroid|comet|rocket|locomotive|tram|boat|yacht|lifeboat|cruise liner|tanker|snowplough|snow plow|gritter|cocktail|dinosaur|fossil|"
    r"lettuce|pumpkin|potato|tomato|orchid|tulip|sandwich|burger|pizza|dessert|cheese|crater|torte|rebsorte|"
    r"żaglow\w+|statek|statk\w+|okręt\w*|velero|buque|voilier|fähre|segelschiff|schiff|veliero|traghetto|navio|veleiro|loď|"
    r"hipopótamo|perro|gato|caballo|chien|chat|cheval|hund|katze|kater|pferd|nilpferd|pies|kot|koń|cane|gatto|cavallo|"
    r"соба\w+|пёс|пса|кот|кота|лошад\w+|бегемот\w*|теплоход\w*|паром\w*)s?"
)
_CALLED = r"(?:named|called|dubbed|nicknamed|christened|llamad[oa]|nommée?|namens|imieniem|di nome|por nome|по кличке|по имени)"
_BEAST = re.compile(rf"\b(?!GOAT)(?i:{_BEASTS}),? (?:{_CALLED} )?[\"'“‘«„]?\Z")
_LIKE_BEASTS = re.compile(
    r"\b(?:dark (?:pony|horse)|stalking horse|work ?horse|war ?horse|(?:crypto|bitcoin|ether) whale|(?:loan|card|pool|lone) shark|"
    r"(?:party|political|social) animal|paper tiger|night owl|book ?worm|lone (?:wolf|lion))s?,? [\"'“‘«„]?\Z",
    re.IGNORECASE,
)
"""What people are called: "dark horse Jane Roe won"."""
_CALLED_SO = re.compile(
    rf"\b(?i:{_BEASTS}|species|dog|bear|seal|storm|train|bar|bull|cow|snake|pig|dish|beer|pub|cake|rose)\b[^.!?\n]{{0,40}} {_CALLED} [\"'“‘«„]?\Z"
)
"""Some are verbs as well: "judges bar her", so these need to be called so."""
_TEAM_WON = re.compile(
    r"(?:['’]s? \w+)? (?:beats?|beaten|defeat(?:s|ed)|edge[sd]?|routs?|routed|downs?|downed|tops?|topped|lost|loses|falls?|fell|held off|rallied past|"
    r"upsets?|outlast(?:s|ed)?|stun(?:s|ned)|cruise[sd]? past|pulled away)\b[^.;:!?\n]{2,50}?\b([4-9]\d|1[0-5]\d)[\-–]([4-9]\d|1[0-5]\d)\b"
)
_EARNS = re.compile(
    r" (?:(?:beats?|tops?|misse[sd]) (?:\w+ )?(?:estimates|forecasts)|post(?:s|ed) (?:an? )?(?:\w+ )?(?:profits?|loss|sales|revenue|earnings)\b)|"
    r" (?:Elementary|Circle|Stand|Suite|Wing|Lounge|Interchange)\b(?! Court)"
)
_SOLD_AS = re.compile(
    r" (?:sneakers|trainers(?! (?:quit|said|say|told|will|have)\b)|jerseys?|rookie card|impersonators?|look-?alikes?|Impersonators?|Look-?alikes?|(?:Token|Coin|Memecoin|Action Figure|Bobblehead|token|coin|memecoin|bobblehead|cosplayer)s?)\b"
)
_THINGS_ABROAD = re.compile(
    r"(?:-| )?(?:[Hh]uis|[Ss]tichting|[Ii]nstituut|[Ll]aan|[Bb]rug|[Kk]ade|[Ss]traat|[Pp]lein|[Pp]rijs|[Ll]eerstoel|[Hh]alle|[Aa]llee|[Ww]eg|[Rr]ing|[Uu]fer|[Bb]rücke|"
    r"[Aa]kademie|[Gg]esellschaft|[Kk]lub|[Tt]heater|[Ss]aal|[Zz]entrum|[Bb]oulevard|[Pp]rofessur|[Mm]edaille|[Ss]tipendium|[Ff]onds)\b"
)
_NAMES_WHAT = re.compile(
    r"\b(?:[Bb]outique|[Nn]egozio|[Pp]rofumo|[Pp]arfum|[Mm]agasin|[Tt]ienda|[Bb]ourses?|[Aa]mphithéâtre|[Pp]romotion|[Ff]onds|[Cc]hallenge|[Tt]rophée|[Cc]ité|[Rr]ésidence|[Ee]space|[Mm]édiathèque|[Cc]linique|[Vv]iaduc|[Tt]unnel|"
    r"[Ss]calo|[Ii]mpianto|[Rr]affineria|[Tt]rofeo|[Pp]remio|[Aa]eroparque|[Aa]eródromo|[Aa]utódromo|[Vv]elódromo|[Bb]arrio|[Bb]orsa di studio|[Bb]eca|[Cc]átedra|[Tt]orneo|[Cc]arretera|[Bb]atallón|[Mm]edalla|[Bb]olsa|[Tt]roféu|[Mm]edalha|"
    r"[Ss]typendium|[Nn]agrod\w|[Ff]undacj\w|[Hh]al[aięy]|[Tt]urniej\w*|[Mm]emoriał\w*|[Oo]siedl\w+|[Cc]adde|[Pp]lein|[Ss]tipendij\w+|[Ff]akult\w+|[Ii]nstitut|"
    r"[Tt]urnir\w*|[Mm]emorijal\w*|[Кк]уб\w* (?:имени )?|[Мм]емориал\w*|[Фф]онд\w*|[Сс]тановище|[Пп]арк\w*|[Тт]урнир\w*) [\"“«]?\Z"
)


_SHOP = re.compile(r"\b(?:outside|in|at|into|inside|near|of) an? \Z")
_SHOP_ENDS = re.compile(r"(?:[.,;:!?\n]|\s*\Z| (?:in|on|at|and|near|off|when|after|where)\b)")
_A_PIECE = re.compile(r"\b(?:[Aa]n?|his|her|their|the) (?:\w+ )?\Z")
_CLOTHES = re.compile(
    r" (?:jacket|coat|shirt|hoodie|sweater|dress|suit|handbag|bag|watch|scarf|jeans|trainers|sneakers|perfume|cup|mug)\b"
)


def thing_named(name: str, text: str, start: int, end: int) -> bool:
    """True where `text[start:end]`, a person's full name, is a thing's or a team's."""
    after = text[end : end + _REACH]
    if any(each.match(after) for each in (_SOLD_AS, _EARNS, _THINGS_ABROAD)):
        return True
    if _team_won(text, start, end):
        return True
    before = text[max(0, start - _REACH) : start]
    last = before.rstrip(_QUOTED).rpartition(" ")[2].lower()
    if not last or last[-1] in _SENTENCE_ENDS or last in _NAMES_NOTHING:
        return False
    if last in _LITTLE:
        told = _FULL.search(text, start, end) and _behind_little_word(name, before, last, after)
    else:
        told = _behind_noun(name, text, start, end, last)
    return bool(told) and not a_persons_clause(text, start, end)


def _behind_noun(name: str, text: str, start: int, end: int, last: str) -> bool:
    """The same behind another word, `last`."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if (_CALLED_LAST.match(last) and _CALLED_SO.search(before)) or _is_beast(text, start):
        return True
    if _FULL.search(text, start, end) is None:
        return False
    worn = _WORN_LAST.match(last) and _WORN.search(before) and not _A_NOUN_MORE.match(after)
    if worn or (_CLOTHES.match(after) and _A_PIECE.search(before)):
        return not known_for_office(name)  # who is known for that sells no gowns
    found = _NAMES_WHAT.search(before[-_NEXT_TO:])
    return found is not None and not an_english_word(text, start, found[0])


def _is_beast(text: str, start: int) -> bool:
    """True for one of a sort, but for a dark horse and a Miami Dolphin, who has a capital."""
    low = max(0, start - _NEXT_TO)
    found = _BEAST.search(text, low, start)
    if found is None or _LIKE_BEASTS.search(text, low, start):
        return False
    if text[found.start()].islower() or _TEAMS.match(found[0]) is None:
        return True
    return begins_sentence(text[max(0, found.start() - _REACH) : found.start()])


_TEAMS = re.compile(
    r"(?:Lion|Tiger|Dolphin|Shark|Colt|Penguin|Cub|Owl|Bulldog|Terrier|Stallion|Rocket|Kangaroo|Wasp)s?\b"
)
"""What teams are called: a Miami Dolphin is one of them."""


def _team_won(text: str, start: int, end: int) -> bool:
    """True for a game's points; those who win an election, too, may do so by 58 to 42."""
    found = _TEAM_WON.match(text, end, end + _REACH)
    if found is None:
        return False
    per_cent = sum(map(int, found.groups())) in _ALL_VOTES
    return not per_cent and not of_politics(text, start, end)


_ALL_VOTES = range(97, 102)
"""What two shares of all votes come to, rounded, or less some that went to nobody."""


def _behind_little_word(name: str, before: str, last: str, after: str) -> bool:
    """The same behind an article or a preposition, `last`."""
    if last == "the":
        small = _NO_SIDE.match(after) or _SMALL.match(after) or _CLOTHES.match(after)
        return small is not None and not one_of_their_times(after)
    if last == "die":
        return _LIES.match(after) is not None
    if last in {"a", "an"}:
        ends = _SHOP_ENDS.match(after) and _SHOP.search(before)
        return bool(ends or _CLOTHES.match(after)) and not known_for_office(name)
    if last in _OF_ROMANCE and (
        _behind_article(before, after) or _NAMES_WHAT.search(before[-_NEXT_TO:])
    ):
        return True
    cues = (_FLIGHT, _STAFF_AT, _COURT, _WORN)
    # "Flights to Jane Roe rallies", "sales of Jane Roe books".
    return any(each.search(before) for each in cues) and _A_NOUN_MORE.match(after) is None


_A_NOUN_MORE = re.compile(
    r" (?:(?:new|old|own|first|latest|signed|signature) )?(?:rall(?:y|ies)|events?|speech\w*|fundraisers?|books?|memoirs?|records?|albums?|tickets?|merch\w*|memorabilia|shirts?|"
    r"T-shirts?|masks?|costumes?|hats?|caps?|badges?|posters?|photos?|dolls?|supporters?|voters?|fans|donors?|officials?|aides|allies|family|interviews?|shows?|concerts?|gigs?|"
    r"premieres?|trials?|hearings?|court|meetings?|talks|funerals?|weddings?|part(?:y|ies))\b"
)
"""Nouns before which a person's name says whose they are."""
_QUOTED = " \"'“‘«„("
_SENTENCE_ENDS = ".!?:;,—–"
_NEXT_TO = 32
"""Characters in which a noun and a word for "called" have room."""
_NAMES_NOTHING = frozenset(
    [
        "that",
        "and",
        "with",
        "for",
        "as",
        "said",
        "told",
        "when",
        "while",
        "after",
        "before",
        "if",
        "is",
        "was",
        "has",
        "had",
        "who",
        "whom",
        "but",
        "or",
        "not",
        "than",
        "then",
        "his",
        "her",
        "their",
        "its",
        "our",
        "my",
        "your",
        "between",
        "against",
        "about",
        "over",
        "under",
        "because",
        "since",
        "also",
        "where",
        "how",
        "which",
        "says",
        "were",
        "are",
        "been",
        "would",
        "will",
        "could",
        "did",
        "does",
        "und",
        "dass",
        "mit",
        "für",
        "et",
        "que",
        "avec",
        "pour",
        "y",
        "con",
        "para",
        "e",
        "che",
        "per",
        "i",
        "że",
        "z",
        "oraz",
        "и",
        "что",
        "с",
        "для",
    ]
)
_OF_ROMANCE = frozenset(
    ["el", "al", "del", "dal", "nel", "sul", "au", "du", "de", "di", "do", "da"]
)
_LITTLE = _OF_ROMANCE | frozenset(
    [
        "the",
        "a",
        "an",
        "die",
        "at",
        "from",
        "to",
        "into",
        "via",
        "of",
        "through",
        "desde",
        "hacia",
        "à",
        "ab",
        "von",
        "nach",
        "из",
        "в",
        "on",
        "onto",
        "in",
        "by",
    ]
)
_CALLED_LAST = re.compile(_CALLED)
_WORN_LAST = re.compile(r"w(?:ore|ears|earing)\Z")


def _behind_article(before: str, after: str) -> bool:
    """True where Spanish or Italian has an article before a name, as before no person's."""
    if _A_SIDE.match(after):
        return False
    if _WITHIN.search(before) or (_AU.search(before) and _OF_TOWN.match(after)):
        return True
    if _ESTRENA.search(before):
        return _CATALAN.search(f"{before} {after}") is None
    article = _OF_IT.search(before)
    if article is not None:
        return not (article[1] or "").istitle()
    return _FIRST.search(before) is not None and _ROMANCE.search(after) is not None


_GROUND = r"Stadium|Arena|Stadion|Stadio|Vélodrome|Ballpark|Coliseum|Amphitheat(?:er|re)|Speedway|Raceway|Areena|Aréna"
_HALL = r"Park|Cent(?:er|re)|Field|Dome|Bowl|Pavilion|Theat(?:er|re)|Oval|Hall|Garden|Halle"
_CONTEST = (
    r"Open(?! [A-Z])|Masters|Cup|Grand Prix|Championships?|Trophy|Invitational|Marathon|Derby|Super League|Six Nations|Premiership|"
    r"Coupe|Copa|Pokal|Ekstraklasa|Superliga|Regatta"
)
_AT_WORK = r"(?! (?:sponsor|deal|plan|bid|app|owner|operator|ads?|campaign|kits?|coverage|rights))"
_GROUND_OF_A_FIRM = re.compile(rf"((?: [A-Z][\w'’&\-]*)?) (?:{_GROUND})\b{_AT_WORK}")
_HALL_OF_A_FIRM = re.compile(rf"() (?:{_HALL})\b(?! [A-Z]){_AT_WORK}")
_CONTEST_OF_A_FIRM = re.compile(
    rf"((?: (?!World|Champions|Premier|Major|European|National)[A-Z][\w'’&\-]*){{0,2}}?) (?:{_CONTEST})\b{_AT_WORK}"
)
_VENUE_BEFORE = re.compile(
    r"\b(?:[Ss]tade|[Ee]stadio|[Ee]stádio|[Ss]tadio|[Aa]rena|[Pp]abellón|[Tt]rofeo|[Cc]opa|[Cc]oppa|[Cc]oupe|[Ll]iga|[Ll]igue|[Ss]tadion\w*|"
    r"[Ss]uper[Ll]iga|[Tt]orneo) \Z"
)


_AT_GROUND = re.compile(r"\b(?:at|to|from|leave|left|inside|visit) the \Z")
_PLAYED = re.compile(
    r"\b(?:goals?|beat|beaten|draw|win|lose|hat-trick|Premier League|Champions League|title|fans|derby|kick-off|defeat|victory|equali[sz]er|half-time|"
    r"\d-\d|limps?|edge[sd]?|pip(?:s|ped)?|thrash\w*|pitch|penalt\w+|striker|winger|visitors|City|United|Arsenal|Gunners|Spurs|come from behind|held|champions)\b"
)
_TO_AN_OFFICE = re.compile(
    r" as (?:[\w\-']+ ){0,2}(?:minister|premier|governor|envoy|ambassador|chancellor|mayor|judge|speaker|secretary)\b"
)
"""Of somebody who is made a minister: "PM names Honda as foreign minister"."""


def venue_or_contest(text: str, start: int, end: int) -> bool:
    """True where a firm's name is that of what it pays for: "at Barclays Center", "Rolex Paris Masters".

    Not in a headline's capitals, where what it does may stand between: "Nike Sponsors World Cup".
    """
    if not text[start : start + 1].isupper():
        return False
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    at_ground = _AT_GROUND.search(before) and _PLAYED.search(f"{before} {after}")
    if at_ground or _TO_AN_OFFICE.match(after) or _VENUE_BEFORE.search(before):
        return True
    found = _GROUND_OF_A_FIRM.match(after)
    if found is None and not in_capitals(before, after):
        found = _CONTEST_OF_A_FIRM.match(after) or _HALL_OF_A_FIRM.match(after)
    return found is not None and not any(map(tells, (found[1] or "").split()))
