"""Plots as numbers that templates draw: no library, no script, no inline style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model.match import Reason

#: The plot of a story's outlets, in SVG's units.
WIDTH, HEIGHT = 680, 196
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 28, 28
#: Points are drawn up to so many; beyond it only the line.
MOST_POINTS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a small plot."""

    x: float
    y: float
    width: float
    height: float
    is_last: bool = False


def spark(counts: Sequence[int], width: float = 64, height: float = 16) -> tuple[Bar, ...]:
    """Counts as bars."""
    if not counts:
        return ()
    most = max(*counts, 1)
    step = width / len(counts)
    bars = []
    for number, count in enumerate(counts):
        tall = max(1.2, count / most * (height - 1))
        bars.append(
            Bar(round(number * step + 0.4, 1), round(height - tall, 1), round(step - 0.9, 1),
                round(tall, 1), number == len(counts) - 1)
        )  # fmt: skip
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One summand of a score in its bar."""

    x: float
    width: float
    shade: int
    """From 0, the darkest."""
    label: str


def score_parts(reasons: Sequence[Reason]) -> tuple[ScorePart, ...]:
    """The positive summands of a score, in a bar of 100."""
    parts: list[ScorePart] = []
    x = 0.0
    for number, each in enumerate(sorted(reasons, key=lambda r: -r.points)):
        if each.points <= 0 or x >= 100:
            continue
        width = min(each.points, 100 - x)
        parts.append(ScorePart(round(x, 2), round(max(0.0, width - 0.4), 2), min(number, 4),
                               each.factor))  # fmt: skip
        x += width
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of a scale."""

    at: float
    text: str
    optional: bool = False
    """Left out where there is little room."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that is marked."""

    x: float
    y: float
    text: str
    is_news: bool
    label: float
    """Where its words stand: above the line, each below the one before."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How many outlets carried a story, over time."""

    line: str
    area: str
    points: tuple[tuple[float, float], ...]
    dots: tuple[Dot, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    label: str


def steps(
    times: Sequence[datetime],
    marked: Sequence[tuple[datetime, str, bool]],
    zone: ZoneInfo,
) -> Steps | None:
    """A line that rises by one at each time; None when there are too few for a plot.

    Args:
        times: when each outlet first had the story.
        marked: moments to mark, each with a word and whether it is news.
        zone: in which times are shown.
    """
    if len(times) < 3:
        return None
    ordered = sorted(times)
    first, last = ordered[0], max(ordered[-1], *(at for at, _, _ in marked), ordered[-1])
    span = max(last - first, timedelta(minutes=1))
    top = _nice(len(ordered))

    def across(at: datetime) -> float:
        share = min(1.0, max(0.0, (at - first) / span))
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def up(count: float) -> float:
        return round(HEIGHT - BOTTOM - count / top * (HEIGHT - TOP - BOTTOM), 1)

    path = [f"M{LEFT} {up(0)}"]
    points = []
    for number, at in enumerate(ordered, 1):
        path += [f"H{across(at)}", f"V{up(number)}"]
        points.append((across(at), up(number)))
    right = round(float(WIDTH - RIGHT), 1)
    path.append(f"H{right}")
    line = " ".join(path)
    dots = []
    for number, (at, text, is_news) in enumerate(marked):
        count = sum(1 for each in ordered if each <= at) or 1
        dots.append(Dot(across(at), up(count), text, is_news, 16.0 + 17 * number))
    rows = tuple(Tick(up(n), str(n)) for n in range(0, top + 1, max(1, top // 4)))
    columns = tuple(
        Tick(across(first + span * n / 6), _when(first + span * n / 6, span, zone), n % 2 == 1)
        for n in range(7)
    )
    label = (
        f"Outlets that reported the story: 1 at {_when(first, span, zone)}, "
        f"{len(ordered)} at {_when(ordered[-1], span, zone)}"
    )
    shown = tuple(points) if len(points) <= MOST_POINTS else ()
    return Steps(line, f"{line} V{up(0)} H{LEFT} Z", shown, tuple(dots), rows, columns, label)


def _when(at: datetime, span: timedelta, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%d %b}" if span > timedelta(days=3) else f"{local:%H:%M}"


def _nice(most: int) -> int:
    """A round number that is no less, for the top of a scale."""
    for size in (4, 8, 12, 20, 40, 60, 80, 100, 200, 400, 600, 800, 1000, 2000, 4000):
        if most <= size:
            return size
    return -(-most // 4000) * 4000
