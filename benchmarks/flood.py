"""One feed lists 1,500 entries about somebody watched at once: how many messages is that?

`python -m benchmarks.flood` runs the installed daemon on a feed that lists them, each a story of
its own, and on a second feed of another host that then has one report. Counted is what a webhook
without a rate gets. Ends with 1 if there are more than three messages of the burst, if an entry was
told twice or not at all, or if the other feed's report waited for the burst.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.support.program import POLLING, Program, wait_until
from tests.support.web import Item, WebWorld, item, rss

MOST = 3
"""Messages of a burst."""
PROMPT = 30.0
"""Seconds within which another feed's report is told; beside other work they pass slowly."""
PATIENCE = 400.0
"""Seconds for all of it to be told."""
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er")]
_CONFIG = """
[storage]
url = "sqlite:///monitor.db"
{polling}
[articles]
full_text = "never"
[[feeds]]
url = "{flooding}"
[[feeds]]
url = "{other}"
[[watchlists]]
name = "Actors"
alert_at = 1
  [[watchlists.entities]]
  name = "APT31"
  kind = "threat-actor"
[[channels]]
name = "hook"
url = "json://127.0.0.1:{port}/hook"
"""


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    entries: int
    burst: list[float] = field(default_factory=list)
    """When each message of the burst came, in seconds after it was listed."""
    told: Counter[int] = field(default_factory=Counter)
    """How often each entry was told."""
    other: float | None = None
    """Seconds from the other feed's report to its message; None if there was none."""

    @property
    def untold(self) -> int:
        """Entries that nobody was told of."""
        return self.entries - len(self.told)

    @property
    def repeated(self) -> int:
        """Times that an entry was told again."""
        return self.told.total() - len(self.told)


def run(entries: int, seed: int, folder: Path) -> Outcome:
    """List so many entries at once, and another feed's report meanwhile.

    Args:
        entries: how many.
        seed: of their words.
        folder: for configuration and database.
    """
    words = random.Random(seed)
    outcome = Outcome(entries)
    with WebWorld() as web, WebWorld("127.0.0.2") as elsewhere:
        web.serve("/feed", rss([_report(web, words, "before", "Nothing")]))
        elsewhere.serve("/feed", rss([_report(elsewhere, words, "before", "Nothing")]))
        web.serve("/hook", "ok")
        program = Program(
            folder,
            _CONFIG.format(
                polling=POLLING, flooding=web.url("/feed"), other=elsewhere.url("/feed"),
                port=web.port,
            ),
        )  # fmt: skip
        with program.daemon() as daemon:
            daemon.wait_for_event("feed polled", 2)
            listed = [_report(web, words, f"n{n}x", "APT31") for n in range(entries)]
            web.serve("/feed", rss(listed))
            begun = time.monotonic()
            wait_until(lambda: bool(web.requests("/hook")), PATIENCE, lambda: daemon.errors)
            elsewhere.serve("/feed", rss([_report(elsewhere, words, "other", "APT31")]))
            asked = time.monotonic()
            while time.monotonic() - begun < PATIENCE and (outcome.untold or outcome.other is None):
                time.sleep(0.2)
                _learn(outcome, web, begun, asked)
    return outcome


def _learn(outcome: Outcome, web: WebWorld, begun: float, asked: float) -> None:
    now = time.monotonic()
    posts = [each.body.decode("utf-8", "replace") for each in web.requests("/hook")]
    of_burst = [each for each in posts if re.search(r"\bn\d+x\b", each)]
    outcome.told = Counter(
        number for post in of_burst for number in set(map(int, re.findall(r"/n(\d+)x\b", post)))
    )
    outcome.burst += [now - begun] * (len(of_burst) - len(outcome.burst))
    if outcome.other is None and any("127.0.0.2" in each and "/other" in each for each in posts):
        outcome.other = now - asked


def _report(web: WebWorld, words: random.Random, name: str, whom: str) -> Item:
    said = [_word(words) for _ in range(25)]
    return item(
        f"{whom} {' '.join(said[:4])}", link=web.url(f"/{name}"), guid=name,
        published=datetime.now(UTC), summary=f"{' '.join(said)}.",
    )  # fmt: skip


def _word(words: random.Random) -> str:
    return "".join(words.choices(_SYLLABLES, k=3))


def main() -> None:
    """Run it and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood", description=__doc__)
    parser.add_argument("--entries", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=20240325)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(options.entries, options.seed, Path(folder))
    came = ", ".join(f"{seconds:.0f}" for seconds in outcome.burst)
    other = "never" if outcome.other is None else f"{outcome.other:.1f} s"
    print(f"{options.entries:,} entries of one feed (seed {options.seed})")
    print(f"messages of them: {len(outcome.burst)}, after {came} s")
    print(f"entries told to nobody: {outcome.untold}, told again: {outcome.repeated}")
    print(f"another feed's report meanwhile, to its message: {other}")
    is_right = len(outcome.burst) <= MOST and not outcome.untold and not outcome.repeated
    sys.exit(0 if is_right and outcome.other is not None and outcome.other < PROMPT else 1)


if __name__ == "__main__":
    main()
