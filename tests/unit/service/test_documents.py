"""The documents lead where they say: files and headings that Markdown links to are there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(
    r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s+(\S+)", re.MULTILINE
)


def links(text: str) -> list[str]:
    """Where a document's links lead, those in code left out."""
    return [inline or reference for inline, reference in _LINK.findall(_CODE.sub("", text))]


def anchors(text: str) -> set[str]:
    """The names that headings get, as GitHub makes them."""
    headings = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", re.sub(_CODE, _inner, text), re.MULTILINE)
    names: list[str] = []
    for heading in headings:
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        again = sum(each == name or each.rpartition("-")[0] == name for each in names)
        names.append(f"{name}-{again}" if again else name)
    return set(names)


def _inner(code: re.Match[str]) -> str:
    # Code in a heading is part of its name; a line of a block that looks like one is not.
    return "" if code[1] else code[0].strip("`")


def leads_somewhere(link: str, document: Path) -> bool:
    """Whether a link in a document has a target; the web's addresses are taken on trust."""
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return True
    path, _, anchor = unquote(link).partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    if not anchor or target.suffix != ".md":
        return True
    return anchor in anchors(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    found = links(document.read_text(encoding="utf-8"))
    assert [link for link in found if not leads_somewhere(link, document)] == []


def test_links_and_headings_are_seen() -> None:
    text = (
        "# One `code` & [two](x.md)\n## Twice\n## Twice\n[a](b.md#c) ![i](<d.png>) `[no](no)`\n"
        '```\n# no\n[no](no)\n```\n[e](f "title")\n[ref]: g.md\n'
    )
    assert links(text) == ["x.md", "b.md#c", "d.png", "f", "g.md"]
    assert anchors(text) == {"one-code--two", "twice", "twice-1"}
    assert len(DOCUMENTS) > 3
