"""The pictures in the documentation, drawn by a browser from what is really sent: `make pictures`.

Mails are the HTML that is mailed. Slack is imitated: a page lays out the blocks of the payload
that is posted to it, much as Slack does.
"""

from __future__ import annotations

import html
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.messages import mrkdwn
from monitor.messages.render import render_alert, render_digest, render_follow_up
from monitor.model.alert import Alert, Coverage
from monitor.model.delivery import Message
from monitor.model.development import SeverityRose
from monitor.model.match import Kind, Severity
from monitor.model.story import Correlation, JoinKind
from tests.support.alerts import CREATED, alert, coverage, follow_up, names
from tests.support.browser import PHONE, picture

FOLDER = Path(__file__).parents[2] / "docs" / "images"
_ZONE = "Europe/London"

_MATCHER = Matcher(
    tuple(
        Watchlist(
            name=name,
            entities=(
                Entity(name="APT31", kind=Kind.THREAT_ACTOR),
                Entity(name="Electoral Commission", kind=Kind.ORGANISATION, country="GB"),
                Entity(name="Zhao Guangzong", kind=Kind.PERSON),
                Entity(name="Ni Gaobin", kind=Kind.PERSON),
            ),
        )
        for name in ("Parliament", "Energy")
    )
)
_WATCHLISTS = ("Parliament", "Energy")

_LEAD = "Ministers name APT31 over campaign against MPs"
_TEXT = (
    "Ministers said on Monday that the group known as Violet Typhoon had read the mail of MPs. "
    "The Electoral Commission was breached by another actor, they said. "
    "Zhao Guangzong, who is said to have written to the MPs, was placed under sanctions."
)
_REPORTS = (
    ("The Holm Herald", "MPs’ e-mails read in hacking campaign, says minister", 12, _TEXT),
    (
        "Ledger Wire",
        "Two men and a Wuhan firm sanctioned",
        31,
        "The ministry named Ni Gaobin as the second man on Monday.",
    ),
    ("Skerry Post", "What is APT31, the group blamed for reading MPs’ mail?", 44, _TEXT),
    ("Stromvik Evening News", "Commission says registers were copied", 58, _TEXT),
)
_CHARGES = (
    "Seven men were charged in New York on Monday with a decade of hacking for APT31. "
    "Zhao Guangzong and Ni Gaobin are among them, the indictment says. "
    "APT31 had sent ten thousand mails that told who opened them and where."
)


def _told(title: str, text: str, watchlist: str = "Parliament", **article: Any) -> Alert:
    """What the matcher makes of an article."""
    given = alert(title=title, body=text, **article)
    match = _MATCHER.match(given.article)[_WATCHLISTS.index(watchlist)]
    # As long as the store's own ids are, and the same whenever it is drawn.
    return replace(given, id=blake2b(title.encode(), digest_size=10).hexdigest(), match=match)


def _reports() -> tuple[Coverage, ...]:
    made = []
    for outlet, title, minutes, text in _REPORTS:
        given = coverage(outlet, minutes=minutes)
        url = f"https://{_host(outlet)}/apt31"
        article = replace(given.article, title=title, url=url, body=text)
        mentions = _MATCHER.match(article)[0].mentions
        why = Correlation(
            JoinKind.NEAR_DUPLICATE,
            True,
            "The Courier",
            timedelta(minutes=minutes),
            share=(60 + minutes % 35) / 100,
        )
        new = tuple(each.entity for each in mentions if each.entity == "Ni Gaobin")
        made.append(
            replace(
                given,
                article=article,
                correlation=why,
                mentions=tuple(each for each in mentions if each.field == "body"),
                development=names(*new) if new else (),
            )
        )
    return tuple(made)


def _host(outlet: str) -> str:
    return f"{outlet.lower().replace(' ', '-')}.example"


def _first() -> Message:
    return render_alert(_told(_LEAD, _TEXT), timezone=_ZONE)


def _later() -> Message:
    first = _told(_LEAD, _TEXT)
    return render_follow_up(follow_up(*_reports(), first=first), timezone=_ZONE)


def _development() -> Message:
    told = _told("US charges seven over decade of hacking", _CHARGES)
    told = replace(
        told,
        thread="m-1",
        development=(*names("Ni Gaobin"), SeverityRose(Severity.MEDIUM, told.match.severity)),
        also=tuple(each for each in _reports() if not each.development),
    )
    return render_alert(told, timezone=_ZONE)


_DIGEST = (
    ("Parliament", _LEAD, _TEXT),
    (
        "Parliament",
        "Registers of forty million voters were copied",
        "The Electoral Commission said that the registers of eight years had been copied.",
    ),
    (
        "Energy",
        "APT31 probed grid operators, researchers say",
        "Researchers saw APT31 look for ways into four operators of the grid.",
    ),
    (
        "Energy",
        "Grid operators to share reports of intrusions",
        "Eleven operators will tell each other within a day of what they see. "
        "The agreement was made in Graz after a year of talks. "
        * 12
        + "In one case of last year the group known as Judgment Panda was blamed.",
    ),
)


def _digest() -> Message:
    hours = (0, 0, 1, 1, 1, 2, 4, 5, 5, 5, 5, 6, 6, 7, 9)
    items = [
        _told(title, text, watchlist, fetched=CREATED + timedelta(hours=number))
        for number, (watchlist, title, text) in enumerate(_DIGEST)
    ]
    others = tuple(
        replace(each, article=replace(each.article, fetched=CREATED + timedelta(hours=hour)))
        for hour in hours
        for each in (coverage(f"Outlet {hour}", minutes=hour * 60),)
    )
    items[0] = replace(items[0], also=others)
    note = "4 alerts while the silence of Ann lasted"
    return render_digest(items, title="Morning digest", note=note, timezone=_ZONE)


# --- Slack, imitated --------------------------------------------------------------------------

_TOKEN = re.compile(
    r"&lt;(?P<target>[^|&]*(?:&amp;amp;[^|&]*)*)\|(?P<label>.*?)&gt;|(?<!\w)\*(?P<bold>.+?)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>.+?)_(?!\w)|`(?P<code>[^`]+)`"
)

_SLACK_STYLE = """
body { margin: 0; padding: 20px 24px; width: 712px; font: 15px/22px Lato, "DejaVu Sans", sans-serif;
  color: #1d1c1d; background: #fff; }
.message { display: flex; gap: 10px; margin-bottom: 22px; }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #1f2a37;
  color: #fff; font-weight: 700; text-align: center; line-height: 36px; }
.app { padding: 0 4px; border-radius: 3px; background: #e8e8e8; font-size: 10px; color: #616061; }
.time { color: #616061; font-size: 12px; }
.header { font-size: 18px; font-weight: 800; margin: 6px 0; }
.section { margin: 6px 0; } .context { margin: 6px 0; font-size: 12px; line-height: 18px;
  color: #616061; }
.attached { border-left: 4px solid; border-radius: 4px; padding: 2px 0 2px 12px; margin: 8px 0; }
.quote { border-left: 4px solid #ddd; padding-left: 12px; }
a { color: #1264a3; text-decoration: none; } code { padding: 1px 4px; border: 1px solid #ddd;
  border-radius: 3px; background: #f8f8f8; color: #c01343; font-size: 12px; }
"""


def _slack_page(*messages: Message) -> str:
    shown = "".join(
        '<div class="message"><div class="face">m</div><div style="flex:1"><b>monitor</b> '
        f'<span class="app">APP</span> <span class="time">{_clock(minutes)}</span>'
        f"{''.join(_slack_post(mrkdwn.payload(message)))}</div></div>"
        for minutes, message in zip((0, 60), messages, strict=False)
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><style>{_SLACK_STYLE}</style>{shown}'


def _clock(minutes: int) -> str:
    return f"{CREATED + timedelta(minutes=minutes):%H:%M}"


def _slack_post(payload: dict[str, Any]) -> Iterator[str]:
    yield from map(_block, payload["blocks"])
    for attachment in payload["attachments"]:
        inside = "".join(map(_block, attachment["blocks"]))
        yield f'<div class="attached" style="border-color:{attachment["color"]}">{inside}</div>'


def _block(block: dict[str, Any]) -> str:
    texts = block.get("elements") or [block["text"]]
    inside = "".join(
        html.escape(text["text"]) if text["type"] == "plain_text" else _mrkdwn(text["text"])
        for text in texts
    )
    return f'<div class="{block["type"]}">{inside}</div>'


def _mrkdwn(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        quoted = line.startswith(">")
        marked = _TOKEN.sub(_token, html.escape(line.removeprefix(">")))
        # What Slack is sent is escaped once by us, and the page once more.
        marked = re.sub(r"&amp;(amp|lt|gt);", r"&\1;", marked)
        lines.append(f'<div class="quote">{marked}</div>' if quoted else f"<div>{marked}</div>")
    return "".join(lines)


def _token(found: re.Match[str]) -> str:
    if found["target"]:
        return f'<a href="{found["target"]}">{found["label"]}</a>'
    if found["bold"]:
        return f"<b>{_TOKEN.sub(_token, found['bold'])}</b>"
    return f"<i>{found['italic']}</i>" if found["italic"] else f"<code>{found['code']}</code>"


# --- drawing ----------------------------------------------------------------------------------


def _phones() -> str:
    message = _later().html
    frames = "".join(
        f'<iframe style="color-scheme:{scheme}" srcdoc="{html.escape(message)}"></iframe>'
        for scheme in ("light", "dark")
    )
    style = (
        "body { margin: 0; padding: 16px; display: flex; gap: 16px; background: #fff; }"
        f"iframe {{ width: {PHONE}px; height: 720px; border: 1px solid #c4cbd3;"
        "border-radius: 18px; }"
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><style>{style}</style>{frames}'


PICTURES: dict[str, tuple[Callable[[], str], int, int]] = {
    "slack-alert.png": (lambda: _slack_page(_first(), _later()), 760, 890),
    "slack-digest.png": (lambda: _slack_page(_digest()), 760, 580),
    "mail-development.png": (lambda: _development().html, 760, 860),
    "mail-follow-up-phone.png": (_phones, 2 * PHONE + 52, 756),
    "mail-digest.png": (lambda: _digest().html, 760, 930),
}
"""The page, and the size of the picture in pixels."""


def draw(folder: Path) -> list[Path]:
    """Draw every picture into a folder."""
    drawn = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, (page, width, height) in PICTURES.items():
            path = folder / name
            picture(page(), path, Path(scratch), width=width, height=height, dark=False)
            drawn.append(path)
    return drawn


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    from tests.support import page_pictures

    for each in [*draw(FOLDER), *page_pictures.draw(FOLDER)]:
        sys.stdout.write(f"{each.name}: {each.stat().st_size // 1000} kB\n")
