# ruff: noqa: RUF001 - quotes of every kind stand beside addresses
"""Places in a text that spell a name and mention nobody: addresses of pages, files and people.

A report's "https://example.com/apt31-report", "/opt/apt28/run.sh", "press@shell.example" and
"12 Elm Street, Apt 31" name no one, and neither does "Win32/Carbon.A" the group Carbon.
"""

from __future__ import annotations

import re

from monitor.matching.text.patterns import lazy

_REACH = 300
"""Characters of an address looked at to either side of a name in it."""
_TOKEN = lazy(r"[^\s\"'“”‘’«»<>()\[\]{}|,;*\u2026]*")
"""What an address is made of: nothing that it ends at, or is wrapped in."""
_CLOSING = ".:!?"
"""What ends a sentence rather than an address."""
_ADDRESS = lazy(
    r"(?<![\w.+\-])[a-z][a-z0-9+.\-]{1,15}://\S|www\.\w|mailto:|"
    r"(?<![\w.+\-])[\w.+\-]+@[\w\-]+\.\w|"  # a mail address
    r"(?<![\w.\-])(?:[\w\-]+\.)+(?-i:[a-z]{2,})(?::\d+)?/\S|"  # example.com/path
    r"(?<!\w)(?:hkey[\w\\]*|hklm|hkcu|hkcr|hkcc|hku):?\\|"  # a registry's key
    r"(?<!\w)[a-z]:\\|\\\\\w|%\w+%\\|"
    r"(?<![\w/])~?/(?-i:[a-z0-9._\-]+)/|(?<![\w/])~/|(?<![\w.])\.{1,2}/\w|"
    r"(?<![\w/])/[\w\-]+\.(?-i:[a-z0-9]{1,5})\Z|"
    r"(?<![\w./\-])(?:[\w.\-]+/)+[\w\-]+\.(?-i:[a-z0-9]{1,5})\Z",
    re.IGNORECASE,
)
_BETWEEN_WORDS = frozenset(("", " ", "\n", ","))
"""What stands to either side of most names, and within no address."""
_MARKS = lazy(r"[/\\@]|www\.", re.IGNORECASE)
"""One of these is in every address."""
_OWN = "./\\@"
"""A watched name that has one of these is an address itself."""

_PLATFORM = (
    r"(?i:win|linux|unix|osx|macos|android|ios|js|vbs|vba|msil|w|elf|java|python|php)\d{0,3}m?"
)
_FAMILY = (
    r"(?:Trojan|Troj|TROJ|Backdoor|BKDR|Worm|Virus|Ransom(?:ware)?|Spyware|Adware|Exploit|HEUR|"
    r"Malware|Rootkit|Packed|Generic|Mal|PUA|PUP|Risk[Ww]are|HackTool|Downloader|Dropper|"
    r"Behaves?Like|Infostealer|TSPY|not-a-virus)"
)
"""What antivirus programs begin a detection's name with."""
_DETECTED_BEFORE = lazy(
    rf"(?:(?<![\w.])(?:[\w\-]+[.:/!])*(?:{_FAMILY}|{_PLATFORM})(?:[\w\-]*[.:/!])+|"
    r"[\w\-]+[.:][\\/]+|\\)\Z"
)
_PLATFORM_BEFORE = lazy(rf"(?<!\w)(?:{_PLATFORM})/\Z")
_GLUED_BEFORE = lazy(r"(?:[\w\-]+[.:]|\w_+|\\)\Z")
_GLUED_AFTER = lazy(r"(?:\.[a-z0-9]{1,5}(?!\w)|\.[a-z]\w*|_+[^\W_]|\\\w)")
_VARIANT_AFTER = lazy(r"\.(?:[A-Z]{1,3}|Gen|Agent|[A-Z][\w]*\.[A-Z]+)(?![a-z])")
_EMPHASIS = lazy(r"(?<!\w)_{1,3}\Z")

_FLAT = lazy(r"apt\.? ?#?\d", re.IGNORECASE)
_STREETS = (
    r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|way|terrace|"
    r"square|sq|highway|hwy|parkway|pkwy|row|close|crescent|circle|cir|plaza|broadway|building|"
    r"bldg|block|tower|floor|house"
)
_STREET_BEFORE = lazy(
    rf"(?:\b(?:{_STREETS})\.?(?:\s+[NSEW]{{1,2}}\.?)?\s*[,;/#\-–]?|"
    r"(?<![\w.])\d{1,5}\w?\s+(?:[A-Z][\w.'\-]*\s+){0,3}[A-Z][\w.'\-]*,)\s*\Z",
    re.IGNORECASE,
)
_TENANT_BEFORE = lazy(
    r"\b(?:lives?|lived|living|resid\w+|tenants?|rent(?:s|ed|al)?|flats?|apartments?|bedrooms?|"
    r"doors?|landlord|neighbou?rs?|upstairs|downstairs)\b[^.!?\n]{0,40}\Z",
    re.IGNORECASE,
)
_TOWN_AFTER = lazy(r"[,;]\s+[A-Z][\w.'\- ]{2,30},?\s+(?:[A-Z]{2}\b|\d{4,5}\b)")


def in_address(name: str, text: str, start: int, end: int) -> bool:
    """True where `text[start:end]` is a piece of a longer address: of a page, a file, a mailbox.

    A watched name that is an address itself counts wherever it stands.
    """
    if text[start - 1 : start] in _BETWEEN_WORDS and text[end : end + 1] in _BETWEEN_WORDS:
        return False
    if any(character in name for character in _OWN):
        return False
    # Read backwards, so that it costs no more than the address is long.
    head = _TOKEN.match(text[max(0, start - _REACH) : start][::-1])[0][::-1]  # type: ignore[index]
    tail = _TOKEN.match(text[end : end + _REACH])[0].rstrip(_CLOSING)  # type: ignore[index]
    if not _MARKS.search(head) and not _MARKS.search(tail):
        return False
    found = _ADDRESS.search(head + text[start:end].replace(" ", "-") + tail)
    # "Carbon/https://example.com" names Carbon before an address.
    return found is not None and found.start() <= len(head)


def detected(written: str, before: str, after: str) -> bool:
    """True for a piece of a detection's or a file's name: Win32/Carbon.A, emotet.dll.

    Sentences that lost the space between them ("on Monday.APT31 was") make no such name.
    """
    if _PLATFORM_BEFORE.search(before) or (_GLUED_AFTER.match(after) and not _marked(before)):
        return True
    if not _GLUED_BEFORE.search(before):
        return _VARIANT_AFTER.match(after) is not None and written.isalpha()
    if before.endswith(("_", "\\")) or written.islower():
        return True
    return written.isalpha() and bool(
        _DETECTED_BEFORE.search(before) or _VARIANT_AFTER.match(after)
    )


def _marked(before: str) -> bool:
    return _EMPHASIS.search(before) is not None


def a_flat(written: str, before: str, after: str) -> bool:
    """True for a flat's number that spells an actor's: "12 Elm Street, Apt 31, Springfield"."""
    if not _FLAT.match(written) or written[-1].isalpha():
        return False
    if written.startswith("APT") and not (" " in written and before.isupper()):
        return False  # nobody writes a flat so, but in an address all of capitals
    return bool(
        _STREET_BEFORE.search(before) or _TENANT_BEFORE.search(before) or _TOWN_AFTER.match(after)
    )
