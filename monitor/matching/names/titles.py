# ruff: noqa: RUF001 - words of languages with letters that look alike
"""What stands before a person's name and is no part of it, in the languages news is written in.

"Russian President Vladimir Putin", "Presiden Prabowo", "PM Modi": a capital there is no further
name. Some titles are also names (King, Major, Dean), so a watched name keeps them where they
cannot be titles: Martin Luther King.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching.text.normalise import fold_name

_HONORIFICS_LISTED = """
mr mrs ms miss mx dr prof professor sir herr frau monsieur madame mme mlle senor senora senorita
rev reverend haji hajji phd mp mep msp kbe obe
"""
HONORIFICS = frozenset(_HONORIFICS_LISTED.split())
"""What a name has before or behind it in lists, and never is."""

_TITLES = """
dame signor signora senhor senhora pan pani pane gospodin gospođa herra rouva
bapak pak ibu bung shri sri smt ustaz datuk dato datin tun encik puan alhaji alhaja hadji
hojatoleslam hazrat khun mzee mwalimu daw don doña sra srta
господин госпожа пан пани пані
lord lady baron baroness count countess duke duchess earl viscount emir amir sultan shah caliph
king queen prince princess emperor empress pope cardinal archbishop bishop patriarch metropolitan
father brother sister mother saint st rabbi imam mullah maulana maulvi mufti sheikh shaikh shaykh
sheik cheikh ayatollah sayyid sayed syed lama swami pastor deacon dean canon abbot
president premier pm fm chancellor minister mp mep msp secretary
undersecretary governor gov senator sen congressman congresswoman representative rep assemblyman
councillor councilor councilman mayor speaker ambassador envoy commissioner chairman chairwoman
chairperson chief ceo cfo director boss leader dictator attorney solicitor judge justice
prosecutor magistrate sheriff marshal constable inspector detective superintendent officer
spokesman spokeswoman spokesperson deputy tycoon oligarch billionaire businessman singer actor
actress author coach captain skipper
general gen colonel col major maj captain capt lieutenant lt sergeant sgt corporal admiral
adm commander cmdr brigadier commodore comrade comandante
präsident präsidentin bundespräsident bundespräsidentin kanzler kanzlerin bundeskanzler
bundeskanzlerin ministerpräsident ministerpräsidentin minister ministerin außenminister
außenministerin finanzminister innenminister verteidigungsminister premierminister regierungschef
staatschef senator könig königin prinz prinzessin papst kaiser graf fürst general oberst richter
président présidente premier ministre chancelier chancelière roi reine prince princesse pape
général sénateur maire juge gouverneur capitaine ambassadeur maître
presidente presidenta expresidente vicepresidente primer ministro ministra canciller rey reina
príncipe princesa papa coronel capitán senador senadora gobernador alcalde alcaldesa juez jueza
diputado diputada
presidente premier ministro cancelliere regina principe principessa generale colonnello senatore
sindaco giudice onorevole
primeiro-ministro primeiro ministro chanceler rei rainha capitão governador prefeito juiz deputado
koning koningin president minister-president premier burgemeester prins prinses paus
prezydent premier kanclerz minister król królowa książę papież generał marszałek poseł senator
prezident premiér kancléř ministr král královna papež generál senátor prezidentka ministryně
prezidentas prezidents președinte președintele premierul ministrul regele
predsednik predsjednik premijer kralj kraljica papa
elnök miniszterelnök kancellár király presidentti pääministeri kansleri kuningas paavi
statsminister kung konge drottning dronning statsråd
cumhurbaşkanı başkan başbakan bakan kral kraliçe paşa
presiden perdana menteri wakil gubernur jenderal raja sultan gus kiai kyai ustadz mahatma pandit
президент премьер премьер-министр министр канцлер король королева принц принцесса папа генерал
полковник маршал патриарх сенатор губернатор мэр депутат судья
президентка прем'єр прем'єр-міністр міністр гетьман король генерал
президентът премиерът министър
πρόεδρος πρωθυπουργός υπουργός καγκελάριος βασιλιάς πάπας
الرئيس رئيس الوزير وزير الملك الأمير الشيخ السيد الدكتور
הנשיא נשיא השר שר המלך הנסיך הרב ד"ר
"""
TITLES = HONORIFICS | frozenset(
    word for text in _TITLES.split() for word in fold_name(text).split()
)
"""Honorifics, offices and ranks, folded."""
_ALSO_NAMES_LISTED = """
amir bung count daw dean don duke earl emir graf gus khun pak pan papa pastor raja regina rey
roi saint sayed sayyid shah sultan syed tun
"""
ALSO_NAMES = frozenset(_ALSO_NAMES_LISTED.split())
"""Titles that are given to children, too, or family names of other countries."""
_BEFORE_WATCHED_LISTED = """
dame lord lady president minister senator general colonel captain major king queen prince
princess pope sheikh shaikh shaykh sheik mullah maulana imam ayatollah don dona comrade judge
justice chancellor premier governor ambassador archbishop cardinal
"""
_BEFORE_WATCHED = frozenset(_BEFORE_WATCHED_LISTED.split())


def without_titles(words: Sequence[str]) -> list[str]:
    """A watched name, in folded words, without what is no part of it.

    What is also a name stays where it cannot be a title: at the end (John Major), and where one
    word would be left without it (Prince Harry).
    """
    left = [word for word in words if word not in HONORIFICS] or list(words)
    while len(left) > 2 and left[0] in _BEFORE_WATCHED:
        left = left[1:]
    return left


_LONGEST = 40
"""Characters of a title looked at."""


def titled(before: str) -> bool:
    """True where a title stands right before a name: `before` is the text up to it."""
    words = before.split()[-1:]
    return bool(words) and fold_name(words[0]).strip(".,").rpartition("-")[2] in TITLES


def office(before: str) -> str:
    """The office that stands right before a name, folded; empty for none, or a mere honorific."""
    words = before[-_LONGEST:].split()[-1:]
    word = words[0].strip(".,").rpartition("-")[2] if words and before[-1:].isspace() else ""
    return word if word in TITLES - HONORIFICS - ALSO_NAMES - _COURTESIES else ""


_COURTESIES_LISTED = """
dame signor signora senhor senhora pani pane gospodin gospođa herra rouva bapak ibu shri sri smt
datuk dato datin encik puan alhaji alhaja hadji hazrat mzee mwalimu sra srta lady brother sister
mother father actor actress author singer coach officer spokesman spokeswoman spokesperson
businessman detective constable sergeant sgt corporal господин госпожа пан пани пані
"""
_COURTESIES = frozenset(map(fold_name, _COURTESIES_LISTED.split()))
"""Titles that many of one name have."""
