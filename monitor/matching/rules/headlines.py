# ruff: noqa: E501, RUF001 - long tables; quotes of every kind stand beside names
"""What a headline says of a gang by grammar: "Qilin adds Acme to its leak site".

A name of every day is a gang's where it does, has, or is given what gangs are, and another word of
its sentence is of computers, of crime with them, or of those who fight it. Either alone is not
enough: "Everest lists climbers", "Kraken says hackers stole coins".
"""

from __future__ import annotations

import enum
import math
import re

from monitor.matching.names.ordinary import frequency
from monitor.matching.rules import headlines_abroad as abroad
from monitor.matching.rules.headline_words import another_gang, leaning, words_of
from monitor.matching.rules.newsroom import does_something, in_capitals, tells
from monitor.matching.rules.stands_as_gang import somebody_elses

_REACH = 130
"""Characters to either side, within one line."""
_DOES = re.compile(
    r"[\"'”’)]*(?:['’]s?)?(?: (?:and|&) (?:[A-Z][\w$]+ ?){1,3}\b)?(?:,? (?:now|also|again|still|reportedly|has|have|had|is|was|are|were))?[ \-](?:"
    r"(?:add|list|claim|hit|exploit|abuse|target|move|wip|extort|leak|dump|auction|post|hid|lur|us|steal|"
    r"collect|resurfac|return|shar|delet|demand|deploy|encrypt|breach|hack|compromis|attack|infect|hijack|"
    r"impersonat|pos|spread|plant|strik|rid|tak|tell|sell|tri|bring|com|switch|turn|threaten|phish|lurk|"
    r"spi|spy|trick|disguis|weaponiz|weaponis|brut|chain|tunnel|siphon|drain|launder|cash|rebrand|retool|"
    r"recruit|earn|mak|rak|netted|fak|hunt|target|log|blackmail|doxx?|ramp|shut|clos|mov|expand|widen|buil|"
    r"tailor|rewrit|evolv|renam|rebrand|call|offer|giv|promis|boast|brag|vow|publish|releas|publici[sz]|threaten|drop|outsourc|lock|go|do)(?:e?s|e?d|ing|es|ies|ied|e)?(?! by\b)|"
    r"sets (?:a |an )?(?:\w+ )?(?:deadline|ultimatum|price)|gives (?:\w+ )?(?:until|\w+ (?:days|hours))|wants|stole|hid|took|made|came|went|sold|spread|hit|broke|brought|told|built|got|struck|ran|nets|netted|"
    r"(?:arrested|extradited|indicted|sanctioned|jailed|behind|blamed|suspected|linked|dismantled|unmasked|taken (?:down|offline)|seized|busted|disrupted|knocked offline)|"
    r"affiliates?|boss(?:es)?|leaders?|members?|suspects?|operators?|hackers?|hacks?|attacks?|leaks?|chats?|servers?|"
    r"domains?|victims?|loot|heists?|ransoms?|campaigns?|crew|gang|group|cartel|spies|infrastructure|"
    r"decryptor|source code|kingpin|negotiators?|developers?|admins?|administrators?|wave|onslaught|spree"
    r")\b(?! by\b)",
    re.IGNORECASE,
)
_BLAMED = re.compile(
    r"\b(?:by|behind|blames?|blamed on|blaming|points? (?:at|to)|traced? to|traces?|links? to|linked to|tied to|against|"
    r"hunts?|accuses?|names?|suspects?|tracks?|unmasks?|ties .{3,30} to) (?:the )?[\"'“‘]?\Z",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"['’]s? (?:\w+ )?(?i:library|app|store|cloud|browser|platform|software|products?)\b|[\"'”’)]* (?:of|(?:suffers|apologi[sz]es|says|said)(?! (?:it|they|that it) (?:was (?:in|inside|behind)|has|have|holds?|stole|took|leaked|wiped|hacked|breached|hit|will (?:leak|publish)))|warns|thwarts|foils|hires|sues|buys|acquires|bought|secures|denies|confirms|discloses|admits|wins|launches|files for|offers(?! affiliates)|users|customers|hacked|breached|(?i:flaws?|bugs?|vulnerabilit\w+|forms|plugins?|patch(?:es|ed)?)\b|(?:updates?)|(?:\w+ )?(?:firm|bank|grid|company)|raises [$€£]|(?:hit|targeted|attacked|extorted|struck|crippled) by|wallets?|app|price|tokens?)\b"
)
"""What a firm does that somebody attacked, or a word that is no name."""
_DIGITAL = re.compile(
    r"\b(?:ransoms?|ransomware|extort\w*|ransomware|leak sites?|leak blog|heists?|vpns?|mfa|2fa|esxi|vms|vmware|vsphere|hypervisors?|nutanix|"
    r"back ?doors?|malware|spyware|zero[ \-]?days?|0-days?|cve-\d+|exploits?|exploited|hack(?:s|ed|ers?|ing)?|affiliates|"
    r"terabytes?|gigabytes?|tb|gb|decrypt\w*|encrypt\w*|phish\w*|trojans?|wipers?|rootkits?|infostealers?|stealers?|"
    r"botnets?|ddos|rdp|edr|c2|c&c|rats?|web ?shells?|loaders?|dll|powershell|usb sticks?|credentials?|"
    r"cyber\w*|spear-?phishing|doxx\w*|dark ?web|darknet|telegram channel|"
    r"data (?:breach|leak|theft)|stolen data|customers? data|patient data|patients' data|personal data|records stolen|breach(?:es|ed)?|"
    r"(?:it|cyber|security) incidents?|intrusions?|double extortion|sonicwall|fortinet|fortigate|ivanti|citrix|sharepoint|goanywhere|moveit|outlook|exchange servers?|salesforce|okta|"
    r"help ?desks?|quick assist|monero|bybit|upbit|coinbase|binance|crypto\w*|loot|active directory|github|npm|docker|kubernetes|azure|linux|windows|android|firmware|routers?|activemq|confluence|jenkins|"
    r"scada|plcs?|teamviewer|anydesk|signal accounts?|whatsapp|e-?mails?|mailbox(?:es)?|inbox(?:es)?|bing ads|"
    r"cisa|fbi|nca|europol|interpol|ncsc|nsa|bsi|anssi|cert|certs|cert-ua|doj|fsb|gru|feds|"
    r"eset|kaspersky|mandiant|symantec|proofpoint|crowdstrike|trend micro|check point|talos|secureworks|sophos|group-ib|"
    r"recorded future|trm|chainalysis|elliptic|microsoft|sentinelone|unit 42|volexity|dragos|bitdefender|avast|f6|"
    r"leaked|auctions|dumps|doxxes|up for auction|encryptor|raas|"
    r"positive technologies|huntress|arctic wolf|resecurity|trellix|zscaler|cyfirma|google threat intelligence)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:band|album|tour|game|games|gamers?|diablo|warcraft|season|episode|film|movie|novel|manga|anime|trailer|"
    r"museums?|statues?|temples?|tombs?|jewels?|director|directed|actors?|starring|dramas?|costumes?|comics?|keepers|mountain|"
    r"poison\w*|musicals?|operas?|theatres?|theaters?|cinemas?|sequel|actor|actress|singer|nasdaq|shares|stake|valuation|funding round|"
    r"sightings?|species|climate|wildlife|league|coach|quarterback|playoffs?|wnba|nhl|nba|nfl|goal|goals|climbers?|summit|trial|drug|festival|"
    r"cattle|beetles?|telescope|mars|missiles?|submarines?|prices?|ipo|stablecoin|(?:stock|share|public|token|nasdaq|us) listing|harvest|stadium|hens|zoo|garden|tattoo|puzzle|scenes?|dune|(?:the|his|her) show|dogs?|sheep|hikers?|walkers|owl|parade|catwalk|fashion|on stage|broadway|west end|remake|reboot|wrote|hobbes|bible|novelist|poem)\b",
    re.IGNORECASE,
)
_HOSTILE = re.compile(
    r"[\"'”’)]* (?:wipe[sd]|extort(?:s|ed)|pose[sd] as|brute-forces|doxx?e[sd]|auctions|dumps (?:\w+ )?data|"
    r"leaks (?!in\b|from\b|at\b|like\b))"
)
"""What hardly anybody else does in headlines; for a name that is no word of every day."""
_STAFF = re.compile(
    r"[\"'”’)]*(?:['’]s?)? (?:boss(?:es)?|affiliates?|chats?|chat logs?|operators?|admins?|hackers?|negotiators?|"
    r"decryptor|list [A-Z]\w+|kingpin|ring-?leader|(?:suspects?|members?|leaders?) (?:extradit|indict|plead)\w+)\b"
)
"""Whom only a gang has; behind a phrase with its capitals, or a name that is no word of every day."""
_PREYS = re.compile(
    r"[\"'”’)]* (?:(?:now|also|again|still|quietly|has|had|is) )?(?:spie[sd] on|snoops?|snooped|infiltrate[sd]|breache[sd]|hijack(?:s|ed)|poses? as|posed as|"
    r"impersonate[sd]|lure[sd]|trick(?:s|ed)|abuse[sd]|lurk(?:s|ed)|burrow(?:s|ed)|goes after|went after|bug(?:s|ged)|dupe[sd]|"
    r"target(?:s|ed)|infect(?:s|ed)|eavesdrops?|siphon(?:s|ed)|steals|stole|hides in|hid in|worm(?:s|ed)|phishe[sd]|baits?|exploits) (?!by\b)",
    re.IGNORECASE,
)
_PREY = re.compile(
    r"\b(?:governments?|ministr\w+|agenc\w+|telcos?|telecoms?|embass\w+|diplomats?|defen[cs]e|contractors?|military|army|armies|navy|missile makers|"
    r"grid|power|energy|utilit\w+|pipelines?|hospitals?|clinics?|schools?|universit\w+|city|town|council|suppliers?|manufacturers?|airlines?|retailers?|"
    r"banks?|exchanges?|wallets?|crypto|developers?|job ?seekers|jobs?|it workers|makers|researchers?|activists?|journalists?|dissidents?|officials?|"
    r"politicians?|parliaments?|lawmakers?|firms?|compan\w+|factor\w+|networks?|systems?|servers?|users?|customers|victims?|organi[sz]ations?|"
    r"drone makers|think tanks?|ngos?|law firms?|courts?|ports?|rail\w*|shipp\w+|engineers?|exiles?|uyghurs|tibetans|soldiers|troops)\b",
    re.IGNORECASE,
)
"""Who is preyed upon; with a verb that is said of a hunter in secret."""
_CRIME = re.compile(
    r"\b(?:attacks?|attacked|spree|leaks|data|files|records|stolen|stealing|steals|stole|leak site|outages?|ether|ethereum|bitcoins?|"
    r"paid|pays|paying|deadline|malvertising|\d+ ?[GT]B|inboxes|rebrand\w*|victims?|fakes?|suspected|raid(?:ed|s)?|hijack\w*|demands|arrest\w*|extradit\w*|supply[ \-]chain|leaked|lists?|"
    r"espionage|spies|spying|lures?|decoys?|toolkit|infrastructure|[A-Z][A-Za-z]*(?:RAT|Bot|Loader|Stealer|Door))\b"
)
"""What is told of gangs and of others; enough in a headline, for a name that is no word."""
_GROUP = re.compile(
    r"[\"'”’)]* (?:APT\b(?![\d\-]| \d)|lists [A-Z]\w+|"
    r"(?:drops|flings|deploys|brings|unleashes|sprays|uses) [A-Z]\w*(?:[a-z][A-Z]|door|rat|RAT|loader|stealer)\w*)"
)
_SPOILS = re.compile(
    r"[\"'”’)]* (?i:leaks?|leaked|dumps?|dumped|posts|posted|publishes|published|auctions|sells|steals|stole|wipes|wiped|deletes|encrypts?|encrypted|"
    r"(?:says|said|claims|claimed) (?:it|they|to have) (?:has |have )?(?:stole|stolen|took|taken|leaked|wiped|hacked|breached|hit|has|have|holds|grabbed|copied|exfiltrated|got)) (?:[\w\-.,$€£]+ ){0,4}?"
    r"(?i:(?:customer |staff |patient |client |stolen |passport )?(?:files|data|records|documents|e-?mails?|databases?|scans|payrolls?|mailboxes|credentials|source code)|[\d.,]+ ?[GMT]B|terabytes|gigabytes|[GT]B|servers|devices|passports|blueprints|backups)\b|"
    r"[\"'”’)]* (?i:boasts?|brags?) (?i:of|about) (?:[\w\-'’]+ ){0,5}?(?i:haul|loot|hack|breach|data|intrusion)\b|"
    r"[\"'”’)]* (?i:says|claims) (?i:it|they) (?i:hacked|breached|hit|encrypted|attacked|stole) |"
    r"[\"'”’)]* (?i:seen|spotted|caught|observed) (?i:using|abusing|exploiting|deploying|hiding|impersonating)\b|"
    r"[\"'”’)]* (?i:held|holds|holding) .{3,60}? (?i:to) (?i:ransom)\b"
)
"""What hardly anybody else does with what was stolen, even where the name is a word of every day."""
_NAMED_BY = re.compile(
    r"\b(?:(?:named|listed|claimed|posted|held (?:to )?ransom|hit|struck|crippled|locked(?: up)?) by (?:the )?[\"'“‘]?\Z)",
    re.IGNORECASE,
)
_PAYS = re.compile(
    r"\b(?:refuses? to pay|refused to pay|won't pay|pays off|paid off) [\"'“‘]?\Z", re.IGNORECASE
)
_CLAIM = re.compile(
    r"[\"'”’)]* (?:claims?|boasts?|allegations?|listing|threats?|demands?|leak)\b", re.IGNORECASE
)
_ANSWERS = re.compile(
    r"\b(?:looks? into|looking into|investigat\w+|prob(?:es|ing)|shrugs? off|den(?:ies|ied)|refutes?|disputes?|confirms?|"
    r"responds? to|dismiss(?:es)?|downplays?|aware of) [\"'“‘]?\Z",
    re.IGNORECASE,
)
_STOPS = re.compile(r"[\"'”’)]*(?:\s*\Z|[.;,:!?]| as (?:its|their|the|a|an)\b)")
_IN_SIGHTS = re.compile(
    r"[\"'”’)]*['’]s? (?:sights|crosshairs|grip|leak (?:site|blog)|victims?\b|ransom\b)"
)
_PUBLISHES = re.compile(r"[\"'”’)]* (?i:lists|posts|dumps|leaks|extorts|auctions) (?:[A-Z]|\d)")
_LINE = re.compile(r"[\n\r]")


class Place(enum.Enum):
    """Where a name stands."""

    HEADLINE = "headline"
    SENTENCE = "sentence"


def grammar(
    text: str,
    start: int,
    end: int,
    place: Place,
    *,
    everyday: bool,
    begins: bool,
    source: str = "",
) -> str:
    """What of a sentence makes the name at `text[start:end]` a gang's, in its words; else empty.

    Args:
        text: the article's, as it stands.
        start: where the name begins.
        end: where it ends.
        place: headlines are short, and have no word that is not needed.
        everyday: whether the name is a single word of every day.
        begins: whether its capital may be its sentence's.
        source: what of the feed says that it is of the trade, which is as good as a word of it.
    """
    before = _LINE.split(text[max(0, start - _REACH) : start])[-1]
    after = _LINE.split(text[end : end + _REACH])[0]
    headline = place is Place.HEADLINE
    if by_itself := _hostile(before, after, everyday=everyday) or _suffered(
        before, after, headline
    ):
        return by_itself
    if _of_a_firm(before, after) or of_something_else(before) or of_something_else(after):
        return ""
    own = not begins and not in_capitals(before, after)
    plain = headline and (own or not everyday) and not _modifies(after)
    told = _DIGITAL.search(after) or _DIGITAL.search(before)
    if plain:
        told = told or _CRIME.search(after) or _CRIME.search(before)
    acts = _DOES.match(after) is not None or _BLAMED.search(before) is not None
    acts = acts or abroad.DOES.match(after) is not None or abroad.LISTED.search(before) is not None
    if plain and not everyday:
        told = told or abroad.STRONG.match(after)
    if plain or acts:
        told = told or abroad.CRIME.search(after) or abroad.CRIME.search(before)
    if headline and not acts:
        first = begins and everyday and not in_capitals(before, after)
        acts = _tells(after) and not first
        acts = acts or (_OBJECT.search(before) is not None and _ENDS.match(after) is not None)
    if told is not None and (plain or acts):
        return told[0]
    if not headline:
        return ""
    if (by := source or another_gang(f"{before} {after}", text[start:end])) and (plain or acts):
        return by
    lean, most = leaning(f"{before} {after}", words_of(text[start:end]))
    own = own or _HUMPS.search(text, start, end) is not None
    wanted = _LEANING[everyday, acts or (own and not everyday)]
    if own:
        wanted = wanted - _OWN_CAPITAL if acts else min(wanted, _ALL_LEAN)
    elif begins and not in_capitals(before, after):
        wanted += _FIRST_CAPITAL
    return most if lean >= wanted else ""


_MODIFIES = re.compile(
    r" (?!(?:has|had|have|is|was|are|were|will|would|may|might|can|could|who|which|that|and|or|but|as|in|on|at|by|to|from|of|for|with|over|after|before|"
    r"when|while|amid|against|into|now|again|also|still|back|behind|via|using|claim|hack|attack|breach|leak|ransom|victim|data|gang|group|crew|member|chief|boss|"
    r"cyber\w*|not|never|how|why|then|since|until|during|through)\b)([a-z][a-z-]{3,})(?<!s)(?<!ed)(?<!ing)(?= |\Z)"
)
"""A noun that the name only says more of: "Medusa sculpture stolen"."""
_LEANING = {
    (False, True): 0.8,
    (False, False): math.inf,
    (True, True): 3.5,
    (True, False): math.inf,
}
"""How much the words of a headline must lean to the trade: for a name of every day, where it acts."""
_HUMPS = re.compile(r"[a-z][A-Z]")
_ALL_LEAN = 5.6
"""How much they must where a name with a capital of its own does nothing: "door to Medusa"."""
_OWN_CAPITAL, _FIRST_CAPITAL = 2.0, 1.5
"""So much less or more for a name whose capital none beside it has, or that has its headline's."""


def _of_a_firm(before: str, after: str) -> bool:
    group = after.startswith(" Group ") and not in_capitals(before, after)
    return group or _FIRM.match(after) is not None or somebody_elses(before, after)


def _modifies(after: str) -> bool:
    found = _MODIFIES.match(after)
    if found is None or tells(found[1]):
        return False
    return frequency(found[1].rpartition("-")[2]) >= _NOUN


_NOUN = 3.5
"""Zipf frequency of a word of English."""


def of_something_else(text: str) -> bool:
    """True for words about sports, films, animals and shares."""
    return _ELSE.search(text) is not None


def _tells(after: str) -> bool:
    found = _NEXT.match(after)
    return (found is not None and tells(found[1])) or does_something(after)


_BROKEN_INTO = re.compile(
    r"\b(?:hacked|breached|extorted|encrypted|ransomed|listed|crippled|infiltrated|compromised|blackmailed) by "
    r"(?:the )?[\"'“‘]?\Z",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:to|from|via|with|for|like|after|inside|behind|over|between|on|into|and|against|meet|beyond|amid) "
    r"[\"'“‘]?\Z",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[\"'”’)]*(?:\Z|[.,;:!?]|['’]s?\b| (?:for|in|after|on|at|to|with|as|and|is|was|has)\b)",
    re.IGNORECASE,
)
_NEXT = re.compile(r"[\"'”’)]* ([\w\-]+)")


def _suffered(before: str, after: str, headline: bool) -> str:
    """What is said right before a name of whom somebody suffered from; else empty."""
    if _ELSE.search(after):
        return ""
    found = _BROKEN_INTO.search(before)
    if headline and found is None:
        found = _PAYS.search(before)
    if headline and found is None and _CLAIM.match(after):
        found = _ANSWERS.search(before)
    if headline and found is None and _STOPS.match(after):
        found = _NAMED_BY.search(before) or abroad.ON_LIST.search(before)
    return found[0].strip() if found else ""


def _hostile(before: str, after: str, *, everyday: bool) -> str:
    """What follows a name that hardly stands behind any but a gang's; else empty."""
    if (found := _PREYS.match(after)) and _PREY.search(after):
        return _said(found)
    if _ELSE.search(after) or _ELSE.search(before):
        return ""
    if not everyday:
        found = _HOSTILE.match(after) or _STAFF.match(after) or _PUBLISHES.match(after)
    found = found or _GROUP.match(after) or _SPOILS.match(after) or _IN_SIGHTS.match(after)
    return _said(found) if found else ""


def _said(found: re.Match[str]) -> str:
    return found[0].strip("\"'”’) ")
