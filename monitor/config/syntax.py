"""TOML's syntax errors in words that somebody who is not a programmer can act on."""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

from monitor.config.positions import last_statement

_WHERE = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
_ASSIGNMENT = re.compile(r"""[ \t]*(?:[\w-]+|"[^"]*"|'[^']*')[ \t]*=[ \t]*""")
_CURLY_QUOTES = re.compile("[\u2018-\u201f\u00ab\u00bb]")
_INVISIBLE = re.compile("[\u00a0\u200b\u202f\ufeff\u3000]")


class SyntaxFault(NamedTuple):
    """A syntax error, explained."""

    offset: int
    reason: str
    only_this_line: bool
    """The lines after it can be understood without it."""


class _Rule(NamedTuple):
    """A mistake people make, known by the parser's message and the text it stumbled over."""

    message: str
    text: str
    reason: str
    at_value: bool = True
    """Point at the start of the value; otherwise at where the parser stopped."""


_BAD_LINES = (
    _Rule("", r"=", "the key before = is missing"),
    _Rule("", r"//|;|--|/\*", "a comment starts with #"),
    _Rule("", r"[\w-]+\s*:", "write = between a key and its value, not :"),
    _Rule("", r"[\w-]+([ \t]+[\w-]+)+\s*=", "a key has no spaces in it; write _ instead"),
    _Rule("", r"[\w-]+\s*=", "a key is written with the letters a to z, digits, _ and - only"),
    _Rule("Expected '='", r"", 'a key needs = and a value after it, such as name = "…"'),
    _Rule("", "", 'this is not a setting; one is written as key = value, such as name = "…"'),
)
_BAD_VALUES = (
    _Rule("", r"(#|$)", "the value after = is missing"),
    _Rule(r".* character '\\n'", "", "the closing quote of this text is missing"),
    _Rule(".* character '", "", "a control character stands here; delete it", at_value=False),
    _Rule(
        "",
        r"(?i:true|yes|on)\s*(#|$)",
        "write true, in small letters and without quotes",
    ),
    _Rule(
        "",
        r"(?i:false|no|off)\s*(#|$)",
        "write false, in small letters and without quotes",
    ),
    _Rule("", r"[^\W_]|[@$/<]", 'text must stand in double quotes, such as "15m" or "08:30"'),
    _Rule(
        "Expected newline",
        r"[\"']",
        "something follows the text after its closing quote; a quote inside it is written "
        r"\" between double quotes",
        at_value=False,
    ),
    _Rule(
        "",
        "",
        "this value cannot be read; is a quote, comma or bracket missing?",
        at_value=False,
    ),
)
_BACKSLASH = (
    r"\ has a special meaning between double quotes; write \\, or put the text in single "
    "quotes, or in a path write /"
)
_UNCLOSED = {
    "Unclosed array": "a comma or the closing ] is missing before this",
    "Unclosed inline table": (
        "a comma or the closing } is missing before this (and the whole {…} must stand on one line)"
    ),
}


def line_around(text: str, offset: int) -> tuple[int, int]:
    """The start and end of the line an offset is in."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return start, len(text) if end < 0 else end


def explain_syntax(text: str, message: str) -> SyntaxFault:
    """Where a syntax error is and what to do about it.

    Args:
        text: what was parsed, its lines ending in a line feed.
        message: what `tomllib` said, with its line and column.
    """
    offset = len(text.rstrip())
    if (found := _WHERE.search(message)) and found[1]:
        starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
        offset = starts[int(found[1]) - 1] + int(found[2]) - 1
    message = _WHERE.sub("", message)

    if message.startswith("Cannot"):
        return _stands_twice(text, offset)
    if message == "Unterminated string" or message.startswith("Expected \"'"):
        return _never_closed(text, message)
    if message.startswith("Expected ']"):
        reason = "the closing bracket of this header is missing: [name] or [[name]]"
        return SyntaxFault(offset, reason, False)
    if message in _UNCLOSED:
        return SyntaxFault(offset, _UNCLOSED[message], False)
    start, end = line_around(text, offset)
    line = text[start:end]
    assignment = _ASSIGNMENT.match(line)
    if assignment is None or message.startswith(("Invalid statement", "Expected '='")):
        at = len(line) - len(line.lstrip(" \t"))
        return SyntaxFault(start + at, _bad_line(line[at:], message), False)
    at, reason = _bad_value(line, assignment.end(), offset - start, message)
    return SyntaxFault(start + at, reason, True)


def _stands_twice(text: str, offset: int) -> SyntaxFault:
    try:
        statement = last_statement(text[:offset])
    except (ValueError, IndexError):
        # The parser complains about a header before it reads its closing bracket.
        statement = line_around(text, offset)[0]
    reason = "this key stands twice in its table; is a [[…]] line missing above it?"
    if text[statement] == "[":
        reason = (
            "this table stands twice, or its name is already a key; for one more of a list "
            "write double brackets, such as [[feeds]]"
        )
    return SyntaxFault(statement, reason, False)


def _never_closed(text: str, message: str) -> SyntaxFault:
    # The parser only says that the end came; what helps is where the text was opened. No
    # quote of its kind follows that place, so it is the last one.
    if found := re.match('Expected "(\'+)"', message):
        quotes = found[1]
    else:
        quotes = '"' if _is_valid(text[: line_around(text, len(text.rstrip()))[0]]) else '"""'
    if quotes == '"':
        start, end = line_around(text, len(text.rstrip()))
        found = _ASSIGNMENT.match(text[start:end])
        opening = start + (found.end() if found else 0)
    else:
        opening = max(text.rfind(quotes), 0)
        while len(quotes) == 3 and opening and text[opening - 1] == quotes[0]:
            opening -= 1
    if len(quotes) == 3:
        reason = "this text is opened with three quotes and never closed"
        return SyntaxFault(opening, reason, False)
    alone = _ASSIGNMENT.fullmatch(text, line_around(text, opening)[0], opening) is not None
    return SyntaxFault(opening, "the closing quote of this text is missing", alone)


def _is_valid(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _bad_line(line: str, message: str) -> str:
    if found := _INVISIBLE.match(line):
        return f"an invisible character (U+{ord(found[0]):04X}) stands here; delete it"
    return _first(_BAD_LINES, line, message).reason


def _bad_value(line: str, value_at: int, error_at: int, message: str) -> tuple[int, str]:
    """The offset in the line, and the reason."""
    if re.match("Unescaped|Invalid hex value|Escaped character", message):
        return max(line.rfind("\\", 0, error_at + 1), value_at), _BACKSLASH
    curly = _CURLY_QUOTES.search(line, value_at)
    if curly and curly.start() <= error_at:
        return curly.start(), 'a curly quotation mark stands here; write a straight one: "'
    rule = _first(_BAD_VALUES, line[value_at:], message)
    return (value_at if rule.at_value else error_at), rule.reason


def _first(rules: tuple[_Rule, ...], text: str, message: str) -> _Rule:
    return next(r for r in rules if re.match(r.message, message) and re.match(r.text, text))
