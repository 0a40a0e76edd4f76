"""The picture of a terminal says what the terminal said."""

from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

from rich.text import Text

from tools.recording import HEIGHT, PICTURE, Line, moments, record, svg

_SVG = "{http://www.w3.org/2000/svg}"


def rows(picture: str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(picture).iter(f"{_SVG}text")]


def test_every_line_is_in_it_as_it_was() -> None:
    lines = [Line(Text.from_ansi(f"\x1b[1;31m{n}\x1b[0m <b>&\u200a赵光宗"), 0.1) for n in range(70)]
    picture = svg(lines)
    assert rows(picture) == [f"{n} <b>&\u200a赵光宗" for n in range(70)]
    assert "font-weight" in picture
    # It ends with the last line at the bottom.
    assert f"#all{{transform:translateY(-{(70 - HEIGHT) * 18}px)}}" in picture


def test_it_can_be_read_however_fast_it_came() -> None:
    heading = Line(Text("──── What arrived"), 0)
    times = list(moments([Line(Text("$"), 0), Line(Text("a"), 900), Line(Text("b"), 0), heading]))
    assert times == sorted(times)
    assert times[1] - times[0] < 1
    assert times[3] - times[2] > 3


def test_a_program_on_a_terminal_is_recorded_until_it_waits() -> None:
    program = "import sys, time; print(sys.stdout.isatty()); print('Ctrl-C ends'); time.sleep(60)"
    lines = record([sys.executable, "-c", program])
    assert [each.text.plain for each in lines][:2] == ["True", "Ctrl-C ends"]


def test_the_picture_in_the_documentation_comes_to_the_page() -> None:
    shown = rows(PICTURE.read_text())
    assert shown[0] == "$ monitor demo"
    assert any("Its page is open: http://127.0.0.1:" in row for row in shown[-5:])
    assert max(map(len, shown)) <= 80
