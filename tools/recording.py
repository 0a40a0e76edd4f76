"""Records `monitor demo` on a terminal of its own, as a picture that moves: docs/images/demo.svg.

python -m tools.recording [FILE]

What is shown is what the program wrote; only its pauses are shortened or lengthened to be read.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fcntl import ioctl
from html import escape
from io import StringIO
from pathlib import Path

from rich.ansi import AnsiDecoder
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "demo.svg"

WIDTH, HEIGHT = 80, 30
_CELL, _LINE = 8.4, 18
"""Pixels."""
_LONGEST = 180
"""Seconds after which a demonstration that has not come to its end is given up."""
_READING = 5.0
"""Seconds to read what has come before a new heading, and at the end twice as many."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a terminal and how long it took to come, in seconds."""

    text: Text
    after: float


def record(command: list[str]) -> list[Line]:
    """Run a command on a terminal until it waits for Ctrl-C, press that, and give its lines.

    Raises:
        TimeoutError: it did not come to that in `_LONGEST` seconds.
    """
    here, there = pty.openpty()
    ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    kept = {key: value for key, value in os.environ.items() if key not in {"CI", "NO_COLOR"}}
    environment = kept | {"TERM": "xterm-256color", "COLUMNS": str(WIDTH), "COLORTERM": ""}
    program = subprocess.Popen(
        command, stdin=there, stdout=there, stderr=there, env=environment, start_new_session=True
    )
    os.close(there)
    decoder, lines, rest, last = AnsiDecoder(), [], b"", time.monotonic()
    until = last + _LONGEST
    try:
        while chunk := _read(here, until):
            now = time.monotonic()
            *whole, rest = (rest + chunk).split(b"\n")
            for each in whole:
                text = decoder.decode_line(each.decode().rstrip("\r"))
                lines.append(Line(text, now - last))
                last = now
                if text.plain.startswith("Ctrl-C"):
                    program.send_signal(signal.SIGINT)
    finally:
        program.kill()
        program.wait()
        os.close(here)
    return lines


def _read(terminal: int, until: float) -> bytes:
    if not select.select([terminal], [], [], max(0.0, until - time.monotonic()))[0]:
        raise TimeoutError("the demonstration did not come to its end")
    try:
        return os.read(terminal, 2**16)
    except OSError:
        # Its other end is closed: the program has ended.
        return b""


def moments(lines: Iterable[Line]) -> Iterator[float]:
    """When each line is shown, in seconds from the start: as it came, but fit to be read."""
    at = 0.3
    for number, line in enumerate(lines):
        heading = line.text.plain.startswith("──") and number > 1
        at += _READING if heading else min(max(line.after, 0.06), 0.5)
        yield at


def svg(lines: list[Line]) -> str:
    """The lines as a terminal that scrolls, again and again.

    Whoever has asked their system for less motion sees the end.
    """
    console = Console(file=StringIO(), width=WIDTH)
    shown = list(moments(lines))
    whole = shown[-1] + 2 * _READING
    width, height = WIDTH * _CELL + 24, HEIGHT * _LINE + 24
    rows, frames = [], []
    for number, (line, at) in enumerate(zip(lines, shown, strict=True)):
        rows.append(_row(line.text.render(console), number))
        # A full screen's bottom line is the newest; before it is full, nothing scrolls.
        up = max(0, number + 1 - HEIGHT) * _LINE
        frames.append(f"{at / whole:.2%}{{transform:translateY({-up}px)}}")
    last = max(0, len(lines) - HEIGHT) * _LINE
    appearing = "".join(
        f"#l{number}{{animation:l{number} {whole:.1f}s step-end infinite}}"
        f"@keyframes l{number}{{0%{{visibility:hidden}}{at / whole:.2%}{{visibility:visible}}}}"
        for number, at in enumerate(shown[:HEIGHT])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" role="img" aria-label="A recording of monitor demo">'
        "<style>text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        f"white-space:pre;fill:#c5c8c6}}#all{{transform:translateY({-last}px)}}"
        "@media (prefers-reduced-motion:no-preference){"
        f"#all{{animation:all {whole:.1f}s step-end infinite}}{appearing}}}"
        f"@keyframes all{{0%{{transform:none}}{''.join(frames)}}}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="#1b1d1e"/>'
        f'<svg x="12" y="12" width="{WIDTH * _CELL:g}" height="{HEIGHT * _LINE}">'
        f'<g id="all">{"".join(rows)}</g></svg></svg>\n'
    )


def _row(segments: Iterable[Segment], number: int) -> str:
    """One line; each stretch of one style at its column, as wide as its cells."""
    column, parts = 0, []
    for text, style, _ in segments:
        plain, cells = text.rstrip("\n"), cell_len(text.rstrip("\n"))
        if plain.strip():
            look = f' x="{column * _CELL:g}" textLength="{cells * _CELL:g}"'
            if style and style.color:
                colour = style.color.get_truecolor(SVG_EXPORT_THEME)
                look += f' fill="{colour.hex}"'
            if style and style.bold:
                look += ' font-weight="bold"'
            if style and style.dim:
                look += ' opacity=".6"'
            parts.append(f"<tspan{look}>{escape(plain)}</tspan>")
        column += cells
    y = number * _LINE + 14
    return f'<text id="l{number}" y="{y}">{"".join(parts)}</text>'


def main() -> None:
    """Record, and write the picture."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    prompt = Line(Text.from_markup("[green]$[/green] monitor demo"), 0)
    lines = [prompt, *record([str(ROOT / ".venv" / "bin" / "monitor"), "demo"])]
    path.write_text(svg(lines), encoding="utf-8")
    print(f"{path}: {len(lines)} lines, {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
