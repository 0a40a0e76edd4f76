# ruff: noqa: E501 - long tables; words of languages with letters that look alike
"""What a text about a break-in speaks of: ransom, ways in, loot, what stands still, a crew, hunters.

No one of these makes a text one about extortion: thieves copy documents, tills stop, the FBI hunts
many. The more of them it speaks of, the likelier a name in it is that of those who did it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.matching.text.patterns import lazy

_FIELDS: tuple[tuple[float, bool, re.Pattern[str]], ...] = (
    (  # what is demanded, and where it is threatened with
        2.0,
        True,
        lazy(
            r"\b(?:ransom\w*|extort\w*|blackmail\w*|leak[ -]?(?:sites?|blogs?|pages?)|data[ -]leak|darknet|dark ?web|decrypt\w*|affiliates|raas|"
            r"held hostage|hostages?\b|told to find [$€£]|(?:against|without|avoid|considered?|insist\w* on|instead of|rather than|vote[sd]? against) paying|want(?:s|ed)? (?:\w+ )?(?:[$€£]|\d+ ?bitcoin)|(?:asked|asking|asks|wants?|wanted|told) (?:\w+ )?(?:for|to pay|to find) [^.]{0,20}?(?:million|thousand|bitcoin)|(?:added|add|adds|put|puts|posted|named|listed|appear\w*) [^.]{0,40}?\b(?:to|on) (?:its|their|the gang's) (?:\w+ )?(?:list|page|site|portal|blog|wall)|listed as (?:a )?victim|leak portal|\bdemands? (?:had|has|was|were)\b|\bnegotiat(?:e|ed|ing|ions|ors?)\b|talks (?:\w+ ){0,4}?(?:led|broke|fail\w+|collaps\w+|went|stall\w+|end\w+)|"
            r"encryptors?|(?:demand(?:s|ed|ing)?|ask(?:s|ed|ing)?)\b[^.]{0,25}? (?:for )?(?:[$€£]|\d[\d.,]* ?(?:bitcoins?|btc|million|m\b))|[$€£][\d.,]+ ?(?:million |m )?(?:demand|ransom)|"
            r"(?:refus\w+|declin\w+|not|won't|n't|never|told|asked) (?:to )?(?:pay|be paid|negotiate)\b|unpaid|threat(?:ens?|ened|ening) to (?:publish|release|put|sell|leak|dump|post)|"
            r"(?:deadline|ultimatum|countdown)\b|(?:list\w*|opferliste) (?:de |des |of |di |der |dei |delle )?(?:its |ses |sus )?(?:victim\w*|opfer\w*|v[íi]timas|víctimas|vittime)|data for sale|up for (?:sale|auction)|"
            r"(?:forder\w+|verlang\w+|réclam\w+|exig\w+|demand\w+|pid\w+|chied\w+|chiest\w+|żąda\w*|eis(?:t|te|en)|kräv\w+|krev\w+|kræv\w+|ped\w+)\b[^.]{0,40}?(?:million\w*|mln|mio|millon\w+|milion\w+|milhões|miljoen|dollars?|euros?|bitcoin\w*|\d{3})|red oscura|refus\w+ de payer|ne paie\w* pas|no paga\w*|non paga\w*|(?:zahl|bezahl)\w+ nicht|nicht (?:zahlen|bezahlen)|betaalt niet|betalar inte|nie zapłac\w+|se atribuy\w+|"
            r"revendiqu\w+|reivindic\w+|rivendic\w+|opgeëist|erpress\w*|lösegeld\w*|leak-?seite|darknet-?seite|droh(?:t|en|te|ten)\b[^.]{0,40}veröffentlich\w*|"
            r"rançon\w*|chantage|fuite de données|extors?\w+|rescate|chantaje|filtraci[óo]n\w*|vazamento\w*|resgate|riscatt\w*|estorsion\w*|ricatt\w*|"
            r"okup\w*|szantaż\w*|wymusz\w*|losgeld|gijzel\w*|afpers\w*|lösensumma|utpressning\w*|løsepenge\w*|løsesum\w*|výkupné\w*|vydír\w*|váltságdíj\w*|lunna\w*|"
            r"вымогат\w*|выкуп\w*|викуп\w*|вимага\w*|fidye\w*)\b",
            re.IGNORECASE,
        ),
    ),
    (  # how they came in
        1.5,
        True,
        lazy(
            r"\b(?:hack(?:s|ed|ers?|ing|tivists?)?\b|breach\w*|intru(?:d|s)\w*|break-?ins?\b|broke in\b|broken into|breaks? in\b|(?:security )?holes?\b|captcha|encrypted\b|encryption|systems? (?:was|were|had been|being) entered|firewalls?|unpatched|domain controllers|sharepoint|screenconnect|log-?ins? (?:was|were) stolen|misused|rogue|cyber(?!punk)[\w\-]*|compromised|"
            r"(?:stolen|weak|guessed|leaked|old) (?:vpn )?(?:log-?ins?|passwords?|credentials)|vpns?\b|phish\w*|malware|spyware|back ?doors?|exploit(?:s|ed|ing)|zero[ -]days?|safe mode|"
            r"(?:entered|got into|inside|access(?:ed)? to|sat in) (?:its|their|the) [\w ]{0,20}?(?:network|servers?|systems?|e-?mail)|"
            r"remote access|two-factor|multi-?factor|booby-?trapped|malicious|fake (?:job|log-?in|update|offer)\w*|lures?|lured|decoys?|espionage|spying|infiltrat\w*|implants?|trojan\w*|"
            r"(?:cash machines|atms)\b[^.]{0,30}\b(?:sp[ia]t\w*|spew\w*|empt\w+)|"
            r"(?:it|security|technology|network) (?:incident|event)|"
            r"(?:ge|z)hack\w+|hackerangriff\w*|hackerattack\w*|datenpanne\w*|datenleck\w*|eindringl\w*|angreifer\w*|it-?(?:angriff|vorfall|ausfall)\w*|schadsoftware|"
            r"pirat(?:age|es? informatiques?|é\w*)|intrusion|attaque\w* (?:informatique|de grande ampleur)|hacke(?:o|ad\w+|urs?)|ciber\w*|intrusión|ataque inform\w+|"
            r"attacc\w+ (?:informatic\w+|hacker)|violazion\w+|intrusione|włam\w*|haker\w*|cyber\w*|ataque (?:hacker|cibern\w+)|invas(?:ão|ões|or\w*)|inbrekers?|inbraak|"
            r"dataintrång\w*|dataangrep\w*|hackerangreb\w*|взлом\w*|хакер\w*|кибер\w*|кібер\w*)",
            re.IGNORECASE,
        ),
    ),
    (  # what they took
        1.5,
        True,
        lazy(
            r"\b\d[\d.,]* ?(?:[gt][bo]|gigabytes?|terabytes?|gigaoctets?|teraoctets?|téraoctets?|gigas|teras)\b|\bterabytes?\b|\bgigabytes\b|"
            r"\b(?:data|details|records|files|folders|documents|contracts|reports|scans|screenshots|passports?|payslips|databases?|e-?mails|archives?|backups?|blueprints|drawings)\b[^.]{0,50}?"
            r"\b(?:stolen|taken|copied|leak\w*|published|public|online|posted|for sale|sell|sold|dump\w*|on the dark|exfiltrat\w*|made off with|in the open|on its)\b|"
            r"\b(?:leak\w*|stolen|stole|steal\w*|copied|dump\w*|publish\w*|post(?:s|ed)|took|taken|exfiltrat\w*|downloaded|walked off with|made off with|offer\w*|sells?|selling)\b[^.]{0,40}?"
            r"\b(?:data|details|records|files|folders|documents|contracts|scans|databases?|e-?mails|passports?|payslips|archive|backups?)\b|"
            r"\b(?:leak\w*|stolen|dump\w*|exfiltrat\w*|expos(?:es|ed)) [^.]{0,30}?(?:names|addresses|numbers|plans|designs|photos|pictures|images|videos|payrolls?|invoices|ledgers|secrets)\b|"
            r"\bdata (?:of|on) (?:some |about |nearly |more than )?\d[\d,.]*|\b(?:people|patients|customers|clients|pupils|students|workers)['’]s? (?:data|details|files|records|passports)\b|"
            r"\b\d[\d,.]*(?: million)? (?:records|files|documents|accounts|e-mails)\b|\b(?:personal|customers?|patients?|staff|client|corporate|company|medical|payroll) (?:data|details|files|records|folders|documents)\b|\b(?:for|went up for|up for) (?:download|sale)\b|\bfile names\b|\bpay ?slips\b|drive was copied|"
            r"\b(?:samples?|proof|evidence|screenshots)\b[^.]{0,20}(?:posted|shown|published|put up)|"
            r"\b(?:daten|dokumente|unterlagen|verträge|ausweise|akten|kundendaten|patientendaten)\b[^.]{0,60}?\b(?:gestohlen|erbeutet|veröffentlicht\w*|kopiert|abgeflossen|entwendet|netz|darknet|verkauf\w*)|"
            r"\b(?:gestohlene?n?|erbeutet\w*|veröffentlich\w*|abgeflossene?) [^.]{0,30}?(?:daten|dokumente|akten|unterlagen|dateien)|"
            r"\b(?:données|documents|fichiers|dossiers|contrats|passeports)\b[^.]{0,60}?\b(?:volé\w*|publié\w*|dérobé\w*|diffusé\w*|divulgu\w*|exfiltr\w*|en ligne|en vente|mis\w* en)\b|"
            r"\b(?:vol|voler|volé|publi\w+|exfiltr\w+|divulgu\w+|diffus\w+|dérob\w+) [^.]{0,30}?(?:données|documents|fichiers|dossiers)|"
            r"\b(?:datos|documentos|archivos|expedientes|contratos|nóminas|dados|arquivos)\b[^.]{0,60}?\b(?:robad\w+|publicad\w+|filtrad\w+|sustraíd\w+|exfiltrad\w+|roubad\w+|vazad\w+|venta|venda)|"
            r"\b(?:rob\w+|public\w+|filtr\w+|roub\w+|vaz\w+|sustr\w+) [^.]{0,30}?(?:datos|documentos|archivos|expedientes|dados|arquivos)|"
            r"\b(?:dati|documenti|file|contratti)\b[^.]{0,60}?\b(?:rubat\w+|pubblicat\w+|sottratt\w+|esfiltrat\w+|trafugat\w+|diffus\w+|vendita|online)|"
            r"\b(?:rub\w+|pubblic\w+|sottr\w+|esfiltr\w+|trafug\w+) [^.]{0,30}?(?:dati|documenti|file|giga\w*)|"
            r"\b(?:dan\w+|dokument\w+|plik\w+)\b[^.]{0,60}?\b(?:wykrad\w+|skradzi\w+|opublikowa\w+|wyciek\w+|sieci)|\b(?:wykrad\w+|ukrad\w+|opublikowa\w+|wyciek\w*) [^.]{0,30}?(?:dan\w+|dokument\w+|plik\w+)|"
            r"\b(?:gegevens|bestanden|documenten|data)\b[^.]{0,60}?\b(?:gestolen|gelekt|gepubliceerd|buitgemaakt|online|straat)|"
            r"\b(?:steelt|stal|lekt|lekte|publiceer\w+|gestolen) [^.]{0,30}?(?:gegevens|bestanden|documenten|data)",
            re.IGNORECASE,
        ),
    ),
    (  # what no longer works
        1.0,
        True,
        lazy(
            r"\b(?:systems?|servers?|computers?|networks?|machines|stations?|portals?|websites?|web site|tills|registers|orders|data ?cent(?:re|er)s?|telephones?|phones?|pcs|screens|records|files|backups?|e-?mail|wi-?fi|"
            r"production|plants?|lines|dispatch|vans|schools?|shops|stores|branches|flights|check-in)\b[^.]{0,40}?\b(?:down|offline|locked|lock\w*|encrypt\w*|switched off|turn\w* off|off the (?:network|grid)|out of (?:action|order|service)|wiped|shut|stuck|stop\w*|halted|scrambled|standstill|paralysed|crippled|unusable|unavailable|dark)\b|"
            r"\b(?:locks?|locked|encrypt\w*|scrambl\w+|wipe[sd]?|cripple[sd]|paralyse[sd]|shut down|took down|knocked out|turn(?:s|ed)? off|disconnect\w*) [^.]{0,30}?\b(?:systems?|servers?|computers?|networks?|machines|pcs|schools|files|vms|data|screens|backups)\b|"
            r"\b(?:on|to|with|by|using) (?:pen and )?(?:paper|fax|radio|hand)\b|paper forms|shut-?downs?|(?:calls?|called) off|cancels? (?:surger\w+|operations|classes|lectures)|stay(?:s|ed)? shut|cash only|only cash|handwritten|off air|attack on (?:it|its|the)\b|"
            r"\b(?:outage|disruption)s?\b|\b(?:companies|firms|organi[sz]ations|entities|businesses|victims|hospitals|schools|councils)\b[^.]{0,40}?\b(?:attacked|hit|affected|targeted|urged|worldwide)\b|without (?:systems?|computers|phones?|e-?mail)|"
            r"\b(?:lahmgeleg\w*|verschlüssel\w*|lahm\b|systeme|ausgefallen|stillst\w+|papierbetrieb|paralys\w+|chiffr\w+|hors service|à l['’]arrêt|informatique en panne|cifr(?:ad|at)\w*|paraliz\w+|bloque\w*|inoperativ\w*|fuera de servicio|"
            r"låst\w* [^.]{0,20}servr\w+|krypter\w+|bloccat\w*|fermi? |paralizzat\w*|criptograf\w+|paralis\w+|fora do ar|zaszyfrowa\w*|sparaliżowa\w*|nie działa\w*|versleutel\w*|platgeleg\w*|plat\b|ligt stil)\b",
            re.IGNORECASE,
        ),
    ),
    (  # what they are called
        1.0,
        False,
        lazy(
            r"\b(?:gangs?|crew|criminals?|hackers|extortionists?|blackmailers|attackers|intruders|culprits|thieves|cybercriminals|syndicate|cartel|hacking group|the group|hacker group|"
            r"bande|tätergruppe|täter|gruppierung|kriminelle\w*|hackergruppe\w*|erpressergruppe|pirates|cybercriminels|malfaiteurs|gang|groupe|collectif|banda|grupo|ciberdelincuentes|criminales|delincuentes|criminosos|"
            r"cybercriminali|criminali|gruppo|gang|cyberprzestępc\w+|przestępc\w+|grupa|grup[ęy]|bende|criminelen|groep|ligan|gruppen|группировк\w+|банд\w+|угрупован\w+)\b",
            re.IGNORECASE,
        ),
    ),
    (  # who hunts them
        1.0,
        False,
        lazy(
            r"\b(?:FBI|NCA|Europol|Eurojust|Interpol|SBU|Treasury|Justice Department|National Guard|AIVD|NCTV|BKA|LKA|ABW|GRU|FSB|SVR|[Aa]dvisory|[Pp]rosecutors?|[Dd]etectives|[Pp]olice|[Pp]olizei|[Pp]olic[íi]a|[Pp]olizia|[Pp]olitie|[Pp]olicj\w+|"
            r"[Gg]endarm\w+|Staatsanwalt\w*|parquet|Landeskriminalamt|data protection (?:authority|commissioner)|privacy (?:regulator|commissioner)|attorney general)\b"
        ),
    ),
    (  # who hunts nobody else
        1.5,
        True,
        lazy(
            r"\b(?:CISA|NCSC|Group-IB|Talos|Mandiant|Arctic Wolf|CrowdStrike|Symantec|Kaspersky|ESET|Unit 42|Palo Alto|Sophos|Secureworks|Proofpoint|Fortinet|BSI|ANSSI|Trend Micro|Sentinel ?(?:One|Labs)|Check Point|Google Threat|"
            r"Microsoft Threat|NSA|Halcyon|Huntress|Dragos|Recorded Future|Coveware|Chainalysis|TRM Labs|Elliptic|Trellix|Volexity|Resecurity|Bitdefender|Zscaler|GuidePoint|Sekoia|Bleeping ?Computer|The Record|Hackread|DataBreaches|\w*CERT|Cyble|Emsisoft|Comparitech|Rapid7|Cisco Talos|Hudson Rock|"
            r"ReliaQuest|Cybereason|Cyberint|SOCRadar|Barracuda|WithSecure|Positive Technologies|Kela|KELA|AhnLab|Genians|Hackmanac|Incibe|INCIBE|ACN|DNSC|CSIRT|BACS|NÚKIB|ENISA|CERT(?:[ -][A-Z]{2,4})?|CERT\.\w+)\b"
        ),
    ),
    (  # whom those who lost data write to
        1.0,
        False,
        lazy(
            r"\b(?:warn(?:s|ed|ing)?|tells?|told|writ(?:es|ing) to|wrote to|letters to|notif\w+|alert(?:s|ed)) (?:\d[\d,.]* (?:million )?|its |their |some |all |former )*(?:patients|customers|staff|workers|employees|families|parents|clients|pupils|students|members|people|users|donors|residents|\d[\d,.]*)\b|"
            r"\bvictims?\b|\bresearchers\b|\banalysts (?:at|say|think)\b",
            re.IGNORECASE,
        ),
    ),
    (  # where it is done
        0.5,
        True,
        lazy(
            r"\b(?:computers?|servers?|laptops?|networks?|e-?mails?|printers?|screens|software|hosting|passwords?|logins?|online|portal|internet|systems|IT|firewall|databases?|backups?|serveurs?|ordinateurs?|servidores|ordenadores|server|rechner|komputer\w*)\b"
        ),
    ),
    (  # what is told of wars, too
        0.5,
        False,
        lazy(
            r"\b(?:attack(?:s|ed|ing)?|l['’]attaque|attaques?|angriff\w*|attacke\w*|ataques?|atac\w+|attacc\w+|aanval\w*|atak\w*|angrep\w*|angreb\w*|útok\w*|атак\w+)\b",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip


class Spoken(NamedTuple):
    """How much a text speaks of break-ins."""

    points: float
    of_computers: bool
    """Whether it does of more than thieves and the police."""
    words: tuple[str, ...]
    """One for each of the things that it speaks of."""


def spoken_of(text: str) -> Spoken:
    """How much a text speaks of break-ins."""
    found = [
        (points, sure, told[0]) for points, sure, each in _FIELDS if (told := each.search(text))
    ]
    return Spoken(
        sum(points for points, _, _ in found),
        any(sure for _, sure, _ in found),
        tuple(word for _, _, word in found),
    )
