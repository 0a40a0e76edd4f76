"""What those do, and is done to them, who go by a code name: attack, drain, are arrested."""

from __future__ import annotations

import re

_STEALS = r"(?:steals|stole)(?! (?:the |all the )?(?:shows?|scenes?|spotlight|limelight|hearts?)\b)"
"""What is stolen on a stage makes nobody a thief."""
_ACTS = re.compile(
    r"[\"'”’)]*(?:['’]s?)?(?:,?\s+(?:which|who|that))?\s+(?:(?:has|have|had|also|recently|primarily|then)\s+){0,3}"
    r"((?:ddos|cyber|phishing|malware|espionage|spying)[\s\-]+(?:attacks?|campaigns?|operations?)|"
    r"attack(?:s|ers?)?|(?:attack|target|compromis|breach|hack|deploy|infiltrat|extort)(?:ed|ing|es|s)"
    r"(?!\s+(?:by|in|via|with|over|during)\b)|infiltrat\w+|intrusions?|victims?|campaigns?|"
    r"infrastructure|implants?|ransom|extort\w+|operators?|members?|suspects?|(?:ring)?leaders?|kingpins?|"
    rf"{_STEALS}|leaks|leaked|hits|strikes|launches|unleashes|weaponi[sz]es|impersonates|tools?|backdoors?|"
    r"(?:(?:is|was|are|were|been)\s+)?(?:spotted|arrested|behind|blamed|suspected|linked|sanctioned|"
    r"indicted|unmasked|attacking|targeting))\b",
    re.IGNORECASE,
)
"""What those do, and is done to them, who go by a code name: who was attacked is no attacker."""
_INTRUDES = re.compile(
    r"[\"'”’)]*\s+(?:(?:drain|siphon|lure|phish|hijack|infect|backdoor|launder|extort|exploit)"
    r"(?:e?s|e?d)|poison(?:s|ed) \w+|trojani[sz]e[sd]|slip(?:s|ped) past|(?:goes|went) after|"
    r"(?:has|have) spied on|used \w+ to move|"
    r"spreads (?:malware|trojans?|via|\w+(?:rat|bot|stealer|loader))\b|"
    r"plants? (?:a )?(?:backdoor|malware|implant)|"
    r"(?:chat )?(?:logs|leaks?) (?:name|show|reveal|expose)|"
    r"deploy(?:s|ed) (?-i:[A-Z][a-z]+[A-Z]\w*)|breach(?:es|ed) (?:[\w\-]+ ){0,3}(?:networks?|"
    r"systems?|servers?|accounts?|firms?|compan\w+|agenc\w+|telcos?|ministr\w+|banks?)|"
    rf"{_STEALS}|hacks|hacked|spie[sd] on|broke into|breaks into|"
    r"wipers?|implants?|backdoors?|malware|"
    r"(?:claims|claimed) (?:attack|breach|hack|responsibility)|"
    r"(?:staff|customer|patient|user) data)\b",
    re.IGNORECASE,
)
"""What only such a bearer does, whether or not a capital is its sentence's."""


def acting(after: str) -> str:
    """What a name's bearer does, or what is done with its name: "attacked", "campaign"."""
    found = _ACTS.match(after)
    return found[1] if found else intruding(after)


def intruding(after: str) -> str:
    """What only those do who break in: "lures", "drained"."""
    found = _INTRUDES.match(after)
    return found[0].strip("\"'”’) ") if found else ""
