# ruff: noqa: E501, RUF001 - long tables; words of languages with letters that look alike
"""Whether a name is that of who was broken into: "Lynx hit by cyberattack", "Cyberangriff auf Lynx".

Where a firm has a gang's name, news about its own break-in has all the words that news about the
gang has.
"""

from __future__ import annotations

import re

from monitor.matching.text.patterns import lazy

_QUOTE = "[\"\u201c\u201d'\u2018\u2019\u00bb)]*"
_BLOW = (
    r"(?:[\w’'-]+ ){0,3}?[\"\u201c'\u2018]?(?:cyber\w*|(?-i:IT)[ -]|data|ransomware(?! (?:program|version|strain|gang|group|operation|crew))\w*|hack\w*|breach\w*|malware|security|phishing|network|computer|outage|service|virus|"
    r"hacker\w*|hackeo|ataque|ciber\w*|attacc\w+|attaque|piratage|rançongiciel|angriff\w*|aanval\w*|atak\w*|violation|fuite|extorsion|vol de)"
)
_HUNTED = (
    r"(?:[\w’'-]+ ){0,3}?(?:arrests?|raids?|police|polizei|policía|polizia|policja|law|laws|fbi|nca|cisa|nsa|bka|europol|interpol|doj|treasury|justice|sanctions?|indict\w+|charges?|charged|takedown|"
    r"crackdown|seizures?|inquir\w+|enquir\w+|probes?|investigat\w+|senate|senators?|congress|parliament|mps|prosecut\w+|courts?|judges?|agents|detectives|authorit\w+|officers|bounty|reward|advisory|leak of its|internal)\b"
)
"""What those suffer from who break in, and seldom anybody else."""
_AFTER = lazy(
    rf"{_QUOTE}(?! (?:says?|said|claims?|claimed) (?:it|they) (?:has|have|had|was (?:in|inside|behind)|were behind|took|stole|is closing|holds?|hacked|breached|hit)\b)(?:,? [\w ,'’.-]{{2,40}},)?(?: (?:is|was|has been|had been|were|be|being|been|has|had|gets?|got|again|also|now|says it was|said it was|says it has been|reportedly|latest to be|the latest)){{0,5}} "
    rf"(?:(?:hit|targeted|struck|attacked|hacked|breached|affected|crippled|rocked|compromised|impacted|knocked (?:out|offline)|paraly[sz]ed|disrupted|victimi[sz]ed|extorted|listed|named|robbed) (?:by|in|with|during|again|after|amid) (?!{_HUNTED})|"
    rf"(?:falls?|fell|falling|becomes?|became|among|is|was) (?:the )?(?:\w+ )?(?:victims?|prey|targets?)\b|victims? of (?:a |an )?(?:\w+ )?(?:cyber|hack|ransom|attack|data)|"
    rf"(?:suffer\w*|confirm\w*|disclos\w*|report\w*|investigat\w*|announc\w*|admit\w*|acknowledg\w*|detect\w*|experienc\w*|fac(?:es|ed|ing)|recover\w*|notif\w*|reveal\w*|warns? (?:of|about)|responds? to|responding to|respond\w*|battl\w*|battling|deal\w*|grappl\w*|"
    rf"hit with|contain\w*|restor\w*|provid\w* (?:notice|update)|issues?|probes?|says?|hampered by|still (?:down|reeling|recovering)|works?|working|updates?|shuts? down|taken? offline|takes? (?:its |their )?(?:\w+ )?offline|clos(?:es|ed)|cancels?|postpones?) (?:from |with |of |after |following |on |about |to restore |due to |amid )?{_BLOW}(?! (?:of|on|at|against|from) (?:the )?(?-i:[A-Z]))(?! (?:\w+ )?chats)|"
    rf"\w+ (?:[\w'’]+ ){{0,5}}?(?:after|following|due to|amid|because of|in wake of|in the wake of) (?:a |an |the )?(?:\w+ )?(?:cyber\w*|hack\b|hackers?|ransomware|breach|malware|data breach|it (?:outage|incident))|"
    r"(?:(?:est|a été|serait|aurait été|sind|ist|wurde|wird|war|fue|ha sido|es|foi|é|è|è stata|è stato|ha|werd|is|został\w*|padł\w*|har|blev|blir) )?(?:de nouveau |également |actuellement |erneut )?(?:la )?(?:victimes?|cible|víctimas?|vítimas?|vittim[ae]|opfer|ziel|slachtoffer|doelwit|ofiarą|celem|alvo|blanco|objetivo|"
    r"touchée?s?|visée?s?|ciblée?s?|piratée?s?|attaquée?s?|paralysée?s?|frappée?s?|gehackt|getroffen|angegriffen|lahmgelegt|betroffen|colpit[aoie]|hackerat[aoie]|attaccat[aoie]|hackead\w+|atacad\w+|hakowan\w+|zaatakowan\w+|utsatt|rammet|ramt|drabba\w+|offer)\b|"
    r"(?:subit|a subi|subissent|sufre|sufrió|sofre|sofreu|ha subito|subisce|erlitt|erleidet|meldet|bestätigt|confirme|confirma|confirmó|conferma|reconnaît|denuncia|signale|bevestigt|meldt|potwierdza|informuje|nel mirino|kämpft mit) )",
    re.IGNORECASE,
)
_BEFORE = lazy(
    r"\b(?:(?:cyber|ransomware|hacker|hacking|malware|ddos)[ -]?(?:attack|incident|breach|event|strike)\w*|breach|hack|hackers|data (?:breach|theft|leak|incident)|(?:security|it|network|cybersecurity) (?:incident|breach|outage|event|issue)s?|outage|ransomware|it outage'?)[\"”’']? "
    r"(?:\w+ ){0,3}?(?:on|at|against|hits?|hitting|strikes?|targets?|targeting|targeted|cripples?|crippled|paraly[sz]es?|disrupts?|disrupted|disrupting|shuts? down|shut down|affects?|affecting|impacts?|impacting|rocks|knocks out|takes down|forces|inside|offline at|breach) (?:the |town of |city of |university of )?(?:[a-z]+ ){0,3}[\"“'‘]?\Z|"
    r"\b(?:cyber-?\w*(?:angriff|attacke|attaque|aanval|angrep|angreb|atak|attack|vorfall)\w*|hacker-?(?:angriff|attacke|aanval|angrep|angreb|atak|attack)\w*|it-?(?:angriff|ausfall|vorfall)|angriff|attacke|cyberattaque|attaque (?:informatique|par ransomware)|piratage|rançongiciel|ransomware|ciberataque|ataque (?:cibernético|informático|hacker|de ransomware)|hackeo|"
    r"attacco (?:hacker|informatico|ransomware)|atak (?:hakerski|hakerów)|cyberatak|dataangreb|dataintrång|data breach|datenleck|datenpanne|fuite de données|incident) "
    r"(?:\w+ ){0,2}?(?:auf|gegen|bei|beim|contre|à|au|aux|chez|sur|contra|a|al|en|el|contro|ai danni d\w*|alla|all['’]\w*|op|bij|na|mot|mod|hos|do|touche|frappe|vise|paralyse|legt|trifft|colpisce|colpito) (?:(?:la|le|les|l['’]|el|los|il|lo|die|das|den|der|het|de|een|der) ?)?(?:[\w-]+ ){0,2}?[„“«\"]?\Z|"
    r"\b(?:town|city|village|county|municipality|university|college|hospital|school district|ville|mairie|commune|gemeinde|stadt|comune|ayuntamiento|prefeitura|gemeente|diocese|archdiocese) (?:of|de|di|do|da|von) \Z",
    re.IGNORECASE,
)


_BY = lazy(
    r"\b(?:by|called|named|group\w*|gang|crew|gruppe|groupe|gruppo|grupo|par|von|da|por|door|namens)\b",
    re.IGNORECASE,
)
"""What names who did it instead."""


def suffered(before: str, after: str) -> bool:
    """True where what stands beside a name says that its bearer was broken into.

    Args:
        before: what of its sentence stands before it.
        after: what of its sentence stands after it.
    """
    if _AFTER.match(after):
        return True
    found = _BEFORE.search(before)
    return found is not None and _BY.search(found[0]) is None
