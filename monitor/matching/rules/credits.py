# ruff: noqa: RUF001, E501 - words of languages with letters that look alike; long tables
"""Who made an article and its pictures: bylines, credits, what is said of the author.

"Photo: Jane Roe/Getty Images", "(Reporting by Tom Poe and Jane Roe)" and "Jane Roe is a reporter
based in Nairobi" mention nobody the news is about; "Photo: Jane Roe leaves the court" does.
"""

from __future__ import annotations

import re

from monitor.matching.text.patterns import lazy

_REACH = 120
_NAME = r"(?:(?-i:[^\W\d_a-zß-ÿ])[\w.'’\-]+\s+){1,3}(?:(?:van|von|de|der|den|la|del|al|bin)\s+){0,2}(?-i:[^\W\d_a-zß-ÿ])[\w.'’\-]+"
"""A person's name of at least two words: "By Monday, Jane Roe had ..." is no byline."""
_OTHERS = rf"(?:{_NAME}(?:,\s+|\s*,?\s+(?:and|und|et|y|e|i|и|та)\s+|\s*&\s*))*"
_BYLINE = lazy(
    r"(?:^|[\n\r|])\s*(?:(?:words|written|story|report(?:ed|ing)?|edited|analysis|text)\s+)?"
    rf"(?:by|von|par|por|door|av|af|автор|author|text|de notre correspondant):?\s+{_OTHERS}\Z",
    re.IGNORECASE,
)
_BYLINE_ENDS = lazy(
    r"\s*(?:\Z|[\n\r|;(•·—–]|,\s+(?:staff|senior|contributing|special)\s+(?:writer|reporter|correspondent|editor)|,(?!\s+(?!(?:in|at|and|for|und|en|à)\b)[a-zà-ÿ])|and\b|&|in\b|at\b|[A-Z][\w ]{1,40}(?:[Cc]orrespondent|"
    r"[Ee]ditor|[Rr]eporter))"
)
_PICTURE = (
    r"photo(?:graph(?:y|er|ie)?|s)?|fotos?|fot\.|pictures?|images?|bild(?:er)?|illustrations?|graphics?|"
    r"cartoon|video|cr[eé]dits?|zdj[eę]ci[ae]|fotograf(?:ie|ía|ia|o)?|rysunek|фото(?:граф)?|ілюстрація|снимка|"
    r"kuva|foto(?:grafija)?|φωτογραφία|fotó|fotoğraf"
)
_CREDIT = lazy(
    rf"(?:\b(?:{_PICTURE})(?:\s+(?:credits?|courtesy(?:\s+of)?|photos?|fotos?|d['’]illustration))?\s*(?::|©|/)\s*"
    r"(?:courtesy of\s+|by\s+)?|\b(?:fot\.|(?-i:Foto|Photo|Fotó|Ph\.))\s+|\b(?:photo|photograph|image|picture|illustration|graphic|video)s?\s+(?:courtesy of|by)\s+|"
    rf"©\s*)[\"“«]?{_OTHERS}\Z",
    re.IGNORECASE,
)
_CREDIT_IN_HAN = lazy(r"(?:撮影|写真|カメラマン|摄影|攝影|摄|사진)\s?[・：:／/=＝]\s?\Z")
_CREDIT_ENDS = lazy(
    # Who is told where somebody stands in a picture sees them there.
    r"(?!\s*\((?:\d\. )?(?:v\. ?)?(?:[lrM]|left|right|links|rechts|Mitte|cent(?:re|er)|à|g|d|izq|dcha|izquierda|derecha)\b)\s*(?:\Z|[\n\r|/;)\]•·—–©]|\.(?:\s|\Z)|for\s|via\s|"
    r",?\s+\(?[A-Z][\w.\-]*(?:[\s/][A-Z][\w.\-]*){0,3}\)?\s*(?:[\n\r]|\Z))"
)
_HAN_ENDS = lazy(r"\s?(?:\Z|[\n\r)）」】/／])")
_DESK = lazy(
    r"\b(?:(?:additional|further)\s+)?(?:reporting|writing|editing|research|translat(?:ed|ion)|compiled|"
    rf"photography|interview(?:ed|s)? conducted|graphics)\s+by\s+{_OTHERS}\Z",
    re.IGNORECASE,
)
_MADE = lazy(
    r"(?:^|[\n\r;,.]\s?)\s*(?:(?:produced|edited|filmed|photographed|illustrated|translated|interviewed|moderated)(?: and \w+)? by|"
    r"words:|text:|story:|propos recueillis par|textos? y fotos? de|texte et photos? de|text und fotos? von|testo e foto di|di|rozmawiała?|rozmawiali|"
    r"entrevista de|intervista di|interview par|tekst|opracowała?|беседовала?|подготовила?|записала?)\s*:?\s+"
    + _OTHERS
    + r"\Z",
    re.IGNORECASE,
)
_MADE_ENDS = lazy(
    r"\s*(?:\Z|[\n\r|)]|\.\s*(?:\Z|[\n\r]|(?:photo|picture|foto|image)s?\b)|,\s+(?:edited|produced|translated)\b)",
    re.IGNORECASE,
)
_WRITE_TO = lazy(r"\b(?:e-?mail|contact|reach|write to)\s+\Z", re.IGNORECASE)
_AT_ADDRESS = lazy(r"\s+(?:at|on|via)?\s?[(<]?[\w.+\-]+@")
_DESK_ENDS = lazy(r"\s*(?:\Z|[\n\r|,;()\]•·—–.]|and\b|&|in\s|for\s)")
_FOLLOW = lazy(r"\b(?:follow|folgen sie|suivez|sigue a)\s+\Z", re.IGNORECASE)
_FOLLOW_ENDS = lazy(
    r"\s+(?:on|at|auf|sur|en|bei)\s+(?:@|https?:|www\.|(?:Twitter|X|Facebook|Instagram|LinkedIn|Bluesky|Mastodon|Threads|TikTok|YouTube|Truth Social|social media)\b)|:?\s+@",
    re.IGNORECASE,
)
_AUTHOR = lazy(
    r"\b(?:about the (?:author|writer|reporter)|(?:über|zum) (?:den )?autor(?:in)?|à propos de l['’]auteur|"
    r"sobre (?:el|la) autora?|o autorze|об авторе|the (?:author|writer)|die autorin|der autor|l['’]autrice|l['’]auteur)"
    r"\s*[:,]?\s+\Z",
    re.IGNORECASE,
)
_LINE_BEGINS = lazy(r"(?:\A|[\n\r])[\s*_–—•-]*\Z")
_TRADE = (
    r"(?:reporter|correspondent|journalist|columnist|editor|writer|contributor|commentator|"
    r"redakteurin|redakteur|korrespondentin|korrespondent|reporterin|journaliste|correspondante?|rédact(?:eur|rice)|"
    r"periodista|corresponsal|redactora?|giornalista|corrispondente|jornalista|correspondente|"
    r"dziennikark?a?|dziennikarz|korespondentka|redaktor|корреспондент|журналист\w*|обозреватель|toimittaja|redaktör)"
)
_LIVES_BY_IT = lazy(
    rf"\s+(?:is|ist|est|es|è|é|jest)\s+(?:(?:our|unsere?|notre|nuestr[oa]|nostr[oa])\s+(?:[\w'’.\-]+\s+){{0,4}}?{_TRADE}\b|(?:[\w'’.\-]+\s+){{0,5}}?{_TRADE}\b[^.\n]{{0,60}}?"
    r"\b(?:based in|who (?:covers|writes|reports|has written|has covered)|covers|covering|writing about|"
    r"for (?:this|the|our)|at (?:the|this)|in (?:dieser|unserer)|schreibt|berichtet|couvre|écrit|"
    r"escribe|cubre|este (?:diario|periódico)|scrive|escreve|pisze|zajmuje)\b)",
    re.IGNORECASE,
)
_WRITES = lazy(
    r"\s+(?:covers|writes about|reports on|has (?:covered|written about|reported on)|schreibt über|berichtet (?:über|aus)|"
    r"écrit sur|couvre|escribe sobre|cubre|scrive di|pisze o)\s[^.\n]{3,80}\b(?:for|since|für|seit|pour|depuis|para|"
    r"desde|per|da|dla|od)\s[^\n]{0,60}(?:\n|\Z)",
    re.IGNORECASE,
)
_SIGNS_OFF = lazy(r" for (?:[A-Z]\w+ ?){1,4}, (?:in )?[A-Z]\w+(?: [A-Z]\w+)?\.?\s*(?:[\n\r]|\Z)")
_POST = lazy(
    rf",\s+[^\n.,]{{0,40}}?\b{_TRADE}(?:\s+(?:in|at|en|à|à la|de|für|aus|für)\s[^\n.,]{{1,30}})?\s*(?:[\n\r|]|\Z)",
    re.IGNORECASE,
)


def credited(text: str, start: int, end: int) -> bool:
    """True where `text[start:end]`, a person's name, says who made an article or a picture."""
    # By offsets: a slice's beginning would pass for the text's.
    low = max(0, start - _REACH)
    for before, ends in _MADE_BY:
        if ends.match(text, end) and before.search(text, low, start):
            return True
    if _may_be_of_author(text[max(0, start - _LONGEST) : start]) and _AUTHOR.search(
        text, low, start
    ):
        return _LIVES_BY_IT.match(text, end) is not None or text[start - 2 : start - 1] == ":"
    if _LINE_BEGINS.search(text, max(0, start - 4), start) is None:
        return False
    if not any(after.match(text, end) for after in (_SIGNS_OFF, _POST, _LIVES_BY_IT, _WRITES)):
        return False
    return _IN_THE_NEWS.search(text[end : end + _BIOGRAPHY].partition("\n")[0]) is None


_IN_THE_NEWS = lazy(
    r"\b(?:jail|arrest|detain|kill|murder|imprison|prison|sentenc|charged|convict|freed|releas|hostage|missing|trial|espionage|died|dies|shot|kidnap|abduct|"
    r"festgenommen|verhaftet|Haft|getötet|détenu|arrêté|emprisonn|tué|libéré|detenid|encarcelad|asesinad|arrestat|ucciso|арест|убит|задержан|заключ)",
    re.IGNORECASE,
)
"""What befalls journalists, and is said in no lines about an author."""
_BIOGRAPHY = 300
"""Characters that such lines have at most; what follows in a text without lines is another's."""


def _may_be_of_author(before: str) -> bool:
    """False for nearly all that `_AUTHOR` does not find, which costs more than all else here."""
    small = before.lower()
    return any(word in small for word in ("aut", "writer", "reporter", "автор"))


_LONGEST = 40
"""Characters in which one speaks of an author before the name."""
_MADE_BY = (
    (_BYLINE, _BYLINE_ENDS),
    (_CREDIT, _CREDIT_ENDS),
    (_CREDIT_IN_HAN, _HAN_ENDS),
    (_DESK, _DESK_ENDS),
    (_MADE, _MADE_ENDS),
    (_WRITE_TO, _AT_ADDRESS),
    (_FOLLOW, _FOLLOW_ENDS),
)
