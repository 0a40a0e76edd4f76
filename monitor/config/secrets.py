"""Values that come from outside the file, `${ENV}` and `${file:}`, and what must never be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from monitor.config.file_changes import digest
from monitor.config.positions import KeyPath
from monitor.config.schema import Config, Feed
from monitor.config.source import Source, read_bytes, why_unreadable

_LOGIN_BEGINS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#@]*")
_LOGIN_ENDS = re.compile(r"[^/?#@]*@")
# RFC 3986 §3.2.1, without the colon, which parts user and password. A percent sign stays as it
# is: who has encoded a password by hand need not change it.
_SAFE_IN_LOGIN = "!$&'()*+,;=%"
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAX_SECRET_BYTES = 64 * 1024
#: Blanking out shorter strings would make logs unreadable and protect nothing.
_SHORTEST_SECRET = 4
_SHORTEST_PART = 8
#: Characters of a path's part that nobody guesses: a private feed's address, and no article's.
_LONG_TOKEN = 20
BLANK = "***"
#: To the last @ before the path: people paste passwords with an @ in them.
_USERINFO = re.compile(r"(?<=://)[^/?#\s\"'<>]+(?=@)")
#: Keys of a query whose value gives access; "author" and "keyword" are none of them.
_TELLING = re.compile(
    r"(?:.*[-_.])?(?:\w*(?:password|passwd|token|secret)|(?:api|access|auth|private|rss|feed|user)?"
    r"key|pass|pwd|auth|authorization|sig|signature|ticket|credentials?|session(?:id)?)",
    re.IGNORECASE,
)
#: A setting as comments show it: `password = "x"`, `token: x`.
_SETTING = re.compile(r"""((?<![\w.-])([\w.-]{1,60})["']?\s{0,9}[=:]\s{0,9}["']?)([^\s"',]+)""")
#: What is no word, nor a date, nor a number of a version: letters and digits in turns.
_SWITCHES = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_MANY_SWITCHES = 3
_DATED = re.compile(r"\d{4}-?\d\d-?\d\d|\d{8}T\d+Z?", re.IGNORECASE)
#: Apprise services whose host is a computer; for all others the host is often a token.
_HOST_IS_A_COMPUTER = re.compile(
    r"(https?|mailtos?|jsons?|xmls?|forms?|ntfys?|gotifys?|matrixs?|mqtts?|smtps?|sqlite.*|"
    r"postgres.*)"
)


class Substitution:
    """Replaces references in the strings of files, and remembers every value it put in."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.values: set[str] = set()
        self.files: dict[Path, str | None] = {}
        """Secret files asked for, with their digests (None: could not be read)."""

    def apply(self, source: Source) -> None:
        """Replace the references in a file's values; what cannot be resolved is a fault."""
        source.data = self._walk(source.data, (), source)

    def look(self, text: str, source: Source) -> None:
        """Remember the values of the references in a text that is no value by itself."""
        self._string(text, (), source)

    def _walk(self, value: Any, path: KeyPath, source: Source) -> Any:
        if isinstance(value, str):
            return self._string(value, path, source) if "${" in value else value
        if isinstance(value, dict):
            return {key: self._walk(item, (*path, key), source) for key, item in value.items()}
        if isinstance(value, list):
            return [self._walk(item, (*path, i), source) for i, item in enumerate(value)]
        return value

    def _string(self, value: str, path: KeyPath, source: Source) -> str:
        def replace(found: re.Match[str]) -> str:
            if found[1] is None:
                return "${"
            try:
                if not found[2]:
                    raise ValueError("`${` has no closing `}`; for a plain `${` write `$${`")
                result = self._resolve(found[1].strip(), source.path.parent)
            except ValueError as error:
                source.faults.append(source.fault(path, str(error)))
                return found[0]
            self.values.add(result)
            if _is_in_login(value[: found.start()], value[found.end() :]):
                result = quote(result, safe=_SAFE_IN_LOGIN)
                self.values.add(result)
            return result

        return _REFERENCE.sub(replace, value)

    def _resolve(self, reference: str, folder: Path) -> str:
        if reference.startswith("file:"):
            return self._file(folder / reference.removeprefix("file:").strip())
        if not _VARIABLE.fullmatch(reference):
            raise ValueError(
                "`${…}` takes the name of an environment variable, such as `${SLACK_URL}`, or "
                "`${file:/path}`; for a plain `${` write `$${`"
            )
        if (value := self._env.get(reference)) is None:
            raise ValueError(
                f"the environment variable `{reference}` is not set; set it before starting "
                "monitor, or write the value here"
            )
        return value

    def _file(self, path: Path) -> str:
        self.files[path] = None
        try:
            raw = read_bytes(path, _MAX_SECRET_BYTES)
        except OSError as error:
            raise ValueError(
                f"the secret's file {path} cannot be read: {why_unreadable(error)}"
            ) from None
        self.files[path] = digest(raw)
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValueError(f"the secret's file {path} is not UTF-8 text") from None
        return text.removesuffix("\n").removesuffix("\r")


def _is_in_login(before: str, after: str) -> bool:
    """Whether what stands between two texts is the user or password of an address."""
    before, after = _REFERENCE.sub("x", before), _REFERENCE.sub("x", after)
    return bool(_LOGIN_BEGINS.fullmatch(before) and _LOGIN_ENDS.match(after))


def secret_parts(url: str) -> Iterator[str]:
    """The parts of an address that give access: passwords, tokens in its path, keys."""
    try:
        parts = urlsplit(url)
        password = parts.password
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)
    if not _HOST_IS_A_COMPUTER.fullmatch(parts.scheme.lower()):
        if parts.username:
            yield parts.username
        if "." not in host:
            yield host
    is_web = parts.scheme.lower() in {"http", "https"}
    for segment in parts.path.split("/"):
        # A token is long and has digits; a word such as "services" is no secret.
        is_token = _is_random(segment) if is_web else re.search(r"\d", segment)
        if len(segment) >= _SHORTEST_PART and is_token:
            yield segment
    yield from _query_secrets(parts.query)


def _query_secrets(query: str) -> Iterator[str]:
    for key, value in parse_qsl(query):
        # A word such as "?key=news" is met elsewhere, and blanked out there would hide words.
        if _TELLING.fullmatch(key) and (len(value) >= _SHORTEST_PART or re.search(r"\d", value)):
            yield value


def without_keys(url: str) -> str:
    """An address without those parameters of its query that give access."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not _TELLING.fullmatch(pair.partition("=")[0])]
    return url if kept == pairs else parts._replace(query="&".join(kept)).geturl()


def _is_random(segment: str) -> bool:
    """Whether a part of a page's address is drawn by lot, and not made of words and dates."""
    plain = _DATED.sub("", segment)
    return len(_SWITCHES.findall(plain)) >= _MANY_SWITCHES


def shown_nowhere(config: Config) -> Iterator[str]:
    """What commands must blank out of all that they print, beside what `${…}` refers to.

    Webhooks' and mail accounts' addresses are never printed; feeds' are, for they are public but
    for what gives access in some.
    """
    for feed in config.feeds:
        yield from feed_secrets(feed)
    for channel in config.channels:
        yield from secret_parts(channel.url.get_secret_value())


def feed_secrets(feed: Feed) -> Iterator[str]:
    """What gives access in a feed's address, and what is sent along."""
    try:
        parts = urlsplit(feed.url)
    except ValueError:
        return
    yield from _query_secrets(parts.query)
    yield from (each for each in parts.path.split("/") if _is_long_random(each))
    yield from _secrets_sent(feed)


def _is_long_random(segment: str) -> bool:
    return len(segment) >= _LONG_TOKEN and _is_random(segment)


def _secrets_sent(feed: Feed) -> Iterator[str]:
    for header in feed.headers.values():
        yield header.get_secret_value()
        # "Bearer" is no secret, what follows it is.
        yield from _long(header.get_secret_value().split())
    if feed.cookie:
        yield feed.cookie.get_secret_value()
        yield from _long(re.split(r"[;=\s]+", feed.cookie.get_secret_value()))
    if feed.proxy:
        yield from secret_parts(feed.proxy.get_secret_value())


def _long(parts: Iterable[str]) -> Iterator[str]:
    # A shorter part is a word, and words blanked out everywhere make a log unreadable.
    return (part for part in parts if len(part) >= _SHORTEST_PART)


def secrets_of(config: Config) -> Iterator[str]:
    """Every string in a configuration that logs must blank out, wherever it came from."""
    for channel in config.channels:
        url = channel.url.get_secret_value()
        yield url
        yield from secret_parts(url)
    for feed in config.feeds:
        yield from secret_parts(feed.url)
        yield from _secrets_sent(feed)
    # A file's name is no secret, however it looks.
    if not config.storage.url.startswith("sqlite"):
        yield from secret_parts(config.storage.url)
    if config.web.password:
        yield config.web.password.get_secret_value()


def literal_secrets(data: Mapping[str, Any]) -> Iterator[KeyPath]:
    """Where values of a file give access by what stands there, and not by what they refer to.

    Args:
        data: the values of a configuration file in which references are as they were written.
    """
    for path, value in strings(data):
        text = _REFERENCE.sub(lambda found: "${" if found[1] is None else "", value)
        if _gives_access(tuple(each for each in path if isinstance(each, str)), text, value):
            yield path


def _gives_access(keys: tuple[str, ...], text: str, value: str) -> bool:
    """Whether a setting gives access by a text, which is its value without references."""
    match keys:
        case ("channels", "url") | ("defaults", "channel", "url"):
            return any(secret_parts(text))
        case ("feeds", "url") | ("feeds" | "defaults", *_, "proxy") | ("storage", "url"):
            return _has_login(text)
        case ("web", "password") | (*_, "signing_secret") | (*_, "cookie"):
            return text == value and bool(value)
        case (*_, "headers", name):
            is_telling = _TELLING.fullmatch(name) is not None or name.lower() == "cookie"
            return text == value and is_telling
        case _:
            return False


def _has_login(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.password) or any(_query_secrets(parts.query))


def strings(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """The texts in the values of a file, and where each stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings(item, (*path, index))


def without_settings(comment: str) -> str:
    """A comment without the values of settings in it whose names say that they give access."""

    def blank(found: re.Match[str]) -> str:
        is_one = _TELLING.fullmatch(found[2]) and not found[3].startswith("${")
        return f"{found[1]}{BLANK}" if is_one else found[0]

    return _SETTING.sub(blank, comment)


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """What blanks secrets out of a text, however they are written there, and every login in it."""
    shapes = {
        shape
        for secret in worth_hiding(secrets)
        for shape in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret),
                      repr(secret)[1:-1], json.dumps(secret)[1:-1])
    }  # fmt: skip
    # Longest first: a secret may contain another, and must not be left half visible. Host names
    # come back in lower case, and some services make tokens of them.
    longest_first = sorted(shapes, key=len, reverse=True)
    hidden = re.compile("|".join(map(re.escape, longest_first)) or "(?!)", re.IGNORECASE)
    return lambda text: _USERINFO.sub(BLANK, hidden.sub(BLANK, text))


def wary_redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """As `redactor`, and what may give access in any address: for configurations with faults."""
    redact = redactor(secrets)
    query = re.compile(r"([?&]([^=&#\s\"'<>]{1,60})=)([^&#\s\"'<>]+)")

    def blank(found: re.Match[str]) -> str:
        return f"{found[1]}{BLANK}" if _TELLING.fullmatch(found[2]) else found[0]

    return lambda text: query.sub(blank, redact(text))


def worth_hiding(values: Iterable[str]) -> frozenset[str]:
    """The values long enough that blanking them out protects something."""
    return frozenset(value for value in values if len(value) >= _SHORTEST_SECRET)
