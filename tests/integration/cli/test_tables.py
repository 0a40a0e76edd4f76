"""Tables where people read them: as wide as the terminal, and no word cut."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.console import Console

from monitor.cli import printing

HEADINGS = ("Id", "Feed", "Health", "Headline")
LONG = "Ministers name state-backed hackers behind attacks on the mail of eighty MPs"
ROWS = [
    ("1", "Nordufer-Zeitung", "well", LONG),
    ("2", "海港时报" * 12, "well", "英国就网络攻击制裁两名中国公民和一家公司" * 4),
    ("3", "A feed with a very long name that somebody has given it, all the same", "", ""),
]


def shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int, rows: object
) -> list[str]:
    monkeypatch.setattr(printing, "console", lambda: Console(width=width, color_system=None))
    printing.print_table(HEADINGS, rows, empty="None.")  # type: ignore[arg-type]
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("width", [40, 80, 100])
def test_a_table_fits_its_terminal_and_cuts_no_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    lines = shown(monkeypatch, capsys, width, ROWS)
    assert max(map(cell_len, lines)) <= width
    words = " ".join(lines).split()
    assert set(LONG.split()) <= set(words)
    assert "Nordufer-Zeitung" in words
    # Scripts without spaces between words are broken anywhere, but nothing of them is lost.
    assert "".join(lines).replace(" ", "").count("英国就网络攻击制裁") >= 3


def test_what_fits_is_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("1", "海港时报", "well", "short"), ("22", "A", "failing", "too")]
    assert shown(monkeypatch, capsys, 80, rows) == [
        "Id  Feed      Health   Headline",
        "1   海港时报  well     short",
        "22  A         failing  too",
    ]


def test_what_does_not_stands_below_and_says_what_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(monkeypatch, capsys, 60, [("1", "A", "well", LONG), ("2", "B", "well", "")])
    assert [line.rstrip() for line in lines] == [
        "Id  Feed  Health",
        "1   A     well",
        "  Headline: Ministers name state-backed hackers behind",
        "  attacks on the mail of eighty MPs",
        "2   B     well",
    ]


def test_nothing_to_show_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(monkeypatch, capsys, 80, []) == ["None."]
