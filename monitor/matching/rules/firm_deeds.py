# ruff: noqa: E501 - long tables; quotes and letters that look alike
"""What firms do that others do as well, told by a second word of business in its sentence.

"Gap lifts outlook as sales climb" is the shop: verb and outlook. "Gap widens" and "Mars rover finds"
are not, nor is "Shell hits hospital". A verb behind the name and a word of trade, or a sum, or
another firm, together; either alone is not enough.
"""

from __future__ import annotations

import re

from monitor.matching.rules.firm_fates import fate

_HELPERS = r"(?:,? (?:which|who))?(?: (?:has|have|had|is|was|are|were|now|also|again|finally|reportedly|still)){0,2}"
_TO = r" (?:(?:set|plans?|planning|wants?|wanting|seeks?|seeking|aims?|aiming|tries|trying|agree[sd]?|in talks|close|forced|ordered|told|urged|asked|allowed|vow(?:s|ed)|threaten(?:s|ed)|prepar(?:es|ing)|poised|due|ready) )?(?:to|will|would|may|might|could|considers|considering|weighs|mulls)"
_STEMS = (
    r"(?:abandon|lift|rais|cut|slash|trim|lower|hik|boost|beat|miss|top|post|report|book|log|swing|swung|snap|buy|sell|offload|spin|unveil|launch|"
    r"ditch|scrap|shelv|axe?|halt|paus|resum|restart|reopen|shut|poach|hir|tap|nam|appoint|oust|sack|fir|lay|su|settl|appeal|win|los|"
    r"fac|agre|sign|ink|team|partner|invest|inject|pour|bet|eye|weigh|consider|mull|explor|plan|seek|aim|promis|warn|flag|"
    r"expect|forecast|guid|confirm|apologi[sz]|recall|issu|pull|withdraw|remov|test|trial|roll|open|expand|mov|"
    r"relocat|add|order|deliver|ship|ground|cancel|delay|acquir|take|giv|get|bid|offer|rival|dethron|overtak|replac|rebrand|list|float|"
    r"restructur|revamp|overhaul|refinanc|borrow|rais|return|pay|hand|spend|ban|block|limit|let|stop|end|start|begin|bring|build|suspend|"
    r"exit|quit|leav|writ|drop|hold|keep|buil|sponsor|sack|stor|charg|bow|hid|retreat|step|strik|dump|shed|extend|renew|"
    r"merg|brac|cheer|clos|complet|creat|design|develop|divest|double|tripl|ease|enter|fix|grow|increas|introduc|license|loom|"
    r"maintain|mak|narrow|near|outsourc|patch|push|ramp|reach|recover|reveal|revers|rush|scal|set|shift|show|simplif|slim|"
    r"soften|squeez|stick|switch|tighten|trail|transfer|turn|upgrad|wow)"
)
_DOES = re.compile(
    rf"[\"'”’)]*(?:{_TO} {_STEMS}(?:e|y|p|t|d|n|l)?|{_HELPERS} (?:"
    rf"{_STEMS}(?:s|es|ed|d|ies|ied|ped|ted|zed|zes)|"
    r"bought|sold|won|lost|paid|spent|led|took|gave|got|made|told|held|kept|built|wrote|rose|fell|grew|shrank|sank|swung|spun|struck|chose|chosen|left|sought|"
    r"hit (?:with|by)|fined|sued|ordered|told|urged|accused|cleared|blamed|sold|bought|valued|rated|downgraded|upgraded|hacked|breached|"
    r"owner|parent|maker|drivers|couriers|riders|crews?|workers|flight|pilots?|plane|jet|shops?|outlets?|branches|cards?|phones?|iphones?|lawyers|unions?|rivals?|investors|shareholders|results|earnings|profits?|sales|shares|stock|bosses|boss|ceo"
    r"))\b"
)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d|\b\d[\d.,]* ?(?:bn|billion|m\b|million|trn|per ?cent|percent|%)|\b(?:Rs|EUR|USD|GBP) ?\d"
)
_BUSINESS = re.compile(
    r"\b(?:profits?|outlook|guidance|forecasts?|dividends?|buybacks?|takeover|acquisition|mergers?|stakes?|shareholders?|investors?|shares|ipo|"
    r"listing|purchase|hub|bags|biofuels?|s&p|ads?|earnings|revenues?|sales|quarter\w*|results|ceo|cfo|chief executive|chairman|boss|boardroom|antitrust|monopoly|regulators?|lawsuits?|class action|"
    r"settlement|jobs|job cuts|layoffs?|redundancies|staff|workforce|workers|union|strikes?|stores?|shops|shoppers|outlets|branches|warehouses?|factory|factories|plants?|"
    r"start-?ups?|rivals?|subsidiary|franchis\w+|suppliers?|customers|subscribers|users|app|apps|chips?|chatbot|ai|cloud|data cent(?:re|er)s?|iphones?|software|"
    r"cyber-?attacks?|data breach|breach|outage|hackers?|hack|ransomware|tariffs|brands?|advertisers|advertising|ads|products?|range|prices|pricing|payments?|cards?|loans?|"
    r"lenders?|banks?|insurers?|retail\w*|e-?commerce|online|delivery|deliveries|flights?|routes?|fleet|aircraft|planes?|pilots|passengers|boeing|airbus|"
    r"oil|gas|wind|solar|lng|refinery|drilling|ev|evs|electric (?:cars?|vehicles?)|recalls?|contracts?|deals?|joint venture|price|case|appeal|tribunal|suit|trains?|rail|towers|masts|robotaxis?|taxis|cars|vehicles|casinos?|hotels?|resorts?|pubs?|restaurants?|cafes?|denim|fashion|clothing|sneakers|tv|streaming|broadband|mobile|5g|chocolate|coffee|bid|offer|approval|nod|licen[cs]e|patents?|"
    r"ftc|sec|doj|fca|cma|ofcom|court|judge|high street|wall street|nasdaq|ftse|market|markets|growth|costs?|expansion|headquarters|hq|offices?|openai|nvidia|"
    r"microsoft|google|amazon|walmart|tesla|disney|netflix|samsung|sony|intel|ibm|mastercard|bp|exxon|chevron|spotify|tiktok|chatgpt|researchers|engineers|executives?|designer|merchandise)\b",
    re.IGNORECASE,
)
_NO_FIRM = re.compile(
    r"\b(?:rovers?|orbit|planet|species|forest|river|lava|killed|kills|injured|dead|dies|shelling|mortar|artillery|missiles?|troops|drone strike|blast|explod\w+|unexploded|"
    r"visa rules|migrants?|asylum|embassy|consulate|tourists?|students?|harvest|orchards?|pupils|gender|wage gap|pay gap|between|inflation|goal|goals|league|coach|"
    r"quarterback|season|episode|film|album|asteroid|telescope|moon|sightings?|zoo|wildlife|police|suspect|murder|shooting|gunman)\b",
    re.IGNORECASE,
)
_OWNER = re.compile(r"[\"'”’)]* (?:owner|parent|maker|operator|boss|chief|CEO) [A-Z]\w+")
"""Whom only a firm has, by name: "Boots owner Walgreens", "United CEO Kirby"."""
_OF_FIRMS_ALONE = re.compile(
    r" (?:joins (?:S&P|FTSE|Nasdaq|Dow|DAX)\b|down: |to (?:sell|buy|acquire|invest|lay off|spin off|furlough|float|rebrand|open its|close its|axe \d)\b|"
    r"(?:acquires|sues|offloads|relaunches|divests|lays off|snaps up|rolls out|buys out) |"
    r"wins (?:\w+ )?rights|takes over [A-Z]|(?:web |cloud )?outage\b|(?:taps|poaches|hires|sells|buys|recalls) [A-Z][\w&'’.]+ (?!(?:for|to) \$))"
)
"""What is said of firms, and of hardly anything else that a word may mean."""
_FLIGHT = re.compile(
    r" (?:[Ff]light|[Pp]lane|[Jj]et|[Pp]ilots?|[Pp]assengers?)\b(?! (?:of|to freedom))"
)
_FLIES = re.compile(
    r"\b(?:landing|land(?:s|ed)?|runway|airport|crash\w*|emergency|passengers?|crew|turbulence|divert\w*|boeing|airbus|take-?off|engine|wing|laguardia|heathrow|gatwick|jfk|cabin|seat|bound|evacuat\w+)\b",
    re.IGNORECASE,
)
_ABROAD = re.compile(
    r"[\"”»’)]? (?:"
    r"s['’]offre|rach[eè]te|prévoit|va (?:supprimer|fermer|investir|lancer|racheter|vendre)|ferme|investit|victime d['’]une cyberattaque|visée? par|attaquée?|perd|gagne|bondit|chute|"
    r"relève|abaisse|mise|veut|confirme|signe|remporte|négocie|augmente|baisse|teste|dévoile|"
    r"écope|zapłaci\w*|gana|pierde|eleva|rebaja|invertirá|invierte|cierra|abre|ultima|negocia|estudia|retira|sube|baja|dispara|multiplica|ficha|nombra|reparte|prevé|pacta|despedirá|"
    r"will|plant|investiert|verliert|verdient|stellt|ruft|hebt|wächst|verfehlt|übertrifft|gewinnt|prüft|erwägt|trennt sich|steigt|holt|"
    r"vola|crolla|punta|investe|lancia|licenzia|apre|cede|rileva|alza|chiede|perde|sale|scende|vende|"
    r"lucra|investe|perde|vai (?:fechar|investir|demitir|abrir|lançar)|fecha|demite|registra|prevê|"
    r"traci|zyskuje|inwestuje|zwalnia|otwiera|zamyka|planuje|podnosi|wycofuje|chce|"
    r"vermindert|wint|verliest|investeert|opent|ontslaat|wil|stopt|"
    r"tjänar|förlorar|varslar|satsar|öppnar|stänger|"
    r"увеличил\w*|сократил\w*|закрыл\w*|уволит|закроет|потерял\w*|заработал\w*|инвестирует|отзывает|выпустил\w*|представил\w*"
    r")\b"
)
_BUSINESS_ABROAD = re.compile(
    r"[$€£¥]|\b\d[\d.,]* ?(?:millions?|milliards?|millones|Millionen|Milliarden|Mio|Mrd|milioni|miliardi|milhões|bilhões|mln|mld|miljoen|miljard|miljoner|miljarder|млн|млрд|%)|"
    r"\b(?:euros?|dollars|dólares|emplois?|salariés|bénéfices?|résultats?|chiffre d['’]affaires|actionnaires?|filiale|boutiques?|magasins|clients|usines?|cyberattaque|offre|rachat|réseau|"
    r"beneficios?|empleos?|empleados|trabajadores|ventas|acciones|accionistas|dividendo|tiendas|clientes|fábricas?|oficinas|filial|opa|ingresos|plantilla|ciberataque|"
    r"Gewinn\w*|Umsatz\w*|Stellen|Mitarbeiter\w*|Filialen|Werke?|Aktien?|Prognose|Kunden|Konzern|Quartal\w*|Jobs|Milliardenübernahme|Cyberangriff|"
    r"utili?|ricavi|posti di lavoro|dipendenti|negozi|azioni|azionisti|borsa|stabiliment\w+|clienti|lavoratori|"
    r"lucros?|funcionários|lojas|vendas|ações|empregos|fábricas?|"
    r"zysk\w*|akcj\w+|pracownik\w+|kar[ęyą]|sklep\w+|fabryk\w+|klient\w+|etat\w+|"
    r"winst|banen|omzet|winkels|aandelen|medewerkers|vinst\w*|anställda|jobb|butiker|aktie\w*|"
    r"прибыль\w*|выручк\w+|сотрудник\w+|магазин\w+|акци\w+|завод\w*)\b",
    re.IGNORECASE,
)


def deals(before: str, after: str, *, person: bool) -> str:
    """What makes a word at its English sentence's beginning a firm's name, in words; else empty.

    Args:
        before: the text up to the word, for what else the sentence is about.
        after: the text behind it.
        person: whether the word says what somebody is, too: Queen, Boss.
    """
    sentence = _SENTENCE.split(after)[0]
    if found := _OWNER.match(sentence):
        return found[0].strip(_AT_ENDS)
    if _FLIGHT.match(sentence) and (found := _FLIES.search(sentence)):
        return found[0]
    if found := _OF_FIRMS_ALONE.match(sentence):
        return found[0].strip(_AT_ENDS)
    does = _DOES.match(sentence)
    befallen = "" if person else fate(sentence)
    if not (does or befallen) or _NO_FIRM.search(sentence) or _NO_FIRM.search(before):
        return ""
    if befallen or does is None:
        return befallen
    rest = sentence[does.end() :]
    found = _MONEY.search(rest) or _BUSINESS.search(rest)
    return f"{does[0].strip(_AT_ENDS)} … {found[0].strip()}" if found else ""


def deals_abroad(before: str, after: str) -> str:
    """The same in other languages, right behind a name, or with what its line begins with."""
    if chez := _AT_FIRMS.search(before):
        return chez[0].strip()
    sentence = _SENTENCE.split(after)[0]
    if topic := _TOPIC.match(sentence):
        return topic[0].rpartition(" ")[2]
    does = _ABROAD.match(sentence)
    found = does and (
        _BUSINESS_ABROAD.search(sentence, does.end())
        or _BUSINESS_ABROAD.search(does[0])
        or _BUSINESS_ABROAD.search(_SENTENCE.split(before)[-1])
    )
    return f"{does[0].strip(_AT_ENDS)} … {found[0].strip()}" if does and found else ""


_TOPIC = re.compile(
    r"[ \u00a0]?: [^.!?\n]{0,80}?\b(?:actionnaires|salariés|résultats|chiffre d['’]affaires|dividende|bénéfices?|OPA|magasins|licenciements?|"
    r"Stellen\w*|Umsatz\w*|Gewinn\w*|Aktionär\w*|Aktie|Quartal\w*|accionistas|plantilla|beneficios?|trabajadores|ingresos|azionisti|ricavi|dipendenti|utili|"
    r"acionistas|funcionários|akcjonariusz\w*|zysk\w*|aandeelhouders|winst|акционер\w*|выручк\w+)\b"
)
"""What a headline in another language tells of a firm behind its name and a colon."""
_AT_FIRMS = re.compile(r"\b[Cc]hez \Z")
"""French has things and colours nowhere "with" anybody."""
_SENTENCE = re.compile(r"[.!?](?:\s|\Z)|[\n\r]")
_AT_ENDS = " ,'’\"”)"
