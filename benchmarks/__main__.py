"""`python -m benchmarks`: every figure of docs/benchmarks.md, or those named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Run the named modules of this folder one after the other; without a name, all of them."""
    # What another file imports is a helper; a figure is what can be run with no argument.
    figures = sorted(
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if not path.stem.startswith("_") and path.stem not in {"measuring", "world", "counts"}
    )
    wanted = sys.argv[1:] or figures
    if unknown := set(wanted) - set(figures):
        raise SystemExit(f"no such figure: {', '.join(unknown)}. There are: {', '.join(figures)}")
    for name in wanted:
        print(f"\n== {name} (python -m benchmarks.{name})", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
