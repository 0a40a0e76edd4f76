"""Addresses that stay the same: one article, one string."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from monitor.articles.redirectors import unwrapped

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What campaigns, mailers and social sites append to tell where a reader came from. Only
# well-known names: dropping a parameter that selects the article would merge two articles.
_TRACKING = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "msclkid",
        "yclid", "ysclid", "twclid", "ttclid", "li_fat_id", "igshid", "igsh", "mc_cid", "mc_eid",
        "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking", "mkt_tok", "vero_id",
        "oly_anon_id", "oly_enc_id", "rb_clickid", "s_cid", "_openstat", "wickedid", "icid",
        "ncid", "cmpid", "cmp", "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname",
        "ns_fee", "at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3",
        "at_custom4", "at_link_id", "at_link_origin", "at_link_type", "at_format",
        "at_ptr_name", "at_bbc_team", "at_campaign_type", "xtor", "guccounter",
        "guce_referrer", "guce_referrer_sig", "ref_src", "ref_url", "srnd", "smid", "smtyp",
        "_ga", "_gl", "spm", "wt_mc", "wt.mc_id", "trk", "trkcampaign", "sc_campaign",
        "sc_channel", "sc_content", "sc_medium", "sc_outcome", "sc_geo", "sc_country",
        "soc_src", "soc_trk", "mbid", "ito", "taid", "tpcc", "cvid", "ocid", "__twitter_impression",
        "gad_campaignid", "srsltid", "epik", "s_kwcid", "ef_id", "dm_i", "wt_zmc", "__s", "_ke",
        "_kx", "tblci", "dicbo", "oborigurl", "ml_subscriber", "ml_subscriber_hash",
        "ck_subscriber_id", "nr_email_referer", "vgo_ee", "bxid", "cndid", "sfmc_id", "mkcid",
        "mkevt", "mkrid", "elqtrackid", "elqtrack", "elqaid", "elqat", "elqcampaignid",
        "_branch_match_id", "_branch_referrer", "rss_source",
    }
)  # fmt: skip
_TRACKING_PREFIXES = (
    "utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "stm_", "fb_action_", "itm_", "cx_",
)  # fmt: skip
# Ordinary words, that tell of tracking only when they say that the reader came by a feed.
_SOURCES = frozenset(
    {"ref", "src", "source", "from", "partner", "emc", "via", "traffic_source", "origin", "cid"}
)
_FEEDS = frozenset({"rss", "feed", "rssfeed", "rss-feed", "rss_feed", "atom"})
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_SAFE = re.compile(r"[A-Za-z0-9._~/:=&?+!$,;'@()*\[\]-]*")
"""What stays as it is."""
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def is_url(source: str) -> bool:
    """Whether a source is a web address rather than a file."""
    return source.lower().startswith(("http://", "https://"))


def canonical_url(url: str) -> str:
    """The key of an article's address: same article, same string; never raises.

    Scheme and host in lower case, the host in IDNA form and without a closing dot, "http" as
    "https", no default port, user name or fragment, no tracking parameters, percent-escapes
    normalised (RFC 3986 §6.2.2), dot segments kept, an empty path as "/". `www`, a slash at
    the end and the parameters' order are left alone, as servers may tell them apart. What only
    leads on to an article counts as the article's own address (see `unwrapped`). What is no web
    address comes back as it was, without the spaces around it.
    """
    text = unwrapped(url).strip()
    if not text.isprintable():  # control characters, lone surrogates
        return text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return text
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return text
    if port == _DEFAULT_PORTS[scheme]:
        port = None
    host = _host(host)
    netloc = f"{host}:{port}" if port is not None else host
    path = _escapes(parts.path) or "/"
    return urlunsplit(SplitResult("https", netloc, path, _query(parts.query), ""))


def _host(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    host = host.rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _query(query: str) -> str:
    kept = []
    for part in query.split("&"):
        name, _, value = part.lower().partition("=")
        tracks = (
            name in _TRACKING
            or name.startswith(_TRACKING_PREFIXES)
            or (name in _SOURCES and value in _FEEDS)
        )
        if part and not tracks:
            kept.append(_escapes(part))
    return "&".join(kept)


def _escapes(text: str) -> str:
    if _SAFE.fullmatch(text):
        return text

    def normal(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if char in _UNRESERVED else found[0].upper()

    # "%" is safe here: what is escaped already must not be escaped twice.
    return _ESCAPE.sub(normal, quote(text, safe="%/:=&?~+!$,;'@()*[]", errors="replace"))
