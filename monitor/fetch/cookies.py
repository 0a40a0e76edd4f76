"""Cookies within one fetch: some sites set one and ask again, and answer only who shows it."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

import aiohttp
import httpx
from yarl import URL

from monitor.fetch.requests import Headers, combined

_LONGEST = 8192
"""Characters of cookies that are sent to a host."""


class Cookies:
    """What the answers on the way of one fetch have set; each host is shown its own only."""

    def __init__(self) -> None:
        self._jar: aiohttp.CookieJar | None = None

    def learn(self, url: httpx.URL, set_cookie: Iterable[str]) -> None:
        """Take over what an answer from an address sets (Set-Cookie, RFC 6265 §5.3)."""
        for each in set_cookie:
            try:
                cookie = SimpleCookie(each)
            except CookieError:
                continue
            if self._jar is None:
                # "Unsafe" is to take cookies of hosts without a name, as a LAN's are.
                self._jar = aiohttp.CookieJar(unsafe=True)
            self._jar.update_cookies(cookie, URL(str(url)))

    def added(self, headers: Headers, url: httpx.URL) -> Headers:
        """Headers for an address, with its cookies beside those that it is sent anyway."""
        if self._jar is None:
            return headers
        found = self._jar.filter_cookies(URL(str(url))).values()
        sent = "; ".join(f"{each.key}={each.coded_value}" for each in found)
        if not sent or len(sent) > _LONGEST:
            return headers
        own = next((value for name, value in headers.items() if name.lower() == b"cookie"), b"")
        return combined(headers, {b"Cookie": b"; ".join(filter(None, (own, sent.encode())))})
