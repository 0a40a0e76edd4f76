"""`python -m benchmarks`: every figure of docs/benchmarks.md, or those named."""

from __future__ import annotations

import subprocess
import sys

FIGURES = (
    "pipeline",
    "poller",
    "scale",
    "growth",
    "freshness",
    "latency",
    "streams",
    "soak",
    "kills",
    "worker_kills",
    "machines",
    "page",
    "starve",
    "flood",
    "pruning",
    "startup",
    "idle",
    "matcher",
    "languages",
    "stories",
    "evaluate",
    "severities",
    "reading",
    "search",
    "backtest",
)


def main() -> None:
    """Run the named modules of this folder one after the other; without a name, all of them."""
    wanted = sys.argv[1:] or FIGURES
    if unknown := set(wanted) - set(FIGURES):
        raise SystemExit(f"no such figure: {', '.join(unknown)}. There are: {', '.join(FIGURES)}")
    for name in wanted:
        print(f"\n== {name} (python -m benchmarks.{name})", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
