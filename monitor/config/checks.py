"""What each value alone cannot show: names that refer to nothing, twins, settings without effect.

Works on values that may still be wrong in themselves, so that every fault is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from monitor.config.explain import Advice, did_you_mean, is_showable
from monitor.config.listening import is_private
from monitor.config.positions import KeyPath
from monitor.config.schema import CONSOLE, Polling
from monitor.config.values import format_duration, parse_duration

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class Finding(NamedTuple):
    """A fault or warning at a value of the merged configuration."""

    path: KeyPath
    reason: str
    key: bool = False
    """Point at the key, not at its value."""
    suggestion: str | None = None


def errors(data: Mapping[str, Any], secrets: frozenset[str]) -> Iterator[Finding]:
    """What makes the configuration unusable. Strings in `secrets` are not repeated."""
    yield from _no_text(data, ())
    yield from _storage(data)
    yield from _polling(data)
    yield from _channels(data, secrets)
    channels = [CONSOLE, *_names(data, "channels")]
    feeds = _feed_names(data)
    for index, watchlist in _tables(data, "watchlists"):
        path = ("watchlists", index)
        yield from _channel_references(
            channels, watchlist.get("channels"), (*path, "channels"), secrets
        )
        yield from _channel_references(
            channels, watchlist.get("escalate_to"), (*path, "escalate_to"), secrets
        )
        yield from _feed_references(feeds, watchlist.get("feeds"), (*path, "feeds"), secrets)
        yield from _examples(watchlist, path)
    yield from _twins(data, "watchlists")
    operations = data.get("operations")
    if isinstance(operations, dict):
        value = operations.get("channels")
        yield from _channel_references(channels, value, ("operations", "channels"), secrets)


def _no_text(value: object, path: KeyPath) -> Iterator[Finding]:
    """What PostgreSQL does not store as text: a name with it would be another one there."""
    if isinstance(value, str):
        if found := _NO_TEXT.search(value):
            what = "a NUL character" if found[0] == "\0" else "half of a character"
            yield Finding(path, f"{what} stands here, which is no text")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _no_text(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _no_text(item, (*path, index))


def warnings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What is probably not meant, but can be lived with."""
    operations = data.get("operations")
    for key in ("ping_every", "allow_private_networks"):
        if isinstance(operations, dict) and key in operations and "ping" not in operations:
            reason = f"`{key}` changes nothing without `ping`"
            yield Finding(("operations", key), reason, key=True)
    yield from _same_feeds(data)
    yield from _intervals(data)
    yield from _websub(data)
    for index, channel in _tables(data, "channels"):
        for key in ("digest_at", "digest_on"):
            if key in channel and channel.get("mode", "instant") == "instant":
                reason = f'`{key}` changes nothing without `mode = "digest"`'
                yield Finding(("channels", index, key), reason, key=True)
        if "fallback_after" in channel and "fallback" not in channel:
            reason = "`fallback_after` changes nothing without `fallback`"
            yield Finding(("channels", index, "fallback_after"), reason, key=True)
    for index, watchlist in _tables(data, "watchlists"):
        if not watchlist.get("entities") and not watchlist.get("queries"):
            reason = "this watchlist watches nothing: it has neither entities nor queries"
            yield Finding(("watchlists", index), reason)
        yield from _same_entities(watchlist, index)
        yield from _half_escalations(watchlist, ("watchlists", index))


# --- errors ---------------------------------------------------------------------------------


def _storage(data: Mapping[str, Any]) -> Iterator[Finding]:
    storage = data.get("storage")
    url = storage.get("url") if isinstance(storage, dict) else None
    if isinstance(url, str) and "://" not in url:
        reason = "`url` is not a database's address: write \"sqlite:///\" before the file's name"
        yield Finding(("storage", "url"), reason)


def _polling(data: Mapping[str, Any]) -> Iterator[Finding]:
    polling = data.get("polling")
    polling = polling if isinstance(polling, dict) else {}
    usual = Polling()
    try:
        shortest = parse_duration(polling.get("min_interval", usual.min_interval))
        longest = parse_duration(polling.get("max_interval", usual.max_interval))
    except ValueError:
        return
    if shortest > longest:
        key = "min_interval" if "min_interval" in polling else "max_interval"
        limits = f"{format_duration(shortest)} and {format_duration(longest)}"
        reason = f"`min_interval` is longer than `max_interval`: they are {limits}"
        yield Finding(("polling", key), reason)


def _channels(data: Mapping[str, Any], secrets: frozenset[str]) -> Iterator[Finding]:
    for index, channel in _tables(data, "channels"):
        path = ("channels", index)
        if channel.get("name") == CONSOLE:
            reason = f"`{CONSOLE}` is built in and needs no channel; choose another name"
            yield Finding((*path, "name"), reason)
        if channel.get("mode") == "digest" and "digest_at" not in channel:
            reason = 'a digest needs its time: add `digest_at`, such as digest_at = "08:30"'
            yield Finding((*path, "mode"), reason)
        yield from _fallback(data, channel, (*path, "fallback"), secrets)
    yield from _twins(data, "channels")


def _fallback(
    data: Mapping[str, Any], channel: Mapping[str, Any], path: KeyPath, secrets: frozenset[str]
) -> Iterator[Finding]:
    fallback = channel.get("fallback")
    if not isinstance(fallback, str):
        return
    others = {each.get("name"): each for _, each in _tables(data, "channels")}
    if fallback == channel.get("name"):
        yield Finding(path, "a channel cannot stand in for itself: name another")
    elif fallback in others and others[fallback].get("mode") == "digest":
        yield Finding(path, f"`{fallback}` is a digest, which comes too late to stand in")
    else:
        names = [CONSOLE, *_names(data, "channels")]
        yield from _channel_reference(names, fallback, path, secrets)


def _twins(data: Mapping[str, Any], key: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, table in _tables(data, key):
        name = table.get("name")
        if not isinstance(name, str):
            continue
        if name.strip() in seen:
            reason = f"another of [[{key}]] has this name already; give each its own"
            yield Finding((key, index, "name"), reason)
        seen.add(name.strip())


def _channel_references(
    known: Collection[str], value: object, path: KeyPath, secrets: frozenset[str]
) -> Iterator[Finding]:
    for index, name in _strings(value):
        yield from _channel_reference(known, name, (*path, index), secrets)


def _channel_reference(
    known: Collection[str], name: str, path: KeyPath, secrets: frozenset[str]
) -> Iterator[Finding]:
    if name in known:
        return
    suggestion = None
    if ":" in name:
        # Perhaps the channel's address itself, which is secret.
        key = next(part for part in reversed(path) if isinstance(part, str))
        reason = f"`{key}` takes the names of [[channels]], not their addresses"
    elif name in secrets or not is_showable(name):
        reason = "no [[channels]] has this name"
    else:
        words, suggestion = did_you_mean(name, known)
        reason = f"no [[channels]] is named `{name}`{words}"
    yield Finding(path, reason, suggestion=suggestion)


def _feed_names(data: Mapping[str, Any]) -> Collection[str]:
    """The names and tags of all feeds, in order."""
    known: dict[str, None] = {}
    for _, feed in _tables(data, "feeds"):
        if isinstance(name := feed.get("name") or _host(feed.get("url")), str):
            known[name] = None
        known.update(dict.fromkeys(tag for _, tag in _strings(feed.get("tags"))))
    return known


def _feed_references(
    known: Collection[str], value: object, path: KeyPath, secrets: frozenset[str]
) -> Iterator[Finding]:
    for index, name in _strings(value):
        if name not in known:
            secret = name in secrets or not is_showable(name)
            said = "this" if secret else f"`{name}`"
            hint, meant = Advice("") if secret else did_you_mean(name, known)
            reason = f"no [[feeds]] has {said} as its name or tag{hint}"
            yield Finding((*path, index), reason, suggestion=meant)


def _host(url: object) -> str | None:
    try:
        return urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        return None


def _examples(watchlist: Mapping[str, Any], path: KeyPath) -> Iterator[Finding]:
    known: list[str] | None = None
    for index, example in _tables(watchlist, "examples"):
        here = (*path, "examples", index)
        name = example.get("entity")
        if isinstance(name, str):
            known = known or [*_entity_names(watchlist), *_names(watchlist, "queries")]
            if name not in known:
                reason, meant = "this watchlist has no entity of this name", None
                if is_showable(name):
                    hint, meant = did_you_mean(name, known)
                    reason = f"this watchlist has no entity named `{name}`{hint}"
                yield Finding((*here, "entity"), reason, suggestion=meant)
        file = example.get("file")
        if isinstance(file, str) and not Path(file).is_file():
            reason = "this is a folder" if Path(file).is_dir() else "there is no such file"
            yield Finding((*here, "file"), reason)


# --- warnings -------------------------------------------------------------------------------


def _same_feeds(data: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    names: set[str] = set()
    for index, feed in _tables(data, "feeds"):
        if not isinstance(url := feed.get("url"), str):
            continue
        if url.strip() in seen:
            reason = "this feed is listed already; it is polled once, with the tags of both"
            yield Finding(("feeds", index, "url"), reason)
        elif isinstance(name := feed.get("name"), str):
            if name.strip() in names:
                reason = "another feed has this name already; nobody can tell the two apart"
                yield Finding(("feeds", index, "name"), reason)
            names.add(name.strip())
        seen.add(url.strip())


def _intervals(data: Mapping[str, Any]) -> Iterator[Finding]:
    polling = data.get("polling")
    polling = polling if isinstance(polling, dict) else {}
    shortest = _duration(polling.get("min_interval")) or Polling().min_interval
    ways: list[tuple[KeyPath, Any]] = [(("polling", "interval"), polling.get("interval"))]
    ways += [(("feeds", i, "interval"), feed.get("interval")) for i, feed in _tables(data, "feeds")]
    for path, value in ways:
        interval = _duration(value)
        if interval is not None and interval < shortest:
            reason = "shorter than `min_interval` in [polling], which is used instead"
            yield Finding(path, f"`interval` is {reason}")


def _websub(data: Mapping[str, Any]) -> Iterator[Finding]:
    websub = data.get("websub")
    if not isinstance(websub, dict) or not websub:
        return
    if "callback" not in websub:
        reason = "[websub] changes nothing without `callback`: hubs must be told where to reach us"
        yield Finding(("websub",), reason, key=True)
    elif (host := _host(websub["callback"])) and is_private(host):
        reason = f"hubs on the internet cannot reach {host}: it is no public address"
        yield Finding(("websub", "callback"), reason)


def _duration(value: object) -> timedelta | None:
    try:
        return parse_duration(value)
    except ValueError:
        return None


def _same_entities(watchlist: Mapping[str, Any], index: int) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, name in enumerate(_entity_names(watchlist)):
        if name and name in seen:
            reason = f"`{name}` stands twice in this watchlist"
            yield Finding(("watchlists", index, "entities", at), reason)
        seen.add(name)


def _half_escalations(watchlist: Mapping[str, Any], path: KeyPath) -> Iterator[Finding]:
    after, to = "escalate_after" in watchlist, bool(watchlist.get("escalate_to"))
    for key in ("escalate_after", "escalate_to", "escalate_from"):
        missing = "escalate_to" if not to else "escalate_after" if not after else None
        if key in watchlist and watchlist[key] != [] and missing:
            reason = f"`{key}` changes nothing without `{missing}`"
            yield Finding((*path, key), reason, key=True)


# --- looking into values that may be of any shape --------------------------------------------


def _tables(data: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    value = data.get(key)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _strings(value: object) -> Iterator[tuple[int, str]]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield index, item


def _names(data: Mapping[str, Any], key: str) -> Iterator[str]:
    for _, table in _tables(data, key):
        if isinstance(name := table.get("name"), str):
            yield name.strip()


def _entity_names(watchlist: Mapping[str, Any]) -> Iterator[str]:
    """The name of each entity by its index, "" for what is no entity."""
    value = watchlist.get("entities")
    for item in value if isinstance(value, list) else ():
        name = item.get("name") if isinstance(item, dict) else item
        yield name.strip() if isinstance(name, str) else ""
