"""Words of names in one form: one spelling for what is written in several ways.

British and American endings, romanisations of one name, particles, legal forms. Works
on folded text (`normalise`); nothing here knows a particular name.
"""

# ruff: noqa: RUF001 - legal forms of languages with letters that look alike
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\s\u0000-\u0026\u0028-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf"
    r"\u2000-\u206f\u3000-\u303f]+"
)
"""A word in folded text; initials with full stops ("j.p.", "p.l.c.") are one."""

_PARTICLES = """
al el ul ur ud uz ad as ar an bin ibn ben bint de da di do dos du del della von van der den la le
y e of
фон дер ден ван бин бін ибн бен аль эль ель ас ар ат ад ду дю да де ди дель
φον ντερ βαν μπιν αλ ελ ντα ντε ντι بن ابن فون دير دي دا دو فان פון דר בן אבן אל דה די דא ואן
"""
PARTICLES = frozenset(_PARTICLES.split())
"""Small words of persons' names that come and go: Bashar al-Assad, Bashar Assad."""

_STOPWORDS = """
the of for and in on at to de la le les du des del di da der die das und et y e i
"""
STOPWORDS = frozenset(_STOPWORDS.split())
"""Small words of organisations' names that come and go."""

_LEGAL_PHRASES = (
    "limited liability company", "public limited company", "limited liability partnership",
    "limited partnership", "open joint stock company", "public joint stock company",
    "closed joint stock company", "joint stock company", "private limited", "and company",
    "societatea cu raspundere limitata", "societe anonyme", "sociedad anonima",
    "societa per azioni", "gesellschaft mit beschrankter haftung", "aktien gesellschaft",
    "общество с ограниченнои ответственностью", "публичное акционерное общество",
    "открытое акционерное общество", "закрытое акционерное общество", "акционерное общество",
)  # fmt: skip
LEGAL_PHRASE = re.compile(rf"\b(?:{'|'.join(_LEGAL_PHRASES)})\b")
_LEGAL_FORMS = """
inc incorporated ltd limited llc plc corp corporation co company companies ag aktiengesellschaft
akg gmbh mbh kg kgaa ohg se sa nv bv ab asa as oy oyj aps spa srl sarl sas sasu snc pte pty kk
ojsc jsc pjsc cjsc ooo oao ao zao pao llp lp na sl slu lda ltda sdn bhd pt tbk doo dd kft zrt
nyrt sro spzoo ооо оао ао зао пао тов тоо mv ms ss
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())

_ENDINGS = (
    (re.compile(r"is(?=(?:ation|ations|e|ed|er|es|ing)$)", re.MULTILINE), "iz"),
    (re.compile(r"(?<=[bdlnrv])our(?=$|s$|ed$|ing$)", re.MULTILINE), "or"),
    (re.compile(r"(?<=[nt])t?re$", re.MULTILINE), "ter"),
    (re.compile(r"(?<=[fn])ence$", re.MULTILINE), "ense"),
    (re.compile(r"(?<=ogram)me$", re.MULTILINE), ""),
)
"""Applied to one word, or to many of which each is a line."""
_ROMANISATIONS = """
muhammad: mohammed mohammad mohamed mohamad muhammed muhamad mehmet
mahmud: mohamud
abd: abdul abdel abdal abdol
ahmad: ahmed
husayn: hussein husain hussain hossein
hassan: hasan
yusuf: yousef youssef yousuf yussuf
usama: osama
umar: omar
uthman: othman osman
laden: ladin
qaeda: qaida qa'ida qaidah kaida
muammar: moammar
gaddafi: gadhafi qaddafi kadafi
aleksandr: alexander aleksander alexandr oleksandr aliaksandr alekszandr oleksander alaksandr
    aleksandar aljaksandr aljakszandr alexandre
vladimir: volodymyr uladzimir vladimer volodimir volodymir vlagyimir wladimir
nikolai: mykola nikolay nikolaj nyikolaj
sergei: serhiy serhii sergey sergej siarhei siergiej szergej serguei sergij serhij szerhij sergiy
andrei: andriy andrii andrey andrej andriej andrij andrii
dmitri: dmytro dmitry dmitriy dzmitry dimitri dimitry dmitrij dmitro dmitrii dimitrij dmitrijs
yevgeny: yevhen evgeny evgeni evgenii jewgienij jevgenij jevgeni jewgeni jewgeny
    evgueni yevgueni ievgueni evgenij jevhen jewhen jevgenyij yevgeni evgeniy yevgeniy
mikhail: mykhailo michail mihail mijail mykhaylo mychajlo mihajlo mihajl
pavel: pavlo pawel
aleksei: alexei alexey aleksey alexej aleksej aleksiej oleksii oleksiy aliaksei alekszej oleksij
yuri: yuriy yurii iurii jurij yury iouri youri juri jurii
igor: ihor
oleg: oleh
vasily: vasyl vasiliy vasili vassili wassili wassily vaszilij vasilij
konstantin: kostiantyn kostyantyn constantin konsztantyin konstantyn kostjantyn
jong: jeong
grigory: hryhoriy hryhorii grigori grigoriy grigorij hryhorij
nikita: mykyta
vyacheslav: viacheslav wjatscheslaw wiaczeslaw vjaceslav viatcheslav vjacseszlav vjacheslav
vitaly: vitali vitalij vitalii vitaliy witalij
valery: valeri valerij valerii valeriy walerij
anatoly: anatoli anatolij anatolii anatoliy anatolyij
gennady: gennadi gennadij giennadij gennadii gennadiy hennadii
arkady: arkadi arkadij arkadii arkadiy
maksim: maxim maksym makszim
ilya: ilja illia illya ilia
denis: denys
fyodor: fedor fjodor fiodor
artyom: artem artiom artjom
yulia: yuliya julija ioulia iuliia juliya julia
yelena: elena jelena olena
tatiana: tatyana tatjana tetiana tetyana tatsiana
svetlana: svitlana swetlana szvetlana
yekaterina: ekaterina jekaterina kateryna
olga: olha
"""
_SAME_NAME = {
    spelt: name.strip()
    for name, _, others in (
        line.partition(":") for line in _ROMANISATIONS.strip().replace("\n    ", " ").splitlines()
    )
    for other in others.split()
    for spelt in {other, other.replace("v", "w"), other.replace("y", "i")}
    if spelt != name.strip()
}
"""Names that languages without vowels in their script, or with other letters, lend to ours."""


_SHORT = 4
"""Letters up to which a word's ending says nothing of where its writer learnt English."""


@lru_cache(maxsize=20_000)
def canonical(word: str) -> str:
    """The one spelling that stands for a folded word: colour for color, jp for j.p."""
    word = word.replace(".", "")
    word = word.removesuffix("'s").replace("'", "") if "'" in word else word
    if word in _SAME_NAME:
        return _SAME_NAME[word]
    if len(word) > _SHORT and word.isascii():
        for pattern, to in _ENDINGS:
            word = pattern.sub(to, word)
    return word


def canonical_all(words: Sequence[str]) -> list[str]:
    """As `canonical`, of many folded words at once: some twentieth of the time.

    None of the words may have a line break in it.
    """
    bare = "\n".join(words).replace(".", "")
    if "'" in bare:
        bare = bare.replace("'s\n", "\n").removesuffix("'s").replace("'", "")
    text = bare
    for pattern, to in _ENDINGS:
        text = pattern.sub(to, text)
    return [
        _SAME_NAME.get(word) or (ended if len(word) > _SHORT and word.isascii() else word)
        for word, ended in zip(bare.split("\n"), text.split("\n"), strict=True)
    ]


def romanisations(word: str) -> tuple[str, ...]:
    """Other spellings of a name that is romanised in many ways; empty for most words."""
    return _SPELT.get(_SAME_NAME.get(word, word), ())


_SPELT = {
    name: (name, *(other for other, same in _SAME_NAME.items() if same == name))
    for name in set(_SAME_NAME.values())
}
