# ruff: noqa: E501 - long tables; words of languages with letters that look alike
"""How surely a word of every day stands as a gang's name in its clause, and in what text it does.

"Signed by Royal", "Cloak listed the office", "Snatch's claim": the clause says who acts. What they
do and what the text around speaks of (`break_ins.py`) are weighed together: a bare name that does
anything at all is a gang's where ransom, loot and a way in are told of, and one that demands $2m
where hardly anything else is.
"""

from __future__ import annotations

import re

from monitor.matching.rules import headlines_abroad as abroad
from monitor.matching.text.patterns import lazy

_QUOTE = "[\"\u201c\u201d'\u2018\u2019\u201e\u00ab\u00bb)]*"
_HELPERS = (
    r"(?:,? (?:has|have|had|(?:is|was|were|are)(?= (?:\w+ly )?(?:\w+ing|behind)\b)|now|also|then|first|later|once|still|again|already|reportedly|allegedly|since|only|even|itself|"
    r"apparently|says it|said it|says they|said they|claims to have|claims it|claimed it|claimed to have|boasts it|wrote it|told \w+ it|"
    r"quietly|promptly|briefly|recently|early|soon|simply|never|not)){0,5}"
)
_ASIDE = r"(?:, (?:which|who|a|an|the|once|also|thought|believed|known|said|formerly|whose|active|based|first|in|on|itself)\b[^,.;:!?\n]{0,90},)?"
_VICTIMS = (
    r"says?|said|confirms?|confirmed|suffer(?:s|ed)|admits?|admitted|report(?:s|ed)|los(?:es|t)|warn(?:s|ed)|investigat(?:es|ed)|den(?:ies|ied)|fac(?:es|ed)|pa(?:ys|id)|"
    r"restor(?:es|ed)|refus(?:es|ed)|recover(?:s|ed)|apologi[sz](?:es|ed)|clos(?:es|ed)|falls?|fell|tells?|told|notif(?:ies|ied)|disclos(?:es|ed)|bans?|accus(?:es|ed)|"
    r"was|is|has|had|were|are|patch(?:es|ed)|fix(?:es|ed)|users?|customers|does|did|comes|came|plays|needs|remains|remained|appears|appeared|opens|opened"
)
"""What those do who were robbed, and what says nothing."""
_HARMS = lazy(
    rf"{_QUOTE}{_ASIDE}{_HELPERS} (?:extort\w*|leak(?:s|ed|ing)|dump(?:s|ed|ing)|encrypt(?:s|ed|ing)|lock(?:s|ed)|hack(?:s|ed)|breach(?:es|ed)|steals?|stole|stolen|exfiltrat\w+|"
    r"threaten(?:s|ed|ing)?|demand(?:s|ed|ing)|auction(?:s|ed|ing)|blackmail(?:s|ed)|hijack(?:s|ed)|infiltrat(?:es|ed)|wip(?:es|ed)|doxx?(?:es|ed)|"
    r"ask(?:s|ed|ing) (?:\w+ ){0,3}?(?:for )?(?:[$€£]|\d|bids|a ransom|payment|bitcoin)|(?:took|takes|taken|claim(?:s|ed)) (?:the )?(?:credit|responsibility)|"
    r"boast(?:s|ed|ing)?|gives? [^.]{0,40}?(?:until|to pay|\bdays|\bhours|\bweeks)|gave [^.]{0,40}?(?:until|to pay|\bdays|\bhours|\bweeks)|set (?:a|its|the) (?:deadline|price)|"
    r"hit|struck|attack(?:s|ed)|broke in|breaks in|broke into|behind (?:the |a |an |last |this )?[\w $'-]{0,30}?(?:attack|breach|hack|outage|intrusion|theft|haul|heist|leak|raid|incident|it)|"
    r"(?:says|said|claims|claimed|boasts|boasted) (?:it|they) (?:has|had|have|holds?|held|took|stole|got|copied|was behind|were behind|hacked|encrypted)|(?:says?|said) (?:talks|negotiations|time is|time was|the (?:firm|company|victim|city|bank|hospital|school))|(?:is|was|are|were) (?:thought|believed|said|suspected|known) to (?:have|hold|be behind|possess)|(?:is|was|are|were) (?:being |widely |now |also )?(?:blamed|suspected|to blame|thought to be behind|believed to be behind|said to be behind)|want(?:s|ed) (?:\w+ )?(?:[$€£]|\d)|came (?:in|through|back)|comes in|got (?:in|into|to)|gets in|walked (?:in|off|out)|slipped in|(?:lost|ran out of|runs out of) patience|rebrand\w*|pocket(?:s|ed)|launder(?:s|ed))\b(?! by\b)"
)
"""What is hardly done by a victim."""
_HANDLES = lazy(
    rf"{_QUOTE}{_ASIDE}{_HELPERS} (?:list|nam|post|put|publish|releas|add|claim|hold|held|offer|sell|sold|ask|want|giv|gave|mak|mad|earn|hit|strik|enter|got|get|walk|cop|download|"
    r"tak|took|us|send|sent|leav|left|shut|switch|restart|spread|target|drop|stag|keep|kept|rais|return|upload|obtain|grab|collect|access|mov|reach|display|show|print|sign|brag|advertis|wrote|writ|warn|vow|promis|let|been inside|been in|been on|was inside|is inside)\w*\b"
)
_NAMES = lazy(
    rf"{_QUOTE}{_HELPERS} (?:list(?:s|ed)|nam(?:es|ed)|claim(?:s|ed)|add(?:s|ed)|post(?:s|ed)) (?:[A-Z][a-z]|(?:it|them|the|both|two|three)\b)"
)
_HAS = lazy(rf"{_QUOTE} (?:has|had|have) (?:\w+ ){{0,3}}?(?=\w)")
_LOOT = lazy(
    r"\b(?:data|details|files|folders|records|documents|contracts|scans|screenshots|passports?|payslips|payrolls?|databases?|e-?mails|mailbox\w*|archives?|backups?|blueprints|\d[\d.,]* ?(?:[gt]b|gigabytes?|terabytes?)|"
    r"terabytes?|gigabytes|bitcoins?|ransoms?|decryptor|encryptor|leak (?:site|blog|page)|(?:its|their) (?:own )?(?:dark ?web |leak |darknet |tor |onion |victim )?(?:site|page|blog|portal|wall|list)|dark ?web|darknet|affiliates?|"
    r"as proof|cyber\w*|hack\w*|breach\w*|intrusions?|malware|phishing)\b",
    re.IGNORECASE,
)
_SPOILS = lazy(
    r"[$€£] ?\d|\b(?:proof|samples?|millions?|locker|keys?|the (?:site|page|blog|list|notes?|attacks?)|names|addresses|identities|messages?|letters?|notes?|printers|systems?|servers?|networks?|screens|printers|vms|hypervisors?|logins?|log-ins|vpns?|credentials|passwords?|victims?|targets?|note|"
    r"deadline|countdown|timer|negotiat\w*|talks|online|public|payments?|firewalls?|back ?doors?|internal|stolen|hostage|attacks?|thefts?|heists?|schools?|hospitals?|clinics?|cit(?:y|ies)|compan\w+|firms?|banks?)\b",
    re.IGNORECASE,
)
"""What gangs have to do with, within the same sentence; of loot, hardly anybody else has."""
_DOES = lazy(
    rf"{_QUOTE}{_ASIDE}{_HELPERS} (?!(?:{_VICTIMS})\b)(?:[a-z]{{2,}}(?:s|ed)|put|gave|took|made|hit|kept|went|began|wrote|held|led|set|showed|chose|threw|stole|broke|sent|got|left|ran|sold|had been|is asking|is demanding|was behind|was used|behind)\b"
    r"(?! (?:are|were|is|was|have|has|had|will|can|may|of|said|says)\b)(?= (?!(?:and|or|of|for)\b)\w)"
)
_ABROAD = lazy(
    rf"{_QUOTE}(?: (?:hat|habe|haben|hatte|soll|will|a|ont|aurait|ha|han|hanno|avrebbe|tem|heeft|zou|har|ma|se|s['\u2019]|zich))? (?:tumba\w*|golpe\w+|bloque\w+|encript\w+|mis|alza\w*|zaszyfrow\w+|heeft .{{3,50}} (?:gezet|gepubliceerd|gestolen|gelekt)|forder\w+|verlang\w+|droh\w+|behaupt\w+|biete\w*|stell\w+|setz\w+|versteiger\w+|erpress\w+|veröffentlich\w+|hatte .{{3,40}} gesperrt|"
    r"réclam\w+|exig\w+|demand\w+|menac\w+|dit (?:détenir|avoir|posséder)|affirm\w+|revendiqu\w+|met (?:en ligne|en vente|aux enchères|la pression)|mis en ligne|publi\w+|diffus\w+|paralys\w+|frapp\w+|vend\w*|chiffr\w+|laiss\w+|donn\w+|vol\w+|"
    r"pid\w+|vende\w*|filtr\w+|atribuy\w+|asegur\w+|dice (?:tener|haber)|amenaz\w+|reclam\w+|pone|da (?:un )?plazo|rob\w+|secuestr\w+|chied\w+|chiest\w+|rivendic\w+|minacci\w+|dice di|pubblic\w+|ha (?:chiesto|rubato|pubblicato|rivendicato|colpito)|colpi\w+|"
    r"żąda\w*|grozi\w*|twierdz\w*|sprzedaj\w*|chce|opublikow\w+|ujawni\w+|wykrad\w+|ped\w+|divulg\w+|ameaç\w+|diz ter|reivindic\w+|vaz\w+|exibe|eist|zegt|dreigt|zet|publiceer\w+|claimt|wil|verkoopt|biedt|lekt|geeft|stelt|"
    r"låst\w*|krypterat|krypterade|stulit|stal|lagt ut|stjålet|kräver|krever|kræver|hotar|truer|publicerar|offentliggör|offentliggør|säljer|lägger ut|lækker|tar på sig|tager æren|påstår|požaduj\w+|hroz\w+|zveřejn\w+|követel\w*|требует|угрожает|опубликовал\w*)\b",
    re.IGNORECASE,
)
"""What those who extort do, in the languages most of their victims' newsrooms write."""
_LOOT_ABROAD = lazy(
    r"\b(?:daten\w*|dokumente\w*|personaldaten|dateien|akten|lösegeld\w*|ultimatum|millionen|darknet|server|données|documents|fichiers|dossiers|rançon\w*|millions|ultimatum|datos|documentos|archivos|rescate|millones|red oscura|"
    r"dati|documenti|file|riscatto|milion\w+|mila|dados|arquivos|resgate|milhões|mil reais|dan(?:e|ych|ymi)|plik\w+|dokument\w*|okup\w*|złotych|gegevens|bestanden|data|losgeld|miljoen|dark ?web|[gt]b\b|to de|go de|bitcoins?|dollars?|dólares|dollari|"
    r"attaque|angriff|ataque|attacco|atak\w*|aanval|attentat|cyber\w+|ciber\w+|hacker\w*|servrar\w*|servere\w*|systemen?|uppgifter|filer|miljoner|kroner|kronor)\b",
    re.IGNORECASE,
)
_CLAUSE = lazy(
    r"(?:\A|[.!?:;,|\u2013\u2014\u201d\"\n(-]\s*|\b(?:and|but|as|after|while|when|that|because|since|before|until|says?|said|confirms?|confirmed|believes?|how|why|where|which|if|than|files|data|documents|"
    r"wrote|claims?|saying|reports?|records|emails|notes?|dass|weil|nachdem|wie|hat|haben|soll|sollen|und|que|qu'|alors que|et|y|mientras|cuando|che|mentre|dopo che|e|dat|nadat|toen|en|\u017ce|gdy|jak|i|o que)\s+)[\"\u201c\u201d'\u2018\u2019\u201e\u00ab(]*\Z",
    re.IGNORECASE,
)
"""Where a clause begins, whose subject comes next."""
_BROKEN_BY = lazy(
    r"\b(?:(?:ge|z)hac?k\w*|erpresst|verschlüsselt|afgeperst|gegijzeld) (?:von|door|durch) [„“«\"]?\Z|"
    r"\b(?:piraté\w*|hacké\w*|rançonné\w*|chiffré\w*|attaqué\w*|frappé\w*|publié\w*|volé\w*|dérobé\w*|revendiqué\w*) par [«\"]?\s?\Z|"
    r"\b(?:hackead\w+|extorsionad\w+|cifrad\w+|atacad\w+|publicad\w+|robad\w+|filtrad\w+|roubad\w+|reivindicad\w+|vazad\w+) (?:por|pelo|pela) [«\"]?\Z|"
    r"\b(?:hackerat\w+|ricattat\w+|attaccat\w+|colpit\w+|pubblicat\w+|rubat\w+|cifrat\w+|rivendicat\w+) d(?:a|al|alla) [«\"]?\Z|"
    r"\b(?:zhakowan\w+|zaatakowan\w+|zaszyfrowan\w+|wykradzion\w+|opublikowan\w+|skradzion\w+) przez [„\"]?\Z",
    re.IGNORECASE,
)
_STRONG_SLOT = lazy(
    r"\b(?:(?:claimed|signed|hit|struck|named|listed|posted|published|leaked|attacked|hacked|breached|compromised|encrypted|stolen|crippled|extorted|locked|robbed|dumped|orchestrated|infected|paralysed|ransomed|"
    r"copied|attacks?|hacks?|breach|intrusions?|theft|raid|ransom|leak|heist|haul) (?:\w+ ){0,4}?by|(?:tied|ties|linked|link|links|traced|attributed|attributes|points?|pointed|pointing|pinned|blamed|credited|affiliated) (?:[\w'’-]+ ){0,6}?(?:to|at|on|with)|"
    r"(?:fell|falls?) (?:victim|prey) to|(?:pay|pays|paid|paying|refus\w+) (?:[\w$£€.,]+ ){0,5}?to|blam(?:es|ed|ing)|(?:name|page|site|blog|wall|list|work|hands|members?|founder|head|leaders?|victims?|affiliates?|logo|signature|trademark|behest) of|"
    r"(?:letters?|notes?|messages?|demands?|ransom|e-?mail|post|threat) (?:[\w$]+ ){0,5}?(?:from|by)|(?:call|calls|called|calling) (?:itself|themselves|himself)|hackers? (?:of|from)|(?:inquiry|investigation|probe|crackdown|advisory|indictment|sanctions|warrants?) (?:\w+ ){0,3}?(?:into|on|against|over)|"
    r"behind (?:the |this |it |all )?(?:\w+ ){0,3}?(?:is|was|were)|culprits? (?:is|was|were|as)|(?:that|it) was|led|attackers? (?:is|was|were|as)|responsible (?:is|was)|(?:it|this) (?:is|was) the work of|suspects? (?:is|are|of being)|(?:payer|payera|paie|pagar\w*|paga|zahl\w+|bezahl\w+|betaal\w*|betal\w+|zapłac\w+)(?: (?:à|a|an|aan|til|till))?|negotiat\w+ with|talks with|impliqu\w+|involv\w+|unmask(?:s|ed)|dismantle[sd]?|"
    r"revendiqu\w+ par|attribu\w+ (?:à|a|ao|al|alla)|signé\w* (?:par )?|reivindicad\w+ por|firmad\w+ por|rivendicat\w+ da|firmat\w+ da|(?:gehackt|erpresst|angegriffen|verschlüsselt|bekannt|veröffentlicht|lahmgelegt|attackiert) von|(?:opfer|seite|liste|forderung|konto|konten) von|unterzeichnet (?:von|mit)|"
    r"(?:victime|vitrine|site|page|blog|rançon|nom|signature) d[eu]|(?:víctima|vítima|página|sitio|web|nombre|lista|listado) de|(?:vittima|sito|pagina|blog|nome|elenco) di|(?:opgeëist|gehackt|aangevallen|platgelegd|ondertekend|gelekt) door|(?:slachtoffer|site|pagina|lijst) van|"
    r"(?:przez|ofiarą|stronie|liście|podpisan\w+ przez)|steckt|dahinter steckt|se cache|se esconde|c'est|c’est)"
    r" (?:the )?[\"\u201c'\u2018\u201e\u00ab]?\s?\Z",
    re.IGNORECASE,
)
"""Where those stand who did it, and nobody else."""
_SLOT = lazy(
    r"\b(?:by|from|to|over|about|was|were|as|signed|against|behind|link|saying|targeting|arrest\w*|named|called|"
    r"recognised|remember|recall|inside|meet|amid|under|beyond|with|for|like|unlike|after|between|joined|join|led|ran|runs?|used by|into|watch\w*|track\w*|hunts?|follow\w*|names?|suspects?|is|and|or|plus|than|"
    r"von|durch|hinter|an|gegen|über|mit|par|de|derrière|contre|à|por|tras|contra|da|di|dietro|contro|alla|pela|pelo|door|van|achter|tegen|aan|przez|od|za|z|av|af)"
    r" (?:the )?[\"\u201c'\u2018\u201e\u00ab]?\s?\Z",
    re.IGNORECASE,
)
_ENDS = lazy(
    r"[\"\u201c\u201d'\u2018\u2019\u00bb)]*(?:\s*(?:[.,;:!?)\n\u2013\u2014(|/]|\Z| - )|['\u2019]s?\b(?! [A-Z])| (?:after|in|on|at|within|without|under|when|and|or|which|who|as|before|by|last|this|that|for|to|from|with|over|since|during|is|was|were|are|has|had|have|could|would|"
    r"may|might|will|can|into|via|through|because|while|but|if|until|again|now|says?|said|against|despite|amid|auf|im|bei|und|nach|am|seit|mit|sur|en|et|qui|dans|le|du|depuis|après|y|el|que|tras|e|il|che|nel|su|op|bij|na|i|w|z|ze|sich|\w{3,}ed)\b)"
)
_OPENS = lazy(
    r"(?:\A|[.!?] )(?:Now|Then|Later|Today|Yesterday|Meanwhile|So|But|And|Also|Instead|Since|(?:Days|Weeks|Hours|Months) later,?|(?:On|In|By|Last|This|That) (?:\w+day|\w+ber|week|month|year|night|January|February|March|April|May|June|July|August)(?: \d+)?,?) \Z"
)
_LOWER = lazy(r"\b[a-z][a-z'-]+ [\"\u201c'\u2018]?\Z")
_STOPS = lazy(rf"{_QUOTE}(?:\s*\Z|[.,;:!?)])")
_OBJECT = lazy(
    r"\b(?!(?:in|at|of|on|near|and|or|than|around|across|outside|throughout|off|between|de|en|di|do|da|du|im|am|zu|zum|na|van|te) )[a-z][a-z'-]+ [\"\u201c'\u2018]?\Z"
)
_BELONGINGS = lazy(
    rf"{_QUOTE}(?:['’]s?)? (?:(?:ransom|extortion|dark ?web|leak|latest|new|recent|alleged|own|affiliate|onion|tor|ransomware) )*(?:franchise|storefront|claims?|leaks?|leak sites?|sites?|blog|page|demands?|ransom|deadline|ultimatum|victims?|victim list|affiliates?|negotiators?|servers?|members?|notes?|listing|"
    r"actors|portal|clock|timer|message|patience|heirs|attacks?|intrusions?|breach(?:es)?|hacks?|incident|operators?|hackers?|suspects?|operation|campaign|infrastructure|chats?|decryptor|encryptor|boss|leaders?|admins?|loot|haul|threats?|panel|playbook|toolkit|locker|message|crew|outbreak|infections?|extortion|heist|raid|takedown|bust|wave)\b"
)
"""What gangs have: "Snatch's claim", "Akira victims"."""
_ARTICLE = lazy(
    r"\b(?:an?|the|his|her|their|its|our|my|your|every|each|no|any|some|le|la|les|un|une|des|el|los|las|una|il|lo|i|gli|der|die|das|den|dem|des|ein\w*|het|een)"
    r" [\"\u201c'\u2018\u201e\u00ab]?\Z",
    re.IGNORECASE,
)
_SOLD = lazy(
    r"\b(?:flaws?|holes?|bugs?|vulnerabilit\w+|patch\w*|updates?|fix\w*|apps?|plugins?|extensions?|users|customers|downloads?|installs?|version|release|library|software|tables|start-?up|firm|maker|company|airline|operator|chain|"
    r"bank|browser|retailer|brand|charity|startup|platform|game|film|movie|album|show|island|village|river|mountain|mount|clients|shares? (?:in|of)|live|life|people|trip|flight\w*|travel\w*|born|moved|visit\w*|tourism|holiday)"
    r"\b(?:[^.;:]{0,30}? (?:in|for|from|on|to|of|at))?[ \"\u201c'\u2018]+\Z",
    re.IGNORECASE,
)
"""What is said of a product, a firm or a place, right before its name."""
_IS_FIRM = lazy(
    rf"{_QUOTE}(?:, (?:(?:an?|the|one of) )?(?:[\w\-']+ ){0, 4}?(?:company|firm|airline|chain|retailer|maker|brand|charity|start-up|publisher|insurer|manufacturer)\b|, (?:an?|the|one of|which (?:makes|sells|runs|owns|operates|employs)) (?:[\w\-']+ ){{0,4}}?(?:company|firm|airline|chain|bank|operator|maker|retailer|brand|charity|startup|start-up|browser|provider|app|"
    rf"exchange|utility|hospital|school|town|city|village|river|band|club|team|island|country|nation|software|platform|game|film|league|publisher|supplier|insurer|manufacturer|agency|museum|library|restaurant)\b|"
    rf"(?:'s|’s)? (?:customers|users|clients|subscribers|employees|staff|workers|passengers|patients|chief executive|ceo|shares|spokes\w+|app|apps|store|software|product\w*|browser|devices?|plant|factory|office|branch\w*|website|players?|fans|government|officials|ministry|president)\b)",
    re.IGNORECASE,
)
_OWNED = lazy(r"['\u2019]s [\"\u201c'\u2018]?\Z")
_CALLED = lazy(
    r"\b(?:gang|crew|groupe|gruppe|grupo|gruppo|groep|grup[aęyąo]|grupie|skupin\w|gruppen|banda|bande|bende|collectif|kollektiv|collettivo|colectivo|cartel|ransomware operator|organi[sz]ation|bannière(?: de)?|bandera(?: de)?|franchise|enseigne|extortionists|blackmailers|"
    r"(?:call|calls|called|calling) (?:itself|themselves|himself)(?: [\w ]{1,20} or)?|(?:groupe|gruppo|grupo|gang)s? \w{4,14}|appelée?|nommée?|baptisée?|llamad[oa]|denominad[oa]|chiamat[oa]|denominat[oa]|"
    r"namens|genaamd|o nazwie|(?:sous le|under the|by the|unter dem|unter dem|mit dem|con el|col|con il|com o|onder de) (?:nom|name|namen|nombre|nome|naam)(?: de| di| von| van| of)?) "
    r"[\"\u201c'\u2018\u201e\u00ab]?\s?\Z",
    re.IGNORECASE,
)
"""What says that a band bears the name, in many languages."""
_BAND = lazy(
    rf"{_QUOTE} (?:(?:ransomware|hacker|hacking|criminal|extortion) )?(?:group|gang|crew|organi[sz]ation|franchise|collective|operators?|hackers)\b(?! (?:[A-Z]|was|has been|says?|said|confirm|suffer))",
)
_ROBBED = lazy(
    rf"{_QUOTE} (?:a été|a subi|est|was|were|is|says|said|confirm\w+|suffer\w*|victim\w*|wurde|ist|fue|sufr\w+|ha subito|è|foi|sofre\w*|werd|is|został\w*)\b",
    re.IGNORECASE,
)
_ELIDED = lazy(r"\bd['\u2019]\Z", re.IGNORECASE)
_REACH = 200
_STRONG, _TAKES, _DEED, _WEAK = 3.0, 2.5, 2.0, 1.0


def standing(text: str, start: int, finish: int, begin: int, end: int) -> tuple[float, str]:
    """How surely `text[start:finish]` stands as a gang's name in its sentence, and what says so.

    Args:
        text: the article's, as it stands.
        start: where the name begins.
        finish: where it ends.
        begin: where its sentence begins.
        end: where that ends.
    """
    before = text[max(begin, start - _REACH) : start]
    after = text[finish : min(end, finish + _REACH)]
    before = _ELIDED.sub("de ", before)
    called = _CALLED.search(before) or _BODY.search(text, start, finish) or _BAND.match(after)
    if called and not _ROBBED.match(after):
        return _DEED, called[0].strip()
    if somebody_elses(before, after) or _ARTICLE.search(before):
        return 0.0, ""
    own = (_LOWER.search(before) or _OPENS.search(before)) is not None and _SLOT.search(
        before
    ) is None
    acts = _acting(after) if own or _CLAUSE.search(before) else (0.0, "")
    if acts[0] < _DEED and (has := _BELONGINGS.match(after)):
        acts = _DEED, has[0].strip()
    if not _ENDS.match(after):
        return acts
    bare = (
        (_WEAK, "a name by itself") if _STOPS.match(after) and _OBJECT.search(before) else (0.0, "")
    )
    return max(acts, _placed(before), bare, key=lambda each: each[0])


def _placed(before: str) -> tuple[float, str]:
    """What is said right before a name of whom somebody suffered from, or spoke."""
    for points, place in ((_TAKES, _BROKEN_BY), (_DEED, _STRONG_SLOT), (_WEAK, _SLOT)):
        if found := place.search(before):
            return points, found[0].strip()
    return 0.0, ""


def somebody_elses(before: str, after: str) -> bool:
    """True where a name is that of a firm, a product or a place, as what stands beside it says."""
    return bool(_OWNED.search(before) or _SOLD.search(before) or _IS_FIRM.match(after))


_BODY = lazy(r" (?:gang|crew|group)\Z")


def _acting(after: str) -> tuple[float, str]:
    """What a clause says that its subject does, from right behind it."""
    if found := _ABROAD.match(after):
        more = _LOOT_ABROAD.search(after, found.end()) or abroad.CRIME.search(found[0])
        return (_STRONG if more else _WEAK), found[0].strip()
    if found := _HARMS.match(after) or abroad.DOES.match(after):
        more = (
            _LOOT.search(after, found.end())
            or _SPOILS.search(after, found.end())
            or abroad.CRIME.search(after, found.end())
        )
        return (_STRONG if more else _DEED), found[0].strip()
    return _handling(after)


def _handling(after: str) -> tuple[float, str]:
    """The same of what others do, too, but for what they do it to."""
    told = {_HANDLES: ((_TAKES, _LOOT), (_DEED, _SPOILS)), _HAS: ((_DEED, _LOOT),)}
    for does, objects in told.items():
        if found := does.match(after):
            for points, each in objects:
                if thing := each.search(after, found.end()):
                    return points, f"{found[0].strip()} {thing[0]}"
    if found := _NAMES.match(after):
        return _DEED, found[0].strip()
    found = _DOES.match(after)
    return (_WEAK, found[0].strip()) if found else (0.0, "")
