# ruff: noqa: RUF001, E501 - quotes of every kind stand beside names; long tables
"""What beside a word of every day says that it is a firm's name: "Apple's chief executive".

"Target said sales fell" is the shop; "Target practice will resume" and "NATO target out of reach"
are not. In a sentence written small, a capital of its own tells a name from a word, too.
"""

from __future__ import annotations

import re

from monitor.matching.names.ordinary import ordinary, seldom_inflected
from monitor.matching.names.titles import titled
from monitor.matching.rules.newsroom import in_capitals
from monitor.matching.text.normalise import fold_name
from monitor.matching.text.patterns import lazy
from monitor.model.match import Kind

_REACH = 60
_SORT = (
    r"(?:company|firm|retailer|chain|chemist|operator|car ?maker|maker|giant|bank|insurer|airline|broadcaster|"
    r"platform|start-?up|brand|app|supermarket|supplier|developer|agency|newspaper|network|conglomerate|"
    r"manufacturer|lender|grocer|telco|oil major|major|streamer|chipmaker|owner|parent|rival|competitor|"
    r"subsidiary|messenger|messaging service|web ?site)"
)
_ITS_OWN = (
    r"chief executive|ceo|cfo|coo|chief [a-z]+ officer|chairman|chairwoman|chair|board|shares?|stocks?|founders?|"
    r"headquarters|revenues?|profits?|earnings|shareholders|investors|spokes(?:man|woman|person|people)|"
    r"ipo|executives?|bosses|boss|subsidiary|director-general|market value|share price|mps?|msps?|meps?|backbenchers?|manifesto"
)
"""What firms have, and things of the same name have not."""
_PEOPLE = r"customers|users|employees|staff|workers|drivers|machinists|engineers|pilots|stores?|shoppers|subscribers|lawyers|agents|officials|apps?"
"""What stands behind a word as well: "Target customers who have not paid yet"."""
_SAYS = (
    r"said|says|told|announce[sd]|unveil(?:s|ed)|declined to|refused to|agreed to|apologi[sz]ed|insist(?:s|ed)|"
    r"acquire[sd]|bought|buys|sues|hires|hired|appoints|appointed(?! by)|owns|expects|plans to|declared|denies|"
    r"denied (?:that|it|any|wrongdoing|having)|warns|warned (?:that|customers|users|it|of|investors|on|last)|"
    r"posted|posts (?:an?|its|record|loss|profit|[\w\-]+ (?:loss|profit))|"
    r"reported (?:an?|its|record|quarterly|that|[\w\-]+ (?:profits?|sales|loss(?:es)?|earnings))|"
    r"reports (?:record|quarterly|profits?|loss|[\w\-]+ profits?)|has (?:appealed|agreed|said|announced|acquired|sued)|"
    r"recall(?:s|ed) (?:\d|all|some|more|nearly|about)|(?:was|were|went|is) down\b|suffer(?:s|ed) an? (?:outage|breach|data)|"
    r"[a-z]{3,}ed its (?:[\w\-]+ ){0,2}(?:listing|prices?|profits?|outlook|forecast|dividend|headquarters|factory|stake|stores?|"
    r"network|workforce|staff|customers|operations|business|unit|bid|offer|plans?|app|services?|platform|policy|rules|chief)|"
    r"(?:raise[sd]|cut|cuts|lost|slashe[sd]) its|cuts? (?:\d[\d,.]* |(?:more |corporate |office )?jobs|prices|forecast|outlook)|"
    r"names [\w ]{0,30}?(?:chief|ceo|boss|head)\b|(?:was |is )?sued (?:by|over)|sued\b|(?:was |is )?fined (?:[$€£\d]|for|by|over)|"
    r"faces (?:lawsuit|fine|probe|antitrust|record fine)|(?:to )?pay[s]? [$€£]\s?\d|"
    r"to (?:cut|axe|shed|close|shut|open|buy|sell|hire|lay off) (?:[\w,.$€£\-]+ ){0,3}?(?:jobs|stores?|staff|branches|plants?|"
    r"workers|roles|offices?|shops|billion|unit|business|stake|app stores|phones)|"
    r"patche[sd]|won (?:its|an?|the) (?:[\w\-]+ )?(?:case|appeal|bid|contract|suit|lawsuit)|lost [$€£]\s?\d|merged|missed (?:forecasts|estimates)|"
    r"overtook|overtakes|named [A-Z][\w\-]+ (?:[A-Z][\w\-]+ )?(?:chief|ceo|chair|head)\w*|fixe[sd] an? (?:\w+ )?(?:outage|flaw|bug|hole)|confirm(?:s|ed) (?:that|it)|"
    r"rushed out|blocked [\d,]+|asked (?:staff|users|customers|employees)|disclosed|laid off|lays off|settle[sd] (?:with|a|the|claims|lawsuit)|"
    r"rolled out|rolls out|launche[sd] (?:an?|its|the)|release[sd] (?:an?|its|the|patches|updates)|partnered|invested|"
    r"will (?:cut|close|sell|buy|open|pay|launch|let|shut|hire|acquire|invest|stop|spend|appeal|lay off|acquire)|"
    r"(?:shares|stock)\b|(?:profit|profits|sales|revenue|earnings) (?:beats?|miss(?:es)?|jumps?|jumped|rises?|rose|falls?|fell|"
    r"tops?|slides?|slid|soars?|soared|drops?|dropped|plunge[sd]?|up|down|warning|climb\w*|doubled?)"
)
_AFTER = lazy(
    rf"[\"”’)]?(?:['’]s? (?:[\w\-]+ ){{0,3}}?(?:{_ITS_OWN})\b|\s(?:{_ITS_OWN})\b|,? (?:the|an?) (?:[\w\-]+ ){{0,4}}?{_SORT}\b|"
    rf", (?:owner|maker|parent|operator|developer) of\b|(?:,[^,.\n]{{3,60}},)?\s(?P<says>{_SAYS}))",
    re.IGNORECASE,
)
_PEOPLE_AFTER = lazy(rf"(?:['’]s)? (?:{_PEOPLE})\b")
_BEFORE = lazy(
    rf"(?:\b{_SORT}|\b(?:shares|stake|stock|investors|shareholders|confidence) (?:in|of)|\b(?:owned|bought|acquired|made|run) by|"
    r"\b(?:chief executive|ceo|boss|founder|head|chairman|spokes(?:man|woman|person)|employees|customers|owner|lawyers|shareholders) of|"
    r"\b(?:workers|staff|employees|drivers|engineers|managers|bosses|executives|shareholders|jobs) at|"
    r"\b(?:fined|sued|told|acquired?|against|via|chat on|post(?:ed)? on|channel on))\s\Z",
    re.IGNORECASE,
)
_ITS_STAFF = lazy(
    r"(?:['’]s)? (?:chief|head|director\w*|experts?|figures|data|report|envoy|mission|team|guidelines|regional|member|raids?)\b"
)
"""What an acronym's bearer has: "WHO chief Tedros"."""
_PEER = lazy(r"(?: and|,| or| &) ([A-Z][a-z]\w+)\b(?!['’]s)|(?: and|,| or| &) ([A-Z][a-z]\w+)['’]s")
_NO_SENTENCE = lazy(
    r"(?:\b(?:the|an?|this|these|those|each|every|our|his|her|its|their|your|my|no|any|some|one|near|around|at|in|st|saint|"
    r"mr|ms|mrs|miss|dr|colou?r|colou?red|called|named|codenamed|dubbed|word|operation|project|planet|street)|\b(?-i:[A-Z])[\w]+ of|\b(?:city|town|village|county|state|river|house|king|queen|prince|princess|duke|land|god|goddess|shades?|slices?|kilos?|tons?|tonnes?|glass|cups?) of|"
    r"[\"“‘'(\[])\s?\Z",
    re.IGNORECASE,
)
"""Before a capital that does not make a word a firm's name: William of Orange, "in Gap"."""
_OF_SOMEBODY = lazy(r"\b[A-Z]\w+ of \Z")
_GOES_ON = lazy(r"[ \-](?:[A-Z]|\d+\b)")
_SMALL_BEFORE = lazy(r"[a-z,;–—\-] ?\Z")
_WILDS = lazy(
    r"\b(?:rainforests?|forests?|jungle|deforestation|basin|river\w*|tributar\w+|indigenous|tribes?|wildlife|species)\b",
    re.IGNORECASE,
)
_THE = lazy(r"\b(?:the|an?) \Z", re.IGNORECASE)
_ARTICLE = lazy(r"\b(?:the|der|die|l['’]|la|el|il|a)\s?\Z", re.IGNORECASE)


def firm_beside(text: str, start: int, end: int, *, begins: bool, acronym: bool) -> str:
    """What beside the capitalised word `text[start:end]` says that a firm is meant, in words.

    Args:
        text: the field.
        start: where the word begins.
        end: where it ends.
        begins: whether its capital may be its sentence's.
        acronym: whether it is written in capitals only: WHO, ICE.
    """
    written = text[start:end]
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if not written[:1].isupper() or in_wilds(text, start, end):
        return ""
    found = _AFTER.match(after)
    if found and found["says"] and not acronym and _THE.search(before):
        found = None  # "The Crown says" in court
    found = found or (None if begins else _BEFORE.search(before))
    if found is None and not in_capitals(before, after):
        peer = _PEER.match(after)
        found = peer if peer and _a_name(peer[1] or peer[2]) else None
        if found is None and _has_own_capital(written, before, after, begins, acronym):
            return "a capital of its own is written"
    said = _POSSESSIVE.sub("", found[0]).strip(_AT_ENDS) if found else ""
    return f"“{said}” beside it" if said else ""


_POSSESSIVE = lazy(r"\A[\"”)]?['’]s? ")
_AT_ENDS = " ,'’\"”)"


def _has_own_capital(written: str, before: str, after: str, begins: bool, acronym: bool) -> bool:
    people = _PEOPLE_AFTER.match(after) is not None
    if acronym:
        # Capitals stress a word as well: "with ICE", "the people WHO attended".
        told = people or _ITS_STAFF.match(after) or _ARTICLE.search(before)
        return bool(told) and not (before + after).isupper()
    if begins:
        return people and seldom_inflected(fold_name(written))
    return not (
        titled(before)
        or _GOES_ON.match(after)
        or _SMALL_BEFORE.search(before) is None
        or _NO_SENTENCE.search(before)
        or _OF_SOMEBODY.search(before)
    )


def _a_name(word: str) -> bool:
    folded = fold_name(word)
    return not ordinary(word, Kind.ORGANISATION) or seldom_inflected(folded)


_ABROAD = lazy(
    r"[\"”»’)]? (?:(?:a|ha|hat|har|on|va|is|sa|se) )?(?:"
    r"pagará|recortará|anunci[oó]u?|anunciará|inform[oó]u?|teve|tendrá|comprará|compr[oó]u?|vend(?:ió|eu|erá)|cerrará|lanz[aó]|lançou|despid(?:e|ió)|deber[áà] pagar|"
    r"annonc[eé]|annoncera|cède|rachète|supprime(?:ra)?|lance(?:ra)?|dément|condamnée? à|"
    r"streicht|meldet|kündigt|senkt|übernimmt|verkauft|schließt|baut|steigert|erhöht|einigt sich|zieht (?:sich|gegen|vor)|schreibt (?:Verluste|rote)|angekündigt|mitgeteilt|"
    r"annuncia(?:to)?|taglia|firmato|compra|acquista(?:to)?|chiude|"
    r"podał[ao]?|ogłosił[ao]?|kupi|kupił[ao]?|sprzeda|otworzył[ao]?|zwolni|uruchomił[ao]?|"
    r"oznámil[ao]?|spustil[ao]?|koupí|propustí|otevřel[ao]?|"
    r"meldt|verlaat|sluit|verkoopt|schrapt|neemt over|kondigt|"
    r"сообщил[аи]?|объявил[аи]?|открыл[аи]?|купил[аи]?|оштрафован[аы]?|запустил[аи]?|повідомив|оголосив|відкрив|"
    r"schrijft|bericht|avslöjar|rapporterar|skriver|pisze|podaje|píše|informuje|révèle|rapporte|écrit|escribe|revela|public[oó]u?|scrive|rivela|"
    r"пишет|пише|сообщает|повідомляє|yazdı|írja|kirjoittaa|raportoi|schreibt|berichtet|uutisoi|"
    r"kertoi|sai|ostaa|irtisanoo|sade|varslar|köper|säljer|açıkladı|duyurdu|satın aldı|bejelentette)\b"
)


def firm_abroad(after: str) -> str:
    """What firms do, in other languages than English, right behind a name; else empty."""
    found = _ABROAD.match(after)
    return found[0].strip('"”»’) ') if found else ""


def in_wilds(text: str, start: int, end: int) -> bool:
    """True where a river or a forest is meant: the Amazon."""
    around = text[max(0, start - _REACH) : start] + " " + text[end : end + _REACH]
    return (
        _WILDS.search(around) is not None
        or _ON_FIRE.search(text[max(0, start - _REACH) : start]) is not None
    )


_ON_FIRE = lazy(
    r"\b(?:fires?|drought|floods?|expedition|ranchers?|loggers?) in the \Z", re.IGNORECASE
)


_HAS_PEOPLE = lazy(
    r"(?:['’]s?)? (?:CEO|CFO|COO|CTO|CIO|MPs?|MSPs?|MEPs?|TDs?|Chief Executive|Chairman|Chairwoman|Chair|Boss|Co-?[Ff]ounder|Founder|"
    r"Spokes(?:man|woman|person)|Shareholders?|Investors?|Employees?|Workers|Staff|Leader|Lawmakers?|Backbenchers?|Peers?|Councillors?|"
    r"Candidates?|Manifesto|Voters?|Supporters?|Shares|Stock|Customers?|Users?|Executives?)\b(?! (?:Inc|Ltd|LLC|Corp|Union|"
    r"Group|Association|Alliance|Club|Council|Fund|Trust|Network|Society|Exchange|Market|Photos?|Awards?|Day|Week)\b)"
)


def has_people(after: str) -> bool:
    """True where a word with a capital follows that says who is of a firm or a party: "Shell CEO"."""
    return _HAS_PEOPLE.match(after) is not None


def in_a_shout(after: str) -> bool:
    """True in a headline all of capitals, where what follows is what firms do: "SHELL PROFIT BEATS"."""
    return after.isupper() and _AFTER.match(after) is not None
