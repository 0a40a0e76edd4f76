# ruff: noqa: RUF001, RUF002, E501 - long tables; Cyrillic and Greek letters that look like Latin ones
"""How names end in the cases of languages that inflect them, as tables.

Written in folded letters (`normalise`): ń is n, й is и, ς is σ, so that most changes of a stem
need no rule of their own. `x: y z` says that a name's last letters x become y or z; `C` stands
for any consonant and `V` for any vowel that stays before what is added. What is after
`organisations:` holds for them alone, as adjectives and articles do.
"""

from __future__ import annotations

_POLISH = """
V: a owi em iem ego emu m
C: a owi u em iem ie e om ow ami ach y i ze
d: dzie | t: cie | g: dze | sl: sle
ek: ka kowi kiem ku ki kow kom kami kach | ec: ca cowi cem cu cie cy cow com | iec: ca cowi cem cu
ciec: tca tcowi tcem | el: la lowi lem lu le | er: ra rowi rem rze ru | en: na nowi nem nie nia niowi
ien: nia niowi niem nia nie | ol: ola | es: sa
i: iego iemu im imi ich ego emu | y: ego emu ym ymi ych ej yego yemu ym
e: ego emu ym em a u y ea eowi eem | a: y i e ie o ej | ja: ji je jo i | ia: i ii ie io
ka: ce ki kiej | ga: dze gi giej | ra: rze | ta: cie | da: dzie | cha: sze | sta: scie | zna: znie
o: a u owi em ie y e ze | io: ia iowi iem iu
organisations:
ie: iego iemu im iej | um: a | a: owi | ia: iej
i: ow om ami ach ej ych ym ymi ich im imi | y: ow om ami ach | owie: ow om ami ach | ie: ow om ami ach
ci: tow tom tami tach
"""
_CZECH = """
C: a ovi u em e i ovy o om y ech um im ove
k: ci | ch: se | h: zi ze | g: zi | r: ri re
ek: ka kovi kem ku ke ci ky | ec: ce covi cem ci cu cum cich | el: la lovi lem lu le li
en: na novi nem ne nu | er: ra rovi rem ru re | ev: va vovi vem | et: ta tovi tem tu
a: y e u ou o ovi am ach i ami e ej | ha: ze | ka: ce | ga: ze | cha: se | ra: re
ia: ii ie iu iou io | ie: ii iim | ja: ji je ju i
e: i im ich eho ovi em ete eti ea eovi eem eu | i: iho imu im ih ich ho mu m
y: eho emu ym em e ho mu m ych yho ymu yovi | ee: eeho eemu eem
o: a u ovi em e ech | us: a ovi em u | os: a ovi em u | as: y
organisations:
a: ych ym | e: ho mu m ych | y: ych ymi um | um: a u em ech
i: u um y ech ich im imi ych ym ymi | e: u um y ech | ove: u um y ech
"""
_SLOVAK = """
C: a ovi u om e i em y ov och ami
ek: ka kovi kom ku | ec: ca covi com ci cu | ok: ka ku kom | el: la lovi lom le | er: ra rovi rom
en: na novi nom | ev: va vovi | k: ku | et: ta tovi tom tu
a: y e u ou ej i ovi am ach om | ia: ii iu iou ie io | ja: ji ju jou je | ie: ii im
e: eho emu om im ea eovi eom | i: iho imu im ho mu m ieho iemu iom om
y: eho emu ym om ho mu m yho ymu | o: a u ovi om e
io: ia iovi iom iu | us: a ovi om
organisations:
y: ych ymi | e: ho mu m ych | um: a u om | a: ych ym | i: ov om och mi ich im imi ych ym ymi
ia: ov om och mi
"""
_SLOVENE = """
C: a u om em i ov ih ja ju jem e
ek: ka ku kom | ec: ca cu cem ci | el: la lu lom | er: ra ru rom rja | en: na nu nom | ev: va vu
em: ma mu mom | ar: arja arju arjem
a: e i o | ia: ie ii io | ja: je ji jo | o: a u om em ega emu | e: ja ju jem ega emu a u em eja eju ejem ea eu eem eta etu etom
i: ega emu im em ih ja ju jem a u jo je | y: ja ju jem a u om yja yju yjem | u: ja ju jem a
organisations:
o: ega emu em im | e: ih im ega emu em a u ij | a: ih im | i: ov om e ih imi
"""
_CROATIAN = """
C: a u om em e i ima ovi
ac: ca cu cem ce | ak: ka ku kom | ar: ra ru rom | an: na nu nom | ao: la lu lom | ek: ka ku kom
el: la lu lom | er: ra ru rom | ec: ca cu cem
a: e i u o om oj ama | ka: ci | ga: zi | ia: ie ii iu iom | ja: je ji ju jom
o: a u om e i | e: a u em eta etu etom ja ju jem ea eu eom eja eju ejem | i: ja ju jem ija iju ijem og oga om ome em
y: ja ju jem a u em yja yju yjem | u: ja ju jem a
organisations:
i: og oga om ome omu im ih em ima a e | o: og om omu | e: ih im g ga mu a u | a: ih im
"""
_RUSSIAN = """
C: а у ом ем е ы и ов ам ами ах ым о ою
ец: ца цу цом цем це цы цев | еец: еица еицу еицем | ек: ка ку ком ке | ок: ка ку ком ке
ел: ла лу лом ле | ев: ьва ьву ьвом ьве | ень: ня ню нем не | оть: тя тю
ь: я ю ем е и ью ям ями ях еи | и: я ю ем е еи ю | ии: ого ему ому им ом его ия ию ием
ыи: ого ому ым ом ои | ои: ого ому ым им ом | ая: ои ую ою | яя: еи юю | ья: ьи ью ьеи ье
а: ы и у е ои ою еи | я: и ю е еи ею | о: а у ом е | ос: а у ом е | ус: а у ом е | овь: ви вью
organisations:
ое: ого ому ым ом | ее: его ему им ем | ые: ых ым ыми | ие: их им ими ия ию ием ии
е: я ю ем и а у | ы: ов ам ами ах | и: ев еи ям ями ях ам ами ах ов | а: ам ами ах
"""
_UKRAINIAN = """
C: а у ом ем і ові еві и ю я ів ам ами ах е єм
ець: ця цю цем цеві ці цем | єць: иця ицю ицем ицеві | ек: ка ку ком кові | ок: ка ку ком кові | ет: та ту том ті
ел: ла лу лом лові | ев: ьва ьву ьвом | ень: ня ню нем неві | ір: ора ору ором орові
ін: она ону оном ину ина | ів: ова ову овом ові ева | ід: ода оду | іи: ія ію ієм ієві ого ієві
ь: я ю ем еві і ю | и: я ю єм єві ї | ии: ого ому им ім | ьо: ьова
а: и і у ою ої оі еі ії | я: і ю ею єю іі | ія: іі ію ією | ка: ці | га: зі | ха: сі
о: а у ом ові і | е: ого ому им
organisations:
е: ого ому им ім я ю ям і ї | і: их им ими | я: і ям ями ях | ство: ства | ість: ості істю
"""
_BELARUSIAN = """
C: а у ам ом е ы і | ец: ца цу цам | ь: я ю ем | і: ага аму ім я ю ем | ы: ага аму ым
а: ы і у е аи оі | я: і ю е яи | о: а у ам
"""
_BULGARIAN = """
organisations:
C: ът а ят я та | ен: ният ния | ел: лият лия | ър: рият рия | и: ият ия ите | а: ата | я: ята
о: ото | е: ето
"""
_MACEDONIAN = """
organisations:
C: от | ен: ниот | и: иот ите | а: ата | о: ото | е: ето
"""
_SERBIAN = """
C: а у ом ем е и | ац: ца цу цем | ак: ка ку ком | ар: ра ру ром | ао: ла лу лом
а: е и у о ом ои | ја: је ји ју јом | о: а у ом е и | и: ја ју јем ија ију ијем ог ом | е: а у ем
organisations:
и: ог ога ом ому им их | а: е ој у | о: ог ом | е: их им
"""
_LATVIAN = """
C: s a am u i
s: a am u i | is: a am i im u | us: u um | a: as ai u am | e: es ei i em
tis: sa sam su | dis: za zam zu | ts: sa sam su | ns: na nam nu | o: o
organisations:
i: u iem us | as: u am | es: u em | ais: a am o | ie: o | a: o
"""
_LITHUANIAN = """
C: as o ui a u is io iui iu us aus
as: o ui a u e ame ai u | is: io iui i iu yje | ys: io iui i iu | us: aus ui u umi uje
ius: iaus iui iu iumi iuje | a: os ai a oje u | ia: ios iai ioje | e: es ei e eje
organisations:
ai: u ams us | oji: osios ajai aja | asis: ojo ajam aji
"""
_GREEK = """
οσ: ου ο ε | ησ: η | ασ: α | α: ασ | η: ησ | ο: ου | ισ: ι | ουσ: ου | ωσ: ω
organisations:
εσ: ων | οι: ων ουσ | ια: ιασ ιων | ικη: ικησ | ικο: ικου | οσ: η
"""
_ROMANIAN = """
organisations:
a: ei e ii | ia: iei ii iile | ea: ii ei | ul: ului | le: lui | ie: iei | e: i ii ile | C: ul ului
"""
_GERMAN = """
C: s es | V: s
organisations:
e: en er em es n r s | er: en em es | es: en em | C: n en er em e
"""
_NORDIC = """
C: s | V: s
organisations:
C: en et ens ets | V: n ns t ts | e: en et ens ets
"""
_DUTCH = """
C: s | V: s
"""

_FINNISH_CASES = "n ssa sta lla lta lle ksi na tta ta a ssaan staan lleen"
_FINNISH = f"""
V: {_FINNISH_CASES} han hon hun hin hen hyn seen an on un in en yn nsa lla
C: {" ".join(f"i{case}" for case in _FINNISH_CASES.split())} iin ien
nen: sen sta sessa sesta sella selta selle seksi sena seen sia set sten
s: ksen ksessa ksesta ksella kselta kselle sta kseen
i: en esta essa ella elta elle eksi ena een ea
ki: en esta essa ella elta elle eksi | ti: den desta dessa della delta delle | e: een eella eelta eelle
kka: kan kassa kasta kalla kalta kalle | kko: kon kolla kolta kolle kosta | kki: kin killa kilta kille
kku: kun kulla kulta kulle | tta: tan talla talta talle | tti: tin tilla tilta tille tista tissa
tto: ton tolla tolta tolle | ppa: pan palla palta palle | ppi: pin pilla pilta pille
nta: nnan nnalla nnalta nnalle | nti: nnin nnilla | nto: nnon | lta: llan llalla | lto: llon
rta: rran rralla | nka: ngan ngalla | nki: ngin | nko: ngon | mpi: mmen mmin | to: don dolla dolta dolle
ne: teen teesta teella teelta teelle | le: teen teesta teella teelta teelle | re: teen teesta teelle
ta: dan dalla dalta dalle | tu: dun | ku: un ulla
organisations:
t: den dessa desta ten jen ien ihin issa ista illa ilta ille iksi ia | a: ien oiden issa
us: uden uksen uudessa uudesta udelle | os: oksen okselle okselta | in: imen imessa
"""
_ESTONIAN_CASES = "d t s st sse l lt le ks na ni ga ta"
_ESTONIAN = f"""
V: {_ESTONIAN_CASES}
C: i a u e {" ".join(f"{v}{case}" for v in "iaue" for case in _ESTONIAN_CASES.split())}
as: se sega sele selt ses sest | us: se sega | ne: se sega sele selt
"""
_HUNGARIAN_CASES = (
    "nak nek ban ben ba be bol rol tol hoz hez ra re ig ert kent nal nel val vel va ve ja je jat jet "
    "janak jenek jaban jeben javal jevel t e et i eval erol nakis k kat ket"
)
_HUNGARIAN = f"""
V: {_HUNGARIAN_CASES} n jarol jatol jere jara hoz ul
C: {_HUNGARIAN_CASES} at ot on en a an ok ek ak okat eket okkal ekkel anak enek aban eben aval evel
{" | ".join(f"{c}: {c}{c}al {c}{c}el {c}{c}a {c}{c}e" for c in "bcdfghjklmnprstvz")}
sz: sszal sszel | gy: ggyal ggyel | ny: nnyal nnyel | cs: ccsal ccsel | zs: zzsal | ly: llyal llyel
"""
_TURKISH = """
V: nin nun yi yu ya ye da de dan den yla yle na ne ni nu nda nde ndan nden ca ce daki deki lar ler m
C: in un i u a e da de ta te dan den tan ten la le daki deki taki teki lar ler ca ce ki
k: gi gin ga gu gun | c: ci cin
"""
_AZERBAIJANI = """
V: nin nun yə ya ni nu də da dən dan ylə yla nə na nındır lər lar
C: in un ə a i u də da dən dan lə la lər lar ın ı ü ün
q: ğa ğı ğın | k: yə yi yin
"""
_GEORGIAN = """
ი: მა ს ის ით ად ო მ თან ზე ში ისა ისთვის ისგან | C: ი მა ს ის ით ად | V: მ ს სი თი დ სთან სთვის
"""
_ARMENIAN = """
C: ի ին ից ով ը ն իս | V: յի յին ն ի ին ից ով յից
"""

ENDINGS: dict[str, str] = {
    "pl": _POLISH, "cs": _CZECH, "sk": _SLOVAK, "sl": _SLOVENE, "hr": _CROATIAN,
    "lv": _LATVIAN, "lt": _LITHUANIAN, "de": _GERMAN, "da": _NORDIC, "sv": _NORDIC,
    "no": _NORDIC, "nl": _DUTCH, "fi": _FINNISH, "et": _ESTONIAN, "hu": _HUNGARIAN,
    "tr": _TURKISH, "az": _AZERBAIJANI, "ro": _ROMANIAN, "ru": _RUSSIAN, "uk": _UKRAINIAN, "be": _BELARUSIAN,
    "bg": _BULGARIAN, "mk": _MACEDONIAN, "sr": _SERBIAN, "el": _GREEK, "ka": _GEORGIAN,
    "hy": _ARMENIAN,
}  # fmt: skip
"""By ISO 639-1 code; those that are written alike share a table (`SAME`)."""

SAME = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr", "is": "no", "sr-latn": "hr"}

RESPELLING = frozenset({"lv", "lt", "sr", "hr", "az", "sq"})
"""Languages in Latin letters that spell foreign names as they are heard: Tvitera."""
LAST_ONLY = frozenset({"de", "da", "sv", "no", "nl", "fi", "et", "hu", "tr", "az", "ka", "hy"})
"""Languages that put a case on the last word of a person's name only."""
FAMILY_FEMININE = {"cs": ("ova", "ove", "ovou"), "sk": ("ova", "ovej", "ovu", "ovou")}
"""What a woman's family name gets at its end, whatever it is at home: Angela Merkelová."""
