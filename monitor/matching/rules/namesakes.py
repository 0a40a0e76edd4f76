# ruff: noqa: RUF001, E501 - words of languages with letters that look alike; long tables
"""What only bears a person's name: an airport, a street, a prize, a namesake with a suffix.

And what looks like one by its letters alone: "a Christian baker" is not Christian Baker.
"""

from __future__ import annotations

from monitor.matching.names.gazetteer import Sort, cues_in
from monitor.matching.names.ordinary import frequency
from monitor.matching.rules.after_all import a_persons_clause, an_english_word, one_of_their_times
from monitor.matching.text.normalise import fold_name
from monitor.matching.text.patterns import lazy

_KINDS = r"Open|Military|Naval|Teaching|General|Maternity|Airforce|Polytechnic|Agricultural|Transit|Money|Veterans|Theatre|Theater|Family|Institute of|International|Memorial|Regional|National|Human Rights|Freedom|Humanitarian|Literary|Journalism|Municipal|High|State|Intercontinental|Washington National|Public|Middle|Elementary|Primary|Secondary|Community|Research|Medical|Space|Symphony|Youth|Global|Public|Children['’]s|Peace|Presidential|University|City|Concert|Arts?"
_THINGS = (
    r"Airport|Arena|Auditorium|Avenue|Boulevard|Bridge|College|Expressway|Highway|Hospital|Institute?|Library|Museum|"
    r"Parkway|Stadium|Street|Terminal|Theatre|Theater|University|Observatory|Telescope|Orchestra|Live!|"
    r"Lake|Dam|Barracks|Archive|Lectures?|Bookshop|Bookstore|Hotel|Inn|Quartet|Trio|Choir|"
    r"Freeway|Turnpike|Bypass|Pier|Marina|Academy|Pavilion|Gallery|Gardens?|Cemetery|Reservoir|Refuge|Glacier|Crater|Rover|Spacecraft|Roundabout|Interchange|Motorway|Grammar|Campus|Hostel"
)
_ALSO_WORDS = (
    r"Awards?|Bay|Cent(?:er|re)|Church|Cup|Day|Drive|Field|Foundation|Hall|Medal|Memorial|Park|Plaza|Prize|Road|School|Square|Station|Tower|Trophy|Tunnel|"
    r"Law|Act|Conference|Partnership|Christmas|Experience|Fellowship|Scholarship|Show|Expo|Festival|Fund|Clinic|Chair|Building|House|Ward|Band|Trail"
)
"""Things that begin other phrases in headlines: "Jane Roe House Arrest", "Jane Roe Christmas Party"."""
_NOT_GOING_ON = (
    rf"(?! (?!(?:{_THINGS}|Park|School|Center|Centre|Field|Hall|Tower|Foundation|Prize|Trail|Festival)\b)[A-Z][\w'’\-]*[a-rt-z](?<!ed)(?<!Is)\b)(?! (?:of [A-Z]|to [A-Z]))"
    r"(?! (?:party|parties|message|speech|card|tree|quiz|arrest|speaker|majority|firm|trip)\b)"
)
"""Behind one of those: no further word with a capital that would make it a part of a phrase."""
_STAYS = r"(?! (?:stay|visit|treatment|records?(?! (?:an?|the|its|\d))|bed|admission|scare|trip|drama|dash|discharge|arrivals?|arrest|protests?|speech|rally|rallies|show|concert|gig|tour|art|fight|row|fraud|degree)\b)"
"""Behind a small "hospital" or "university": no noun for what somebody does there."""
_NAMED_AFTER = lazy(
    rf"\s+[A-Z]\w+ (?:City |International )?Airport\b|\s+(?:High|Middle|Elementary|Primary|Secondary|Grammar) School\b|"
    r"\s+(?:International|National)(?=[.,;:)]|\Z| (?:on|in|after|for|before|to|from|when|as|and|was|were|is|are|has|had|resumed|reopened|closed|said)\b)|"
    rf"\s+Live!|\s+Intercontinental\b|(?i:\s+(?:airport|hospital|stadium|street|avenue|bridge|university|telescope|observatory)\b)(?!['’]s){_STAYS}|,?\s+(?:Jr|Sr|Jnr|Snr|II|III|IV)\b|(?:\s+(?:Jr\.?|Sr\.?|{_KINDS})){{0,3}}\s+(?:(?:{_THINGS})\b|(?:{_ALSO_WORDS})\b{_NOT_GOING_ON})(?!['’]s)"
)
_NAMES_WHAT = lazy(
    r"(?:\b(?:uniwersyte\w*(?: \w+)?|szkoł\w+|szpital\w*|stadion\w*|liceum|rond\w+|Uniwersyte\w*(?: \w+)?|Szkoł\w+|"
    r"[Ss]tation|[Mm]étro|[Rr]ond-point|[Pp]arc|[Cc]aserne|[Ff]ondation|[Aa]llée|[Ii]mpasse|[Cc]hemin|[Ss]alle|"
    r"[Pp]uerto|[Rr]efinería|[Mm]ercado|[Cc]olegio|[Pp]ark\w{0,3}|[Bb]iblioteca|[Pp]arque|[Gg]lorieta|[Pp]olideportivo|[Bb]ulevar|[Ff]undación|[Aa]utopista|[Ee]scuela|[Vv]iaduto|[Cc]olégio|[Ee]stação|[Ff]undação|[Tt]erminal|"
    r"[Ii]stituto|[Ff]ondazione|[Pp]arco|[Cc]aserma|[Ll]argo|[Ll]ungomare|[Pp]alazzetto|[Nn]emocni\w+|al[e]i|Klinikum|Gymnasium|Kaserne|"
    r"[Cc]entre|[Éé]cole|[Uu]niversité|[Hh]ôpital(?: \w+)?|[Ss]tade|[Pp]ont|[Gg]are|[Mm]usée|[Tt]héâtre|[Bb]ibliothèque|[Gg]ymnase|"
    r"[Uu]niversidad|[Hh]ospital|[Pp]uente|[Tt]eatro|[Uu]niversità|[Oo]spedale|[Ss]cuola|[Pp]onte|[Uu]niversidade|"
    r"Letišt\w+|Náměstí|Nábřež\w+|Lotnisk\w+|Plac\w*|Alej\w+|Námest\w+|Letisk\w+|Schule|Brücke|"
    r"ul\.|ulic[aąeęiouy]+|alej\w+|plac\w*|lotnisk\w+|im\.|imienia|"
    r"[Mm]useo|[Mm]useu|[Cc]entr[ou]|[Cc]entru\w{0,2}|cen[auyě]|Cen[auyě]|zračn\w+ luk\w+|Zračn\w+ luk\w+|zračn\w+ luci|Zračn\w+ luci|[Ll]etališč\w+|[Dd]om\w{0,2}|[Gg]imnazij\w+|[Šš]kol\w+|[Vv]rtc\w*|[Oo]snovn\w+ šol\w+|[Dd]ivadl\w+|[Ss]tadion\w*|[Řř]ád\w*|Rad(?:u|om|em)?|[Nn]agrad\w+|[Ii]nstitut\w*|most\w{0,3}|[Rr]ond\w+|[Pp]olitechni\w+|[Uu]niversit\w+|[Uu]niverzit\w+|ulicí|náměstí|nám\.|letišt\w+|nábřež\w+|trg\w*|Ulic\w+|Trg\w*|námest\w+|letisk\w+|"
    r"rue|avenue|boulevard|quai|aéroport|lycée|collège|prix|"
    r"calle|avenida|plaza|paseo|aeropuerto|premio|estadio|alcaldía|municipio|orquesta|rodovia|ponte|escola|orquestra|represa|presa|rua|praça|aeroporto|prêmio|prémio|estádio|"
    r"(?:[Ii]n|[Dd]i|[Ss]u|[Dd]a|tra|lungo) [Vv]ia|Via|corso|piazza|piazzale|viale|stadio|liceo|"
    r"Flughafen|Platz|Straße|Stadion|lufthavn|"
    r"tér|utca|repülőtér|Bulevardul|Strada|Aeroportul)\s|"
    r"\b(?:[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Rr]ua|[Pp]raça|[Rr]ue|[Aa]eropuerto|[Aa]eroporto|[Aa]éroport)\s(?:de|di|do|da)\s|"
    r"(?:[Уу]л\.|[Уу]лиц[аеуыійя]\w*|[Вв]улиц\w+|[Уу]ниверситет\w* имени|[Уу]ніверситет\w* імені|[Пп]амятник\w*|[Пп]ам['’]ятник\w*|просп\.|проспект\w*|площад\w+|площ\w+|аэропорт\w*|аеропорт\w*|имени|ім\.|імені|им\.|"
    r"театър\w*|театр\w*|Театр\w*|[Кк]вартал\w*|[Уу]лица|[Сс]квер\w*|полк\w* имени|кіностуді\w+ імені|[Лл]едокол|[Тт]анкер|[Пп]оезд\w*|бібліотек\w+|библиотек\w+|преми[яиюей]+|стадион\w*|бульвар\w*|набережн\w+|летище)\s|"
    r"(?:οδό[ςυ]?|οδού|πλατεία[ς]?|αεροδρόμιο)\s|(?:شارع|مطار|ميدان|ساحة|جائزة|جسر|محافظة|جامعة|مستشفى|مدرسة|حي|طريق|ملعب|مسجد|مركز|مخيم)\s|(?:רחוב|כיכר|שדרות|כביש|פרס)\s)[\"'“‘«„]?\Z"
)
"""Words for streets, squares, airports, schools and prizes, right before whose name they bear."""
_SEVERAL = lazy(
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
_PARTS = lazy(r"[^\s,|]+")


def bears_the_name(name: str, text: str, start: int, end: int) -> bool:
    """True where `text[start:end]`, a person's name, is another's or a thing's that is named so.

    "Martin Lund Jr.", "John F. Kennedy International Airport", "náměstí Václava Havla".
    """
    after = text[end : end + _AROUND]
    if _NAMED_IN_HAN.match(after) or _NAMED_AFTER.match(after) or _NAMED_AFTER_ABROAD.match(after):
        return True
    low = max(0, start - _REACH)
    if _last_word(text[low:start]) not in _NAMES_NOTHING and _thing_before(name, text, start, end):
        return True
    if _of_a_brand(text, start, end):
        return True
    if (_SMALL_THINGS.match(after) or _SAILED.match(after)) and _THE.search(text, low, start):
        return True
    return _at_a_place(text, start, after)


def _at_a_place(text: str, start: int, after: str) -> bool:
    """True for an airport behind its town, and for what has an article and is a place."""
    low = max(0, start - _REACH)
    if _IN_TOWN.search(text, low, start) and _of_a_town(text[low:start]):
        return True
    there = _AT_THE.search(text, low, start) and _NO_NOUN.match(after)
    return there is not None and not one_of_their_times(after)


def _thing_before(name: str, text: str, start: int, end: int) -> bool:
    """True for a noun for what bears names, right before one."""
    low = max(0, start - _REACH)
    found = _PLACE_NAMED.search(text, max(0, start - _AROUND), start) or _NAMES_WHAT.search(
        text, low, start
    )
    if found is not None and text[start:end] == name and _IN_GENITIVE.match(found[0].strip()):
        found = None
    if found is not None and an_english_word(text, start, found[0]):
        found = None
    if found is None and _SHIP.search(text, low, start) is None:
        return False
    return not a_persons_clause(text, start, end)


_IN_GENITIVE = lazy(
    r"(?:szkoł\w+|[Ss]zpital\w*|[Ss]tadion\w+|[Rr]ond\w+|[Uu]niwersyte\w*|cen[auyě]|Cen[auyě]|[Cc]entr(?:a|em|um)|[Dd]omu|[Gg]imnazij\w+|"
    r"[Dd]ivadl\w+|[Řř]ád\w*|Rad\w{0,2}|most\w{0,3}|[Pp]olitechni\w+|[Uu]niverzit\w+|ulic\w+|[Nn]áměstí|[Ll]etišt\w+|[Nn]ábřež\w+|[Tt]rg\w*|"
    r"[Nn]ámest\w+|[Ll]etisk\w+|[Nn]emocni\w+|[Pp]ark\w{1,3}|[Aa]lej\w+|[Pp]lac(?:u|em|owi)?|[Ll]otnisk\w+|[Ll]etališč\w+)(?: \w+)?\Z"
)
"""Nouns of languages that put the name behind them in another case than watched names are in."""
_SMALL = """
that and by with for to from as said told when while after before if is was has had who whom but or not than
then his her their its our my your between against about into over under because since also where how which
says were are been would will could
"""
_NAMES_NOTHING = frozenset(_SMALL.split())
"""Words right before a name that are no thing's: most of those that are there."""


def _last_word(before: str) -> str:
    return before.rpartition(" ")[0].rpartition(" ")[2]


def _of_a_brand(text: str, start: int, end: int) -> bool:
    """True for what firms and ships have of somebody's name: shares, suits, an article."""
    low = max(0, start - _REACH)
    after = text[end : end + _AROUND]
    before = text[low:start]
    if _OF_A_BRAND.match(after) or (before.endswith(" of ") and _BOTTLE.search(before)):
        return True
    if _MADE.match(after) and _ONE.search(text, low, start):
        return True
    article = before.endswith(_ARTICLES) and _LE.search(before) and " " in text[start:end]
    return bool(article) and _SIDE.match(after) is None


def _of_a_town(before: str) -> bool:
    """True where a town stands before an airport's name: "at Paris Charles de Gaulle"."""
    cues = cues_in(before.rsplit(maxsplit=1)[-1])
    return any(cue.sort in {Sort.CAPITAL, Sort.TOWN} for cue in cues)


_NAMED_IN_HAN = lazy(
    "(?:大学|大學|路|公园|公園|纪念|紀念|医院|醫院|中学|中學|大道|故居|大桥|大橋|机场|機場|文学奖|賞|記念館|空港|대교|공항|대학교|기념관)"
)
_IN_TOWN = lazy(r"\b(?:at|via|from) [A-Z]\w+ \Z")
_NAMED_AFTER_ABROAD = lazy(
    r"(?:['’](?:n?[iıuü]n|d[ae]|n?[ae]))? (?:(?:Uluslararası|Nemzetközi) )?(?:"
    r"Havaliman\w+|Havaalan\w+|Stad[iıy]\w+|Mahalles\w+|Tıp Merkez\w+|Caddes\w+|Bulvar\w+|Sokağ\w+|Üniversites\w+|Köprüs\w+|Lises\w+|"
    r"Meydan\w+|Hastanes\w+|Park[ıi]\w*|Vakf\w+|Kültür Merkez\w+|"
    r"[Nn]emzetközi\b|[Rr]epülőt\w+|utc[aá]\w*|tér(?:en|re|ről|i)?\b|körút\w*|híd\w*|[Ee]gyetem\w*|[Ss]tadion\w*|"
    r"[Kk]órház\w*|[Aa]lapítvány\w*|[Dd]íj\w*|"
    r"iel[aāu]\w*|lidost\w+|gatv[ėe]\w*|aikšt\w+|oro uost\w+|tänav\w*|väljak\w*|lennujaam\w*|"
    r"Stiftung|Flughafen\w*|Straße|Platz|Stadion|Schule|Haus|Preis|Kaserne|gata|plads|vej|väg)\b|s? (?i:barnsjukhus|sjukhus|institut|väg|gata|torg|skola|stiftelse|plads|vej|plass|sykehus)\w{0,3}\b|s (?i:park|pris|gate|hospital)\w{0,3}\b|[ n](?:kansallispuisto|katu|kadu|tie|puisto|museo|lentoasema|koulu|stadion|kilpailu|viulukilpailu|aukio)\w*|(?:a|as|u|es)? (?:bulvār|laukum|ielā|parkā|muzej|teātr|universitāt|tilt)\w*"
)
_SHIP = lazy(
    r"(?:\b(?:USS|USNS|HMS|HMCS|HMAS|HMNZS|INS|PNS|RFA|HNLMS|TCG|ORP|KRI|BRP|ROKS|RSS|ARA|BAP|FGS|MV|SS|RMS|KNM|HDMS|HSwMS|KD|ВМФ)|"
    r"\b(?i:(?:aircraft )?carrier|warship|frigate|destroyer|cruiser|submarine|battleship|icebreaker|ocean liner|(?:tall|sailing|training|cruise|cargo) ship|ferry|trawler|"
    r"porte-avions|frégate|sous-marin|paquebot|flugzeugträger|fregatte|zerstörer|portaaviones|fragata|"
    r"portaerei|porta-aviões|lotniskow\w+|fregat\w*|niszczyciel\w*|авианос\w+|крейсер\w*|фрегат\w*|эсмин\w+|"
    r"ледокол\w*|теплоход\w*|подлодк\w+|letadlov\w+ lo[dď]\w*|lentotukialu\w+|hangarskib\w*))"
    r"(?: (?:the|the nuclear-powered))? [\"'“«„]?\Z"
)
"""Ships have their namesakes' names whole."""
_PLACE_NAMED = lazy(
    r"(?i:\b(?:aeropuerto|aéroport|aeroporto|universi(?:dad|té|tà|dade)|flughafen|stadion|"
    r"puente|estadio|hospital|parque|autodromo|autódromo|aeroportul|lotnisk\w+|letišt\w+))(?: (?:International|Internacional|Internazionale|Nacional|Intercontinental|Politécnica|"
    r"internationale?))?\s\Z"
)
_SMALL_THINGS = lazy(
    r" (?:(?:peace|memorial|literary|international|national) )?(?:prize|award|medal|airport|stadium|bridge|"
    r"hospital|foundation|conference(?! (?:speech|call|appearance|address|hall|stage|slot))|superchips?|chips?|telescope|observatory|orchestra|law(?!-)|act|brand|street|square|museum|scholarship|fellowship|lecture|trophy|auditorium|arena|highway|dam|"
    r"strike group|carrier|rover|probe|spacecraft|satellite|school|library|institute|university)\b"
)
_OF_A_BRAND = lazy(
    r" (?:(?:shares|sales) (?:rose|fell|jump|slid|drop|surg|plung|climb|gain|tumbl|soar|sank|slump|rall|were|are|trade|closed|up\b|down\b)|"
    r"(?:perfumes?|fragrances?|handbags?|outlets|boutiques?|jeans|sunglasses|cosmetics|lipsticks?|whisk(?:e)?ys?|bourbon|"
    r"motorcycles?|motorbikes?|superchips?|chips (?!in|away|at)|gpus?|processors|franchisees|customers (?:could|were|can|have|are|in|will)|dresses (?:sold|are|were|in|for|and|at|that|to)\b(?! (?:like|up|down))|stores (?:will|in|across|are|were|have)|riders)\b|"
    r"(?:cuts?|raise[sd]|lower(?:s|ed)|trim(?:s|med)|slashe[sd]|lift(?:s|ed)|post(?:s|ed)|report(?:s|ed)) its "
    r"(?:[\w\-]+ ){0,2}(?:outlook|forecasts?|guidance|prices?|dividend|estimates?|targets?|profits?|sales|earnings)\b)"
)
"""What is a brand's that bears somebody's name, and hardly said of them: "Ralph Lauren shares rose"."""
_MADE = lazy(
    r" (?:suits?|dress|gowns?|bags?|shirts?|jackets?|coats?|shoes|boots|trainers|sneakers|watch|ties?|scarf|sandwich|coffee|burger|wine)\b"
)
_ONE = lazy(r"\b(?:an?|his|her|their|in|wearing|new) \Z")
_BOTTLE = lazy(r"\b(?:bottles?|glass|glasses|cans?|packs?|pairs?|shots?) of \Z")
_ARTICLES = ("e ", "u ")
_LE = lazy(r"\b(?:[Ll]e|[Dd]u|[Aa]u) \Z")
"""French puts no article before a person: le Charles de Gaulle is a ship."""
_SIDE = lazy(r" (?:de|d['’]|des|du|que|qui|nouveau)\b")
_SAILED = lazy(r" (?:sailed|sails|steamed|docked|anchored|deployed|set sail|entered port)\b")
_THE = lazy(r"\b[Tt]he \Z")
_AT_THE = lazy(
    r"\b(?:at|inside|outside|filled|packed|leave|left) the \Z|\b(?:w|na|on|at) Stade \Z|\b(?:al|dal|nel) \Z"
)
_NO_NOUN = lazy(
    r"(?:[.,;:!?)\n]|\Z| (?:on|for|in|after|before|as|and|an|a|when|where|during|to|with|by|until|di|per|dopo|con)\b)"
)
"""Behind a place: "the Donald Trump we know" is one of several sides of him."""


def of_several(text: str, end: int) -> bool:
    """True for institutions of several countries: "Ministerstwa Obrony obu państw"."""
    return _SEVERAL.match(text, end) is not None


def by_chance(name: str, text: str, start: int, end: int) -> bool:
    """True where `text[start:end]` has the letters of a person's name, and nobody is meant."""
    return (
        _small_words(name, text, start, end)
        or _another_word(name, text, start, end)
        or _half_small(name, text[start:end])
        or _hyphenated(name, text, start, end)
    )


def _half_small(name: str, written: str) -> bool:
    """True where of a person's name one end has a capital and the other has none.

    Whoever writes names without capitals does so throughout: "jane roe".
    """
    words: list[str] = _PARTS.findall(name)
    found: list[str] = _PARTS.findall(written)
    if len(words) < 2 or len(found) < 2 or any(w[0].islower() for w in (words[0], words[-1])):
        return False
    return _is_small(found[0]) != _is_small(found[-1])


def _is_small(word: str) -> bool:
    """True without a capital where the name itself begins: al-Sadr and d'Estaing have theirs."""
    return word[:1].islower() and _OWN_PART.sub("", word)[:1].islower()


_OWN_PART = lazy(r"\A(?:[^\W\d_]{1,4}[\-\u2010\u2011]|[^\W\d_]{1,2}['’‘`ʼ])(?=[^\W\d_])")
"""An article of Arabic, or of a romance language, that stays small: in Саиф уль-Малук, too."""


def _small_words(name: str, text: str, start: int, end: int) -> bool:
    """True for a name's words all in small letters, in a sentence with capitals: une pierre blanche.

    Only words that are met often enough: whoever writes jane roe means her.
    """
    written = text[start:end]
    if not written.islower() or name.islower() or len(written.split()) < 2:
        return False
    around = text[max(0, start - _AROUND) : start] + text[end : end + _AROUND]
    if around == around.lower():
        return False
    if any(len(word) == 1 for word in _LETTERS.findall(name)):
        return True  # "a khan" is not A. Khan
    return all(frequency(fold_name(word)) >= _WORDS for word in written.split())


def _another_word(name: str, text: str, start: int, end: int) -> bool:
    """True where a name's words run together are a word by chance: "linda" is not Lin Da.

    As a hashtag, as an account, with a capital within or as long as no word is, it is the name;
    but most words are others with a letter before them, R. Eporter's with an initial.
    """
    words, written = _LETTERS.findall(name), text[start:end]
    if len(words) < 2 or len(_LETTERS.findall(written)) != 1:
        return False
    if written.lower() == written.upper() or text[start - 1 : start] in _MARKS:
        return False  # a script without capitals; a hashtag
    if not written.isupper() and written[1:] != written[1:].lower():
        return False
    initials = any(len(word) == 1 for word in words)
    return initials or len(written) <= _SHORT or frequency(fold_name(written)) > 0


_LETTERS = lazy(r"[^\W\d_]+")
_MARKS = ("#", "@", "\uff03")
_SHORT = 8
"""Letters up to which two words of a name make one of some language too often."""
_WORDS = 3.0
"""Zipf frequency from which a word is one, and no name alone."""


def _hyphenated(name: str, text: str, start: int, end: int) -> bool:
    """True for a part of a double-barrelled name: Jean-Paul Roe, Jane Roe-Smythe."""
    if " " in name and text[start:end] == name.replace(" ", "-") and _FAMILY.match(text, end):
        return True  # "Jean-Martin Folz" is not Jean Martin
    if name.count(" ") == 1 and text[start:end] == name.replace(" ", "-") and name.istitle():
        return True  # so French writes what bears a name: "à Roland-Garros"
    goes_on = text[end : end + 1] == "-" and text[end + 1 : end + 2].isupper()
    return goes_on or (start > 1 and text[start - 1] == "-" and text[start - 2].isalpha())


_FAMILY = lazy(r" [^\W\d_a-zß-ÿ]")
