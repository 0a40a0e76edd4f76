"""Whether a feed is of the trade that hackers are of: what its name, tags and addresses say.

A headline alone is short: "BK Technologies weeks after Akira listing" says to whom it is told by
where it stands, on a page about computer security.
"""

from __future__ import annotations

import re

from monitor.model.article import Article

_TRADE = re.compile(
    r"(?<![a-z])(?:cyber|hack(?:er|ers|ing|read|s)?(?![a-z])|hackernews|ransom|malware|infosec|phish|"
    r"threat[ \-_]?(?:intel|post|research|report)|botnet|vulnerabilit|data[ \-_]?breach|"
    r"apt(?![a-z])|dfir|netsec|opsec)|"
    r"(?:it|info|information|network|computer|cloud|data|krebson|krebs on |helpnet|help net )"
    r"[ \-]?securit|securit(?:y[ \-]?(?:week|affairs|boulevard|lab|research|blog)|elist)|"
    r"bleepingcomputer|dark ?reading|therecord\.media|schneier|talos|unit ?42|kaspersky|"
    r"welivesecurity|sentinel(?:one|labs)|mandiant|leakbase|risky\.? ?biz|sicherheitsl|кибер|хакер|"
    r"ハッカー|セキュリティ|黑客|网络安全"
)


def source_of_trade(article: Article) -> str:
    """The word in the feed's name, its tags or an address that says so; empty if none does.

    Of an address the last part is not asked: it is the headline again.
    """
    urls = (each.lower().rpartition("/")[0] for each in (article.url, article.page_url) if each)
    names = (article.outlet, article.feed_name, *article.feed_tags, article.feed)
    said = " | ".join((*(name.lower() for name in names if name), *urls))
    found = _TRADE.search(said)
    return found[0].strip() if found else ""
