"""How long `monitor --help` takes, against an interpreter that does nothing.

`python -m benchmarks.startup` runs them in turns; the first turn, which may have to compile and
to read from disk, does not count.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import report, spread

PROGRAM = Path(sys.executable).with_name("monitor")
HELP = "monitor --help"
NOTHING = "python -c pass"
COMMANDS: dict[str, list[str]] = {
    HELP: [str(PROGRAM), "--help"],
    NOTHING: [sys.executable, "-c", "pass"],
    "import typer": [sys.executable, "-c", "import typer"],
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args(arguments)
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(options.runs + 1):
        for name, command in COMMANDS.items():
            begun = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if turn:
                seconds[name].append(time.perf_counter() - begun)
    report(
        [
            (
                f"`{HELP}`",
                spread(seconds[HELP], " s"),
                f"`{name}`: {spread(seconds[name], ' s', 3)}",
                spread([a / b for a, b in zip(seconds[HELP], seconds[name], strict=True)], " ×", 1),
            )
            for name in COMMANDS
            if name != HELP
        ]
    )


if __name__ == "__main__":
    main()
