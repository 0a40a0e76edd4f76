"""WebSub (W3C Recommendation of 23 January 2018, and PubSubHubbub 0.4), as far as it is pure.

A publisher names a hub; the hub is asked to push; before it does, it makes sure that it was we
who asked; from then on it sends what is new, signed with a secret that only it and we know,
until the lease ends.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from monitor.errors import FetchError, MonitorError
from monitor.feeds.entries import web_link
from monitor.model.feed import Announcement, HubFault, HubFaultKind, HubSubscription

#: A hub that was asked and has not confirmed it for so long will not do so any more.
CONFIRM_WITHIN = timedelta(minutes=15)
#: A lease is renewed in time for several tries, and no hub is bothered more often than that.
_RENEW_BEFORE = timedelta(days=1)
_RENEW_AFTER = timedelta(minutes=5)
#: Longer leases are cut: a hub that forgot us would be trusted for as long.
_LONGEST_LEASE = timedelta(days=30)
_FIRST_WAIT = timedelta(minutes=15)
_REFUSED_WAIT = timedelta(days=1)
_LONGEST_WAIT = timedelta(days=7)
#: A hub that lost news is not relied upon for so long.
_DISTRUST = timedelta(days=1)
#: What a poll finds just before its hub pushes it was not lost.
PUSHED_SOON = timedelta(minutes=10)
#: After so many failures in a row another hub of the same feed is tried.
_NEXT_HUB_AFTER = 3
_KEEP_AT_LEAST = timedelta(days=1)

_LONGEST_ADDRESS = 2048
_MOST_HUBS = 10
_LINK = re.compile(
    r"<(?P<address>[^<>]*)>"
    r"(?P<parameters>(?: ?; ?[\w!#$&+.^`|~*-]+(?: ?= ?(?:\"(?:[^\"\\]|\\.)*\"|[^ ;,\"]*))?)*)"
)
_PARAMETER = re.compile(r"; ?([\w!#$&+.^`|~*-]+) ?= ?(?:\"((?:[^\"\\]|\\.)*)\"|([^ ;,\"]*))")
_HASHES = {"sha1", "sha256", "sha384", "sha512"}


# --- what publishers announce ---------------------------------------------------------------


def announced_in_header(value: str | None, base: str) -> Announcement:
    """What a Link header (RFC 8288; several joined by commas) says of hubs.

    Args:
        value: the header; None when there was none.
        base: the address of the document, to resolve relative ones.
    """
    links: list[tuple[str, str]] = []
    # One space at most in a row, so that the pattern takes linear time.
    for found in _LINK.finditer(" ".join((value or "").split())):
        parameters: dict[str, str] = {}
        for name, quoted, plain in _PARAMETER.findall(found["parameters"]):
            # Of several the first counts (§3.3).
            parameters.setdefault(name.lower(), quoted or plain)
        # With an anchor it is a link of something else.
        if "anchor" not in parameters:
            links.append((parameters.get("rel", ""), found["address"]))
    return announced_in_links(links, base)


def announced_in_links(links: Iterable[tuple[object, object]], base: str) -> Announcement:
    """What links, pairs of relations and address, say of hubs."""
    hubs: list[str] = []
    topic: str | None = None
    for relations, target in links:
        rels = str(relations or "").lower().split()
        if not {"hub", "self"}.intersection(rels):
            continue
        address = web_link(target, base)
        if address is None or not _is_plain(address):
            continue
        if "hub" in rels and address not in hubs and len(hubs) < _MOST_HUBS:
            hubs.append(address)
        if "self" in rels and topic is None:
            topic = address
    return Announcement(tuple(hubs), topic)


def merged(header: Announcement, document: Announcement) -> Announcement:
    """What headers and document say together; the headers come first (§4)."""
    return Announcement(header.hubs or document.hubs, header.topic or document.topic)


def usable_hubs(announced: Announcement, address: str) -> tuple[str, ...]:
    """Those of the announced hubs that may be asked, the best first.

    A feed that is read over https must not become less safe by being pushed over http, where
    the secret that signs it could be read on the way: its hubs are asked over https, whatever
    they are announced as. Without a topic there is nothing to ask for: the address that is
    polled is not told to others, for there may be a token in it.

    Args:
        announced: what the feed's server and document say.
        address: where the feed is polled.
    """
    if announced.topic is None:
        return ()
    secure = [hub for hub in announced.hubs if hub.startswith("https:")]
    others = [hub for hub in announced.hubs if hub not in secure]
    if address.startswith("https:"):
        # At a port of its own only http is spoken.
        others = [f"https{hub[4:]}" for hub in others if urlsplit(hub).port is None]
    return tuple(dict.fromkeys((*secure, *others)))


def hub_to_ask(
    hubs: Sequence[str], topic: str, known: HubSubscription | None, now: datetime
) -> str | None:
    """Which of a feed's hubs to ask for a new subscription; None: the present one stays.

    A feed that names another hub or topic at every poll must not set off requests at every
    poll, and one that no longer names any is not taken at its word: a hub that pushes is kept.

    Args:
        hubs: those that may be asked, the best first.
        topic: what to ask them for.
        known: what has been agreed already, if anything.
        now: the time.
    """
    if not hubs:
        return None
    if known is None:
        return hubs[0]
    failing = not known.active(now) and known.failures >= _NEXT_HUB_AFTER
    if known.topic == topic and known.hub in hubs:
        following = hubs[(hubs.index(known.hub) + 1) % len(hubs)]
        return following if failing and following != known.hub else None
    if not failing and now - known.created < _KEEP_AT_LEAST:
        return None
    return hubs[0]


def _is_plain(address: str) -> bool:
    """Whether it is short, without a login, and has a port that can be, if any."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    return len(address) <= _LONGEST_ADDRESS and "@" not in parts.netloc


# --- what hubs are asked and answer ---------------------------------------------------------


def request_form(
    subscription: HubSubscription, callback: str, lease: timedelta
) -> Mapping[str, str]:
    """What is posted to a hub (§5.1) to have pushed, or no longer pushed, what is new."""
    form = {
        "hub.mode": "subscribe" if subscription.wanted else "unsubscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
        # Hubs of PubSubHubbub 0.3, some of which are still there, insist on it.
        "hub.verify": "async",
    }
    if subscription.wanted:
        form["hub.lease_seconds"] = str(round(lease.total_seconds()))
        form["hub.secret"] = subscription.secret
    return form


def lease_from(text: str | None, wished: timedelta) -> timedelta:
    """For how long a hub says that it will push; as wished for when it does not say.

    PubSubHubbub 0.3 left it out; some hubs send nonsense.
    """
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit()) or not int(text[:12]):
        return min(wished, _LONGEST_LEASE)
    return min(timedelta(seconds=min(int(text[:12]), 10**9)), _LONGEST_LEASE)


def renew_at(now: datetime, lease: timedelta, jitter: float) -> datetime:
    """When to ask for a lease again that begins now.

    A day before its end, or at three quarters of a short one; up to a tenth earlier, so that
    what was agreed together is not renewed together.
    """
    wait = max(lease - _RENEW_BEFORE, lease * 0.75) * (1 - 0.1 * jitter)
    return now + max(wait, _RENEW_AFTER)


def try_again_at(
    now: datetime,
    failures: int,
    jitter: float,
    *,
    error: MonitorError | None = None,
    refused: bool = False,
) -> datetime:
    """When to ask a hub again that failed, refused, or did not confirm.

    Args:
        now: the time.
        failures: how often in a row, this one included.
        jitter: 0 to 1.
        error: what went wrong, if it could not be asked.
        refused: whether it said no.
    """
    wait = min(_FIRST_WAIT * 2.0 ** min(failures - 1, 20), _REFUSED_WAIT)
    if refused or _is_refusal(error):
        wait = min(_REFUSED_WAIT * 2.0 ** min(failures - 1, 5), _LONGEST_WAIT)
    wait *= 0.75 + 0.5 * jitter
    asked = error.retry_after if isinstance(error, FetchError) else None
    return now + max(wait, min(timedelta(seconds=asked or 0), _LONGEST_WAIT))


def _is_refusal(error: MonitorError | None) -> bool:
    """Whether a hub will probably say the same next time."""
    if not isinstance(error, FetchError):
        return False
    passing = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
    if error.kind == "http":
        return error.status is not None and error.status < 500 and error.status not in passing
    return error.kind in {"forbidden-address", "bad-url", "redirects"}


# --- how it goes on with a hub --------------------------------------------------------------


def asks_for(known: HubSubscription, *, mode: str, topic: str, now: datetime) -> bool:
    """Whether a hub was really asked for what it wants confirmed (§5.3), and not long ago."""
    return (
        known.topic == topic
        and mode == ("subscribe" if known.wanted else "unsubscribe")
        and known.asked is not None
        and known.asked <= now <= known.asked + CONFIRM_WITHIN
    )


def confirmed(
    known: HubSubscription, lease: timedelta, now: datetime, jitter: float
) -> HubSubscription:
    """The same once its hub has confirmed that it will push for so long."""
    return replace(
        known,
        confirmed=now,
        agreed=known.agreed if known.active(now) else now,
        lease_end=now + lease,
        next_try=renew_at(now, lease, jitter),
        failures=0,
        fault=None,
    )


def failed(
    known: HubSubscription,
    fault: HubFault,
    now: datetime,
    jitter: float,
    *,
    error: MonitorError | None = None,
    refused: bool = False,
) -> HubSubscription:
    """The same once its hub has failed, refused or not confirmed; a lease goes on to its end."""
    failures = known.failures + 1
    again = try_again_at(now, failures, jitter, error=error, refused=refused)
    return replace(known, asked=None, failures=failures, fault=fault, next_try=again)


def denied(known: HubSubscription, words: str, now: datetime, jitter: float) -> HubSubscription:
    """The same once its hub has said that it does not push it (§5.2)."""
    ended = replace(known, lease_end=None, agreed=None)
    return failed(ended, HubFault(HubFaultKind.DENIED, words), now, jitter, refused=True)


def unwanted(known: HubSubscription, now: datetime) -> HubSubscription:
    """The same, to be ended."""
    return replace(known, wanted=False, asked=None, failures=0, next_try=now)


# --- what hubs push -------------------------------------------------------------------------


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether a body carries the signature of whoever knows the secret (§8).

    Args:
        body: as it came.
        signature: the X-Hub-Signature header: `method=hex`; None when there was none.
        secret: what the hub was given.
    """
    method, _, given = (signature or "").strip().partition("=")
    if method.lower() not in _HASHES:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace"))


def is_relied_upon(subscription: HubSubscription | None, now: datetime) -> bool:
    """Whether a feed's hub pushes so well that polling can slow down.

    It has pushed at least once, will go on doing so, and has lost nothing that we know of.
    """
    if subscription is None or not subscription.active(now) or subscription.last_push is None:
        return False
    missed = subscription.missed
    return missed is None or (subscription.last_push > missed and now - missed >= _DISTRUST)


def has_missed(
    subscription: HubSubscription, last_ok: datetime | None, listening_since: datetime | None
) -> bool:
    """Whether what a poll has just found new should have been pushed.

    Only what was published while the hub had agreed to push and we could be reached.

    Args:
        subscription: what was agreed with the hub.
        last_ok: the feed's last poll that went well, before this one.
        listening_since: since when hubs can reach us; None when they cannot.
    """
    agreed = subscription.agreed
    if agreed is None or last_ok is None or listening_since is None:
        return False
    return last_ok >= max(agreed, listening_since)
