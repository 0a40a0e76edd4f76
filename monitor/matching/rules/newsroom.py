"""Words of newsrooms, and names that a newsroom cut short: they spell a name and mention nobody."""

from __future__ import annotations

from monitor.matching.text.patterns import lazy

_REACH = 20
_TAG_BEFORE = lazy(r"(?:\A|[\n\r])\s*[(\[](?:\d\w{0,2}\s+|URGENT\s+)?\Z")
_TAG_AFTER = lazy(r"(?:\s*\d+)?[)\]]\s*\S")
_LABEL_BEFORE = lazy(r"(?:\A|[\n\r])\s*(?:\d\w{0,2}\s+)?\Z")
_LABEL_AFTER = lazy(r"\s*(?::|--|\u2013|\u2014)\s")
_LABELS = frozenset(
    ["lead", "ld", "urgent", "update", "summit", "sea", "mask", "wrap", "roundup", "correction"]
)
_DOTS = r"(?:\u2026|\.\.\.)"
_CUT = lazy(rf"\s*[\[(]?\s*{_DOTS}\s*[\])]?\s*\Z")
_OPEN = lazy(rf"\s*[\[(]\s*{_DOTS}\s*[\])]")


def in_tag(text: str, start: int, end: int) -> bool:
    """True for a wire's tag in front of a headline or a line: "(LEAD)", "[2nd LEAD]", "LEAD:"."""
    low = max(0, start - _REACH)
    if _TAG_BEFORE.search(text, low, start) and _TAG_AFTER.match(text, end):
        return True
    return (
        text[start:end].lower() in _LABELS
        and _LABEL_BEFORE.search(text, low, start) is not None
        and _LABEL_AFTER.match(text, end) is not None
    )


def cut_off(text: str, end: int) -> bool:
    """True for the last word of a text that a feed broke off: "Halewood and Castle [...]"."""
    return _CUT.match(text, end) is not None or _OPEN.match(text, end) is not None


_VERBS = """
target hit use deploy exploit return attack hack steal launch adopt get expand shift hide leverage
abuse pose impersonate spread deliver drop breach claim demand threaten leak strike turn move hijack
infect spy lure trick weaponize weaponise compromise evolve update upgrade add resume continue
employ unleash develop rebrand disrupt escalate hunt pivot swap encrypt extort infiltrate keep make
take go come start stop begin end aim bring help hold run join blame link tie accuse suspect name
expose unmask uncover reveal warn say see find catch arrest charge indict sanction jail sentence
extradite plead admit deny dismantle seize track trace detect observe spot attribute identify
confirm report call face fight beat survive grow shut show set test try send sell put push plan pick
open offer attempt allege tap nab spring refresh ramp mirror detail pay
"""
_FURTHER = """
bag text phone dangle devour eat shed knit fry let mop
refine read refresh guess erase polish prey retrain rename net scrub break pull post cast draw throw
beat rise crack drop stage fall lead accelerate adapt admit advance advertise alter amass amplify
announce answer apologize appear approach ask assemble assist auction avoid back bait ban beef
befriend blackmail blend boast boost borrow bounce brag build burn burrow buy bypass capture
change chase cheat choose churn clone cloak clog close coax collect combine command con conceal
connect control convert copy craft crash create creep cripple cut debut decode defeat defraud
delete deny dig direct dismiss distribute ditch dominate dodge double doxx drag drain dress drift
drive drown dump dupe earn eavesdrop edge embed embrace emerge empty enable end enlist enrich
enter erase escape evade exhaust exfiltrate expand experiment explain extend fail fake favor feed
fend fill find flaunt flee fleece fling flood focus follow fool forge gather give glean gloat goad
grab graduate graft grind groom haggle halt hammer harvest haul haunt hawk hint hoard hone hook
host humiliate identify imitate imperil implant improve inch increase infect inflict inject insert
insist install intercept intrude invade invest invite jump kidnap knock lash latch launder leap
learn lease level license limit linger list look lose lower manage map mask masquerade mass match
milk mimic mine mingle misuse mobilize mock modify monetize mount mourn muddle multiply mutate
name near nurture obfuscate offload operate orchestrate overhaul overload overtake overwhelm
paralyze peddle penetrate persist persuade phish pile pilfer pitch plague plow plunder poison poke
pounce prey probe procure promise prompt propose prowl publish pummel purchase pursue quit raise
rake ransack reach rebuild recall recruit recycle reemerge refine register regroup relay release
remain remove replace resell reset reshape resurface resurrect retaliate retire retool retreat
reuse revamp revel revive rewrite rig rip rival roam rob roll rotate run rush sabotage save scan
scare scoop scour scramble scrape search seek selling sever share shatter shower shrug sidestep
sift sign siphon skim skip slip slow smear smuggle snag snare snatch sneak sniff snoop snub sow
spam spawn speak spend spill spin splinter split spoof spook squeeze stalk stash steer stir
stockpile stoke streamline stretch study stuff subvert sue suffer surge surprise surrender surveil
swamp swarm sweep swell swindle swipe switch tailor tamper tangle taunt teach tear tell terrorize
thrive thwart ties tinker torment tout transform trap travel trigger trojanize troll trump tunnel
tweak twist unload unlock unmask up urge usher utilize vanish vary veil vet vow wage wait wake
walk want weaken weaponize weasel weave welcome whip widen wield win wipe withdraw wreak wreck
write yank zero
"""
"""Those of which only what has an ending is told from a noun: "Interlock Paralyzes"."""
_IRREGULAR = """
stole stolen hit spread struck hid hidden made took taken went came began brought held ran fought
found caught said saw seen sold sent shut behind using via amid still now again back gets suspected
goes does cut bet rid deadline ultimatum ultimatums blog playbook note notes heist heists haul
says against over after before while with without leads led got gets gave wrote built fled sent won
told sought shook crept drove fell left lost meets met rose sank taught wove
woke spun stood sits sat
attack attacks campaign campaigns activity arrest arrests hacker hackers gang group ransomware raas
paid ransom cartel malware espionage cyberespionage cyberattack cyberattacks spyware phishing breach
extortion operatives suspect suspects member members toolset tactics apt backdoor trojan rat
related linked ddos botnet wiper operators operator victims servers hacktivists infostealer
affiliate affiliates attackers infrastructure operation operations hacking cyber
"""


def _forms() -> frozenset[str]:
    """What goes on after a name in headlines: targets, targeted, targeting; campaign."""
    found = set(_IRREGULAR.split())
    for verb in (*_VERBS.split(), *_FURTHER.split()):
        stem = verb.removesuffix("e")
        ending = "es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s"
        found |= {verb + ending, stem + "ed", stem + "ing"}
        if verb.endswith("y"):
            found |= {verb[:-1] + "ies", verb[:-1] + "ied"}
        elif not verb.endswith("e"):
            found |= {verb + verb[-1] + "ed", verb + verb[-1] + "ing"}
    return frozenset(found)


_TELLING = _forms()
_PLAIN = frozenset(_VERBS.split())
_NOUNS_LISTED = """
target hit attack hack strike force leak claim lead run name plan test call face fight show set
start stop end hold help trade pay push tap spring mirror detail update upgrade
"""
_NOUNS = frozenset(_NOUNS_LISTED.split())
"""Those that names of firms and tools have, too: Cobalt Strike."""
_NATION = lazy(
    r"(?:[A-Z][a-z]+(?:ian|ean|ese|ish)|Israeli|Pakistani|Iraqi|Yemeni|Emirati|Saudi|German|"
    r"French|Dutch|Greek|Swiss|Czech|Thai|Arab)\Z"
)


def tells(word: str) -> bool:
    """True for a word of headlines that no name has: "Silver Fox Targets", "Hit by Silver Fox"."""
    word = word.lower().rpartition("-")[2]
    return word in _TELLING or (word in _PLAIN and word not in _NOUNS)


def announces(word: str) -> bool:
    """True for a word before a name that says what somebody does to its bearer: "Police Arrest"."""
    return tells(word) or word.lower() in _PLAIN


def stands_alone(written: str, before: str, after: str) -> bool:
    """True for a name in a headline whose words beside it are no part of it.

    Of a phrase with capitals all that are beside it are others' but for what makes it a firm's;
    beside a single word only what is done by it or to it, and little words: "Inside Hive for".
    """
    if not in_capitals(before, after):
        return False
    if " " in written:
        return not of_a_firm(after)
    follows, precedes = _CAPITAL_AFTER.match(after), _CAPITAL_BEFORE.search(before)
    if follows and not (tells(follows[1]) or follows[1].lower() in _LITTLE):
        return precedes is None and does_something(after)
    return precedes is None or announces(precedes[1]) or precedes[1].lower() in _LITTLE


def does_something(after: str) -> bool:
    """True where a verb that no list has seems to follow: "Kraken Benchmarks Your PC".

    But "Kraken Games Hit by": a verb has no verb behind it.
    """
    follows = _CAPITAL_AFTER.match(after)
    if follows is None or not _THIRD_PERSON.match(follows[1]):
        return False
    further = _CAPITAL_AFTER.match(after, follows.end())
    return further is not None and not tells(further[1])


_THIRD_PERSON = lazy(r"[A-Z][a-z]+[^s\W]s\Z")
_CAPITAL_AFTER = lazy(r" ([A-Z][\w\-]*)")
_CAPITAL_BEFORE = lazy(r"\b([A-Z][\w\-]*) \Z")
_LITTLE_WORDS = """
about above after against ahead amid among and around as at before behind below beneath beside
between beyond by despite down during from how if in inside into like near of off on onto or out
outside over past since than that through to toward towards under until up upon via what when
where which while who why with within without is was are were be been has had have may might could
would should will can its his their also again now still once new not no only just never already
quietly really even
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())


def of_a_nation(word: str) -> bool:
    """True for an adjective that says where somebody is from, and begins no name of a group."""
    return _NATION.match(word) is not None


def in_capitals(before: str, after: str) -> bool:
    """True between words that have capitals for no reason of their own, as in a headline."""
    words = [word for word in _LONG_WORD.findall(f"{before} {after}") if word[0].isalpha()]
    large = sum(word[0].isupper() for word in words)
    return len(words) >= _SEVERAL and large * 5 >= len(words) * 4


_LONG_WORD = lazy(r"\b[^\W\d_][\w'’]{3,}")
_SEVERAL = 3
_FIRMS = lazy(
    r"[ \-](?:Inc|Ltd|LLC|PLC|Corp\w*|Compan\w+|Holdings?|Capital|Partners|Therapeutics|Hotels?|"
    r"Bank|Foods?|Brewery|Records|Studios?|Games?|Airlines?|Festival|Park|Road|Street|School|Club|Museum|"
    r"River|Lake|Island|Valley|County|Beach)\b"
)


def of_a_firm(after: str) -> bool:
    """True where a word follows that makes a name one of a firm or a place."""
    return _FIRMS.match(after) is not None


_HEADS = lazy(
    r"[\-\u2010\u2011](?:(?:Chef|Boss|Manager|Gründer|Mitgründer|Sprecher|Mitarbeiter|Geschäftsführer|"
    r"Aktionär|Anwalt|Anwält|Kund|Beschäftigt|Hacker|Erpresser)(?:s|es|e|en|n|in|innen|e[nrs])?|"
    r"CEO|Konzerns?|Vorstand\w*|Aufsichtsr\w+|Aktien?|Tochter|Zentrale|Filialen?|Tankstellen?|"
    r"Werke?s?|Angriffe?n?|Attacken?|Opfern?|Leaks?|Gruppe|Gruppierung|Bande|Übernahme|Quartalszahlen|Bilanz|topman|baas|woordvoerder|"
    r"aande(?:el|len)|chefe?n?|koncernen|aktien|sjef\w*|yhti\w+)\b"
)


def joined(text: str, at: int) -> bool:
    """True where a name that ends at `at` is joined to what a firm or a group has: "Apple-Chef"."""
    return _HEADS.match(text, at) is not None


_CAPITALS_AFTER = lazy(r" [A-Z]{4,}\b(?!-\d)")
_CAPITALS_BEFORE = lazy(r"\b[A-Z]{4,} \Z")


def shouted(text: str, start: int, end: int) -> bool:
    """True for a word beside one all of capitals."""
    before = text[max(0, start - _REACH) : start]
    return bool(_CAPITALS_AFTER.match(text, end) or _CAPITALS_BEFORE.search(before))
