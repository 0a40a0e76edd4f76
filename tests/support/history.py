"""A day of a watch officer, made by the real pipeline: some thirty stories in five languages.

One of them is told by forty outlets; one feed is written by somebody who hates web pages.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import articles, feeds, upkeep
from tests.support.clock import MONDAY
from tests.support.march import outlets
from tests.support.product import Product
from tests.support.web import Item, WebWorld, item, rss

#: When somebody looks: the long story has just got its last report.
NOW = MONDAY + timedelta(hours=5, minutes=40)
#: The clock of the long story's first report.
BEGAN = MONDAY - timedelta(minutes=18)

CONFIG = """# Whom we watch, and why: ask the press desk before you change anything.
[storage]
url = "sqlite:///monitor.db"

[alerts]
group_by = "story"
timezone = "Europe/London"

[polling]
interval = "1s"
min_interval = "1s"
allow_private_networks = true
page_gap = "0s"

[articles]
full_text = "never"

[web]
write_config = true
{web}

[[watchlists]]
name = "Threat actors"
alert_at = 50   # the desk wanted 45 in March
channels = [{channels}]

  [[watchlists.entities]]
  name = "APT31"
  kind = "threat-actor"

  [[watchlists.entities]]
  name = "Turla"
  kind = "threat-actor"

  [[watchlists.entities]]
  name = "Sandworm"
  kind = "threat-actor"

  [[watchlists.entities]]
  name = "Lazarus Group"
  kind = "threat-actor"

[[watchlists]]
name = "Electoral Commission"
alert_at = 45
channels = [{channels}]

  [[watchlists.entities]]
  name = "Electoral Commission"
  kind = "organisation"
  exclude = ["Electoral Commission of India"]

[[watchlists]]
name = "Sanctioned in March 2024"
alert_at = 45
channels = [{channels}]

  [[watchlists.entities]]
  name = "Zhao Guangzong"
  kind = "person"
  aliases = ["赵光宗"]

  [[watchlists.entities]]
  name = "Ni Gaobin"
  kind = "person"
  aliases = ["倪高彬"]

"""

OUTLETS = (
    "The Westminster Ledger", "Northgate Post", "Commonwealth Dispatch", "The Holm Herald",
    "Ledger Wire", "Skerry Post", "Stromvik Evening News", "Nordufer-Zeitung", "海港时报",
    "Cipher Weekly", "Le Quai", "El Mirador", "The Fenland Echo", "Harbour & Tide",
    "Kingsbridge Courier", "The Quillon Review", "Marlow Standard", "Tarn Valley News",
    "The Ashby Record", "Brackwater Gazette", "Corvane Times", "The Dunmore Observer",
    "Eastmark Journal", "Fairholt Chronicle", "Greyfen Mail", "The Hollin Star",
    "Inverbeck Press", "The Jarrow Line", "Kestrel News", "Lindmoor Argus", "The Merrow Bell",
    "Netherby Sentinel", "The Oxmoor Pilot", "Pennyghast Daily", "Quarry Lane Report",
    "The Ravenglass Sun", "Selwick Advertiser", "Thornaby Voice", "The Ulver Packet",
    "Wexcombe Tribune",
)  # fmt: skip

#: Hours before the long story began, outlet, language, headline, text.
SINGLE: tuple[tuple[float, str, str, str, str], ...] = (
    (13.6, "海港时报", "zh", "英国制裁两名黑客及一家武汉公司",
     "被列入制裁名单的两人是赵光宗和倪高彬，以及武汉晓睿智科技有限责任公司。\n财政部说，他们的资产将被冻结。"),
    (14.2, "The Westminster Ledger", "en", "What a place on the sanctions list actually means",
     "Lists of this kind are long.\nThe entry for Ni Gaobin shows why the lists carry more than a "
     "name. It gives his role, the programme of sanctions he falls under and the reasons.\nBanks "
     "search such lists every night."),
    (3.8, "Northgate Post", "en",
     "Parliamentary network: staff told to change passwords after “reconnaissance” mails",
     "Staff of four members were asked to hand in their telephones.\nOfficials would not say "
     "whether the mails came from Violet Typhoon, as two people with knowledge of the "
     "investigation believe.\nThe mails asked for nothing but reported back who opened them."),
    (6.1, "Nordufer-Zeitung", "de", "Wahlregister in London: Was die Ermittler wissen",
     "Die britische Wahlbehörde, die Electoral Commission, bemerkte den Angriff erst nach über "
     "einem Jahr.\nDas Register enthielt Namen und Anschriften von vierzig Millionen Menschen."),
    (7.4, "Commonwealth Dispatch", "en", "Zirconium prices climb as two refineries close",
     "Demand for zirconium from the data centres of Microsoft surprised traders, and APT31 is a "
     "grade of it that smelters sell.\nPrices rose by a tenth."),
    (9.2, "Harbour & Tide", "en", "Port of Rotvik says terminals were wiped by Sandworm",
     "The port’s terminals stood still for nine hours.\nIts director blamed Sandworm, a unit of "
     "Russian military intelligence, and said that backups on paper had saved the day."),
    (22.0, "Le Quai", "fr", "Turla aurait espionné deux ambassades à Vellerive",
     "Selon les enquêteurs, le groupe Turla aurait lu pendant des mois le courrier de deux "
     "ambassades.\nLes diplomates ont été prévenus en janvier."),
    (26.0, "Cipher Weekly", "en", "Lazarus Group moves 31 million through a bridge nobody watched",
     "Coins worth 31 million left the bridge on a Saturday.\nAnalysts ascribe the theft to the "
     "Lazarus Group because of two wallets that it has used before."),
)  # fmt: skip

_PLACES = (
    "Averness", "Bellwyn", "Caskill", "Dornach", "Elverum", "Fossgate", "Grimsay", "Hallan",
    "Istead", "Jorvik", "Kilmory", "Lanark", "Moffat", "Nairn", "Oban", "Portree", "Quorn",
    "Rothes", "Selkirk", "Tarbert", "Ullapool", "Vellan", "Wick", "Yarrow", "Zennor", "Aldwick",
    "Brodick", "Crail", "Durness", "Ettrick",
)  # fmt: skip
_EVENTS = (
    "Engineers at the waterworks of {0} found a back door in the pumps, which {1} is said to have "
    "opened in {2}.",
    "A clinic in {0} cancelled {2} operations after its images of patients had been encrypted; "
    "its insurer names {1}.",
    "The university of {0} has sent {2} students home, as {1} had read the professors’ mail.",
    "Customs officers in {0} seized {2} routers on which {1} had left its tools before the sale.",
    "The ferry line of {0} was blackmailed for {2} crowns, the police say, and suspect {1}.",
)
_ACTORS = ("Turla", "APT31", "Venomous Bear", "Violet Typhoon")

#: Put before and behind an event, so that scores are as different as in real news.
_ROUNDUP = (
    "The council of {0} met for {1} hours and raised the fees of its harbour by {2} crowns.",
    "The bridge at the mill of {0} stays closed until week {2}, as {1} of its beams have rusted.",
    "In the school of {0} {1} pupils have planted {2} lime trees along the old railway.",
    "The brass band of {0} has played for {2} years, and looks for {1} trumpets.",
    "Fishermen from {0} landed {2} crates of herring on a Tuesday, {1} more than a year ago.",
    "A bakery in {0} has taken {1} sorts of bread from its shelves and lost {2} customers.",
    "On the fells above {0} {1} sheep were shorn twice, which took {2} hands.",
    "The library of {0} lends {2} books a week, and of those {1} come back late.",
)
_AGAIN = (
    "It was not the first time that {1} was named in {0}.",
    "Of what {1} does next nobody at {0} would speak.",
    "Whoever pays {1}, they said in {0}, pays for more.",
)

HOSTILE_TITLE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202egpj.exe APT31'
HOSTILE = (
    "</p></article><script>alert(3)</script> <b onclick=alert(4)>APT31</b> javascript:alert(5) "
    '{{ 7*7 }} {% raw %} ${{7*7}} =HYPERLINK("http://evil.example","x") ]]> &lt;svg/onload='
    "alert(6)&gt; was blamed, the ministry said, and APT31 answered nothing."
)


async def make_history(
    product: Product,
    web: WebWorld,
    *,
    long_story: bool = True,
    hostile: bool = True,
    varied: bool = False,
) -> None:
    """Have a day's news told, read, matched and delivered.

    Args:
        product: a pipeline that was not started yet.
        web: where its feeds are.
        long_story: with the one that forty outlets tell.
        hostile: with the one that hates web pages.
        varied: some name whom we watch in passing only, others again and again.
    """
    told = _told(long_story, hostile, varied)
    names = list(dict.fromkeys(outlet for _, outlet, _ in told))
    for outlet in names:
        web.serve(_path(outlet), rss([], title=outlet, language=None))
    product.clock.now = min(at for at, _, _ in told) - timedelta(hours=1)
    listed = "\n".join(
        f'[[feeds]]\nurl = "{web.url(_path(name))}"\nname = "{_name(name)}"\n' for name in names
    )
    slack = (
        '[[channels]]\nname = "slack"\nurl = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"\n'
        f'endpoint = "{product.endpoint}"\n\n'
    )
    toml = CONFIG.format(channels='"slack"', web='listen = "127.0.0.1:8787"') + slack + listed
    await product.start(toml=toml)
    for each in await product.ctx.look(feeds.everything):
        await poll(product.ctx, each.id)
    known = {each.url: each.id for each in await product.ctx.look(feeds.everything)}
    listings: dict[str, list[Item]] = {}
    for at, outlet, entry in told:
        product.clock.now = max(at + timedelta(seconds=70), product.clock.now)
        listings.setdefault(outlet, []).insert(0, entry)
        web.serve(_path(outlet), rss(listings[outlet], title=outlet, language=None))
        await poll(product.ctx, known[web.url(_path(outlet))])
        waiting = await product.ctx.look(partial(articles.to_read, **_due(product.clock())))
        for stored in waiting:
            await read(product.ctx, stored.id)
        product.clock.advance(seconds=20)
        await product.deliver()
    product.clock.now = NOW
    await product.ctx.store(lambda c: upkeep.beat(c, "deliver", NOW, timedelta(minutes=1), {}))


def _due(now: datetime) -> dict[str, Any]:
    return {"now": now, "limit": 99, "exclude": set()}


def _told(long_story: bool, hostile: bool, varied: bool) -> list[tuple[datetime, str, Item]]:
    told: list[tuple[datetime, str, Item]] = []
    for hours, outlet, _, title, text in SINGLE:
        told.append(_one(BEGAN - timedelta(hours=hours), outlet, title, text))
    for number, place in enumerate(_PLACES):
        actor = _ACTORS[number % len(_ACTORS)]
        event = _EVENTS[number % len(_EVENTS)].format(place, actor, 11 + 7 * number)
        title = event.split(",")[0].split(";")[0].replace(" found ", " find ")
        if varied:
            title, event = _varied(number, place, actor, title, event)
        at = BEGAN - timedelta(hours=30 + 3.7 * number)
        told.append(
            _one(
                at,
                OUTLETS[(10 + number) % len(OUTLETS)],
                title,
                f"{event}\nNobody in {place} was hurt.",
            )
        )
    if hostile:
        told.append(_one(BEGAN - timedelta(hours=5), "<i>evil</i> “news”", HOSTILE_TITLE, HOSTILE,
                     link="https://evil.example/\"><script>alert(7)</script>"))  # fmt: skip
    if long_story:
        for number, report in enumerate(outlets(BEGAN)):
            name = OUTLETS[number % len(OUTLETS)]
            text = "\n".join(report.paragraphs)
            told.append(_one(report.at, name, report.headline, text))
    return sorted(told, key=lambda each: each[0])


def _varied(number: int, place: str, actor: str, title: str, event: str) -> tuple[str, str]:
    if number % 5 in {1, 3}:
        some = [
            _ROUNDUP[(number + each) % len(_ROUNDUP)].format(place, 3 + number + each, 19 + number)
            for each in range(len(_ROUNDUP))
        ]
        first = re.split(" (?:of|in|from|above) ", some[0])[0]
        title = f"The week in {place}: {first[:1].lower()}{first[1:]}, and what else happened"
        return title, "\n".join((*some, event))
    again = [each.format(place, actor) for each in _AGAIN[: number % 4]]
    if number % 3 == 0:
        title = f"{actor} blamed: {title[:1].lower()}{title[1:]}"
    return title, "\n".join((event, *again))


def _one(
    at: datetime, outlet: str, title: str, text: str, *, link: str | None = None
) -> tuple[datetime, str, Item]:
    slug = f"{at:%d%H%M%S}"
    address = link or f"https://{_slug(outlet)}.example/{slug}"
    paragraphs = "".join(f"<p>{each}</p>" for each in text.split("\n"))
    entry = item(title, link=address, guid=slug, published=at, content=paragraphs)
    return at, outlet, entry


def _slug(name: str) -> str:
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in name)
    return plain.strip("-").lower() or "outlet"


def _path(outlet: str) -> str:
    return f"/{_slug(outlet)}-{sum(map(ord, outlet))}"


def _name(outlet: str) -> str:
    return outlet.replace('"', "'").replace("\\", "")


def config_of(folder: Path) -> Path:
    """The configuration of a history that was made in a folder."""
    return folder / "config.toml"
