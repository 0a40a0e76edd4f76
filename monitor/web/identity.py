"""Who asks: somebody who logged in, or whoever sits at this machine; and the tokens of forms."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from monitor.errors import MonitorError
from monitor.web.site import Site

SESSION = "monitor_session"
VISIT = "monitor_visit"
NAME = "monitor_name"
#: How long a form may stay open.
FORM_SECONDS = 24 * 3600
MOST_NAME = 60
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field


class LoginNeededError(Exception):
    """A page was asked for by somebody who has not logged in."""


class StaleFormError(MonitorError):
    """A form's token is not of this browser, or too old."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, and by which browser."""

    person: str
    visit: str
    """A number of the browser's own, which its forms' tokens are bound to."""
    session: str | None
    """The digest of a login; None where nobody has to log in."""
    is_new: bool
    """Whether the browser has still to be given its number."""


def visitor(request: Request, site: Site) -> Visitor:
    """Who asks; looks a session up, so call it off the event loop.

    Raises:
        LoginNeededError: a password is set, and nobody has logged in.
    """
    cookies = request.cookies
    visit = cookies.get(VISIT, "")
    is_new = not (20 <= len(visit) <= 64 and visit.isascii())
    visit = secrets.token_urlsafe(24) if is_new else visit
    if site.password() is None:
        return Visitor(_name(cookies.get(NAME)) or machine_user(), visit, None, is_new)
    session = site.sessions.find(cookies[SESSION]) if SESSION in cookies else None
    if session is None:
        raise LoginNeededError
    return Visitor(session.person, visit, session.digest, is_new)


def machine_user() -> str:
    """Who runs the daemon, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def clean_name(name: str) -> str:
    """A person's name as it is kept: one line of a few words."""
    return " ".join("".join(c for c in name if c.isprintable()).split())[:MOST_NAME]


def _name(cookie: str | None) -> str:
    return clean_name(unquote(cookie)) if cookie else ""


def greet(response: Response, site: Site, who: Visitor) -> None:
    """Give a browser its number."""
    if who.is_new:
        set_cookie(response, site, VISIT, who.visit, 365 * 24 * 3600)


def set_cookie(response: Response, site: Site, name: str, value: str, seconds: int) -> None:
    """Set a cookie that no script reads and no other site's form sends."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=site.is_secure
    )


def quoted_name(name: str) -> str:
    """A name as a cookie may hold it."""
    return quote(clean_name(name))


def form_token(site: Site, who: Visitor) -> str:
    """What shows that a form was made by us, for this browser, lately."""
    at = str(int(time.time()))
    return f"{at}.{_signature(site, who, at)}"


def require_form(site: Site, who: Visitor, token: str) -> None:
    """Make sure that a form was made by us, for this browser, lately.

    Raises:
        StaleFormError: it was not.
    """
    at, _, signature = token.partition(".")
    is_ours = hmac.compare_digest(signature.encode(), _signature(site, who, at).encode())
    if not is_ours or not at.isdigit() or time.time() - int(at) > FORM_SECONDS:
        raise StaleFormError("the form is too old", hint="Load the page again.")


def _signature(site: Site, who: Visitor, at: str) -> str:
    said = f"form\0{who.visit}\0{who.session or ''}\0{at}"
    return hmac.new(site.key, said.encode(), hashlib.sha256).hexdigest()[:32]


def local_path(target: str | None, otherwise: str = "/") -> str:
    """Where to go after a form: a path of ours, whatever was asked for."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(ord(char) < 32 or char == "\\" for char in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target
