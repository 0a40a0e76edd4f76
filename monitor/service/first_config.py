"""A first configuration: what kind of name somebody types, and whether what they chose works."""

from __future__ import annotations

import re
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from monitor.config.explain import nearest
from monitor.config.first_config import Pack, Wanted, packs, write_first
from monitor.config.schema import Channel
from monitor.model.match import Kind
from monitor.wording import one_line

__all__ = [
    "Pack",
    "Wanted",
    "is_mail",
    "kind_of",
    "mail_address",
    "names_in",
    "nearest",
    "own_timezone",
    "packs",
    "slack_address",
    "write_first",
]

# What an institution or a company calls itself; a person has none of these.
_INSTITUTION = re.compile(
    r"\b(agency|association|authority|bank|board|bureau|commission|committee|company|corporation|council|"
    r"court|department|foundation|group|inc|institute|limited|llc|ltd|ministry|office|organi[sz]ation|"
    r"parliament|party|plc|police|senate|service|society|trust|union|university|gmbh|ag|sa)\b",
    re.IGNORECASE,
)
# How such a name begins in French, Spanish, Italian, Portuguese, German and Dutch.
_INSTITUTION_ABROAD = re.compile(
    r"(?:agen(?:ce|cia|zia)|assembl[ée]e|asamblea|assembleia|banque|ban[ck][oa]|comisi[óo]n|commissione|"
    r"comiss[ãa]o|cons(?:eil|ejo|elho|iglio)|cour|corte|fundaci[óo]n|fondation|fondazione|institut|"
    r"istituto|instituto|minist[eèé]r(?:e|io)|parlamento?|parlement|parti(?:do|to)?|partei|polic[ií]a|"
    r"polizia|soci[eé]t[aàé]|sociedade?|tribunale?|universi(?:t[éà]|dade?|t[äa]t|teit)|bundes\w+|"
    r"\w*(?:ministerium|verband|stiftung|gericht))\b",
    re.IGNORECASE,
)
# What stands between a person's names in small letters.
_PARTICLES = {
    "af", "al", "av", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di", "do",
    "dos", "du", "el", "ibn", "la", "le", "ten", "ter", "van", "von", "zu", "zum", "zur",
}  # fmt: skip
_NUMBERED = re.compile(r"\A(APT|UNC|TA|FIN|DEV|Storm)[ -]?\d+\Z", re.IGNORECASE)


_ARROWS = re.compile(r"\x1b(?:\[|O)[0-9;]*[A-Za-z~]")
_QUOTES = " \"'\u2018\u2019\u201c\u201d\u201e\xab\xbb"


def own_timezone() -> str | None:
    """This machine's time zone, as IANA names it; None where it does not say."""
    from tzlocal import get_localzone_name

    try:
        # None, whatever its annotation says, where there is no such file: in slim containers.
        name: str | None = get_localzone_name()
        if name is not None:
            ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        # What a machine's files say may be no zone: the example's is as good.
        return None
    return name


def names_in(line: str) -> tuple[str, ...]:
    """The names that somebody typed, with commas or semicolons between them, Chinese ones too.

    Without quotation marks around them, and without what is no name: arrows and other keys that
    were hit by mistake.
    """
    line = _ARROWS.sub("", line)
    parts = (one_line(each).strip(_QUOTES) for each in re.split("[,;\uff0c\u3001]", line))
    return tuple(dict.fromkeys(each for each in parts if any(map(str.isalnum, each))))


def kind_of(name: str) -> Kind:
    """What kind of entity a name is, as well as a name alone tells: a proposal, to be changed."""
    from monitor.matching.actors import actor_names

    if _NUMBERED.match(name) or name.casefold() in {each.casefold() for each in actor_names()}:
        return Kind.THREAT_ACTOR
    if _INSTITUTION.search(name) or _INSTITUTION_ABROAD.match(name):
        return Kind.ORGANISATION
    words = name.split()
    # Two to four capitalised words, or Chinese of two to four characters, are mostly a person.
    capitalised = [word for word in words if word not in _PARTICLES]
    is_named = words[-1] in capitalised and all(word[:1].isupper() for word in capitalised)
    if len(words) >= 2 and len(capitalised) <= 4 and is_named:
        return Kind.PERSON
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name):
        return Kind.PERSON
    return Kind.ORGANISATION if name[:1].isupper() else Kind.TERM


def slack_address(typed: str) -> str:
    """A channel's address from what somebody pasted, without what stands around it in messages.

    Raises:
        ChannelError: it is none, or not a whole one.
    """
    from monitor.channels.sender import validate_channel

    address = typed.strip(" \t<>\"'`")
    validate_channel(Channel(name="slack", url=SecretStr(address)))
    return address


def is_mail(typed: str) -> bool:
    """Whether it is shaped like a mail address, of one who is to be told."""
    return re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", typed) is not None


def mail_address(to: str, server: str, user: str, password: str) -> str:
    """A channel's address that mails through a server with STARTTLS.

    Args:
        to: who is to get it.
        server: the outgoing server, with its port if that is another than 587.
        user: the account; empty for none.
        password: its password.
    """
    host = server if ":" in server else f"{server}:587"
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    sender = user if "@" in user else to
    return f"mailtos://{login}{host}?from={quote(sender, safe='@')}&to={quote(to, safe='@')}"
