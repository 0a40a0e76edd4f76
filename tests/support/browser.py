"""A real browser (Chromium), driven from its command line: what a page measures and looks like.

with_dark = measure({"alert": message.html}, folder, dark=True)
with_dark["alert", PHONE].contrast
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PHONE, DESKTOP = 390, 1280
"""Widths in CSS pixels."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
    # Both end when the page is at rest, however slow the machine is.
    "--virtual-time-budget=10000", "--run-all-compositor-stages-before-draw",
)  # fmt: skip

_MEASURE = """
function luminance(c) {
  const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function channels(text) { return text.match(/[\\d.]+/g).map(Number); }
function background(element, view) {
  for (let e = element; e; e = e.parentElement) {
    const c = channels(view.getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c.slice(0, 3);
    if (c[3] > 0) throw new Error("a background that is half transparent is not understood");
  }
  return view.matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
}
function measured(frame) {
  const view = frame.contentWindow, page = frame.contentDocument, texts = [], wide = [];
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement, style = view.getComputedStyle(element);
    if (!node.data.trim() || !element.getClientRects().length) continue;
    const range = page.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.right > view.innerWidth + 0.5 || box.left < -0.5) wide.push(node.data.trim());
    const [a, b] = [channels(style.color).slice(0, 3), background(element, view)].map(luminance);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    texts.push({ text: node.data.trim().slice(0, 80), contrast, size: parseFloat(style.fontSize) });
  }
  return {
    width: view.innerWidth, scrolled: page.documentElement.scrollWidth, texts, wide,
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
    loads: view.performance.getEntriesByType("resource").map(entry => entry.name),
    active: [...page.querySelectorAll("img,script,iframe,object,embed,form,link,video,audio,svg")]
      .map(element => element.outerHTML.slice(0, 80)),
    harmed: Boolean(view.harmed || window.harmed),
    links: [...page.links].map(link => link.href),
  };
}
addEventListener("load", () => {
  const all = [...document.querySelectorAll("iframe")].map(measured);
  document.getElementById("measured").textContent = JSON.stringify(all);
});
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text as it is shown."""

    text: str
    contrast: float
    """Of its colour against what is behind it, from 1 to 21 (WCAG 2.2, 1.4.3)."""
    size: float
    """In CSS pixels."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A page as a browser shows it."""

    width: int
    scrolled: int
    """How wide it is with what stands over its edge."""
    texts: tuple[Text, ...]
    wide: tuple[str, ...]
    """Texts that stand over an edge."""
    dark: bool
    loads: tuple[str, ...]
    """What was fetched besides the page."""
    active: tuple[str, ...]
    """Elements that load or run something."""
    harmed: bool
    """Whether anything in it ran."""
    links: tuple[str, ...]


def chromium() -> str:
    """The browser's program; skips the test when there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"needs a browser: none of {', '.join(_NAMES)} is installed")
    return found


def measure(
    pages: Mapping[str, str], folder: Path, *, dark: bool
) -> dict[tuple[str, int], Measured]:
    """Every page as it is shown at the width of a phone and of a desktop.

    Args:
        pages: HTML documents by name.
        folder: where to put files.
        dark: whether the reader prefers dark colours.
    """
    wanted = [(name, width) for name in pages for width in (PHONE, DESKTOP)]
    style = "height:900px;border:0"
    frames = "".join(
        f'<iframe style="width:{width}px;{style}" srcdoc="{html.escape(pages[name])}"></iframe>'
        for name, width in wanted
    )
    document = folder / "measure.html"
    document.write_text(
        '<!DOCTYPE html><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'<pre id="measured"></pre><script>{_MEASURE}</script>{frames}',
        encoding="utf-8",
    )
    shown = _run(folder, "--dump-dom", document.as_uri(), dark=dark)
    found = re.search(r'<pre id="measured">(.*?)</pre>', shown, re.DOTALL)
    assert found is not None
    assert found[1], "the script that measures did not end"
    results: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return dict(zip(wanted, map(_read, results), strict=True))


def _read(result: dict[str, Any]) -> Measured:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in result.items()
    }
    fields["texts"] = tuple(Text(**text) for text in result["texts"])
    return Measured(**fields)


def picture(page: str, path: Path, folder: Path, *, width: int, height: int, dark: bool) -> None:
    """Draw a page into a PNG file."""
    document = folder / "picture.html"
    document.write_text(page, encoding="utf-8")
    size = f"--window-size={width},{height}"
    _run(folder, f"--screenshot={path}", size, document.as_uri(), dark=dark)


def _run(folder: Path, *arguments: str, dark: bool) -> str:
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    done = subprocess.run(
        [chromium(), *_FLAGS, f"--user-data-dir={folder / 'profile'}", scheme, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
