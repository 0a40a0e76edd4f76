# ruff: noqa: E501, RUF001 - words of languages with letters that look alike
"""Which names are of institutions that many countries have: Electoral Commission, Supreme Court."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.matching.text.normalise import fold_name
from monitor.matching.text.words import STOPWORDS

_STEMS = """
commission committee court tribunal ministry department parliament senate congress assembly
council agency authority office bureau service police army navy force guard treasury
inspectorate ombudsman prosecut attorney judiciary cabinet chancellery government president
presidency prime minister foreign secretary home secretary interior centre center directorate
administration inspector regulator registry bank customs revenue board electoral election
elections watchdog intelligence archives statistics kommission ausschuss gericht gerichtshof
gerichtshofs ministerium parlament rat behörde amt bundesamt polizei armee marine verfassungsrat
staatsrat bundesrat nationalrat zentralbank nationalbank regierung wahlleiter wahlamt versammlung
geheimdienst staatsanwalt rechnungshof commission cour tribunal ministère parlement sénat
congrès assemblée conseil agence autorité bureau police armée banque gouvernement parquet
comisión comité corte tribunal ministerio parlamento senado congreso asamblea consejo agencia
autoridad oficina policía ejército fiscalía gobierno banco instituto junta commissione comitato
ministero senato congresso assemblea consiglio agenzia autorità ufficio polizia esercito procura
governo banca comissão ministério assembleia conselho agência gabinete exército governo komisja
komitet sąd sądu sądem trybunał ministerstwo ministerstwa parlament senat rada agencja urząd
policja armia prokuratura rząd bank biuro komise výbor soud ministerstvo parlament senát rada
agentura úřad policie armáda комисси комитет суд суда суду судом трибунал министерств парламент
сенат совет агентств управлени полици арми прокуратур правительств банк служб дум комісі суд
міністерств рад агентств управлінн поліці прокуратур уряд служб
прокуратура прокуратуры прокуратуре прокуратуру прокуратурой полиция
минобороны минздрав минфин минюст минобрнауки центробанк госдума госдуму госдумы цик мвд
وزارة الوزارة محكمة المحكمة برلمان البرلمان لجنة اللجنة مفوضية المفوضية هيئة الهيئة مجلس
المجلس البنك شرطة الشرطة الجيش حكومة الحكومة جمعية الجمعية النيابة الرئاسة
وزارت دادگاه کمیسیون بانک پلیس ارتش دولت משרד הכנסת ועדת משטרת בנק ממשלת צבא הפרקליטות
υπουργείο δικαστήριο επιτροπή κοινοβούλιο τράπεζα
αστυνομία κυβέρνηση συμβούλιο bakanlığı mahkemesi meclisi kurulu bankası kurumu polisi hükümeti
minisztérium bíróság bizottság rendőrség országgyűlés kormány tanács ministerul curtea comisia
parlamentul poliția guvernul autoritatea ministeriö oikeus keskuspankki vaalilautakunta eduskunta
departementet domstolen riksdag folketing storting regering justitie rechtbank politie rekenkamer
ministerie gerechtshof parlement leger inlichtingendienst belastingdienst kiescommissie kiesraad
ministeriet højesteret høyesterett politiet polisen myndigheten skatteverket försvarsmakten
forsvaret skatteetaten etterretningstjenesten valmyndigheten riksbanken nationalbanken
puolustusvoimat poliisi verohallinto syyttäjänvirasto suojelupoliisi hallitus
rendőrség ügyészség adóhivatal választási kúria procuratura parchetul ministerul jandarmeria armata
yargıtay başsavcılığı emniyet ordusu merkez bankası parlamento jandarma
kementerian mahkamah komisi kejaksaan ministrija ministrijas tiesa policija banka dienests saeima
ministerija teismas prokuratūra seimas ministeerium kohus politsei kaitsepolitsei riigikogu
ministrstvo sodišče tožilstvo ministarstvo sud tužiteljstvo državno odvjetništvo vlada skupština
ministerstvo súd polícia prokuratúra zbor sabor министерство съд съда прокуратурата полицията
staatsanwaltschaft bundesanwaltschaft
procuradoria procuraduría procuratura служба службы службе службу службой служби
генпрокуратур генштаб верховн госслужб вооруженн
auditor auditors comptroller chamber deputies representatives embassy consulate gendarmerie
constabulary ombudsperson registrar magistrates coroner immigration excise navy marines
abgeordnetenhaus landtag kanzleramt botschaft feuerwehr finanzamt gesundheitsamt kriminalamt luftwaffe
chambre députés ambassade préfecture procureur trésor douanes cámara diputados contraloría defensoría
gendarmería embajada audiencia hacienda alcaldía armada camera deputati questura prefettura
ambasciata câmara deputados controladoria receita defensoria marinha izba ambasada wojsko straż
inspekcja rzecznik sněmovna sněmovny komora velvyslanectví inspekce vláda úrad vláda deputaților
inspectoratul agenția banca hivatal kamara honvédség számvevőszék βουλή εισαγγελία στρατός
палата депутатов инспекция посольство флот гвардия ведомство інспекція посольство армія
sayıştay danıştay elçiliği valiliği başkanlığı ديوان السفارة مصرف kamer verket styrelsen nämnden
inspektionen tilsynet direktoratet virasto kepolisian tentara majelis
douane zoll hauptzollamt aduana aduanas dogana dogane agenzia alfândega celnictwo celní colnica
tullen tollvesenet vámhatóság gümrük таможня таможни таможне таможню митниця
आयोग मंत्रालय न्यायालय संसद पुलिस सेना बैंक وزارت عدالت کمیشن بینک فوج پولیس
"""
WORDS = frozenset(fold_name(word) for word in _STEMS.split())
"""Folded words for bodies of a state, in many languages."""
_ROOTS = tuple({word.rstrip("aeiyu") for word in WORDS})
_PART = re.compile(r"[^\W\d_]+")
_SHORTEST = 3
_STEM = 5
_ACRONYM = 8
_ENDING = 3
_HAN = re.compile(
    "(?:最高裁|高裁|地裁|最高検|地検|県警|委员会|委員會|委員会|法院|裁判所|部|省|厅|廳|局|署|庁|国会|國會|议会|議會|議会|银行|銀行|央行|日銀|警察|军|軍|政府|检察院|檢察院|众议院|眾議院|参议院|參議院|立法院|监察院|内阁|衆議院|内閣|検察|"
    "위원회|헌재|금융위|선관위|합참|법원|재판소|부|청|국회|의회|은행|경찰|검찰|정부|군)\\Z|"
    "กระทรวง|ศาล|คณะกรรมการ|รัฐสภา|ตำรวจ|กองทัพ|ธนาคารกลาง|Ủy ban|Bộ |Tòa án|Quốc hội|Ngân hàng Nhà nước"
)


@lru_cache(maxsize=5_000)
def institution(name: str) -> bool:
    """True for a name with the word for an institution of a state in it, in any language."""
    words = _PART.findall(fold_name(name))
    if not _BEYOND.isdisjoint(words):
        return False
    if any(map(_PARTIES.__contains__, words)) and all(word in _OF_PARTIES for word in words):
        return True
    if words and words[-1] in _MEMBERS:
        return all(word in _MEMBERS or word in _ARTICLES or word in _OF_PARTIES for word in words)
    return _HAN.search(name) is not None or any(map(_of_institution, words))


_PARTIES = frozenset(["party", "parti", "partei", "partido", "partito", "partia", "партия"])
_PARTY_WORDS = """
labour labor liberal conservative green greens socialist social communist democratic democrat
democrats christian republican progressive people's peoples national nationalist workers worker
reform centre center radical unity freedom alliance new the and of popular independence justice
travailliste libéral conservateur socialiste communiste démocrate démocratique radical populaire
liberale konservative sozialistische kommunistische sozialdemokratische demokratische grüne
liberal conservador socialista comunista demócrata democrático popular laborista verde radical
pracy liberalna konserwatywna socjalistyczna komunistyczna demokratyczna ludowa
либеральная консервативная социалистическая коммунистическая демократическая народная
"""
_MEMBERS_LISTED = """
greens grünen verts verdes verdi vihreät gröna grønne zieloni zelení зелёные зеленые conservatives
liberals socialists democrats republicans communists sozialdemokraten socialdemokraterna
socialdemokraten socialdemokrater socialdemokratiet socialdemokraatit socialistes socialistas socialisti conservateurs conservadores
liberalen libéraux liberales democratici republikaner
"""
_MEMBERS = frozenset(map(fold_name, _MEMBERS_LISTED.split()))
"""What the members of a party are called, and so their party: Die Grünen, Les Verts."""
_ARTICLES = frozenset(["the", "die", "les", "los", "os", "i", "gli", "de", "the"])
_OF_PARTIES = _PARTIES | frozenset(fold_name(word) for word in _PARTY_WORDS.split())
"""The Labour Party is one of many; the Fine Gael party is not."""


_TOPICS = """
supreme high constitutional central national federal state defence defense foreign affairs interior
home finance justice health education economy trade public general independent security energy
labour transport environment culture development planning budget court courts chief appeal
oberster oberstes bundes landes inneren innen äußeren auswärtigen verteidigung finanzen justiz
suprême constitutionnel constitutionnelle centrale nationale national intérieur défense affaires
étrangères finances justice électorale électoral supremo suprema constitucional central nacional
defensa interior asuntos exteriores hacienda justicia electoral difesa interno esteri giustizia
najwyższy konstytucyjny centralny narodowy spraw zagranicznych wewnętrznych obrony narodowej
finansów sprawiedliwości wyborcza nejvyšší ústavní zahraničních věcí vnitra obrany financí
верховный конституционный центральный центральная национальный национальная обороны внутренних
иностранных дел финансов юстиции избирательная избирательный государственная
"""
_SHARED = frozenset(fold_name(word) for word in _TOPICS.split())


def shared(name: str) -> bool:
    """True for an institution's name of which no word says whose it is: Ministry of Defence."""
    words = [word for word in _PART.findall(fold_name(name)) if word not in STOPWORDS]
    shared_words = (word in _SHARED or _of_institution(word) for word in words)
    return len(words) > 1 and institution(name) and all(shared_words)


_BEYOND = frozenset(
    ["world", "international", "european", "europe", "united", "nations", "global", "nato"]
)
"""Of no single country."""


def acronym(name: str) -> bool:
    """True for a name of capitals, short for a longer one."""
    return name.isupper() and name.replace(".", "").isalpha() and len(name) <= _ACRONYM


def _of_institution(word: str) -> bool:
    if word in WORDS:
        return True
    # Case endings and compounds: комиссии, komisję, Wahlkommission, Verfassungsgericht.
    # A company may begin so, too (Courtaulds, Centrica): the ending is short, the root is not.
    inflected = any(
        len(root) > _STEM and word.startswith(root) and len(word) - len(root) <= _ENDING
        for root in _ROOTS
    )
    return inflected or any(len(known) >= _STEM and word.endswith(known) for known in WORDS)
